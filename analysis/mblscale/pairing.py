"""Pairs realizations of two datasets that have the same random field.

Files may hold other fields, or the same fields in another order. Numbers of realizations therefore
say nothing, and only the fields are compared.
"""

from dataclasses import dataclass

import numpy as np
from xarray import DataArray, Dataset

MOST = 6
"""The largest number of strengths that a message lists."""


@dataclass(frozen=True)
class Pairs:
    """The prediction of each field of exact data, over (h, realization) of the exact data."""

    known: DataArray
    """Whether there is a field."""
    place: DataArray
    """The place of the same field among all predicted ones; -1 if it was not predicted."""

    @property
    def found(self) -> DataArray:
        """Which fields were predicted."""
        return self.place >= 0

    def aligned(self, predicted: DataArray) -> DataArray:
        """Predictions in the order of the exact data; NaN for a field that was not predicted."""
        values = predicted.transpose("h", "realization").values.ravel()
        found = self.found
        return found.copy(data=np.where(found, values[self.place], np.nan)).assign_attrs(predicted.attrs)

    def mismatch(self) -> str:
        """How many fields of the exact data were not predicted, and which; empty if all were."""
        missing = self.known & ~self.found
        if not missing.any():
            return ""
        count, every = int(missing.sum()), int(self.known.sum())
        where = self.known["h"].values[missing.any("realization").values]
        if len(where) == int(self.known.any("realization").sum()):
            at = "at every h"
        else:
            named = ", ".join(f"{h:g}" for h in where[:MOST])
            at = f"at h = {named}" + (" and others" if len(where) > MOST else "")
        return f"{count} of {every} fields of the data were not predicted, {at}"


def pair(exact: Dataset, predicted: Dataset) -> Pairs:
    """Finds each field of `exact` among those of `predicted`, bit for bit."""
    places: dict[bytes, int] = {}
    for place, field in enumerate(_fields(predicted).reshape(-1, predicted.sizes["site"])):
        places.setdefault(field.tobytes(), place)
    fields = _fields(exact)
    known = np.isfinite(fields).all(axis=-1)
    place_of = np.full(known.shape, -1)
    for index in zip(*np.nonzero(known), strict=True):
        place_of[index] = places.get(fields[index].tobytes(), -1)
    over = exact["field"].isel(site=0, drop=True)
    return Pairs(over.copy(data=known), over.copy(data=place_of))


def _fields(table: Dataset) -> np.ndarray:
    """The fields over (h, realization, site). Unfinished ones are NaN."""
    # The sum turns -0 into 0, which is the same field in other bits.
    fields = table["field"].transpose("h", "realization", "site").values
    return np.ascontiguousarray(fields, float) + 0.0
