"""Data of one's own from end to end, and what is said of files that are wrong."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from own_data import mblscale, write_data
from program import needs_program

from mblscale.results import Results
from mblscale.tables import indicator

pytestmark = needs_program


def test_the_documented_file_trains_predicts_and_is_drawn(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    for stage in ("train", "predict"):
        done = mblscale(stage, tmp_path)
        assert done.returncode == 0, done.stderr
    output = Results(tmp_path / "own")
    assert output.data.path == data
    exact, found = (file[8, "test"] for file in (output.data, output.predictions))
    np.testing.assert_array_equal(exact["field"].values, found["field"].values)
    measured, predicted = indicator(exact, "imbalance"), indicator(found, "imbalance")
    # A mean of |h| is easily learned: nearly all of its variance within a strength and between them.
    assert np.mean((predicted - measured) ** 2) < 0.05 * measured.var()
    (score,) = output.evaluation["scores"]
    error = (found["imbalance_members"].values - exact["imbalance"].values) ** 2
    np.testing.assert_allclose(score["mse"], error.mean(), rtol=1e-12)

    drawn = subprocess.run(
        [sys.executable, "-m", "mblscale", "draw", str(tmp_path / "own")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert drawn.returncode == 0, drawn.stderr
    names = {Path(line).stem for line in drawn.stdout.splitlines()}
    assert {"training", "indicators", "determination", "features"} <= names


def no_file_type(file: h5py.File) -> None:
    del file.attrs["file_type"]


def no_version(file: h5py.File) -> None:
    del file.attrs["format_version"]


def no_sites(file: h5py.File) -> None:
    del file["L08/train"].attrs["sites"]


def strange_length(file: h5py.File) -> None:
    file["L08/train"].attrs["sites"] = 80


def no_length(file: h5py.File) -> None:
    file["L08/train"].attrs["sites"] = -8


def no_strengths(file: h5py.File) -> None:
    del file["L08/train/h"]


def infinite_strength(file: h5py.File) -> None:
    file["L08/train/h"][1] = np.inf


def missing_strength(file: h5py.File) -> None:
    file["L08/test/h"][0] = np.nan


def negative_strength(file: h5py.File) -> None:
    file["L08/train/h"][0] = -1


def strength_twice(file: h5py.File) -> None:
    file["L08/train/h"][0] = 4


def infinite_energy_density(file: h5py.File) -> None:
    file["L08/train/epsilon"][0] = -np.inf


def energy_density_twice(file: h5py.File) -> None:
    del file["L08/train/epsilon"]
    file["L08/train/epsilon"] = [0.5, 0.3, 0.5 + 1e-12]


def too_many_strengths(file: h5py.File) -> None:
    del file["L08/train/h"]
    file["L08/train/h"] = [1.0, 2.0, 3.0]


def strengths_elsewhere(file: h5py.File) -> None:
    file["L08/train/h"].attrs["dimensions"] = "realization"


def empty_grid(file: h5py.File) -> None:
    """A strength for each of 4000 realizations, and 4000 of another strength."""
    group = file["L08/train"]
    h = np.concatenate([np.arange(4000.0), np.full(4000, 0.5)])
    for name, values in {"h": h, "field": np.ones((8000, 8)), "imbalance": np.ones(8000)}.items():
        del group[name]
        group[name] = values
        group[name].attrs["dimensions"] = "realization site" if name == "field" else "realization"


def target_is_a_group(file: h5py.File) -> None:
    del file["L08/train/imbalance"]
    file["L08/train"].create_group("imbalance")


def broken_target(file: h5py.File) -> None:
    del file["L08/train/imbalance"]
    file["L08/train/imbalance"] = h5py.SoftLink("/nowhere")


def no_dimensions(file: h5py.File) -> None:
    del file["L08/train/imbalance"].attrs["dimensions"]


def other_dimension(file: h5py.File) -> None:
    file["L08/train/imbalance"].attrs["dimensions"] = "h shot epsilon"


def too_few_dimensions(file: h5py.File) -> None:
    file["L08/train/imbalance"].attrs["dimensions"] = "h epsilon"


def replace(file: h5py.File, name: str, change: Callable[[np.ndarray], np.ndarray]) -> None:
    dataset = file["L08/train"][name]
    values, dimensions = change(dataset[...]), dataset.attrs["dimensions"]
    del file["L08/train"][name]
    file["L08/train"][name] = values
    file["L08/train"][name].attrs["dimensions"] = dimensions


def too_few_sites(file: h5py.File) -> None:
    replace(file, "field", lambda values: values[:, :, :7])


def too_few_realizations(file: h5py.File) -> None:
    replace(file, "imbalance", lambda values: values[:, :199])


def one_axis_twice(file: h5py.File) -> None:
    file["L08/train/imbalance"].attrs["dimensions"] = "h h epsilon"


def references(file: h5py.File) -> None:
    dataset = file["L08/train/imbalance"]
    del dataset.attrs["dimensions"]
    dataset.attrs["dimensions"] = dataset.ref


def two_lengths(file: h5py.File) -> None:
    file["L08/train"].attrs["sites"] = [8, 8]


def other_scales(file: h5py.File) -> None:
    scale = file["L08/train"].create_dataset("realization", data=np.arange(200))
    scale.make_scale()
    file["L08/train/imbalance"].dims[0].attach_scale(scale)


def texts(file: h5py.File) -> None:
    replace(file, "imbalance", lambda values: values.astype("S"))


def infinite_field(file: h5py.File) -> None:
    file["L08/train/field"][1, 3, 5] = np.inf


def infinite_target(file: h5py.File) -> None:
    file["L08/train/imbalance"][1, 3, 0] = np.inf


def nothing_measured(file: h5py.File) -> None:
    file["L08/train/imbalance"][...] = np.nan


def no_target(file: h5py.File) -> None:
    del file["L08/train/imbalance"]


def no_training_data(file: h5py.File) -> None:
    del file["L08/train"]


@pytest.mark.parametrize(
    ("spoil", "parts"),
    [
        (no_file_type, ['file_type = "mblscale-data"']),
        (no_version, ["no format_version attribute: write 1"]),
        (no_sites, ['L08/train has no attribute "sites": write the chain length']),
        (strange_length, ['"sites" of L08/train is 80: groups are called as in L08/train']),
        (no_length, ['"sites" of L08/train is -8']),
        (no_strengths, ["L08/train/h is not a list of numbers: write one"]),
        (infinite_strength, ["L08/train/h[1] is inf, not finite"]),
        (missing_strength, ["L08/test/h[0] is NaN, not finite"]),
        (negative_strength, ["L08/train/h[0] is -1, negative"]),
        (strength_twice, ["L08/train/h has 4 twice: give each value once"]),
        (infinite_energy_density, ["L08/train/epsilon[0] is -inf, not finite"]),
        (energy_density_twice, ["L08/train/epsilon has 0.5", "twice: give each value once"]),
        (too_many_strengths, ["is [2, 200, 8], with 2 of h where L08/train/h has 3"]),
        (strengths_elsewhere, ["L08/train/field runs over h", "a value for each realization"]),
        (empty_grid, ["L08/train/field cannot be read: it has 4001 strengths", "4000 realizations"]),
        (target_is_a_group, ["L08/train/imbalance cannot be read: it is a group"]),
        (broken_target, ["L08/train/imbalance cannot be read"]),
        (no_dimensions, ['L08/train/imbalance has no attribute "dimensions": write']),
        (other_dimension, ['L08/train/imbalance runs over "shot"', "h, realization, epsilon"]),
        (too_few_dimensions, ["L08/train/imbalance is [2, 200, 1]", "one name for each axis"]),
        (too_few_sites, ["L08/train/field is [2, 200, 7]", "7 of site", "sites has 8"]),
        (too_few_realizations, ["L08/train/imbalance is [2, 199, 1]", "L08/train/field has 200"]),
        (texts, ["L08/train/imbalance cannot be read: it is of type string", "no number"]),
        (one_axis_twice, ['L08/train/imbalance runs over "h" twice']),
        (references, ['"dimensions" of L08/train/imbalance cannot be read: it is of type reference']),
        (two_lengths, ['"sites" of L08/train cannot be read: it holds 2 numbers']),
        (other_scales, ["L08/train/imbalance runs over h by its attribute", "over realization by"]),
        (infinite_field, ["L08/train/field is not finite at h = 4, realization 3, site 6: correct"]),
        (infinite_target, ["L08/train/imbalance is not finite at h = 4, realization 3, ε = 0.5"]),
        (nothing_measured, ["no finished realization of L08/train"]),
        (no_target, ['L08/train holds no "imbalance", only field']),
        (no_training_data, ["no finished realization of L08/train", "take 8 out"]),
    ],
)
def test_what_is_wrong_is_said(
    spoil: Callable[[h5py.File], None], parts: list[str], tmp_path: Path
) -> None:
    with h5py.File(write_data(tmp_path), "r+") as file:
        spoil(file)
    done = mblscale("train", tmp_path)
    assert done.returncode == 1
    assert "panicked" not in done.stderr
    for part in [str(tmp_path / "own.h5"), *parts]:
        assert part in done.stderr


def losses(output: Path) -> list[float]:
    lines = map(json.loads, (output / "training.jsonl").read_text().splitlines())
    return [line["loss"] for line in lines if "loss" in line]


def test_what_was_not_measured_is_left_out(tmp_path: Path) -> None:
    """A missing target, a missing field, and both leave the same realizations to learn from."""
    found = []
    for quantities in (["imbalance"], ["field"], ["imbalance", "field"]):
        directory = tmp_path / "-".join(quantities)
        directory.mkdir()
        with h5py.File(write_data(directory), "r+") as file:
            for name in quantities:
                file[f"L08/train/{name}"][1, 3, 0] = np.nan
        done = mblscale("train", directory, "epochs = 2")
        assert done.returncode == 0, done.stderr
        assert "L08/train: 1 of 400 realizations have missing values" in done.stderr
        found.append(losses(directory / "own"))
    assert found[0] and found == [found[0]] * 3


def test_missing_fields_have_no_prediction(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    assert mblscale("train", tmp_path, "epochs = 1").returncode == 0

    def predict() -> tuple[str, np.ndarray]:
        done = mblscale("predict", tmp_path, "epochs = 1")
        assert done.returncode == 0, done.stderr
        return done.stderr, Results(tmp_path / "own").predictions[8, "test"]["imbalance"].values

    _, whole = predict()
    with h5py.File(data, "r+") as file:
        file["L08/test/field"][0, 7, 2] = np.nan
    said, found = predict()
    assert "L08/test: 1 of 400 fields have missing values and are not predicted" in said
    assert np.isnan(found[0, 7]).all() and np.isnan(found).sum() == 1
    whole[0, 7] = np.nan
    np.testing.assert_array_equal(found, whole)

    with h5py.File(data, "r+") as file:
        file["L08/test/field"][...] = np.nan
    done = mblscale("predict", tmp_path, "epochs = 1")
    assert done.returncode == 1
    assert f"{data}: values are missing in all of its fields" in done.stderr


def test_wrong_fields_to_predict_are_named(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    assert mblscale("train", tmp_path, "epochs = 1").returncode == 0
    with h5py.File(data, "r+") as file:
        file["L08/test/field"][0, 7, 0] = np.inf
    done = mblscale("predict", tmp_path, "epochs = 1")
    assert done.returncode == 1
    place = "h = 1, realization 7, site 1"
    assert f"{data}: L08/test/field is not finite at {place}: correct it" in done.stderr
    with h5py.File(data, "r+") as file:
        del file["L08/test"]
    done = mblscale("predict", tmp_path, "epochs = 1")
    assert f"{data}: it has no fields to predict" in done.stderr
