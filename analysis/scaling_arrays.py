"""Reads scaling.h5 into what scaling.json holds, with every refit.

    scaling = load("out/demo/scaling.h5")
    scaling["fits"][0]["h_c"]["value"], scaling["fits"][0]["refits"]["h_c"]
"""

from itertools import groupby
from pathlib import Path
from typing import Any

import h5py
import numpy as np


def load(path: str | Path) -> dict[str, Any]:
    """Fits, comparisons and scan, as in scaling.json; unknown numbers are `None`.

    Each fit has `refits` as well: an array for each parameter, and for the `cost`.
    """
    with h5py.File(path) as file:

        def sections(name: str) -> list[h5py.Group]:
            return [group for _, group in sorted(file[name].items())] if name in file else []

        return {name: _plain(value) for name, value in file.attrs.items()} | {
            "fits": [_fit(group) for group in sections("fits")],
            "scan": [_fit(group) for group in sections("scan")],
            "comparisons": [_comparison(group) for group in sections("comparisons")],
        }


def _fit(group: h5py.Group) -> dict[str, Any]:
    fit = _attributes(group)
    fit["sizes"] = [int(sites) for sites in fit["sizes"]]
    fit["warnings"] = fit["warnings"].split("\n") if fit["warnings"] else []
    names = _texts(group["parameter"])
    ends = {end: _numbers(group[end]) for end in ("value", "low", "high")}
    parameters = {
        name: {end: values[place] for end, values in ends.items()}
        for place, name in enumerate(names)
    }
    fit["h_c"], fit["nu"] = parameters.pop("h_c"), parameters.pop("nu")
    fit["parameters"] = parameters
    fit["data"] = _data(group)
    fit["curves"] = _curves(group)
    fit["refits"] = {}
    if "refits" in group:
        fit["refits"] = dict(zip(names, group["refits"][...].T, strict=True))
        fit["refits"]["cost"] = group["refit_cost"][...]
    return fit


def _data(group: h5py.Group) -> list[dict[str, Any]]:
    """The points, one entry for each indicator and chain length."""
    if "point" not in group:
        return []
    keys = list(zip(_texts(group["indicator"]), group["L"][...], strict=True))
    columns = {name: group[name][...] for name in ("h", "mean", "error", "realizations", "x", "y")}
    found = []
    for (target, sites), places in groupby(range(len(keys)), keys.__getitem__):
        places = list(places)
        curve = {name: [value.item() for value in columns[name][places]] for name in columns}
        scaled = curve.pop("y")
        largest = int(np.argmax(np.abs(curve["mean"])))
        factor = scaled[largest] / curve["mean"][largest] if curve["mean"][largest] else 1.0
        if np.isnan(curve["x"]).all():
            curve["x"] = []
        found.append({"target": target, "L": int(sites), "factor": factor, **curve})
    return found


def _curves(group: h5py.Group) -> list[dict[str, Any]]:
    if "node" not in group:
        return []
    keys = list(zip(_texts(group["curve_indicator"]), group["curve_L"][...], strict=True))
    at, value = group["curve_at"][...], group["curve_value"][...]
    found = []
    for (target, sites), places in groupby(range(len(keys)), keys.__getitem__):
        places = list(places)
        curve = {"at": at[places].tolist(), "value": value[places].tolist()}
        found.append({"target": target, "L": int(sites) or None, **curve})
    return found


def _comparison(group: h5py.Group) -> dict[str, Any]:
    columns = {name: _numbers(group[name]) for name in ("cost", "best_of_refits")}
    candidates = [
        {"ansatz": ansatz} | {name: values[place] for name, values in columns.items()}
        for place, ansatz in enumerate(_texts(group["ansatz"]))
    ]
    return _attributes(group) | {"candidates": candidates}


def _attributes(group: h5py.Group) -> dict[str, Any]:
    found = {name: _plain(value) for name, value in group.attrs.items()}
    return {"energy_density": None} | found


def _texts(dataset: h5py.Dataset) -> list[str]:
    return list(dataset.asstr()[...])


def _numbers(dataset: h5py.Dataset) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in dataset[...]]


def _plain(value: Any) -> Any:
    """An attribute as Python's own type, `None` for NaN."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.ndarray):
        return value.tolist()
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and np.isnan(value) else value
