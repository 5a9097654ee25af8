"""Pairs realizations of two tables that have the same random field.

Files may hold other fields, or the same fields in another order. Numbers of realizations therefore
say nothing, and only the fields are compared.
"""

from dataclasses import dataclass

import numpy as np

from mblscale_results import Table

MOST = 6
"""The largest number of strengths that a message lists."""


@dataclass(frozen=True)
class Pairs:
    """The prediction of each field of exact data."""

    strengths: np.ndarray
    known: np.ndarray
    """Whether there is a field, over (h, realization) of the exact data."""
    place: np.ndarray
    """The place of the same field among all predicted ones; -1 if it was not predicted."""

    @property
    def found(self) -> np.ndarray:
        """Which fields were predicted, over (h, realization) of the exact data."""
        return self.place >= 0

    def aligned(self, predicted: np.ndarray) -> np.ndarray:
        """Predictions in the order of the exact data; NaN for a field that was not predicted."""
        result = np.full(self.place.shape, np.nan)
        result[self.found] = predicted.reshape(-1)[self.place[self.found]]
        return result

    def mismatch(self) -> str:
        """How many fields of the exact data were not predicted, and which; empty if all were."""
        missing = self.known & ~self.found
        if not missing.any():
            return ""
        count, every = np.count_nonzero(missing), np.count_nonzero(self.known)
        where = self.strengths[missing.any(axis=1)]
        if len(where) == np.count_nonzero(self.known.any(axis=1)):
            at = "at every h"
        else:
            named = ", ".join(f"{h:g}" for h in where[:MOST])
            at = f"at h = {named}" + (" and others" if len(where) > MOST else "")
        return f"{count} of {every} fields of the data were not predicted, {at}"


def pair(exact: Table, predicted: Table) -> Pairs:
    """Finds each field of `exact` among those of `predicted`, bit for bit."""
    places: dict[bytes, int] = {}
    for place, field in enumerate(_fields(predicted).reshape(-1, predicted.sites)):
        places.setdefault(field.tobytes(), place)
    fields = _fields(exact)
    known = np.isfinite(fields).all(axis=-1)
    place = np.full(known.shape, -1)
    for index in zip(*np.nonzero(known), strict=True):
        place[index] = places.get(fields[index].tobytes(), -1)
    return Pairs(exact.strengths, known, place)


def _fields(table: Table) -> np.ndarray:
    """The fields over (h, realization, site). Unfinished ones are NaN."""
    # The sum turns -0 into 0, which is the same field in other bits.
    return np.asarray(table.read("field"), float) + 0.0
