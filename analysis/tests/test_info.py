"""What `mblscale info` says of each file of a run, against what h5py and json read in them."""

import json
import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest
from program import ROOT, fail, needs_program, succeed

pytestmark = needs_program

SMALL = ROOT / "input/small.toml"
STUDY = 'learn.study={ kind = "data-size", realizations = [2, 5] }'


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the output of every stage in `out/small`."""
    scratch = tmp_path_factory.mktemp("info")
    succeed("run", SMALL, "--set", STUDY, cwd=scratch)
    return scratch


def info(path: Path) -> str:
    """What is said of a path."""
    return succeed("info", path, cwd=path.parent)


def cells(text: str, first: str) -> list[list[str]]:
    """The rows of a table that begin with a word."""
    return [line.split() for line in text.splitlines() if line.startswith(first)]


def test_every_file_says_whose_it_is(scratch: Path) -> None:
    out = scratch / "out/small"
    with h5py.File(out / "scaling.h5") as file:
        commit, host = file.attrs["commit"], file.attrs["host"]
    names = [path.name for path in out.iterdir() if path.name not in (".lock", "run.jsonl")]
    assert len(names) == 8, names
    for name in names:
        said = info(out / name)
        for fact in ("deck       small\n", f"commit     {commit}\n", f"host       {host}\n"):
            assert fact in said, (name, said)


def test_fits_are_those_of_the_file(scratch: Path) -> None:
    out = scratch / "out/small"
    said = [info(out / name).split("\n", 1)[1] for name in ("scaling.json", "scaling.h5")]
    # One file is written after the other.
    parts = [text.partition("finished") for text in said]
    assert parts[0][1] and parts[0][0] == parts[1][0]
    assert parts[0][2].partition("\n")[2] == parts[1][2].partition("\n")[2]
    fits = json.loads((out / "scaling.json").read_text())["fits"]
    rows = cells(said[0], "entanglement") + cells(said[0], "spin_fraction")
    assert len(rows) == len(fits) == 6
    shown = sorted((row[0], row[1], row[2], round(float(row[-1]), 2)) for row in rows)
    expected = [
        (fit["target"], fit["source"], str(fit["energy_density"]), round(fit["quality"], 2))
        for fit in fits
    ]
    assert shown == sorted(expected)
    with h5py.File(out / "scaling.h5") as file:
        for group in file["fits"].values():
            values = [group[name][0] for name in ("value", "low", "high")]
            if values[2] - values[1] > 0.1:
                value, low, high = values
                assert f"{value:.2f} [{low:.2f}, {high:.2f}]" in said[0]


def test_epochs_and_losses_are_those_of_the_log(scratch: Path) -> None:
    path = scratch / "out/small/training.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()[1:]]
    last = {line["training"]: line for line in lines}
    said = info(path)
    assert f"{path}: {len(last)} trainings; all data: epoch 20 of 20" in said
    for name, line in last.items():
        losses = [it["loss"] for it in lines if it["training"] == name]
        (row,) = [it for it in said.splitlines() if it.startswith(f"{name}  ")]
        assert f"{line['epoch']} of {line['epochs']}" in row
        assert f"{line['loss']:.5f}" in row and f"{min(losses):.5f}" in row


def test_scores_are_those_of_the_file(scratch: Path) -> None:
    out = scratch / "out/small"
    said = info(out / "evaluation.json")
    for score in json.loads((out / "evaluation.json").read_text())["scores"]:
        rows = [row for row in cells(said, score["target"]) if row[1] == str(score["sites"])]
        assert [row[3] for row in rows] == [f"{score['mse']:.5f}"]
    said = info(out / "study.json")
    findings = json.loads((out / "study.json").read_text())["findings"]
    assert f'{len(findings)} findings of the study "data-size"' in said
    for count in (2, 5):
        scores = [
            score["mse"]
            for finding in findings
            if finding["realizations"] == count
            for score in finding["scores"]
            if score["target"] == "gap_ratio"
        ]
        (row,) = [row for row in cells(said, f"N = {count}") if row[3] == "gap_ratio"]
        assert row[4:6] == [str(len(scores)), f"{np.mean(scores):.5f}"]


def test_tasks_are_those_of_the_log(scratch: Path) -> None:
    path = scratch / "out/small/run.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    said = info(path)
    assert f"{len(lines)} solved tasks on 1 rank" in said
    for sites in (6, 8, 10):
        own = [line for line in lines if line["sites"] == sites]
        (row,) = cells(said, f"{sites} ")
        assert row[:3] == [str(sites), own[0]["solver"], str(len(own))]


def test_a_directory_lists_what_it_holds(scratch: Path, tmp_path: Path) -> None:
    out = scratch / "out/small"
    said = info(out)
    assert "360 of 360 realizations finished" in said
    names = ["training.jsonl", "models", "evaluation.json", "study.json", "predictions.h5"]
    names += ["scaling.json", "scaling.h5"]
    for name in names:
        assert len(cells(said, f"{name} ")) == 1, said
    # Any of them alone, as of a deck with a single stage.
    for name in [*names, "run.jsonl"]:
        alone = tmp_path / name
        alone.mkdir()
        copy = shutil.copytree if (out / name).is_dir() else shutil.copy
        copy(out / name, alone / name)
        said = info(alone)
        assert said.startswith(f"{alone}: not running\n") and len(cells(said, name)) == 1


def test_kinds_are_told_apart_by_content(scratch: Path, tmp_path: Path) -> None:
    out = scratch / "out/small"
    paths = [path for path in out.iterdir() if path.is_file() and path.name != ".lock"]
    for path in [*paths, out / "models/member-2.safetensors"]:
        renamed = tmp_path / "renamed.txt"
        shutil.copy(path, renamed)
        assert info(renamed).split(": ", 1)[1] == info(path).split(": ", 1)[1]


def test_an_unfinished_training_and_cut_lines(scratch: Path, tmp_path: Path) -> None:
    out = tmp_path / "cut"
    out.mkdir()
    text = (scratch / "out/small/training.jsonl").read_text()
    lines = text.splitlines(keepends=True)
    cut = "".join(lines[:6]) + lines[6][:30] + "\n" + lines[7] + lines[8][:12]
    (out / "training.jsonl").write_text(cut)
    said = info(out / "training.jsonl")
    assert "epoch 7 of" in said
    assert "warning: line 7 is incomplete or damaged, and 1 more: EOF" in said
    assert "training.jsonl" in info(out)
    # The first line was cut before a line was complete.
    (out / "training.jsonl").write_text(lines[0][:50])
    assert "training.jsonl: it is no whole JSON: EOF" in fail("info", out, cwd=tmp_path)


def test_damage_is_told_by_file_and_place(scratch: Path, tmp_path: Path) -> None:
    out = scratch / "out/small"
    for name in ("scaling.json", "evaluation.json", "study.json"):
        whole = (out / name).read_text()
        damaged = tmp_path / name
        for end in [0, 1, 100, *range(1000, len(whole) - 2, len(whole) // 20)]:
            damaged.write_text(whole[:end])
            said = fail("info", damaged, cwd=tmp_path)
            assert f"cannot read {damaged}: it is no whole JSON: EOF" in said
            line = max(1, len(whole[:end].split("\n")))
            assert f"at line {line} column" in said, said
        value = json.loads(whole)
        key = "fits" if name == "scaling.json" else "scores" if "eval" in name else "findings"
        for wrong in (None, 7, [{"sites": "many"}], [[]]):
            damaged.write_text(json.dumps(value | {key: wrong}))
            assert f'{damaged}: its "{key}": ' in fail("info", damaged, cwd=tmp_path)
        damaged.write_text(json.dumps({k: v for k, v in value.items() if k != key}))
        assert f'it has no "{key}"' in fail("info", damaged, cwd=tmp_path)
        damaged.write_text(json.dumps(value | {"format_version": 2}))
        said = fail("info", damaged, cwd=tmp_path)
        assert "its format version is 2, this program reads 1" in said
    with h5py.File(out / "scaling.h5") as file:
        damaged = tmp_path / "scaling.h5"
        with h5py.File(damaged, "w") as copy:
            for name, value in file.attrs.items():
                copy.attrs[name] = value
            for part in file:
                file.copy(part, copy)
            del copy["fits/002/low"]
    assert "fits/002/low cannot be read: it is not there" in fail("info", damaged, cwd=tmp_path)


FOREIGN = {
    "empty.bin": (b"", "it is empty"),
    "notes.txt": (b"Dear diary\n", 'begins with "Dear diary"'),
    "other.json": (
        b'{"b": 1, "a": [2]}',
        "without the file_type of this program, and has the keys a, b",
    ),
    "typed.json": (b'{"file_type": "mblscale-plan"}', "it is a mblscale-plan file"),
    "list.json": (b"[1, 2]", "it is JSON, but no object"),
    "bytes.json": (b'{"a": "\xff"}', "it is no text in UTF-8"),
    "deep.json": (b"{" + b'"a":{' * 500, "recursion limit"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_files_are_told_what_info_reads(name: str, tmp_path: Path) -> None:
    contents, expected = FOREIGN[name]
    path = tmp_path / name
    path.write_bytes(contents)
    said = fail("info", path, cwd=tmp_path)
    assert f"cannot read {path}: " in said and expected in said, said
    if name in ("empty.bin", "notes.txt", "other.json", "typed.json"):
        assert "info reads data.h5, predictions.h5, scaling.h5" in said


def test_foreign_directories_and_missing_files(tmp_path: Path) -> None:
    said = fail("info", tmp_path / "none.h5", cwd=tmp_path)
    assert "none.h5: No such file" in said
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "picture.png").write_bytes(b"\x89PNG")
    said = fail("info", empty, cwd=tmp_path)
    assert "it holds no file of this program; info reads data.h5" in said
    with h5py.File(tmp_path / "foreign.h5", "w") as file:
        file["x"] = [1.0]
    said = fail("info", tmp_path / "foreign.h5", cwd=tmp_path)
    assert "it has no mblscale file_type attribute" in said
