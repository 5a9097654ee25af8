"""Observables of all realizations of a chain length, whatever they are for."""

import numpy as np

from figure import Missing, mean_and_deviation
from mblscale_results import Output, Table


def tables(output: Output, name: str) -> dict[int, list[Table]]:
    """The tables with an observable, by chain length."""
    known = output.data.tables if output.data is not None else {}
    found: dict[int, list[Table]] = {}
    for (sites, _), table in sorted(known.items()):
        if name in table.dimensions:
            found.setdefault(sites, []).append(table)
    if not found:
        raise Missing(f'data.h5 holds no "{name}"; name it among the observables of the deck')
    return found


def gathered(tables: list[Table], name: str) -> np.ndarray:
    """An observable over (h, realization, …), with the realizations of all tables."""
    return np.concatenate([table.read(name) for table in tables], axis=1)


def nearest_density(table: Table, wanted: float = 0.5) -> int:
    """The place of the energy density that is nearest the middle of the spectrum."""
    return int(np.argmin(np.abs(table.coordinates["epsilon"] - wanted)))


def some(strengths: np.ndarray, most: int) -> np.ndarray:
    """The places of some strengths, from the first to the last."""
    return np.unique(np.linspace(0, len(strengths) - 1, min(most, len(strengths))).round().astype(int))


def mean_and_error(values: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """The mean over an axis and its standard error, without unfinished entries."""
    mean, deviation = mean_and_deviation(np.moveaxis(values, axis, -1))
    return mean, deviation / np.sqrt(np.sum(~np.isnan(values), axis=axis))
