"""The outputs of the runs, read by the package mblscale."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from xarray import DataArray, Dataset

import mblscale
from mblscale import Tables
from mblscale.normalisation import NORMALISATIONS, scale
from mblscale.pairing import pair
from reproduction.runner import read_stamp

Part = TypeVar("Part")

NORMALISATION = "paper"
"""What entropies are divided by, throughout."""


@dataclass(frozen=True)
class Results:
    """All outputs of one scale."""

    root: Path

    def __getitem__(self, name: str) -> mblscale.Results:
        """The output of a run."""
        return mblscale.open(self.root / name)

    def data(self, name: str) -> Tables:
        """The exact data of a run."""
        return _there(self[name].data, name)

    def predictions(self, name: str) -> Tables:
        """The predictions of a run."""
        return _there(self[name].predictions, name)

    def features(self, name: str) -> Dataset:
        """The features of the networks of a run."""
        return _there(self[name].features, name)

    def seconds(self, name: str) -> float:
        """How long a run took."""
        return float(read_stamp(self.root / name)["seconds"])


def _there(part: Part | None, name: str) -> Part:
    if part is None:
        raise FileNotFoundError(f"{name} has no such file; run it first")
    return part


@dataclass(frozen=True)
class Fields:
    """Exact and predicted values of the same fields, one chain length and ε, normalised."""

    strengths: np.ndarray
    exact: np.ndarray
    """Over (h, realization)."""
    members: np.ndarray
    """Of each network, over (member, h, realization)."""


def same_fields(exact: Dataset, predicted: Dataset, target: str, energy_density: float = 0.5) -> Fields:
    """The fields of exact data that were predicted. Others are NaN."""
    pairs = pair(exact, predicted)
    values = mblscale.indicator(exact, target, energy_density, NORMALISATION).where(pairs.found)
    members = mblscale.normalise(predicted[f"{target}_members"], NORMALISATION)
    members = members.sel(epsilon=energy_density, method="nearest")
    aligned = [pairs.aligned(member) for member in members.transpose("member", ...)]
    return Fields(exact["h"].values, _over_fields(values), np.array([_over_fields(own) for own in aligned]))


def over_energies(table: Dataset, target: str) -> np.ndarray:
    """An indicator over (ε, h, realization), normalised."""
    values = mblscale.normalise(table[target], NORMALISATION)
    return values.transpose("epsilon", "h", "realization").values


def _over_fields(values: DataArray) -> np.ndarray:
    return values.transpose("h", "realization").values


def entropies(sizes: list[int]) -> dict[int, dict[str, float]]:
    """What entropies in nats are divided by, by length and normalisation."""
    return {
        sites: {name: scale("entanglement", sites, name) for name in NORMALISATIONS} for sites in sizes
    }
