"""Reads scaling.h5 into the structure of scaling.json, with every refit.

    scaling = load("out/demo/scaling.h5")
    scaling["fits"][0]["h_c"]["value"], scaling["fits"][0]["refits"]["h_c"]
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import h5py
import numpy as np


def load(path: str | Path) -> dict[str, Any]:
    """Fits, comparisons, scan and sources, as in scaling.json. Unknown numbers are `None`.

    Each fit also has `refits`, with an array for each parameter and for the `cost`.
    """
    with h5py.File(path) as file:

        def sections(name: str) -> list[h5py.Group]:
            return [group for _, group in sorted(file[name].items())] if name in file else []

        return {name: _plain(value) for name, value in file.attrs.items()} | {
            "fits": [_fit(group) for group in sections("fits")],
            "scan": [_fit(group) for group in sections("scan")],
            "comparisons": [_comparison(group) for group in sections("comparisons")],
            "sources": [_source(group) for group in sections("sources")],
        }


def _fit(group: h5py.Group) -> dict[str, Any]:
    fit = _attributes(group)
    fit["sizes"] = [int(sites) for sites in fit["sizes"]]
    fit["warnings"] = fit["warnings"].split("\n") if fit["warnings"] else []
    names = _texts(group["parameter"])
    ends = {end: _numbers(group[end]) for end in ("value", "low", "high")}
    parameters = {
        name: {end: values[index] for end, values in ends.items()}
        for index, name in enumerate(names)
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


def _source(group: h5py.Group) -> dict[str, Any]:
    found = {name: _plain(value) for name, value in group.attrs.items()}
    return {"weights_identity": None, "training_data_identity": None} | found


def _data(group: h5py.Group) -> list[dict[str, Any]]:
    """The points, one entry for each indicator and chain length."""
    if "point" not in group:
        return []
    columns = {name: group[name][...] for name in ("h", "mean", "error", "realizations", "x", "y")}
    found = []
    for target, sites, rows in _parts(group["indicator"], group["L"]):
        curve = {name: [value.item() for value in columns[name][rows]] for name in columns}
        scaled = curve.pop("y")
        # The file has y = factor × mean. The largest mean gives the factor most precisely.
        largest = int(np.argmax(np.abs(curve["mean"])))
        factor = scaled[largest] / curve["mean"][largest] if curve["mean"][largest] else 1.0
        if np.isnan(curve["x"]).all():
            curve["x"] = []
        found.append({"target": target, "L": sites, "factor": factor, **curve})
    return found


def _curves(group: h5py.Group) -> list[dict[str, Any]]:
    """The fitted curves. A length of 0 marks a master curve."""
    if "node" not in group:
        return []
    at, value = group["curve_at"][...], group["curve_value"][...]
    return [
        {
            "target": target,
            "L": sites or None,
            "at": at[rows].tolist(),
            "value": value[rows].tolist(),
        }
        for target, sites, rows in _parts(group["curve_indicator"], group["curve_L"])
    ]


def _parts(targets: h5py.Dataset, sizes: h5py.Dataset) -> Iterator[tuple[str, int, list[int]]]:
    """The rows of each indicator and chain length, which follow each other in the file."""
    keys = list(zip(_texts(targets), sizes[...], strict=True))
    for (target, sites), rows in groupby(range(len(keys)), keys.__getitem__):
        yield target, int(sites), list(rows)


def _comparison(group: h5py.Group) -> dict[str, Any]:
    columns = {name: _numbers(group[name]) for name in ("cost", "best_of_refits")}
    candidates = [
        {"ansatz": ansatz} | {name: values[index] for name, values in columns.items()}
        for index, ansatz in enumerate(_texts(group["ansatz"]))
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
    """An attribute as a Python type. NaN becomes `None`."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.ndarray):
        return value.tolist()
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and np.isnan(value) else value
