"""Files that claim more than they hold, or nothing at all: a message or a result, in little memory."""

import resource
import subprocess
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import program
import pytest
from own_data import write_data
from program import needs_program

pytestmark = needs_program

MEMORY = 4 * 2**30
"""So many bytes of addresses the program gets. Lies claim much more."""

SCALING = """version = 1
name = "lies"
output = "{output}"
[scaling]
sources = ["own.h5"]
targets = ["imbalance"]
window = [0.0, 10.0]
bootstrap = 2
"""


def mblscale(scratch: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = program.mblscale(
        *arguments,
        cwd=scratch,
        limit=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    assert done.returncode in (0, 1), done.stderr
    assert "panicked" not in done.stderr and "internal error" not in done.stderr, done.stderr
    return done


def replace(group: h5py.Group, name: str, dimensions: str, **options: object) -> None:
    del group[name]
    dataset = group.create_dataset(name, **options)
    dataset.attrs["dimensions"] = dimensions


HUGE = 2**33


def no_chunks(group: h5py.Group) -> None:
    shape = (2, HUGE, 1)
    replace(group, "imbalance", "h realization epsilon", shape=shape, chunks=(1, 64, 1), dtype="f8")


def no_chunks_compressed(group: h5py.Group) -> None:
    options = {"shape": (2, HUGE, 1), "chunks": (1, 64, 1), "dtype": "f8", "compression": "gzip"}
    replace(group, "imbalance", "h realization epsilon", **options)


def never_written(group: h5py.Group) -> None:
    replace(group, "imbalance", "h realization epsilon", shape=(2, HUGE, 1), dtype="f8")


def huge_chunks(group: h5py.Group) -> None:
    options = {"shape": (2, 200, 1), "maxshape": (None,) * 3, "chunks": (2**26, 1, 1)}
    replace(group, "imbalance", "h realization epsilon", dtype="f4", **options)


def huge_list(group: h5py.Group) -> None:
    del group["h"]
    group.create_dataset("h", shape=(HUGE,), chunks=(64,), dtype="f8")


def huge_texts(group: h5py.Group) -> None:
    options = {"shape": (2, HUGE, 1), "chunks": (1, 64, 1), "dtype": h5py.string_dtype()}
    failure = group.create_dataset("failure", **options)
    failure.attrs["dimensions"] = "h realization epsilon"


@pytest.mark.parametrize(
    ("lie", "name"),
    [
        (no_chunks, "imbalance"),
        (no_chunks_compressed, "imbalance"),
        (never_written, "imbalance"),
        (huge_chunks, "imbalance"),
        (huge_list, "h"),
        (huge_texts, "failure"),
    ],
)
def test_shapes_are_believed_within_the_file(
    lie: Callable[[h5py.Group], None], name: str, tmp_path: Path
) -> None:
    data = write_data(tmp_path)
    with h5py.File(data, "r+") as file:
        lie(file["L08/train"])
    done = mblscale(tmp_path, "info", str(data))
    # The coordinate is needed, the others matter only where they are asked for.
    assert done.returncode == (1 if name == "h" else 0)
    said = done.stderr if name == "h" else done.stdout
    assert f"L08/train/{name} cannot be read: it claims to be" in said


@pytest.mark.parametrize("sites", [1, 2**31, 2**62, -(2**62), 1e300, np.nan, np.inf, 8.5])
def test_lengths_that_no_chain_has(sites: float, tmp_path: Path) -> None:
    data = write_data(tmp_path)
    name = f"L{int(sites):02}" if 0 <= sites < 2**63 else "L08"
    with h5py.File(data, "r+") as file:
        del file["L08/test"]
        file["L08/train"].attrs["sites"] = sites
        if name != "L08":
            file.move("L08", name)
    done = mblscale(tmp_path, "info", str(data))
    assert done.returncode == 1
    assert f'the attribute "sites" of {name}/train is' in done.stderr
    assert len(done.stderr) < 400


@pytest.mark.parametrize("axis", ["h", "realization", "epsilon"])
def test_empty_axes_are_shown(axis: str, tmp_path: Path) -> None:
    data = write_data(tmp_path)
    with h5py.File(data, "r+") as file:
        group = file["L08/train"]
        for name in ("field", "imbalance"):
            dimensions = group[name].attrs["dimensions"]
            values = group[name][...]
            if axis in dimensions.split():
                values = values.take([], axis=dimensions.split().index(axis))
            replace(group, name, dimensions, data=values)
        if axis in group:
            del group[axis]
            group[axis] = np.empty(0)
    done = mblscale(tmp_path, "info", str(data))
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("L08/train")]
    # Of a file without `complete`, those with a field count.
    assert ("400 of 400" if axis == "epsilon" else "0 of 0") in line


def members(counts: dict[str, int], tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Scales data with so many predictions of each realization in each split."""
    data = write_data(tmp_path)
    with h5py.File(data, "r+") as file:
        file.copy("L08", "L10")
        for split, count in counts.items():
            for sites in (8, 10):
                group = file[f"L{sites:02}/{split}"]
                group.attrs["sites"] = sites
                del group["field"]
                for name in ("h", "imbalance"):
                    values = np.concatenate([group[name][...], group[name][:1] + 1])
                    dimensions = group[name].attrs.get("dimensions", "h")
                    replace(group, name, dimensions, data=values)
                single = np.repeat(group["imbalance"][...][None], count, axis=0)
                group["imbalance_members"] = single
                group["imbalance_members"].attrs["dimensions"] = "member h realization epsilon"
    deck = tmp_path / "deck.toml"
    deck.write_text(SCALING.format(output=tmp_path / "out"), encoding="utf-8")
    return mblscale(tmp_path, "scale", str(deck))


def test_uneven_members_are_refused(tmp_path: Path) -> None:
    assert members({"train": 3, "test": 3}, tmp_path).returncode == 0
    for counts in ({"train": 3, "test": 2}, {"train": 0, "test": 0}):
        done = members(counts, tmp_path)
        assert done.returncode == 1
        assert f"imbalance has {counts['test']} prediction(s) of each realization" in done.stderr
