"""Fits of finite-size scaling, as the figures use them."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

import numpy as np

from mblscale.records import Record
from mblscale.results import Results

Item = TypeVar("Item", bound=Hashable)


def fits(results: Results, part: str = "fits") -> list[Record]:
    """The fits of scaling.json, or its `scan`; none without this file."""
    return list((results.scaling or {}).get(part, []))


def model(fit: Record) -> str:
    """The method with its model; empty for the plain quality."""
    parts = [fit["method"] if fit["method"] != "quality" else "", fit["ansatz"]]
    parts.append("joint" if fit.get("joint") else "")
    return ", ".join(part for part in parts if part)


def by_indicator(fit: Record) -> list[Record]:
    """A joint fit as one fit for each of its indicators."""
    targets = distinct(curve["target"] for curve in fit["data"])
    return [
        fit
        | {
            "target": target,
            "joint": len(targets) > 1,
            "data": [curve for curve in fit["data"] if curve["target"] == target],
        }
        for target in targets
    ]


def energy_density(fit: Record) -> str:
    """The energy density of a fit in a title; empty if the data have none."""
    value = fit["energy_density"]
    return "" if value is None else f"$\\epsilon = {value:g}$"


def estimates(parameters: Iterable[Record]) -> np.ndarray:
    """Parameters over (value, low and high, parameter); NaN where one is unknown."""
    rows = [[parameter[end] for end in ("value", "low", "high")] for parameter in parameters]
    return np.array(rows, float).reshape(-1, 3).T


def bars(value: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Lengths of error bars down and up. Where there is no interval, they are 0.

    A value may lie outside its interval if the refits are skewed.
    """
    return np.asarray(np.nan_to_num(np.clip([value - low, high - value], 0, None)))


def distinct(values: Iterable[Item]) -> list[Item]:
    """The values without repetition, in the order of their first occurrence."""
    return list(dict.fromkeys(values))
