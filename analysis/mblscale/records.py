"""Lists of records, as JSON holds them, as datasets of xarray."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas
from xarray import Dataset

Record = dict[str, Any]

Described = Mapping[str, tuple[str, str]]
"""A unit and a long name for each variable."""


def dataset(records: Sequence[Record], keys: Sequence[str], described: Described) -> Dataset:
    """The records over their keys, in the order of the first occurrence. What is missing is NaN.

    Of several records with the same keys, the last one counts.
    """
    rows = [{name: record.get(name) for name in described} for record in records]
    table = pandas.DataFrame.from_records(rows)
    for name in set(described) - set(keys):
        table[name] = pandas.to_numeric(table[name], errors="coerce").astype(float)
    table = table.drop_duplicates(list(keys), keep="last").set_index(list(keys))
    found = Dataset.from_dataframe(table)
    for key in keys:
        if found[key].dtype.kind not in "if":
            found = found.reindex({key: _distinct([record.get(key) for record in records])})
    return describe(found, described)


def describe(found: Dataset, described: Described) -> Dataset:
    """The dataset with units and long names."""
    for name, (units, long_name) in described.items():
        if name in found.variables:
            found[name].attrs = {"units": units, "long_name": long_name}
    return found


def numbers(values: Sequence[Any]) -> np.ndarray:
    """Numbers as an array, NaN for those that are null."""
    return np.array(values, float)


def _distinct(values: Sequence[Hashable]) -> list[Hashable]:
    return list(dict.fromkeys(values))
