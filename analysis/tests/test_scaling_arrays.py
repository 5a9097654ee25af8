"""scaling.h5 as the program writes it: the same as scaling.json, and every refit.

MBLSCALE_BINARY names the program; without it, nothing is tested.
"""

import json
import os
import subprocess
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray

from mblscale import figures, scaling_arrays
from mblscale.results import Results

pytestmark = pytest.mark.skipif(
    "MBLSCALE_BINARY" not in os.environ, reason="MBLSCALE_BINARY does not name the program"
)

DECK = """
version = 1
name = "published"
output = "{output}"

[scaling]
sources = ["{table}"]
targets = ["gap_ratio"]
window = [4.0, 9.5]
sizes = [14, 16, 18]
methods = ["quality", "process", "cost", "polynomial", "crossings"]
bootstrap = 8
scan = {{ windows = [[5.0, 9.0]] }}
"""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a scale stage on published gap ratios."""
    root = tmp_path_factory.mktemp("scaling")
    table = Path(__file__).parents[2] / "tests/data/gap_ratio_reference.csv"
    deck = root / "deck.toml"
    deck.write_text(DECK.format(output=root / "out", table=table))
    subprocess.run([os.environ["MBLSCALE_BINARY"], "scale", deck], check=True)
    return root / "out"


def test_both_files_hold_the_same(directory: Path) -> None:
    expected = json.loads((directory / "scaling.json").read_text())
    found = scaling_arrays.load(directory / "scaling.h5")
    for fit in found["fits"] + found["scan"]:
        fit.pop("refits")
    assert set(found) == set(expected)
    for name in ("file_type", "format_version", "deck", "comparisons"):
        assert found[name] == expected[name]
    for part in ("fits", "scan"):
        assert len(found[part]) == len(expected[part]) > 0
        for ours, theirs in zip(found[part], expected[part], strict=True):
            assert set(ours) == set(theirs)
            for name in set(theirs) - {"data"}:
                assert ours[name] == theirs[name], name
            for curve, other in zip(ours["data"], theirs["data"], strict=True):
                assert curve.pop("factor") == pytest.approx(other.pop("factor"))
                assert curve == other


def test_intervals_come_from_the_refits(directory: Path) -> None:
    for fit in scaling_arrays.load(directory / "scaling.h5")["fits"]:
        refits = fit["refits"]["h_c"]
        assert refits.shape == (8,) == fit["refits"]["cost"].shape
        # Eight are so few that the ends of the interval are the ends of the refits.
        assert fit["h_c"]["low"] == np.nanmin(refits)
        assert fit["h_c"]["high"] == np.nanmax(refits)


def test_xarray_reads_names_units_and_coordinates(directory: Path) -> None:
    fit = xarray.open_dataset(directory / "scaling.h5", group="fits/001", engine="h5netcdf")
    assert fit.refits.dims == ("refit", "parameter")
    assert fit.value.sel(parameter="h_c") == pytest.approx(6.79, abs=0.01)
    assert fit.h.attrs["units"] == "J" and fit.attrs["method"] == "quality"
    stretch = fit.L ** (1 / fit.value.sel(parameter="nu"))
    expected = stretch * (fit.h - fit.value.sel(parameter="h_c"))
    np.testing.assert_allclose(fit.x, expected, rtol=1e-12)
    assert all(item.attrs["description"] for item in fit.variables.values())
    # The curve of the fit passes the points: S of this collapse is 1.8.
    at = np.interp(fit.x, fit.curve_at, fit.curve_value)
    assert np.mean(((at - fit.y) / fit.y_error) ** 2) < 2.5


def test_the_figure_can_be_drawn_from_it(directory: Path) -> None:
    output = Results(directory)
    (directory / "scaling.json").unlink()
    figure = figures.collapse.draw(output)
    assert len(figure.axes) >= 2 * 5
    plt.close(figure)
