"""Loads the output directory of a run of mblscale.

    output = Output("out/demo")
    table = output.data.table(12, "test")
    entropy = table.indicator("entanglement", energy_density=0.5)  # (h, realization), S/S_0

A file that does not exist is `None`. A file that is not valid raises `ResultError`, whose message
says what to do. docs/file-formats.md describes the files.
"""

import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import h5py
import numpy as np

import scaling_arrays
from grid import Grid
from normalisation import scale

FORMAT_VERSION = 1
"""The version of every file format that this module reads."""

_INDICATOR_DIMENSIONS = ("h", "realization", "epsilon")
_COORDINATES = (
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
"""The dimensions, in the order of the axes that `Table.read` returns."""
_BOOKKEEPING = {
    "complete",
    "failure",
    "states",
    "residual",
    "missed",
    "energy_min",
    "energy_max",
    "quench_complete",
}
_GROUP = re.compile(r"L\d+/(train|test)")


class ResultError(Exception):
    """A file is not valid. The message says which file, what was found, and what to do."""


@dataclass(frozen=True)
class Table:
    """The realizations of one chain length and one split. Quantities are read on demand."""

    path: Path
    sites: int
    split: str
    coordinates: dict[str, np.ndarray]
    dimensions: dict[str, tuple[str, ...]]
    grid: Grid
    problems: dict[str, str] = field(default_factory=dict)
    """Why datasets of the group cannot be read, by name."""

    @property
    def group(self) -> str:
        """The name of the group in the file."""
        return f"L{self.sites:02}/{self.split}"

    @property
    def strengths(self) -> np.ndarray:
        """The disorder strengths h, ascending."""
        return self.coordinates["h"]

    @property
    def indicators(self) -> list[str]:
        """Quantities of each realization and energy density, except bookkeeping.

        The only energy density of a table needs no axis.
        """
        wanted = [_INDICATOR_DIMENSIONS]
        if len(self.coordinates["epsilon"]) == 1:
            wanted.append(_INDICATOR_DIMENSIONS[:2])
        return [
            name
            for name, dimensions in self.dimensions.items()
            if dimensions in wanted and name not in _BOOKKEEPING
        ]

    def read(self, name: str) -> np.ndarray:
        """A quantity over `dimensions[name]`, else as stored. Unfinished and failed values are NaN."""
        if name in self.problems:
            raise ResultError(self.problems[name])
        if name not in self.dimensions:
            raise ResultError(
                f'{self.path}: {self.group} holds no "{name}", only {", ".join(self.dimensions)}'
            )
        with h5py.File(self.path) as file:
            dataset = file[self.group][name]
            is_text = h5py.check_string_dtype(dataset.dtype) is not None
            values = dataset.asstr()[...] if is_text else dataset[...]
            axes = _axes(dataset)
        stored = tuple(sorted(axes, key=_COORDINATES.index))
        values = values.transpose([axes.index(dimension) for dimension in stored])
        return self.grid.arrange(stored, values)

    def indicator(
        self, name: str, energy_density: float = 0.5, normalisation: str = "sector"
    ) -> np.ndarray:
        """An indicator over (h, realization), normalised if it grows with the chain."""
        values, level = self.read(name), self._level(energy_density)
        values = values[:, :, level] if values.ndim == 3 else values
        return values / scale(name, self.sites, normalisation)

    def _level(self, energy_density: float) -> int:
        known = self.coordinates["epsilon"]
        found = np.flatnonzero(np.abs(known - energy_density) < 1e-9)
        if len(found) == 0:
            raise ResultError(
                f"{self.path}: {self.group} holds no energy density {energy_density}, "
                f"only {', '.join(f'{value:g}' for value in known)}"
            )
        return int(found[0])


@dataclass(frozen=True)
class ResultFile:
    """data.h5 or predictions.h5: its provenance, and its tables by (sites, split)."""

    path: Path
    attributes: dict[str, Any]
    tables: dict[tuple[int, str], Table]

    def sizes(self, split: str) -> list[int]:
        """The chain lengths that have this split, ascending."""
        return sorted(sites for sites, known in self.tables if known == split)

    def table(self, sites: int, split: str) -> Table:
        """The table of a chain length and split."""
        if (sites, split) not in self.tables:
            known = ", ".join(table.group for table in self.tables.values()) or "no groups"
            raise ResultError(f"{self.path} holds no L{sites:02}/{split}, only {known}")
        return self.tables[sites, split]


class Output:
    """The output directory of a run. Files are opened on first use."""

    def __init__(self, directory: str | Path) -> None:
        self.directory = Path(directory)
        if not self.directory.is_dir():
            raise ResultError(
                f"{directory} is not a directory; give the `output` of the deck that was run"
            )

    @cached_property
    def deck(self) -> dict[str, Any]:
        """The tables of the deck, each as the last stage with a file here knew it."""
        own = self.directory / "data.h5"
        data = self._if_there(own.name, load_tables, "mblscale-data")
        tables = [file.attributes for file in (data, self.predictions) if file is not None]
        stages = [*tables[:1], self.evaluation, self.study, *tables[1:], self.scaling]
        deck: dict[str, Any] = {}
        for stage in stages:
            if stage:
                deck |= tomllib.loads(stage.get("deck_resolved") or stage.get("deck", ""))
        return deck

    @cached_property
    def data(self) -> ResultFile | None:
        """Exact diagonalization: data.h5, or else the data file of the deck.

        A relative path starts at the working directory, as it does for the program.
        """
        if (self.directory / "data.h5").exists():
            return self._if_there("data.h5", load_tables, "mblscale-data")
        if self.predictions is not None:
            deck = self.predictions.attributes["deck_resolved"]
        else:
            evaluation = self.evaluation or {}
            deck = evaluation.get("deck_resolved", evaluation.get("deck", ""))
        path = tomllib.loads(deck).get("learn", {}).get("data")
        return load_tables(path, "mblscale-data") if path and Path(path).exists() else None

    @cached_property
    def predictions(self) -> ResultFile | None:
        """The network's predictions: predictions.h5."""
        return self._if_there("predictions.h5", load_tables, "mblscale-predictions")

    @cached_property
    def evaluation(self) -> dict[str, Any] | None:
        """The network's scores: evaluation.json."""
        return self._if_there("evaluation.json", load_json, "mblscale-evaluation")

    @cached_property
    def study(self) -> dict[str, Any] | None:
        """The findings of a study of the network: study.json."""
        return self._if_there("study.json", load_json, "mblscale-study")

    @cached_property
    def scaling(self) -> dict[str, Any] | None:
        """The fits of finite-size scaling: scaling.json, or else scaling.h5."""
        found = self._if_there("scaling.json", load_json, "mblscale-scaling")
        return found or self._if_there("scaling.h5", load_scaling_arrays, "mblscale-scaling")

    @cached_property
    def training(self) -> list[dict[str, Any]] | None:
        """An entry for each epoch: training.jsonl."""
        return self._if_there("training.jsonl", load_training)

    def _if_there(self, name: str, load: Callable[..., Any], *arguments: str) -> Any:
        path = self.directory / name
        return load(path, *arguments) if path.exists() else None


def load_tables(path: str | Path, file_type: str) -> ResultFile:
    """Opens data.h5 or predictions.h5, and checks its type."""
    path = Path(path)
    try:
        with h5py.File(path) as file:
            attributes = {name: _plain(value) for name, value in file.attrs.items()}
            _check(path, attributes, file_type)
            tables = [_table(path, group) for group in _groups(file)]
    except OSError as error:
        raise ResultError(
            f"{path} cannot be read as HDF5 ({error}); is a run still writing it? "
            "If not, delete it and run the deck again"
        ) from error
    return ResultFile(path, attributes, {(table.sites, table.split): table for table in tables})


def load_json(path: str | Path, file_type: str) -> dict[str, Any]:
    """Reads a JSON file, and checks its type."""
    content = _parse(Path(path), Path(path).read_text(encoding="utf-8"))
    _check(Path(path), content, file_type)
    return content


def load_scaling_arrays(path: str | Path, file_type: str) -> dict[str, Any]:
    """Reads scaling.h5, and checks its type: the contents of scaling.json, and the refits."""
    with h5py.File(path) as file:
        _check(Path(path), {name: _plain(value) for name, value in file.attrs.items()}, file_type)
    return scaling_arrays.load(path)


def load_training(path: str | Path) -> list[dict[str, Any]]:
    """Reads the epochs of training.jsonl, and checks its type.

    The first line says where the file comes from; older files have none. A killed run may leave a
    last line without an end, which is ignored.
    """
    path = Path(path)
    lines = [_parse(path, line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]
    if lines and "file_type" in lines[0]:
        _check(path, lines.pop(0), "mblscale-training")
    return lines


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise ResultError(f"{path} is not JSON ({error}); run the deck again") from error
    if not isinstance(content, dict):
        raise ResultError(f"{path} holds no JSON object; was it written by mblscale?")
    return content


def _check(path: Path, attributes: dict[str, Any], file_type: str) -> None:
    found = attributes.get("file_type", "none")
    if found != file_type:
        raise ResultError(
            f'{path} has file_type "{found}" where "{file_type}" was expected; '
            "give a file that mblscale wrote, under the name it gave it"
        )
    version = attributes.get("format_version", 0)
    if version != FORMAT_VERSION:
        raise ResultError(
            f"{path} has format_version {version}; this reads version {FORMAT_VERSION}: "
            "use the analysis/ of the program that wrote it "
            f"({attributes.get('version', 'unknown version')})"
        )


def _groups(file: h5py.File) -> list[h5py.Group]:
    """The groups such as L08/train. Files may hold others, which are not read."""
    names = [f"{size}/{split}" for size in file for split in ("test", "train")]
    groups = [_member(file, name) for name in names if _GROUP.fullmatch(name)]
    return [group for group in groups if isinstance(group, h5py.Group)]


def _member(group: h5py.Group, name: str) -> h5py.HLObject | None:
    """What a link leads to, if it leads anywhere."""
    try:
        return group.get(name)
    except (OSError, RuntimeError):
        return None


def _table(path: Path, group: h5py.Group) -> Table:
    known, problems = {}, {}
    for name in sorted(set(group) - set(_COORDINATES)):
        item = _member(group, name)
        if not isinstance(item, h5py.Dataset) or item.shape is None:
            problems[name] = f"{path}: {group.name}/{name} is no dataset with values"
            continue
        try:
            known[name] = (tuple(_axes(item)), item.shape)
        except ResultError as error:
            problems[name] = str(error)
    coordinates = {name: group[name][...] for name in _COORDINATES if name in group}
    try:
        over = tuple(_axes(group["h"]))
    except ResultError:
        over = ()
    grid = Grid.of(coordinates["h"], over, coordinates["epsilon"], known)
    dimensions = {
        name: grid.axes(tuple(sorted(axes, key=_COORDINATES.index)))
        for name, (axes, _) in known.items()
    }
    sites, split = int(_plain(group.attrs["sites"])), group.name.split("/")[-1]
    return Table(path, sites, split, coordinates | grid.coordinates, dimensions, grid, problems)


def _axes(dataset: h5py.Dataset) -> list[str]:
    """What the axes run over, in the order of the file: its attribute, or else its scales."""
    if "dimensions" in dataset.attrs:
        names = _plain(dataset.attrs["dimensions"]).replace(",", " ").split()
    else:
        names = [axis[0].name.split("/")[-1] if len(axis) else axis.label for axis in dataset.dims]
    if len(names) != dataset.ndim or not set(names) <= set(_COORDINATES):
        raise ResultError(
            f"{dataset.file.filename}: {dataset.name} is {list(dataset.shape)} over "
            f'"{" ".join(names)}": name each axis, by {", ".join(_COORDINATES)}'
        )
    return names


def _plain(value: Any) -> Any:
    """An attribute as a Python type. HDF5 has several types of strings and integers."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.ndarray) and value.size == 1:
        return _plain(value.flat[0])
    if isinstance(value, np.ndarray) and value.dtype.kind in "OSU":
        return " ".join(_plain(text) for text in value.flat)
    return value.item() if isinstance(value, np.generic) else value
