"""The output directory of a run.

    results = mblscale.open("out/demo")
    table = results.data[12, "test"]
    entropy = mblscale.normalise(table.entanglement.sel(epsilon=0.5))

A file that does not exist is `None`. A file that is not valid raises `ResultError`, whose message
says what to do. docs/file-formats.md describes the files.
"""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import h5py
from xarray import Dataset

from mblscale import decks, scaling_arrays
from mblscale.decks import Deck
from mblscale.fits import fit_table
from mblscale.formats import Document, ResultError, check, load_json, plain
from mblscale.scores import features, scores
from mblscale.tables import Tables, open_data
from mblscale.training import load_training

Part = TypeVar("Part")


def open(directory: str | Path) -> "Results":
    """Opens the `output` directory of a deck."""
    return Results(directory)


class Results:
    """The results of a run. Files are opened on first use."""

    def __init__(self, directory: str | Path) -> None:
        self.directory = Path(directory)
        if not self.directory.is_dir():
            raise ResultError(f"{directory} is not a directory; give the `output` of the deck that was run")

    def __repr__(self) -> str:
        """The directory and its files."""
        names = sorted(path.name for path in self.directory.iterdir() if not path.name.startswith("."))
        return f"Results({str(self.directory)!r}): {', '.join(names) or 'no files'}"

    @cached_property
    def data(self) -> Tables | None:
        """Exact diagonalization: data.h5, or else the data file of the deck.

        A relative path starts at the working directory, as it does for the program.
        """
        if (self.directory / "data.h5").exists():
            return self._own_data
        stage = self.predictions.attributes if self.predictions is not None else self.evaluation or {}
        path = _deck_of(stage).get("learn", {}).get("data")
        return open_data(path, "mblscale-data") if path and Path(path).exists() else None

    @cached_property
    def predictions(self) -> Tables | None:
        """The network's predictions: predictions.h5."""
        return self._if_there("predictions.h5", lambda path: open_data(path, "mblscale-predictions"))

    @cached_property
    def training(self) -> Dataset | None:
        """The losses of every epoch: training.jsonl."""
        return self._if_there("training.jsonl", load_training)

    @cached_property
    def scores(self) -> Dataset | None:
        """The network's scores over target, length, split, energy density or time, and strength."""
        if self.evaluation is None or not self.evaluation["scores"]:
            return None
        learned = self.evaluation.get("time", self.evaluation.get("energy_density"))
        return scores(self.evaluation["scores"], learned)

    @cached_property
    def features(self) -> Dataset | None:
        """The network's features on test data over (sites, member, feature, h)."""
        found = (self.evaluation or {}).get("features", [])
        return features(found) if found and "error" in found[0] else None

    @cached_property
    def fits(self) -> Dataset | None:
        """The fits of finite-size scaling over (fit, parameter)."""
        found = (self.scaling or {}).get("fits")
        return fit_table(found) if found else None

    @cached_property
    def scan(self) -> Dataset | None:
        """The fits to other windows and shortest lengths, as `fits`."""
        found = (self.scaling or {}).get("scan")
        return fit_table(found) if found else None

    @cached_property
    def evaluation(self) -> Document | None:
        """evaluation.json as it is."""
        return self._if_there("evaluation.json", lambda path: load_json(path, "mblscale-evaluation"))

    @cached_property
    def study(self) -> Document | None:
        """study.json as it is."""
        return self._if_there("study.json", lambda path: load_json(path, "mblscale-study"))

    @cached_property
    def scaling(self) -> Document | None:
        """scaling.json as it is, or else scaling.h5 in the same form."""
        found = self._if_there("scaling.json", lambda path: load_json(path, "mblscale-scaling"))
        return found or self._if_there("scaling.h5", _load_scaling_arrays)

    @cached_property
    def deck(self) -> Deck:
        """The tables of the deck with all defaults, each as the last stage with a file here knew it."""
        tables = [file.attributes for file in (self._own_data, self.predictions) if file is not None]
        deck: Deck = {}
        for stage in (*tables[:1], self.evaluation, self.study, *tables[1:], self.scaling):
            deck |= _deck_of(stage or {})
        return deck

    @cached_property
    def _own_data(self) -> Tables | None:
        return self._if_there("data.h5", lambda path: open_data(path, "mblscale-data"))

    def _if_there(self, name: str, load: Callable[[Path], Part]) -> Part | None:
        path = self.directory / name
        return load(path) if path.exists() else None


def _deck_of(stage: Document) -> Deck:
    """The deck that a stage recorded."""
    return decks.parse(stage.get("deck_resolved") or stage.get("deck", ""))


def _load_scaling_arrays(path: Path) -> Document:
    with h5py.File(path) as file:
        check(path, {name: plain(value) for name, value in file.attrs.items()}, "mblscale-scaling")
    return scaling_arrays.load(path)
