"""The files as the program writes them: set MBLSCALE_OUTPUT to an output directory."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import xarray
from program import PROVENANCE
from xarray import Dataset

from mblscale.results import Results
from mblscale.tables import Tables, indicators

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
def output() -> Results:
    return Results(Path(os.environ["MBLSCALE_OUTPUT"]))


def files(output: Results) -> list[Tables]:
    found = [file for file in (output.data, output.predictions) if file is not None]
    assert found, "the directory holds neither data.h5 nor predictions.h5"
    return found


def tables(output: Results) -> list[Dataset]:
    found = [table for file in files(output) for table in file.tables.values()]
    assert found, "the files hold no groups"
    return found


def path(table: Dataset) -> Path:
    return Path(table.encoding["source"])


def group(table: Dataset) -> str:
    return f"L{int(table.sites):02}/{table.attrs['split']}"


def opened(table: Dataset) -> Dataset:
    return xarray.open_dataset(path(table), group=group(table), engine="h5netcdf")


def test_provenance(output: Results) -> None:
    for file in files(output):
        assert file.attributes.keys() >= PROVENANCE, file.path
        assert "version" in file.attributes["deck"]


def test_data_say_how_they_were_solved(output: Results) -> None:
    if output.data is None:
        pytest.skip("the run has no data")
    calibration = json.loads(output.data.attributes["calibration"])
    for table in output.data.tables.values():
        with opened(table) as dataset:
            assert dataset.attrs["solver"] in calibration["solvers"]


def test_complete_windows_have_values_and_failed_ones_a_reason(output: Results) -> None:
    if output.data is None:
        pytest.skip("the run has no data")
    for table in output.data.tables.values():
        with opened(table) as dataset:
            solved = (dataset["complete"] == 1).values
            failed = (dataset["complete"] == 0).values
            for name in indicators(table):
                assert np.all(np.isfinite(dataset[name].values) == solved), name
            assert ("failure" in dataset) == failed.any()
            if failed.any():
                assert np.all((dataset["failure"] != "").values == failed)


def test_xarray_names_dimensions_and_coordinates(output: Results) -> None:
    for table in tables(output):
        with opened(table) as dataset:
            for name in ("h", "realization", "epsilon", "site"):
                assert name in dataset.coords, f"{path(table)}: {group(table)}/{name}"
            assert dataset.sizes["site"] == dataset.attrs["sites"] == int(table.sites)
            assert dataset.attrs["split"] == table.attrs["split"]
            assert np.all(np.diff(dataset["h"]) > 0)
            for name, dimensions in QUANTITIES.items():
                if name in dataset:
                    assert dataset[name].dims == dimensions, f"{path(table)}: {name}"
            for name in indicators(table):
                if path(table).name == "predictions.h5":
                    members = dataset[f"{name}_members"]
                    assert members.dims == ("member", "h", "realization", "epsilon")


def test_units_and_descriptions(output: Results) -> None:
    for table in tables(output):
        with opened(table) as dataset:
            for name, quantity in dataset.variables.items():
                for attribute in ("units", "description", "long_name"):
                    assert quantity.attrs.get(attribute), (
                        f"{path(table)}: {name} has no {attribute}"
                    )


def test_quantities_name_their_dimensions(output: Results) -> None:
    for table in tables(output):
        with opened(table) as dataset:
            for name, quantity in dataset.data_vars.items():
                assert quantity.attrs["dimensions"] == " ".join(quantity.dims), name


def test_the_loader_agrees_with_xarray(output: Results) -> None:
    for table in tables(output):
        with opened(table) as dataset:
            for quantity in dataset.data_vars.values():
                # xarray knows the names of the axes.
                del quantity.attrs["dimensions"]
            xarray.testing.assert_identical(table.drop_vars("sites"), dataset)


def test_values_lie_within_their_bounds(output: Results) -> None:
    for table in tables(output):
        field = table["field"].values
        bound = table["h"].values[:, None, None]
        assert np.all((np.abs(field) <= bound) | np.isnan(field))
        if path(table).name == "data.h5":
            for name in indicators(table):
                values = table[name].values
                assert np.isfinite(values).any(), f"{group(table)}/{name} holds nothing"
                assert np.nanmin(values) >= -1e-9
            if "gap_ratio" in table:
                assert np.nanmax(table["gap_ratio"].values) <= 1
            if "spin_fraction" in table:
                assert np.nanmax(table["spin_fraction"].values) <= 1 + 1e-9


def test_predictions_begin_with_the_fields_of_the_test_data(output: Results) -> None:
    if output.data is None or output.predictions is None:
        pytest.skip("the run has not both data and predictions")
    for sites in output.predictions.sizes("test"):
        if sites in output.data.sizes("test"):
            exact = output.data[sites, "test"]
            predicted = output.predictions[sites, "test"]
            np.testing.assert_array_equal(exact["h"].values, predicted["h"].values)
            fields, more = exact["field"].values, predicted["field"].values
            count = min(fields.shape[1], more.shape[1])
            finished = ~np.isnan(fields[:, :count])
            np.testing.assert_array_equal(fields[:, :count][finished], more[:, :count][finished])
