"""Observables of all realizations of a chain length, whatever they are for."""

import numpy as np
from xarray import DataArray

from mblscale.energies import MIDDLE
from mblscale.figures.style import Missing
from mblscale.results import Results


def observed(results: Results, name: str) -> dict[int, DataArray]:
    """An observable by chain length, over the realizations of both splits."""
    found = results.data.with_quantity(name) if results.data is not None else {}
    if not found:
        raise Missing(f'data.h5 holds no "{name}"; name it among the observables of the deck')
    return found


def in_the_middle(values: DataArray) -> DataArray:
    """The values at the energy density nearest the middle of the spectrum."""
    return values.sel(epsilon=MIDDLE, method="nearest")


def some(strengths: np.ndarray, most: int) -> np.ndarray:
    """Some of the strengths, from the first to the last."""
    places = np.linspace(0, len(strengths) - 1, min(most, len(strengths))).round().astype(int)
    return strengths.take(np.unique(places))
