"""The energy density that a figure shows."""

from collections.abc import Iterable

import numpy as np

MIDDLE = 0.5
"""The middle of the spectrum, which figures show if they can."""

_SAME = 1e-9
"""Energy densities are equal within this."""


def nearest(known: Iterable[float], wanted: float = MIDDLE) -> float:
    """The energy density nearest the one that is wanted, the lower of two."""
    return min(known, key=lambda density: (round(abs(density - wanted), 9), density))


def shared(*grids: np.ndarray | list[float]) -> list[float]:
    """The energy densities that all grids have, as the first one has them."""
    first, *others = grids
    return [
        float(density)
        for density in first
        if all(np.any(np.abs(np.asarray(grid) - density) < _SAME) for grid in others)
    ]
