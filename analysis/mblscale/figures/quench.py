"""Imbalance and entropies after a quench against time.

There is a column of panels for each of some disorder strengths, and a row for each observable. Lines are
chain lengths: means over initial states and realizations, with standard errors over realizations as bands.
Dashed lines are the means of what a network predicts. Lengths with predictions show test data alone.
"""

from functools import reduce

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from xarray import DataArray, Dataset

from mblscale.figures.observed import observed, some
from mblscale.figures.panels import keep_first_titles, keep_outer_labels, legend_above, panel_grid
from mblscale.figures.style import Missing, Style, size_styles
from mblscale.results import Results
from mblscale.statistics import aggregate

LABELS = {
    "quench_imbalance": "imbalance",
    "quench_entanglement": "entropy $S$ (nat)",
    "quench_number_entropy": "number entropy (nat)",
    "quench_return_probability": "return probability",
    "quench_participation_entropy": "particip. entropy (nat)",
}
MOST = 4
"""The largest number of strengths."""


def draw(results: Results) -> Figure:
    """The figure."""
    names, strengths = _names(results), some(_strengths(results), MOST)
    size = (len(names), len(strengths), (2.2, 1.7), (0.8, 0.7))
    figure, panels = panel_grid(*size, sharex=True, sharey="row")
    for row, name in zip(panels, names, strict=True):
        for axes, h in zip(row, strengths, strict=True):
            panel(axes, results, name, h)
    keep_first_titles(panels)
    keep_outer_labels(panels)
    styles = _styles(results)
    handles = [Line2D([], [], color=style["color"]) for style in styles.values()]
    labels = [f"$L = {sites}$" for sites in styles]
    if any(name in table for table in _network(results).values() for name in names):
        handles.append(Line2D([], [], color="0.3", linestyle="--"))
        labels.append("network")
    legend_above(figure, handles, labels)
    return figure


def panel(axes: Axes, results: Results, name: str | None = None, h: float | None = None) -> None:
    """An observable at a disorder strength; without names, the first one at the weakest."""
    name = _names(results)[0] if name is None else name
    h = _strengths(results)[0] if h is None else h
    known, network = _exact(results, name), _network(results)
    for sites, style in _styles(results).items():
        if sites in known:
            _exact_curve(axes, curves(known[sites]).sel(h=h), style["color"])
        if sites in network and name in network[sites]:
            _predicted_curve(axes, network[sites][name], h, style["color"])
    axes.set_title(f"$h = {h:g}$", fontsize=8.5)
    axes.set_xlabel("time $t\\,J$")
    axes.set_ylabel(LABELS[name])


def curves(values: DataArray) -> Dataset:
    """Mean and standard error over (h, time)."""
    return aggregate(values, within=["sample"])


def _exact_curve(axes: Axes, found: Dataset, color: object) -> None:
    """The line and the band of a chain length."""
    found = found.sel(time=found["time"] > 0)
    times, mean, error = (found[name].values for name in ("time", "mean", "error"))
    axes.semilogx(times, mean, color=color)
    band: Style = {"color": color, "alpha": 0.25, "linewidth": 0}
    axes.fill_between(times, mean - error, mean + error, **band)


def _predicted_curve(axes: Axes, values: DataArray, h: float, color: object) -> None:
    """The mean of the predictions, if they have the disorder strength."""
    mean = values.mean("realization").transpose("h", "time")
    for place in np.flatnonzero(np.isclose(mean["h"], h)):
        axes.semilogx(mean["time"], mean[place], "--", color=color)


def _names(results: Results) -> list[str]:
    """The observables that the data have."""
    known = results.data.tables.values() if results.data is not None else ()
    names = [name for name in LABELS if any(name in table for table in known)]
    if not names:
        raise Missing("data.h5 holds no quench of one value; run the generate stage with [quench]")
    return names


def _strengths(results: Results) -> np.ndarray:
    """The disorder strengths that all lengths have."""
    known = observed(results, _names(results)[0]).values()
    shared = reduce(np.intersect1d, (values["h"].values for values in known))
    if not len(shared):
        raise Missing("the chain lengths of data.h5 have no disorder strength in common")
    return np.asarray(shared)


def _styles(results: Results) -> dict[int, Style]:
    return size_styles({*observed(results, _names(results)[0]), *_network(results)})


def _network(results: Results) -> dict[int, Dataset]:
    """Predictions of quenches by chain length."""
    known = results.predictions.tables if results.predictions is not None else {}
    return {sites: table for (sites, _), table in known.items() if "time" in table.coords}


def _exact(results: Results, name: str) -> dict[int, DataArray]:
    """An observable by chain length. Lengths with predictions have test data alone."""
    found = observed(results, name)
    assert results.data is not None
    for sites in found.keys() & _network(results).keys():
        if (sites, "test") in results.data and name in results.data[sites, "test"]:
            found[sites] = results.data[sites, "test"][name]
        else:
            del found[sites]
    return found
