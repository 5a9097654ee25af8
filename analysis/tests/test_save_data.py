"""Data of one's own, written from xarray and read by package and program."""

from pathlib import Path

import numpy as np
import program
import pytest
import xarray
from program import needs_program
from xarray import Dataset

import mblscale


def measured(sites: int, seed: int) -> Dataset:
    random = np.random.default_rng(seed)
    h = np.array([1.0, 4.0])
    field = random.uniform(-1, 1, (2, 30, sites)) * h[:, None, None]
    return Dataset(
        {
            "field": (("h", "realization", "site"), field, {"units": "J"}),
            "imbalance": (("h", "realization", "epsilon"), np.abs(field).mean(2, keepdims=True)),
        },
        {"h": ("h", h, {"units": "J"}), "epsilon": [0.5]},
    )


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "own.h5"
    keys = [(8, "train"), (8, "test")]
    mblscale.save_data(path, {key: measured(8, seed) for seed, key in enumerate(keys)})
    return path


def test_what_is_saved_is_opened_again(saved: Path) -> None:
    data = mblscale.open_data(saved)
    assert list(data) == [(8, "test"), (8, "train")]
    expected = measured(8, 1).assign_coords(sites=8)
    found = data[8, "test"]
    xarray.testing.assert_equal(found, expected)
    assert found["field"].attrs == {"units": "J"}
    # It can be saved once more.
    mblscale.save_data(saved.with_name("again.h5"), {(8, "test"): found})
    again = mblscale.open_data(saved.with_name("again.h5"))
    xarray.testing.assert_identical(again[8, "test"], found)


@needs_program
def test_the_program_learns_from_it(saved: Path) -> None:
    said = program.succeed("info", saved)
    assert "60 of 60" in said
    results = mblscale.run(
        {
            "version": 1,
            "name": "own",
            "output": saved.parent / "own",
            "learn": {"data": saved, "train_sizes": [8], "targets": ["imbalance"], "epochs": 1},
            "predict": {"data": saved},
        },
        follow=None,
    )
    exact, predicted = results.data[8, "test"], results.predictions[8, "test"]
    np.testing.assert_array_equal(exact["field"], predicted["field"])
