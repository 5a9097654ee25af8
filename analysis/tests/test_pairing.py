"""Data and predictions are paired by their fields, in whatever order the files hold them."""

from pathlib import Path

import h5py
import numpy as np
import pytest
import synthetic

from mblscale import figures
from mblscale.figures import Missing
from mblscale.pairing import pair
from mblscale.results import Results
from mblscale.tables import indicator

NAMES = ("gap_ratio", "entanglement", "spin_fraction", "field")


def rewrite(directory: Path, name: str, change) -> None:
    """Applies `change` to every quantity over (h, realization, …) of the test groups of a file."""
    with h5py.File(directory / name, "a") as file:
        for size in file.values():
            for quantity in NAMES:
                size["test"][quantity][...] = change(size["test"][quantity][...])


def shown(directory: Path) -> list[tuple[list[float], list[float]]]:
    """The means of data and network in each panel of `indicators`."""
    panels = figures.indicators.draw(Results(directory)).axes
    return [
        (list(panel.lines[0].get_ydata()), list(panel.containers[0].lines[0].get_ydata()))
        for panel in panels
    ]


def test_the_order_of_realizations_and_strengths_does_not_matter(directory: Path) -> None:
    before = shown(directory)
    points = figures.overview.draw(Results(directory)).axes[1].collections[0].get_offsets()
    order = np.random.default_rng(5).permutation(20)
    rewrite(directory, "data.h5", lambda values: values[:, order])
    np.testing.assert_allclose(shown(directory), before)
    again = figures.overview.draw(Results(directory)).axes[1].collections[0].get_offsets()
    np.testing.assert_array_equal(np.sort(again, axis=0), np.sort(points, axis=0))
    # The pairs themselves, not only the two columns.
    assert {tuple(point) for point in again.tolist()} == {tuple(point) for point in points.tolist()}


def test_other_fields_are_not_the_same(directory: Path) -> None:
    def other_seed(values: np.ndarray) -> np.ndarray:
        return values + 0.01 if values.shape[-1] > 2 else values

    rewrite(directory, "data.h5", other_seed)
    figure = figures.indicators.draw(Results(directory))
    assert all(not panel.containers for panel in figure.axes)
    assert "L = 8: 200 of 200 fields of the data were not predicted, at every h." in " ".join(
        figure.get_supxlabel().split("\n")
    )
    with pytest.raises(Missing, match="200 of 200 fields"):
        figures.overview.draw(Results(directory))


def test_fields_without_a_prediction_are_left_out_and_counted(directory: Path) -> None:
    with h5py.File(directory / "data.h5", "a") as file:
        field = file["L12/test/field"]
        field[2, :3] += 0.5  # h = 3
        field[6, 0] += 0.5  # h = 7
    output = Results(directory)
    figure = figures.indicators.draw(output)
    note = "L = 12: 4 of 200 fields of the data were not predicted, at h = 3, 7."
    assert figure.get_supxlabel() == note
    panel = figure.axes[2 * 3]  # L = 12, gap ratio
    exact = indicator(output.data[12, "test"], "gap_ratio")
    network = indicator(output.predictions[12, "test"], "gap_ratio")
    assert panel.lines[0].get_ydata()[2] == pytest.approx(exact[2, 3:].mean())
    assert panel.containers[0].lines[0].get_ydata()[2] == pytest.approx(network[2, 3:20].mean())
    (points,) = figures.overview.draw(output).axes[1].collections
    assert len(points.get_offsets()) == 196


def test_unfinished_fields_do_not_count(directory: Path) -> None:
    with h5py.File(directory / "data.h5", "a") as file:
        file["L08/test/field"][0, 5:] = np.nan
    output = Results(directory)
    pairs = pair(output.data[8, "test"], output.predictions[8, "test"])
    assert pairs.mismatch() == ""
    assert np.count_nonzero(pairs.found) == 10 * 20 - 15


def test_predictions_at_other_energy_densities_show_a_shared_one(directory: Path) -> None:
    groups = {(sites, "test"): 30 for sites in synthetic.SIZES}
    path = directory / "predictions.h5"
    synthetic.write_tables(path, "mblscale-predictions", groups, [0.1, 0.3, 0.49, 0.51])
    figure = figures.indicators.draw(Results(directory))
    assert figure.legends[0].get_title().get_text() == r"energy density $\epsilon = 0.3$"
    network = indicator(Results(directory).predictions[8, "test"], "gap_ratio", 0.3)
    bars = figure.axes[0].containers[0]
    np.testing.assert_allclose(bars.lines[0].get_ydata(), network[:, :20].mean(axis=1))
    synthetic.write_tables(path, "mblscale-predictions", groups, [0.49, 0.51])
    figure = figures.indicators.draw(Results(directory))
    assert figure.legends[0].get_title().get_text() == r"energy density $\epsilon = 0.5$"
    assert not figure.axes[0].containers
    assert "energy densities of the data were not predicted" in figure.get_supxlabel()
