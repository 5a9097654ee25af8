"""Where results come from and whose they are, read by other programs than the one that wrote it."""

import json
import os
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import h5py
import pytest
from own_data import ROOT, needs_program
from safetensors import safe_open

from mblscale_results import Output

pytestmark = needs_program

PROVENANCE = {
    "version",
    "commit",
    "command",
    "host",
    "ranks",
    "started",
    "finished",
    "deck",
    "deck_overrides",
    "deck_resolved",
}
SETTINGS = [
    "learn.epochs=2",
    "learn.members=2",
    'learn.study={ kind = "conditioned", epochs = 2, heads = true }',
    "scaling.bootstrap=7",
]


def run(stage: str, deck: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """A stage of a deck with further arguments."""
    return subprocess.run(
        [os.environ["MBLSCALE_BINARY"], stage, str(deck), *more],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"},
    )


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of every stage of a small deck with overrides."""
    output = tmp_path_factory.mktemp("identity") / "out"
    settings = [*SETTINGS, f"output={output}"]
    done = run("run", ROOT / "input/small.toml", *(f"--set={it}" for it in settings))
    assert done.returncode == 0, done.stderr
    return output


def of_hdf5(path: Path) -> dict[str, Any]:
    with h5py.File(path) as file:
        return dict(file.attrs)


def of_network(path: Path) -> dict[str, Any]:
    with safe_open(path, framework="numpy") as file:
        return file.metadata()


def recorded(output: Path) -> dict[str, dict[str, Any]]:
    """What each file of an output directory says of itself."""
    found = {name: of_hdf5(output / name) for name in ("data.h5", "predictions.h5", "scaling.h5")}
    for name in ("evaluation.json", "study.json", "scaling.json"):
        found[name] = json.loads((output / name).read_text())
    lines = (output / "training.jsonl").read_text().splitlines()
    found["training.jsonl"] = json.loads(lines[0])
    for path in sorted((output / "models").iterdir()):
        found[path.name] = of_network(path)
    return found


def test_every_file_says_where_it_comes_from(small: Path) -> None:
    found = recorded(small)
    assert {"member-1.safetensors", "member-2.safetensors"} < found.keys()
    deck = ROOT / "input/small.toml"
    settings = [*SETTINGS, f"output={small}"]
    for name, known in found.items():
        assert known.keys() >= PROVENANCE, name
        assert known["file_type"].startswith("mblscale-"), name
        assert int(known["ranks"]) == 1, name
        assert known["deck"] == deck.read_text(), name
        assert known["deck_overrides"].split("\n") == settings, name
        resolved = tomllib.loads(known["deck_resolved"])
        assert resolved["learn"]["epochs"] == 2, name
        assert resolved["learn"]["study"]["heads"] is True, name
        assert resolved["scaling"]["bootstrap"] == 7, name
        command = shlex.split(known["command"])
        assert command[1:3] == ["run", str(deck)], name
        assert command[3:] == [f"--set={it}" for it in settings], name
        assert known["started"] <= known["finished"], name
        for same in ("version", "commit", "host", "deck_resolved"):
            assert known[same] == found["data.h5"][same], name


def test_the_epochs_follow_where_the_log_comes_from(small: Path) -> None:
    epochs = Output(small).training
    assert [it["epoch"] for it in epochs if it["training"] == "extractor"] == [1, 2]
    assert all("loss" in it for it in epochs)
