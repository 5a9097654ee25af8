"""Every figure also draws one panel into axes of one's own."""

from collections.abc import Callable
from pathlib import Path

import h5py
import matplotlib.pyplot as plt
import numpy as np
import pytest
import synthetic

from mblscale import figures
from mblscale.results import Results

Change = Callable[[Results], None]


def fits_of(method: str) -> Change:
    def change(results: Results) -> None:
        pair = {"h_8_10": {"value": 4.5, "low": 4.0, "high": 5.0}}
        fits = results.scaling["fits"]
        own = [fit | {"method": method, "parameters": pair} for fit in fits]
        results.scaling["fits"] = synthetic.cost_fits(fits[0]) if method == "cost" else own

    return change


def study_of(kind: str, *trainings: str) -> Change:
    def change(results: Results) -> None:
        scores = [synthetic.score("gap_ratio", sites) for sites in synthetic.SIZES]
        results.study["study"]["kind"] = kind
        results.study["findings"] = [
            synthetic.finding(training, scores, realizations=3) for training in trainings
        ]

    return change


def two_energy_densities(results: Results) -> None:
    results.scaling["fits"] += [fit | {"energy_density": 0.3} for fit in results.scaling["fits"]]


def times(results: Results) -> None:
    scores = results.evaluation["scores"]
    results.evaluation["scores"] = [score | {"time": time} for score in scores for time in (1.0, 10.0)]


def observables(results: Results) -> None:
    """Observables of all kinds, with made-up values."""
    random = np.random.default_rng(1)
    axes = {"state": 5, "cut": 11, "order": 3, "tau": 20, "sample": 2, "time": 4}
    quantities = {
        "gap_ratios": ("epsilon", "state"),
        "fractal_dimensions": ("epsilon", "state", "order"),
        "entanglement_entropies": ("epsilon", "state", "cut"),
        "energy": ("epsilon", "state"),
        "energy_min": (),
        "energy_max": (),
        "form_factor": ("tau",),
        "quench_imbalance": ("sample", "time"),
        "quench_magnetization": ("sample", "site", "time"),
    }
    with h5py.File(results.directory / "data.h5", "a") as file:
        group = file["L12/test"]
        sizes = {name: group[name].size for name in ("h", "realization", "epsilon", "site")} | axes
        for name, size in axes.items():
            group[name] = np.arange(1.0, size + 1)
        group["tau"][...] = np.geomspace(0.01, 3, 20)
        for name, more in quantities.items():
            dimensions = ("h", "realization", *more)
            values = random.uniform(0, 1, [sizes[axis] for axis in dimensions])
            group[name] = values + {"energy_min": -3, "energy_max": 3}.get(name, 0)
            group[name].attrs["dimensions"] = " ".join(dimensions)


CHANGES: dict[str, Change] = {
    "data_size": study_of("data-size", "one", "two"),
    "heads": study_of("conditioned", "conditioned", "own head"),
    "cost": fits_of("cost"),
    "crossings": fits_of("crossings"),
    "edge": two_energy_densities,
    "times": times,
}
CHANGES |= dict.fromkeys(
    ("gap_ratios", "dimensions", "states", "form_factor", "quench", "spins"), observables
)


@pytest.mark.parametrize("name", figures.FIGURES)
def test_a_panel_is_drawn_into_given_axes(name: str, directory: Path) -> None:
    results = Results(directory)
    CHANGES.get(name, lambda _: None)(results)
    figure, (other, axes) = plt.subplots(1, 2)
    figures.FIGURES[name].panel(axes, results)
    drawn = [*axes.lines, *axes.collections, *axes.containers, *axes.patches]
    assert drawn, "nothing is drawn"
    assert axes.get_xlabel()
    assert axes.get_ylabel()
    # Nothing elsewhere: no figure, no axes, no legend.
    assert plt.get_fignums() == [figure.number]
    assert figure.axes == [other, axes]
    assert not other.has_data()
    assert not figure.legends
    # The whole figure has the same panel among others.
    whole = figures.draw(name, results)
    shown = [panel.get_xlabel() for panel in whole.axes]
    assert axes.get_xlabel() in shown


def test_panels_are_chosen_by_name(output: Results) -> None:
    _, axes = plt.subplots()
    figures.indicators.panel(axes, output, "entanglement", sites=10)
    assert axes.get_ylabel() == r"entanglement $S\,/\,S_0$"
    values = figures.indicators.indicator(output.data[10, "test"], "entanglement")
    np.testing.assert_allclose(axes.lines[0].get_ydata(), values.mean("realization"))


def test_settings_of_matplotlib_stay_those_of_the_user(output: Results) -> None:
    before = {name: str(plt.rcParams[name]) for name in plt.rcParams}
    plt.rcdefaults()
    plain = {name: str(plt.rcParams[name]) for name in plt.rcParams}
    figures.save("indicators", output)
    assert {name: str(plt.rcParams[name]) for name in plt.rcParams} == plain
    assert before != plain
