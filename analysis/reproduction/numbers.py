"""Means with their errors, as the summary stores them and as tables print them."""

from typing import Any

import numpy as np
from xarray import DataArray

from mblscale.statistics import aggregate

Estimate = list[float | None]
"""A value and its standard error, or a value and the ends of its interval."""

TARGETS = {"gap_ratio": "r", "entanglement": "S", "spin_fraction": "F"}


def estimate(values: np.ndarray) -> Estimate:
    """The mean of independent values and its standard error."""
    found = aggregate(DataArray(values, dims="value"), over="value")
    pair = float(found["mean"]), float(found["error"])
    return [part if np.isfinite(part) else None for part in pair]


def stratified(values: np.ndarray) -> Estimate:
    """The mean over strengths of values over (h, realization), and its error from realizations."""
    found = aggregate(DataArray(values, dims=("h", "realization")))
    found = found.where(found["count"] > 1, drop=True)
    error = np.sqrt((found["error"] ** 2).sum()) / found.sizes["h"]
    return [float(found["mean"].mean()), float(error)]


def rounded(value: Any) -> Any:
    """A summary with five significant digits."""
    if isinstance(value, dict):
        return {str(key): rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    if isinstance(value, float | np.floating):
        return float(f"{value:.5g}") if np.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value


def shown(found: Estimate | float | None, digits: int, factor: float = 1.0) -> str:
    """A number, a value ± error, or a value with its interval; empty if there is none."""
    parts = found if isinstance(found, list) else [found]
    if not parts or parts[0] is None:
        return ""
    texts = [f"{factor * part:.{digits}f}" for part in parts if part is not None]
    if len(texts) == 3:
        return f"{texts[0]} [{texts[1]}, {texts[2]}]"
    return " ± ".join(texts)


def table(heading: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(
        "|" + "".join(f" {cell} |" if cell else " |" for cell in line) for line in lines
    )
