"""The same data in the usual layout and in others: the same networks, predictions and fits."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import program
import pytest
from own_data import mblscale, write_data
from program import needs_program

from mblscale.normalisation import scale
from mblscale.results import Results
from mblscale.tables import indicator, open_data

pytestmark = needs_program


def put(group: h5py.Group, name: str, values: np.ndarray, dimensions: str | None) -> None:
    if name in group:
        del group[name]
    group[name] = values
    if dimensions is not None:
        group[name].attrs["dimensions"] = dimensions


def change(data: Path, arrange: Callable[[h5py.Group], None]) -> None:
    with h5py.File(data, "r+") as file:
        for size in [name for name in file if name.startswith("L")]:
            for split in ("train", "test"):
                arrange(file[f"{size}/{split}"])


def results(scratch: Path) -> tuple[str, str, str]:
    """What was learned, from what, and what is predicted, as identities."""
    for stage in ("train", "predict"):
        done = mblscale(stage, scratch, "epochs = 1")
        assert done.returncode == 0, done.stderr
    output = Results(scratch / "own")
    known = output.evaluation
    return (
        known["weights_identity"],
        known["training_data_identity"],
        output.predictions.attributes["identity"],
    )


def read(data: Path) -> list[np.ndarray]:
    table = open_data(data, "mblscale-data")[8, "train"]
    return [table["h"].values, table["field"].values, indicator(table, "imbalance").values]


def fits(scratch: Path) -> list[tuple]:
    deck = f"""version = 1
