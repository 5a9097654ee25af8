"""Reads a group of data.h5 or predictions.h5 as a dataset of xarray.

Files of one's own may have further members, which are not read, and axes in any order.
docs/learning.md describes the rules, which are those of the program.
"""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import xarray
from xarray import Dataset, Variable

from mblscale import grid
from mblscale.formats import ResultError, plain
from mblscale.lazy import variable

COORDINATES = (
    "member",
    "h",
    "realization",
    "epsilon",
    "sample",
    "state",
    "pair",
    "site",
    "distance",
    "cut",
    "level",
    "order",
    "ratio_bin",
    "spin_bin",
    "element_bin",
    "sector_level",
    "energy_bin",
    "tau",
    "interval",
    "time",
)
"""The dimensions, in the order of the axes of every quantity."""

_OF_FORMATS = {"dimensions", "DIMENSION_LIST", "REFERENCE_LIST", "CLASS", "NAME", "DIMENSION_LABELS"}
"""Attributes that only describe how a file stores an array."""


def read_group(path: Path, group: h5py.Group) -> tuple[Dataset, dict[str, str]]:
    """The dataset of a group, and why its other members cannot be read, by name.

    Values stay in the file until they are used.
    """
    quantities: dict[str, Variable] = {}
    problems: dict[str, str] = {}
    for name in sorted(set(group) - set(COORDINATES)):
        item = member(group, name)
        if not isinstance(item, h5py.Dataset) or item.shape is None:
            problems[name] = f"{path}: {group.name}/{name} is no dataset with values"
            continue
        try:
            quantities[name] = variable(path, item, _axes(item), _attributes(item))
        except ResultError as error:
            problems[name] = str(error)
    _set_aside_misfits(path, group, quantities, problems)
    known = {name: group[name] for name in COORDINATES if name in group}
    for name in ("h", "epsilon"):
        if name not in known:
            raise ResultError(f'{path}: {group.name} has no "{name}"; every group needs h and epsilon')
    over = _axes_of_strengths(known["h"])
    coordinates = {
        name: Variable(name, np.ravel(dataset[...]), _attributes(dataset))
        for name, dataset in known.items()
        if not _has_no_values(dataset)
    }
    dataset = grid.arranged(quantities, coordinates, over)
    dataset = dataset.transpose(*COORDINATES, missing_dims="ignore")
    dataset = xarray.decode_cf(
        dataset, concat_characters=False, decode_times=False, decode_coords=False, decode_timedelta=False
    )
    sites = Variable((), int(plain(group.attrs["sites"])), {"long_name": "number of sites L", "units": "1"})
    dataset = dataset.assign_coords(sites=sites).assign_attrs(_attributes(group))
    dataset.encoding["source"] = str(path)
    return dataset, problems


def member(group: h5py.Group, name: str) -> h5py.HLObject | None:
    """What a link leads to, if it leads anywhere."""
    try:
        return group.get(name)
    except (OSError, RuntimeError):
        return None


def _set_aside_misfits(
    path: Path, group: h5py.Group, quantities: dict[str, Variable], problems: dict[str, str]
) -> None:
    """Moves quantities to the problems whose axes are not as long as those of the others."""
    ordered = sorted(quantities, key=lambda name: name != "field")
    # A list of `h` may have a value for each realization, and numbers of realizations may be missing.
    named = [name for name in COORDINATES if name in group and name != "realization"]
    lengths: dict[Hashable, int] = {name: group[name].size for name in named}
    for name in ordered:
        own = quantities[name].sizes
        wrong = [axis for axis, length in own.items() if lengths.get(axis, length) != length]
        if wrong:
            axis = wrong[0]
            problems[name] = (
                f"{path}: {group.name}/{name} has {own[axis]} places along {axis}, "
                f"where the others have {lengths[axis]}"
            )
            del quantities[name]
        else:
            lengths |= own


def _has_no_values(dataset: h5py.Dataset) -> bool:
    """Whether this only stands for an axis, as netCDF writes one without coordinates."""
    return str(plain(dataset.attrs.get("NAME", ""))).startswith("This is a netCDF dimension but not")


def _attributes(item: h5py.HLObject) -> dict[str, Any]:
    """The attributes of an object that say something of its values."""
    names = [name for name in item.attrs if name not in _OF_FORMATS and not name.startswith("_N")]
    return {name: plain(item.attrs[name]) for name in names}


def _axes_of_strengths(strengths: h5py.Dataset) -> tuple[str, ...]:
    """What `h` runs over; empty if the file does not say."""
    try:
        return _axes(strengths)
    except ResultError:
        return ()


def _axes(dataset: h5py.Dataset) -> tuple[str, ...]:
    """What the axes run over, in the order of the file: its attribute, or else its scales."""
    if "dimensions" in dataset.attrs:
        names = plain(dataset.attrs["dimensions"]).replace(",", " ").split()
    else:
        names = [axis[0].name.split("/")[-1] if len(axis) else axis.label for axis in dataset.dims]
    if len(names) != dataset.ndim or not set(names) <= set(COORDINATES):
        raise ResultError(
            f"{dataset.file.filename}: {dataset.name} is {list(dataset.shape)} over "
            f'"{" ".join(names)}": name each axis, by {", ".join(COORDINATES)}'
        )
    return tuple(names)
