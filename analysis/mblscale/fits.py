"""The fits of finite-size scaling as a dataset of xarray."""

from typing import Any

import numpy as np
from xarray import Dataset

from mblscale.formats import Document
from mblscale.records import describe, numbers

_TEXTS = ("source", "target", "method", "ansatz", "measure", "normalisation")
_NUMBERS = {
    "energy_density": ("1", "energy density ε"),
    "quality": ("1", "quality S of the collapse"),
    "cost": ("1", "minimum of what the method minimizes"),
    "free": ("1", "free parameters"),
    "points": ("1", "data points"),
    "points_used": ("1", "data points that entered the quality"),
    "bootstrap": ("1", "refits to resampled data"),
}
_ESTIMATES = {
    "value": ("", "fitted parameters"),
    "low": ("", "lower ends of the 95 % intervals"),
    "high": ("", "upper ends of the 95 % intervals"),
}


def fit_table(fits: list[Document]) -> Dataset:
    """Fits over (fit, parameter): `value`, `low` and `high` of h_c, ν and others, NaN where unknown.

    What a fit is of, and how it was made, are coordinates over `fit`. h_c and crossings are in units
    of J, and ν and exponents are pure numbers.
    """
    estimates = [_parameters(fit) for fit in fits]
    names = list(dict.fromkeys(name for own in estimates for name in own))
    unknown = {"value": None, "low": None, "high": None}
    values: dict[str, tuple[object, np.ndarray]] = {}
    for end in _ESTIMATES:
        of_fits = [[own.get(name, unknown)[end] for name in names] for own in estimates]
        values[end] = (("fit", "parameter"), numbers(of_fits))
    coordinates: dict[str, tuple[str, Any]] = {
        name: ("fit", [fit[name] for fit in fits]) for name in _TEXTS
    }
    coordinates |= {
        "fit": ("fit", list(range(len(fits)))),
        "parameter": ("parameter", names),
        "shortest": ("fit", [min(fit["sizes"]) for fit in fits]),
        "longest": ("fit", [max(fit["sizes"]) for fit in fits]),
        "window_low": ("fit", numbers([fit["window"][0] for fit in fits])),
        "window_high": ("fit", numbers([fit["window"][1] for fit in fits])),
        "energy_density": ("fit", numbers([fit["energy_density"] for fit in fits])),
        "warnings": ("fit", ["\n".join(fit["warnings"]) for fit in fits]),
    }
    for name in _NUMBERS.keys() - coordinates.keys():
        values[name] = ("fit", numbers([fit.get(name) for fit in fits]))
    return describe(Dataset(values, coordinates), _NUMBERS | _ESTIMATES)


def _parameters(fit: Document) -> Document:
    found = {"h_c": fit["h_c"], "nu": fit["nu"]} | fit["parameters"]
    return {name: estimate for name, estimate in found.items() if estimate is not None}