name = "own"
output = "{scratch / "scaled"}"
[scaling]
sources = ["own.h5"]
targets = ["imbalance"]
window = [0.0, 10.0]
bootstrap = 2
"""
    (scratch / "scale.toml").write_text(deck, encoding="utf-8")
    done = program.mblscale("scale", scratch / "scale.toml")
    assert done.returncode == 0, done.stderr
    found = json.loads((scratch / "scaled/scaling.json").read_text())
    return [(fit["h_c"], fit["cost"], fit["data"], fit["warnings"]) for fit in found["fits"]]


def others(group: h5py.Group) -> None:
    """All kinds of things that are no part of the layout."""
    file = group.file
    for at in (file, group.parent, group):
        if "zoo" in at:
            continue
        zoo = at.create_group("zoo")
        zoo["within"] = np.arange(3.0)
        at["aaa"] = np.zeros((5, 7))
        at["aaa"].attrs["dimensions"] = "h realization"
        at["compound"] = np.zeros(2, dtype=[("a", "i4"), ("b", "f8")])
        at["texts"] = ["one", "two"]
        at["complex"] = np.ones(3, dtype="c16")
        at["empty"] = h5py.Empty("f8")
        at["type"] = np.dtype("i2")
        at["broken"] = h5py.SoftLink("/nowhere")
        at["loop"] = h5py.SoftLink(f"{at.name}/loop")
        at["elsewhere"] = h5py.ExternalLink("no-such-file.h5", "/x")
        at["cycle"] = file["/"]
        at.create_dataset("lie", shape=(2**40,), chunks=(64,), dtype="f8")
    put(group, "bbb", np.zeros((2, 7, 1)), "h realization epsilon")
    put(group, "ccc", np.zeros((2, 3)), "h site")


def backwards(group: h5py.Group) -> None:
    put(group, "h", group["h"][...][::-1], None)
    for name in ("field", "imbalance"):
        put(group, name, group[name][...][::-1], group[name].attrs["dimensions"])


def no_energy_density(group: h5py.Group) -> None:
    put(group, "epsilon", np.float64(0.5), None)
    put(group, "imbalance", group["imbalance"][..., 0], "h realization")


def listed(group: h5py.Group) -> None:
    """A strength for each realization, in an order that mixes the strengths and keeps theirs."""
    h, field, imbalance = (group[name][...] for name in ("h", "field", "imbalance"))
    is_there = ~np.isnan(field[:, :, 0]).ravel()
    of_each = np.repeat(h, field.shape[1])[is_there]
    mixed = np.argsort(np.random.default_rng(3).permutation(len(of_each)))
    order = np.empty_like(mixed)
    for value in h:
        places = np.flatnonzero(of_each[mixed] == value)
        order[places] = np.flatnonzero(of_each == value)
    put(group, "h", of_each[order], None)
    for name, values in {"field": field, "imbalance": imbalance}.items():
        flat = values.reshape(-1, values.shape[2])[is_there][order]
        put(group, name, flat, group[name].attrs["dimensions"].replace("h ", ""))


def listed_by_name(group: h5py.Group) -> None:
    listed(group)
    put(group, "h", group["h"][...], "realization")


@pytest.mark.parametrize("arrange", [others, backwards, no_energy_density, listed, listed_by_name])
def test_other_layouts_of_the_same_numbers(
    arrange: Callable[[h5py.Group], None], tmp_path: Path
) -> None:
    data = write_data(tmp_path)
    plain, numbers = results(tmp_path), read(data)
    change(data, arrange)
    assert results(tmp_path) == plain
    for one, other in zip(read(data), numbers, strict=True):
        np.testing.assert_array_equal(one, other)


def uneven(group: h5py.Group) -> None:
    """Fewer realizations of the first strength."""
    for name in ("field", "imbalance"):
        values = group[name][...]
        values[0, 150:] = np.nan
        put(group, name, values, group[name].attrs["dimensions"])


def test_places_without_a_realization_are_not_missing(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    change(data, uneven)
    padded = results(tmp_path)
    said = mblscale("train", tmp_path, "epochs = 1").stderr
    assert "L08/train: 50 of 400 realizations have missing values" in said
    change(data, listed)
    assert results(tmp_path) == padded
    for stage in ("train", "predict"):
        assert "missing values" not in mblscale(stage, tmp_path, "epochs = 1").stderr


def three_strengths(sites: int, group: h5py.Group) -> None:
    """Another number of realizations for each length, and one value that is missing."""
    random, h, count = np.random.default_rng(sites), np.array([1.0, 2.0, 4.0]), 20 + sites
    put(group, "h", h, None)
    field = random.uniform(-1, 1, (3, count, sites)) * h[:, None, None]
    put(group, "field", field, "h realization site")
    imbalance = np.abs(field).mean(2, keepdims=True)
    imbalance[1, 3, 0] = np.nan
    put(group, "imbalance", imbalance, "h realization epsilon")
    group.attrs["sites"] = sites


def lengths(data: Path, sizes: list[int]) -> None:
    with h5py.File(data, "r+") as file:
        for sites in sizes:
            if f"L{sites:02}" not in file:
                file.copy("L08", f"L{sites:02}")
            for split in ("train", "test"):
                three_strengths(sites, file[f"L{sites:02}/{split}"])


def test_fits_of_odd_and_even_lengths_in_other_layouts(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    lengths(data, [7, 8, 9])
    plain = fits(tmp_path)
    assert plain[0][2][0]["L"] == 7
    assert "L = 7: left out 2 of 162 realizations, without a value" in plain[0][3]
    with h5py.File(data) as file:
        pooled = [file[f"L07/{split}/imbalance"][1, :, 0] for split in ("train", "test")]
    np.testing.assert_allclose(plain[0][2][0]["mean"][1], np.nanmean(pooled), rtol=1e-12)
    for arrange in (others, backwards, no_energy_density, listed):
        if arrange is not others:
            lengths(data, [7, 8, 9])
            change(data, lambda group: put(group, "epsilon", np.array([0.5]), None))
        change(data, arrange)
        assert fits(tmp_path) == plain


def test_odd_lengths_are_learned_and_predicted(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    lengths(data, [7])
    with h5py.File(data, "r+") as file:
        del file["L08"]
        for split in ("train", "test"):
            file.move(f"L07/{split}/imbalance", f"L07/{split}/entanglement")
    shown = "train_sizes = [8]", "train_sizes = [7]"
    names = '"imbalance"', '"entanglement"'
    for stage in ("train", "predict"):
        done = mblscale(stage, tmp_path, "epochs = 1", shown, names)
        assert done.returncode == 0, done.stderr
    output = Results(tmp_path / "own")
    (score,) = output.evaluation["scores"]
    found, exact = (file[7, "test"] for file in (output.predictions, output.data))
    error = (found["entanglement_members"].values - exact["entanglement"].values) / scale(
        "entanglement", 7
    )
    by_strength = np.nanmean(error**2, axis=(0, 2, 3))
    np.testing.assert_allclose(score["mse"], by_strength.mean(), rtol=1e-12)


def test_one_number_of_h(tmp_path: Path) -> None:
    data = write_data(tmp_path)

    def single(group: h5py.Group) -> None:
        put(group, "h", group["h"][:1], None)
        for name in ("field", "imbalance"):
            put(group, name, group[name][:1], group[name].attrs["dimensions"])

    change(data, single)
    plain = results(tmp_path)

    def scalar(group: h5py.Group) -> None:
        put(group, "h", np.float64(group["h"][0]), None)
        put(group, "field", group["field"][0], "realization site")
        put(group, "imbalance", group["imbalance"][0, :, 0], "realization")

    change(data, scalar)
    assert results(tmp_path) == plain


def test_a_strength_of_its_own_for_every_realization(tmp_path: Path) -> None:
    data = write_data(tmp_path)

    def continuous(group: h5py.Group) -> None:
        h = np.random.default_rng(5).uniform(1, 4, 60)
        field = np.random.default_rng(6).uniform(-1, 1, (60, 8)) * h[:, None]
        put(group, "h", h, None)
        put(group, "field", field, "realization site")
        put(group, "imbalance", np.abs(field).mean(1), "realization")

    change(data, continuous)
    results(tmp_path)
    with h5py.File(data) as file:
        field, h = (file[f"L08/test/{name}"][...] for name in ("field", "h"))
    found = Results(tmp_path / "own").predictions[8, "test"]
    np.testing.assert_array_equal(found["h"].values, np.sort(h))
    np.testing.assert_array_equal(found["field"].values[:, 0], field[np.argsort(h)])


def test_info_lists_what_is_not_read(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    with h5py.File(data, "r+") as file:
        file["notes"] = "by hand"
        file["L08/train/labels"] = ["a", "b"]
        file["L08/train/labels"].attrs["dimensions"] = "h"
    done = program.mblscale("info", data)
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith("not read")]
    assert lines == [
        "not read, no part of the layout: notes",
        "not read, L08/train/labels cannot be read: it is of type unicode (var len), "
        "which is no number",
    ]


def test_the_loader_says_why_it_cannot_read(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    change(data, others)
    file = open_data(data)
    assert set(file[8, "train"].data_vars) == {"field", "imbalance"}
    reasons = file.problems[8, "train"]
    assert "zoo is no dataset" in reasons["zoo"]
    assert "name each axis" in reasons["complex"]
    assert "bbb has 7 places along realization, where the others have 200" in reasons["bbb"]
    assert "ccc has 3 places along site, where the others have 8" in reasons["ccc"]


GENERATE = """version = 1
name = "small"
output = "{output}"
chain.sizes = [4]
disorder = {{ strengths = [1.0, 3.0], realizations = {{ train = {count}, test = 1 }}, seed = 1 }}
[spectrum]
energy_densities = [0.5]
states = 3
indicators = ["gap_ratio"]
"""


def generate(scratch: Path, count: int) -> subprocess.CompletedProcess[str]:
    deck = scratch / "small.toml"
    deck.write_text(GENERATE.format(output=scratch / "out", count=count), encoding="utf-8")
    return program.mblscale("generate", deck)


def test_what_users_add_to_data_is_not_lost(tmp_path: Path) -> None:
    data = tmp_path / "out/data.h5"
    assert generate(tmp_path, 2).returncode == 0
    additions = {
        "notes": lambda file: file.create_group("notes"),
        "L04/train/mine": lambda file: file.create_dataset("L04/train/mine", data=[1.0]),
        "L04/sums": lambda file: file.create_dataset("L04/sums", data=1.0),
        'the attribute "remark" of the root': lambda file: file.attrs.create("remark", "x"),
        'the attribute "remark" of L04/test': lambda file: file["L04/test"].attrs.create(
            "remark", 1
        ),
        'the attribute "remark" of L04/test/field': lambda file: file[
            "L04/test/field"
        ].attrs.create("remark", [1, 2]),
    }
    whole = data.read_bytes()
    for name, add in additions.items():
        data.write_bytes(whole)
        with h5py.File(data, "r+") as file:
            add(file)
        added = data.read_bytes()
        # Nothing is written, so nothing is lost.
        assert generate(tmp_path, 2).returncode == 0
        done = generate(tmp_path, 3)
        assert done.returncode == 1
        assert f"would lose: {name}; move it to a file of your own" in done.stderr
        assert data.read_bytes() == added
    data.write_bytes(whole)
    assert generate(tmp_path, 3).returncode == 0
