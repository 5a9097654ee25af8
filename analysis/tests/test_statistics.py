"""Means and errors over realizations, and the datasets of scores, fits and epochs."""

import json
from pathlib import Path

import numpy as np
import pytest
import synthetic
import xarray

import mblscale
from mblscale.results import Results


def test_means_and_errors_are_over_realizations() -> None:
    values = xarray.DataArray([[1.0, 2.0, 6.0, np.nan]], dims=("h", "realization"), name="r")
    found = mblscale.aggregate(values)
    assert found["mean"].item() == 3.0
    # Variance (4 + 1 + 9)/2 = 7 of three values.
    assert found["deviation"].item() == pytest.approx(7**0.5)
    assert found["error"].item() == pytest.approx((7 / 3) ** 0.5)
    assert found["count"].item() == 3


def test_states_of_a_realization_are_no_independent_values() -> None:
    values = xarray.DataArray([[[1.0, 3.0], [5.0, np.nan]]], dims=("h", "realization", "state"))
    found = mblscale.aggregate(values, within=["state"])
    assert found["mean"].item() == 3.5
    assert found["error"].item() == pytest.approx(1.5)
    assert found["count"].item() == 2


def test_without_two_values_there_is_no_error() -> None:
    values = xarray.DataArray([[1.0, np.nan], [np.nan, np.nan]], dims=("h", "realization"))
    found = mblscale.aggregate(values)
    np.testing.assert_array_equal(found["mean"], [1.0, np.nan])
    np.testing.assert_array_equal(found["error"], [np.nan, np.nan])
    np.testing.assert_array_equal(found["count"], [1, 0])


def test_units_and_names_are_kept(output: Results) -> None:
    table = output.data[12, "test"]
    assert table["field"].attrs["units"] == "J"
    found = mblscale.aggregate(table["field"].rename("field").sel(site=0))
    assert found["mean"].attrs["units"] == found["error"].attrs["units"] == "J"
    assert found["mean"].attrs["long_name"] == "mean of field"
    assert found["h"].attrs["units"] == "J"


def test_entropies_are_normalised_once(output: Results) -> None:
    table = output.data[12, "test"]
    whole = mblscale.normalise(table, "page")
    divisor = mblscale.normalisation.half_chain_entropy(12, "page")
    np.testing.assert_allclose(whole["entanglement"], table["entanglement"] / divisor, rtol=1e-15)
    np.testing.assert_array_equal(whole["gap_ratio"], table["gap_ratio"])
    assert whole["entanglement"].attrs["units"] == "1"
    members = output.predictions[12, "test"]["entanglement_members"]
    np.testing.assert_allclose(mblscale.normalise(members, "page"), members / divisor, rtol=1e-15)
    with pytest.raises(ValueError, match="normalised already, by page"):
        mblscale.normalise(whole["entanglement"])


def test_scores_over_their_coordinates(output: Results) -> None:
    found = output.scores
    assert found["mse"].dims == ("target", "sites", "split", "energy_density")
    records = json.loads((output.directory / "evaluation.json").read_text())["scores"]
    for record in records:
        at = {"target": record["target"], "sites": record["sites"], "split": "test"}
        own = found.sel(at, drop=True).isel(energy_density=0)
        assert own["mse"] == record["mse"]
        assert own["seen"] == record["seen"]
        values = np.array([entry["r2_norm"] for entry in record["by_strength"]], float)
        np.testing.assert_array_equal(own["r2_norm_h"], values)
    assert found["h"].attrs["units"] == "J"


def test_fits_over_their_parameters(output: Results) -> None:
    output.scaling["fits"][1]["h_c"] = {"value": 4.5, "low": None, "high": None}
    output.scaling["fits"][2] |= {"nu": None, "energy_density": None}
    found = output.fits
    assert found["value"].dims == ("fit", "parameter")
    h_c = found["value"].sel(parameter="h_c")
    np.testing.assert_array_equal(h_c, [5.0, 4.5, 5.0, 5.0, 5.0, 5.0])
    np.testing.assert_array_equal(found["low"].sel(parameter="h_c")[:3], [4.8, np.nan, 4.8])
    assert np.isnan(found["value"].sel(parameter="nu")[2])
    chosen = found.where((found.source == "exact") & (found.target == "entanglement"), drop=True)
    assert chosen["fit"].values.tolist() == [1]
    assert chosen["quality"] == 1.234
    assert np.isnan(found["energy_density"][2])
    assert output.scan.sizes["fit"] == len(output.scaling["scan"])


def test_epochs_over_their_trainings(directory: Path) -> None:
    path = directory / "training.jsonl"
    lines = path.read_text().splitlines()
    # After a kill, epochs behind the last checkpoint are there twice. The last ones count.
    again = json.loads(lines[-1]) | {"loss": 7.0}
    path.write_text("\n".join([*lines, json.dumps(again)]) + "\n")
    found = Results(directory).training
    losses = [json.loads(line)["loss"] for line in lines]
    np.testing.assert_array_equal(found["loss"].sel(training="train"), [*losses[:-1], 7.0])
    assert found["member_loss"].dims == ("training", "epoch", "member")
    assert found["member_loss"].shape == (1, 15, 5)
    held_out = json.loads(lines[3])["validation"][0]["loss"]
    assert found["validation_loss"].sel(training="train", epoch=4, sites=12) == held_out
    assert found["seconds"].attrs["units"] == "s"


def test_features_over_members_and_lengths(output: Results) -> None:
    found = output.features
    assert found["mean"].dims == ("sites", "member", "feature", "h")
    record = output.evaluation["features"][1]
    np.testing.assert_array_equal(found["mean"].sel(sites=record["sites"]), record["mean"])


def test_values_stay_in_the_file_until_they_are_used(tmp_path: Path) -> None:
    synthetic.write_data(tmp_path, realizations=4)
    data = mblscale.open_data(tmp_path / "data.h5")
    lazy = data[8, "test"]["gap_ratio"]
    assert not lazy.variable._in_memory
    one = lazy.isel(h=2, realization=1, epsilon=1)
    assert not one.variable._in_memory
    (tmp_path / "data.h5").rename(tmp_path / "moved.h5")
    with pytest.raises(FileNotFoundError):
        one.load()
    (tmp_path / "moved.h5").rename(tmp_path / "data.h5")
    expected = mblscale.open_data(tmp_path / "data.h5")[8, "test"]["gap_ratio"].values[2, 1, 1]
    assert one == expected
