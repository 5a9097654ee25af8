"""The grid of strengths and energy densities that quantities are brought to.

Files of one's own may have them in any order, may leave out the axis of a single strength, or may
give every realization a strength of its own. docs/learning.md describes the rules, which are those
of the program.
"""

import numpy as np
from xarray import Dataset, Variable

Axes = tuple[str, ...]


def arranged(quantities: dict[str, Variable], coordinates: dict[str, Variable], over: Axes) -> Dataset:
    """Quantities over ascending `h` and `epsilon`. Places without a realization are NaN.

    `over` names what `h` runs over. It is empty if the file does not say.
    """
    strengths = coordinates["h"]
    if _is_a_strength_each(quantities, strengths.size, over):
        dataset = _in_rows(quantities, strengths)
        coordinates = coordinates | {"h": Variable("h", dataset["h"].values, strengths.attrs)}
    else:
        if strengths.size == 1:
            quantities = {name: _with_strength(values) for name, values in quantities.items()}
        dataset = Dataset(quantities)
    sizes = dataset.sizes
    fitting = {
        name: values
        for name, values in coordinates.items()
        if sizes.get(name, values.size) == values.size
    }
    dataset = dataset.assign_coords(fitting)
    for name in ("h", "epsilon"):
        if np.any(np.diff(dataset[name].values) < 0):
            dataset = dataset.sortby(name)
    return dataset


def _is_a_strength_each(quantities: dict[str, Variable], count: int, over: Axes) -> bool:
    """Whether every realization has a strength of its own."""
    telling = [quantities["field"]] if "field" in quantities else list(quantities.values())
    unnamed = (
        not over
        and all("h" not in values.dims for values in telling)
        and any(values.sizes.get("realization") == count for values in telling)
    )
    return over == ("realization",) or unnamed


def _in_rows(quantities: dict[str, Variable], strengths: Variable) -> Dataset:
    """A row for each strength, with its realizations in their order."""
    of_each = strengths.values
    distinct = np.unique(of_each)
    rows = [np.flatnonzero(of_each == value) for value in distinct]
    places = np.full((len(rows), max(map(len, rows), default=0)), -1)
    for row, own in zip(places, rows, strict=True):
        row[: len(own)] = own
    index = Variable(("h", "realization"), places)
    found = {}
    for name, values in quantities.items():
        if "realization" in values.dims and "h" not in values.dims:
            nothing = "" if values.dtype == object else np.nan
            values = values.isel(realization=index).where(index >= 0, nothing)
        found[name] = values
    return Dataset(found, coords={"h": distinct})


def _with_strength(values: Variable) -> Variable:
    """A quantity of the only strength, with an axis for it."""
    if "realization" not in values.dims or "h" in values.dims:
        return values
    named: Variable = values.set_dims(("h", *values.dims))
    return named
