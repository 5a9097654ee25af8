"""The grid of strengths and energy densities that quantities are brought to.

Files of one's own may have them in any order, may leave out the axis of a single strength, or may
give every realization a strength of its own. docs/learning.md describes the rules, which are those
of the program.
"""

from dataclasses import dataclass

import numpy as np

Axes = tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """The strengths and energy densities, and where their values are in the file."""

    coordinates: dict[str, np.ndarray]
    """`h` and `epsilon`, ascending."""
    orders: dict[str, np.ndarray]
    """Their numbers in the file."""
    rows: list[np.ndarray] | None
    """The realizations of each strength, if every realization has a strength of its own."""

    @classmethod
    def of(cls, h: np.ndarray, axes: Axes, epsilon: np.ndarray, quantities: dict) -> "Grid":
        """The grid of a group, from `h` over `axes`, and the axes and shape of each quantity.

        `axes` is empty if the file does not say what `h` runs over.
        """
        h, epsilon = np.ravel(h), np.ravel(epsilon)
        coordinates = {"h": np.sort(h), "epsilon": np.sort(epsilon)}
        orders = {"h": np.argsort(h, kind="stable"), "epsilon": np.argsort(epsilon)}
        telling = [quantities["field"]] if "field" in quantities else quantities.values()
        lengths = [dict(zip(*quantity, strict=True)) for quantity in telling]
        unnamed = (
            not axes
            and all("h" not in known for known in lengths)
            and any(known.get("realization") == len(h) for known in lengths)
        )
        if axes != ("realization",) and not unnamed:
            return cls(coordinates, orders, None)
        coordinates["h"] = np.unique(h)
        return cls(coordinates, orders, [np.flatnonzero(h == value) for value in coordinates["h"]])

    def axes(self, axes: Axes) -> Axes:
        """The axes of a quantity once it is brought to the grid."""
        inserts = self.rows is not None or len(self.coordinates["h"]) == 1
        if "realization" in axes and "h" not in axes and inserts:
            place = axes.index("realization")
            return (*axes[:place], "h", *axes[place:])
        return axes

    def arrange(self, axes: Axes, values: np.ndarray) -> np.ndarray:
        """Brings a quantity to the grid. Places without a realization are NaN."""
        for name, order in self.orders.items():
            if name in axes:
                values = values.take(order, axis=axes.index(name))
        if self.axes(axes) == axes:
            return values
        place = axes.index("realization")
        if self.rows is None:
            return np.expand_dims(values, place)
        longest = max(map(len, self.rows), default=0)
        rest = values.shape[place + 1 :]
        shape = (*values.shape[:place], len(self.rows), longest, *rest)
        none = np.nan if values.dtype.kind == "f" else ""
        grid = np.full(shape, none, dtype=values.dtype)
        before = (slice(None),) * place
        for number, row in enumerate(self.rows):
            grid[(*before, number, slice(len(row)))] = values.take(row, axis=place)
        return grid
