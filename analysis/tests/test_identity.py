"""Where results come from and whose they are, read by other programs than the one that wrote it."""

import hashlib
import json
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from program import PROVENANCE, ROOT, mblscale, needs_program
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from mblscale import decks, scaling_arrays
from mblscale.training import load_epochs

pytestmark = needs_program

SETTINGS = [
    "learn.epochs=2",
    "learn.members=2",
    'learn.study={ kind = "conditioned", epochs = 2, heads = true }',
    "scaling.bootstrap=7",
]


def run(stage: str, deck: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """A stage of a deck with further arguments."""
    return mblscale(stage, deck, *more)


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
        resolved = decks.parse(known["deck_resolved"])
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
    epochs = load_epochs(small / "training.jsonl")
    assert [it["epoch"] for it in epochs if it["training"] == "extractor"] == [1, 2]
    assert all("loss" in it for it in epochs)


def identity(*parts: str | np.ndarray) -> str:
    """The identity of texts and numbers, as docs/file-formats.md says."""
    found = hashlib.sha256()
    for part in parts:
        is_text = isinstance(part, str)
        found.update(f"{part}\n".encode() if is_text else np.asarray(part, "<f8").tobytes())
    return found.hexdigest()[:32]


def weights(output: Path) -> str:
    parts: list[str | np.ndarray] = []
    for member in (1, 2):
        tensors = load_file(output / f"models/member-{member}.safetensors")
        parts += [part for name in sorted(tensors) for part in (name, tensors[name])]
    return identity(*parts)


def training_data(output: Path, targets: list[str], energies: slice) -> str:
    parts: list[str | np.ndarray] = []
    with h5py.File(output / "data.h5") as file:
        for name in ("L06/train", "L08/train"):
            group = file[name]
            parts += [name, group["h"][...], "field", group["field"][...]]
            parts.append(group["epsilon"][energies])
            for target in targets:
                # Energy densities come one after the other.
                values = group[target][:, :, energies]
                parts += [target, np.moveaxis(values, 2, 0)]
    return identity(*parts)


def numbers(path: Path) -> str:
    """The identity of data.h5 or predictions.h5."""
    parts: list[str | np.ndarray] = []
    coordinates = {"h", "realization", "epsilon", "site", "state", "member"}
    with h5py.File(path) as file:
        groups = [group for size in file.values() for group in size.values()]
        groups.sort(key=lambda it: (it.attrs["sites"], it.attrs["split"] == "test"))
        for group in groups:
            parts += [group.name.removeprefix("/"), group["h"][...], group["epsilon"][...]]
            names = sorted(group.keys() - coordinates - {"failure"})
            parts += [part for name in names for part in (name, group[name][...])]
    return identity(*parts)


def test_identities_are_those_that_others_compute(small: Path) -> None:
    found = recorded(small)
    learned = training_data(small, ["gap_ratio", "entanglement", "spin_fraction"], slice(None))
    data, predictions = numbers(small / "data.h5"), numbers(small / "predictions.h5")
    assert found["data.h5"]["identity"] == data
    assert found["predictions.h5"]["identity"] == predictions
    made = ("member-1.safetensors", "evaluation.json", "study.json", "predictions.h5")
    for name in made:
        assert found[name]["weights_identity"] == weights(small), name
        assert found[name]["training_data_identity"] == learned, name
    for name in ("evaluation.json", "study.json"):
        assert found[name]["data_identity"] == data, name
    scaled = {"weights_identity": weights(small), "training_data_identity": learned}
    expected = [
        {"source": "exact", "identity": data} | dict.fromkeys(scaled),
        {"source": "predicted", "identity": predictions} | scaled,
    ]
    assert found["scaling.json"]["sources"] == expected
    assert scaling_arrays.load(small / "scaling.h5")["sources"] == expected


def test_a_table_is_known_by_its_bytes(tmp_path: Path) -> None:
    table = "L,h,mean,error\n" + "".join(
        f"{sites},{h},{1 / (1 + np.exp((h - 3) * sites / 8)):.6f},0.01\n"
        for sites in (8, 10, 12)
        for h in (1, 2, 3, 4, 5)
    )
    (tmp_path / "means.csv").write_text(table)
    deck = tmp_path / "deck.toml"
    deck.write_text(
        f'version = 1\nname = "x"\noutput = "{tmp_path / "out"}"\n[scaling]\n'
        'sources = ["means.csv"]\ntargets = ["gap_ratio"]\nwindow = [0.0, 9.0]\nbootstrap = 3\n'
    )
    done = run("scale", deck)
    assert done.returncode == 0, done.stderr
    (source,) = json.loads((tmp_path / "out/scaling.json").read_text())["sources"]
    expected = hashlib.sha256(table.encode()).hexdigest()[:32]
    assert (source["source"], source["identity"]) == ("means.csv", expected)


def test_files_of_earlier_versions_are_used_with_a_warning(small: Path, tmp_path: Path) -> None:
    output = shutil.copytree(small, tmp_path / "out")
    for path in (output / "models").iterdir():
        metadata = of_network(path)
        known = {name: text for name, text in metadata.items() if "identity" not in name}
        save_file(load_file(path), path, metadata=known)
    settings = [f"--set={it}" for it in [*SETTINGS, f"output={output}"]]
    deck = ROOT / "input/small.toml"
    for stage in ("predict", "scale"):
        done = run(stage, deck, *settings)
        assert done.returncode == 0, done.stderr
        assert ("an earlier version wrote it" in done.stderr) == (stage == "predict")
    with h5py.File(output / "predictions.h5", "r+") as file:
        assert "training_data_identity" not in file.attrs
        del file.attrs["weights_identity"], file.attrs["identity"]
    done = run("scale", deck, *settings)
    assert done.returncode == 0, done.stderr
    assert "an earlier version wrote it" in done.stderr
