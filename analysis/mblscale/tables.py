"""data.h5 and predictions.h5: a dataset of xarray for each chain length and split.

    data = open_data("out/demo/data.h5")
    data[12, "test"].gap_ratio.sel(epsilon=0.5).mean("realization")
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np
import xarray
from xarray import DataArray, Dataset

from mblscale.formats import FORMAT_VERSION, Document, ResultError, check, plain
from mblscale.layout import member, read_group
from mblscale.normalisation import normalise

Key = tuple[int, str]
"""A chain length and a split, such as (12, "test")."""

BOOKKEEPING = {
    "complete",
    "failure",
    "states",
    "residual",
    "missed",
    "energy_min",
    "energy_max",
    "quench_complete",
}
"""Quantities that say how something was computed, and not what."""

_GROUP = re.compile(r"L\d+/(train|test)")
_SAME = 1e-9
"""Energy densities are equal within this."""


@dataclass(frozen=True)
class Tables:
    """The datasets of a file by chain length and split, and where the file comes from."""

    path: Path
    attributes: Document
    tables: dict[Key, Dataset]
    problems: dict[Key, dict[str, str]] = field(default_factory=dict)
    """Why members of a group cannot be read, by name."""

    def __getitem__(self, key: Key) -> Dataset:
        """The dataset of a chain length and split."""
        if key not in self.tables:
            known = ", ".join(group_name(own) for own in self.tables) or "no groups"
            raise ResultError(f"{self.path} holds no {group_name(key)}, only {known}")
        return self.tables[key]

    def __contains__(self, key: object) -> bool:
        """Whether there is a dataset of a chain length and split."""
        return key in self.tables

    def __iter__(self) -> Iterator[Key]:
        """The chain lengths and splits."""
        return iter(self.tables)

    def __len__(self) -> int:
        """The number of datasets."""
        return len(self.tables)

    def sizes(self, split: str = "test") -> list[int]:
        """The chain lengths that have this split, ascending."""
        return sorted(sites for sites, known in self.tables if known == split)

    def with_quantity(self, name: str) -> dict[int, DataArray]:
        """A quantity by chain length, over the realizations of both splits."""
        found: dict[int, list[DataArray]] = {}
        for (sites, _), table in sorted(self.tables.items()):
            if name in table:
                found.setdefault(sites, []).append(table[name])
        return {
            sites: parts[0] if len(parts) == 1 else _one_after_the_other(parts)
            for sites, parts in found.items()
        }


def group_name(key: Key) -> str:
    """The name of a group in a file, such as L08/train."""
    return f"L{key[0]:02}/{key[1]}"


def open_data(path: str | Path, *file_types: str) -> Tables:
    """Opens data.h5, predictions.h5 or data of one's own, and checks its type.

    Values are read when they are used, and no file stays open.
    """
    path = Path(path)
    try:
        with h5py.File(path) as file:
            attributes = {name: plain(value) for name, value in file.attrs.items()}
            check(path, attributes, *(file_types or ("mblscale-data", "mblscale-predictions")))
            read = [(_key(group), *read_group(path, group)) for group in _groups(file)]
    except OSError as error:
        raise ResultError(
            f"{path} cannot be read as HDF5 ({error}); is a run still writing it? "
            "If not, delete it and run the deck again"
        ) from error
    tables = {key: dataset for key, dataset, _ in read}
    return Tables(path, attributes, tables, {key: problems for key, _, problems in read})


def save_data(path: str | Path, tables: Mapping[Key, Dataset]) -> None:
    """Writes data of one's own, from which `learn.data` of a deck learns.

    A dataset needs `field` over (h, realization, site), and its targets over (h, realization, epsilon).
    """
    groups = {f"/{group_name(key)}": _to_write(key, table) for key, table in tables.items()}
    tree = xarray.DataTree.from_dict(groups)
    tree.attrs = {"file_type": "mblscale-data", "format_version": FORMAT_VERSION}
    tree.to_netcdf(path, engine="h5netcdf")


def indicators(table: Dataset) -> list[str]:
    """Quantities of each realization and energy density, except bookkeeping.

    The only energy density of a dataset needs no axis.
    """
    wanted: list[tuple[str, ...]] = [("h", "realization", "epsilon")]
    if table.sizes.get("epsilon") == 1:
        wanted.append(("h", "realization"))
    return [
        str(name)
        for name, values in table.data_vars.items()
        if values.dims in wanted and name not in BOOKKEEPING
    ]


def at_energy_density(table: Dataset, energy_density: float) -> Dataset:
    """A dataset at one of its energy densities."""
    known = table["epsilon"].values
    places = np.flatnonzero(np.abs(known - energy_density) < _SAME)
    if len(places) == 0:
        raise ResultError(
            f"{_origin(table)} holds no energy density {energy_density}, "
            f"only {', '.join(f'{value:g}' for value in known)}"
        )
    return table.isel(epsilon=int(places[0]))


def indicator(
    table: Dataset, name: str, energy_density: float = 0.5, normalisation: str = "sector"
) -> DataArray:
    """An indicator over (h, realization), normalised if it grows with the chain."""
    if name not in table:
        raise ResultError(
            f'{_origin(table)} holds no "{name}", only {", ".join(map(str, table.data_vars))}'
        )
    return normalise(at_energy_density(table, energy_density)[name], normalisation)


def _origin(table: Dataset) -> str:
    """Where a dataset comes from, for messages."""
    key = int(table["sites"]), table.attrs.get("split", "")
    return f"{table.encoding.get('source', 'the data')}: {group_name(key)}"


def _one_after_the_other(parts: list[DataArray]) -> DataArray:
    parts = [part.drop_vars("realization", errors="ignore") for part in parts]
    return xarray.concat(parts, "realization", join="outer", combine_attrs="override")


def _key(group: h5py.Group) -> Key:
    return int(plain(group.attrs["sites"])), str(group.name.split("/")[-1])


def _groups(file: h5py.File) -> list[h5py.Group]:
    """The groups such as L08/train. Files may hold others, which are not read."""
    names = [f"{size}/{split}" for size in file for split in ("test", "train")]
    groups = [member(file, name) for name in names if _GROUP.fullmatch(name)]
    return [group for group in groups if isinstance(group, h5py.Group)]


def _to_write(key: Key, table: Dataset) -> Dataset:
    """A dataset with the attributes of its group, and an energy density, which a file must have."""
    sites, split = key
    table = table.drop_vars("sites", errors="ignore").assign_attrs(sites=sites, split=split)
    return table if "epsilon" in table.coords else table.assign_coords(epsilon=[0.5])
