"""The files as the program writes them: set MBLSCALE_OUTPUT to an output directory."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import xarray
from program import PROVENANCE

from mblscale_results import Output, ResultFile, Table

pytestmark = pytest.mark.skipif(
    "MBLSCALE_OUTPUT" not in os.environ,
    reason="MBLSCALE_OUTPUT names no output directory written by the program",
)

QUANTITIES = {
    "field": ("h", "realization", "site"),
    "gap_ratio": ("h", "realization", "epsilon"),
    "entanglement": ("h", "realization", "epsilon"),
    "spin_fraction": ("h", "realization", "epsilon"),
    "complete": ("h", "realization", "epsilon"),
    "failure": ("h", "realization", "epsilon"),
    "states": ("h", "realization", "epsilon"),
    "residual": ("h", "realization", "epsilon"),
    "missed": ("h", "realization", "epsilon"),
    "energy_min": ("h", "realization"),
    "energy_max": ("h", "realization"),
}


@pytest.fixture(scope="module")
def output() -> Output:
    return Output(Path(os.environ["MBLSCALE_OUTPUT"]))


def files(output: Output) -> list[ResultFile]:
    found = [file for file in (output.data, output.predictions) if file is not None]
    assert found, "the directory holds neither data.h5 nor predictions.h5"
    return found


def tables(output: Output) -> list[Table]:
    found = [table for file in files(output) for table in file.tables.values()]
    assert found, "the files hold no groups"
    return found


def opened(table: Table) -> xarray.Dataset:
    return xarray.open_dataset(table.path, group=table.group, engine="h5netcdf")


def test_provenance(output: Output) -> None:
    for file in files(output):
        assert file.attributes.keys() >= PROVENANCE, file.path
        assert "version" in file.attributes["deck"]


def test_data_say_how_they_were_solved(output: Output) -> None:
    if output.data is None:
        pytest.skip("the run has no data")
    calibration = json.loads(output.data.attributes["calibration"])
    for table in output.data.tables.values():
        with opened(table) as dataset:
            assert dataset.attrs["solver"] in calibration["solvers"]


def test_complete_windows_have_values_and_failed_ones_a_reason(output: Output) -> None:
    if output.data is None:
        pytest.skip("the run has no data")
    for table in output.data.tables.values():
        with opened(table) as dataset:
            solved = (dataset["complete"] == 1).values
            failed = (dataset["complete"] == 0).values
            for name in table.indicators:
                assert np.all(np.isfinite(dataset[name].values) == solved), name
            assert ("failure" in dataset) == failed.any()
            if failed.any():
                assert np.all((dataset["failure"] != "").values == failed)


def test_xarray_names_dimensions_and_coordinates(output: Output) -> None:
    for table in tables(output):
        with opened(table) as dataset:
            for name in ("h", "realization", "epsilon", "site"):
                assert name in dataset.coords, f"{table.path}: {table.group}/{name}"
            assert dataset.sizes["site"] == dataset.attrs["sites"] == table.sites
            assert dataset.attrs["split"] == table.split
            assert np.all(np.diff(dataset["h"]) > 0)
            for name, dimensions in QUANTITIES.items():
                if name in dataset:
                    assert dataset[name].dims == dimensions, f"{table.path}: {name}"
            for name in table.indicators:
                if table.path.name == "predictions.h5":
                    members = dataset[f"{name}_members"]
                    assert members.dims == ("member", "h", "realization", "epsilon")


def test_units_and_descriptions(output: Output) -> None:
    for table in tables(output):
        with opened(table) as dataset:
            for name, quantity in dataset.variables.items():
                for attribute in ("units", "description", "long_name"):
                    assert quantity.attrs.get(attribute), (
                        f"{table.path}: {name} has no {attribute}"
                    )


def test_quantities_name_their_dimensions(output: Output) -> None:
    for table in tables(output):
        with opened(table) as dataset:
            for name, quantity in dataset.data_vars.items():
                assert quantity.attrs["dimensions"] == " ".join(quantity.dims), name


def test_the_loader_agrees_with_xarray(output: Output) -> None:
    for table in tables(output):
        with opened(table) as dataset:
            assert set(table.dimensions) == set(dataset.data_vars)
            for name in table.dimensions:
                assert table.dimensions[name] == dataset[name].dims
                np.testing.assert_array_equal(table.read(name), dataset[name].values)
            for name, values in table.coordinates.items():
                np.testing.assert_array_equal(values, dataset[name].values)


def test_values_lie_within_their_bounds(output: Output) -> None:
    for table in tables(output):
        field = table.read("field")
        bound = table.strengths[:, None, None]
        assert np.all((np.abs(field) <= bound) | np.isnan(field))
        if table.path.name == "data.h5":
            for name in table.indicators:
                values = table.read(name)
                assert np.isfinite(values).any(), f"{table.group}/{name} holds nothing"
                assert np.nanmin(values) >= -1e-9
            if "gap_ratio" in table.dimensions:
                assert np.nanmax(table.read("gap_ratio")) <= 1
            if "spin_fraction" in table.dimensions:
                assert np.nanmax(table.read("spin_fraction")) <= 1 + 1e-9


def test_predictions_begin_with_the_fields_of_the_test_data(output: Output) -> None:
    if output.data is None or output.predictions is None:
        pytest.skip("the run has not both data and predictions")
    for sites in output.predictions.sizes("test"):
        if sites in output.data.sizes("test"):
            exact = output.data.table(sites, "test")
            predicted = output.predictions.table(sites, "test")
            np.testing.assert_array_equal(exact.strengths, predicted.strengths)
            fields, more = exact.read("field"), predicted.read("field")
            count = min(fields.shape[1], more.shape[1])
            finished = ~np.isnan(fields[:, :count])
            np.testing.assert_array_equal(fields[:, :count][finished], more[:, :count][finished])
