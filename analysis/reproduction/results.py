"""The outputs of the runs, read by the loader of this repository.

No other module of this package imports from the rest of `analysis`, but for the figures.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import plot_data_size
import plot_features
from mblscale_results import Output, ResultFile, Table
from normalisation import NORMALISATIONS, scale
from pairing import pair
from reproduction.runner import read_stamp

__all__ = ["Output", "ResultFile", "Results", "Table", "feature_crossings", "subset_errors"]

feature_crossings = plot_features.crossings
subset_errors = plot_data_size.errors

NORMALISATION = "paper"
"""What entropies are divided by, throughout."""


@dataclass(frozen=True)
class Results:
    """All outputs of one scale."""

    root: Path

    def __getitem__(self, name: str) -> Output:
        """The output of a run."""
        return Output(self.root / name)

    def data(self, name: str) -> ResultFile:
        """The exact data of a run."""
        return _there(self[name].data, name)

    def predictions(self, name: str) -> ResultFile:
        """The predictions of a run."""
        return _there(self[name].predictions, name)

    def seconds(self, name: str) -> float:
        """How long a run took."""
        return read_stamp(self.root / name)["seconds"]


def _there(file: ResultFile | None, name: str) -> ResultFile:
    if file is None:
        raise FileNotFoundError(f"{name} has no such file; run it first")
    return file


@dataclass(frozen=True)
class Fields:
    """Exact and predicted values of the same fields, one chain length and ε, normalised."""

    strengths: np.ndarray
    exact: np.ndarray
    """Over (h, realization)."""
    members: np.ndarray
    """Of each network, over (member, h, realization)."""


def same_fields(exact: Table, predicted: Table, target: str, energy_density: float = 0.5) -> Fields:
    """The fields of exact data that were predicted. Others are NaN."""
    level = int(np.argmin(np.abs(predicted.coordinates["epsilon"] - energy_density)))
    pairs = pair(exact, predicted)
    divisor = scale(target, exact.sites, NORMALISATION)
    members = predicted.read(f"{target}_members")[..., level] / divisor
    aligned = np.array([pairs.aligned(member) for member in members])
    values = exact.indicator(target, energy_density, NORMALISATION)
    return Fields(exact.strengths, np.where(pairs.found, values, np.nan), aligned)


def entropies(sizes: list[int]) -> dict[int, dict[str, float]]:
    """What entropies in nats are divided by, by length and normalisation."""
    return {
        sites: {name: scale("entanglement", sites, name) for name in NORMALISATIONS}
        for sites in sizes
    }


def over_energies(table: Table, target: str) -> np.ndarray:
    """An indicator over (h, realization, ε), normalised."""
    return table.read(target) / scale(target, table.sites, NORMALISATION)


def epochs(output: Output) -> list[dict[str, Any]]:
    """The lines of training.jsonl."""
    return output.training or []
