"""Means over realizations, which are the independent unit, and their standard errors."""

import warnings
from collections.abc import Hashable, Iterable

import numpy as np
from xarray import DataArray, Dataset


def aggregate(values: DataArray, over: str = "realization", within: Iterable[Hashable] = ()) -> Dataset:
    """`mean`, standard `error`, `deviation` and `count` over realizations.

    Realizations that failed, are not finished or have no value do not count. Values are first averaged
    over the dimensions `within` a realization, such as "sample" or "state", because these are not
    independent.
    """
    with warnings.catch_warnings():
        # A strength without finished realizations has no mean.
        warnings.simplefilter("ignore", RuntimeWarning)
        each = values.mean(list(within), keep_attrs=True) if within else values
        count = each.count(over, keep_attrs=True)
        mean = each.mean(over, keep_attrs=True)
        deviation = each.std(over, ddof=1, keep_attrs=True)
    deviation = deviation.where(count > 1)
    error = deviation / np.sqrt(count)
    found = Dataset({"mean": mean, "error": error, "deviation": deviation, "count": count})
    name = values.attrs.get("long_name", values.name)
    for key, text in {
        "mean": f"mean of {name}",
        "error": f"standard error of {name} over {over}s",
        "deviation": f"standard deviation of {name} between {over}s",
    }.items():
        found[key].attrs = values.attrs | {"long_name": text}
    found["count"].attrs = {"long_name": f"{over}s with a value", "units": "1"}
    return found
