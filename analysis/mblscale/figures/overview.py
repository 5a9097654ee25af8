"""All stages in three panels: exact curves, predictions of a network, and the collapse.

The predictions are shown against exact values of the longest chain that has both.
"""

from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from xarray import Dataset

from mblscale.energies import MIDDLE, nearest, shared
from mblscale.figures import collapse
from mblscale.figures.panels import notes_below
from mblscale.figures.style import Missing, in_order, label, size_styles
from mblscale.pairing import pair
from mblscale.records import Record
from mblscale.results import Results
from mblscale.tables import indicator, indicators

PREFERRED = "entanglement"
"""The indicator that is shown if there are fits to it."""


@dataclass(frozen=True)
class Shown:
    """What the figure shows."""

    exact: Dataset
    predicted: Dataset
    fit: Record

    @property
    def mismatch(self) -> str:
        """The fields of the data that were not predicted."""
        return pair(self.exact, self.predicted).mismatch()


def draw(results: Results) -> Figure:
    """The figure, of a fit to exact data of an indicator that the network predicts."""
    shown = _shown(results)
    fit = shown.fit
    styles = size_styles(curve["L"] for curve in fit["data"])
    figure, (curves, scatter, collapsed) = plt.subplots(1, 3, figsize=(8, 2.5))
    collapse.curves(curves, fit, styles)
    handles = [Line2D([], [], linestyle="none", **style) for style in styles.values()]
    curves.legend(handles, [f"$L = {length}$" for length in styles], handletextpad=0)
    curves.set_ylabel(label(fit["target"], fit["normalisation"]))
    curves.set_title("(a) exact diagonalization", loc="left")
    points = panel(scatter, results)
    figure.colorbar(points, ax=scatter, label="$h\\,/\\,J$")
    scatter.set_title(f"(b) {scatter.get_title(loc='left')}", loc="left")
    collapse.collapsed(collapsed, fit, styles)
    collapsed.set_ylabel(collapse.scaled_label(fit))
    critical, exponent = (collapse.interval(fit[key]) for key in ("h_c", "nu"))
    collapsed.set_title(f"(c) $h_c = {critical}$, $\\nu = {exponent}$", loc="right", fontsize=8.5)
    if shown.mismatch:
        notes_below(figure, [f"(b) shows fields that both files have. {shown.mismatch}."])
    return figure


def panel(axes: Axes, results: Results) -> PathCollection:
    """The network against exact values of the same fields; returns the points for a colour bar."""
    shown = _shown(results)
    key = (shown.fit["target"], shown.fit["energy_density"], shown.fit["normalisation"])
    pairs = pair(shown.exact, shown.predicted)
    values = indicator(shown.exact, *key)
    network = pairs.aligned(indicator(shown.predicted, *key))
    found = pairs.found.values
    if not found.any():
        raise Missing(pairs.mismatch())
    colours = np.broadcast_to(shown.exact["h"].values[:, None], found.shape)
    axes.axline((0, 0), slope=1, color="0.3", linewidth=1, zorder=0)
    name = label(shown.fit["target"], shown.fit["normalisation"])
    axes.set(xlabel=f"exact {name}", ylabel="network")
    sites = int(shown.exact["sites"])
    axes.set_title(f"$L = {sites}$" + _seen(results, sites), loc="left")
    own = (values.values[found], network.values[found])
    return axes.scatter(*own, c=colours[found], s=5, cmap="cividis", linewidth=0)


def _shown(results: Results) -> Shown:
    if results.data is None or results.predictions is None or results.scaling is None:
        raise Missing("a part is not there; run the generate, predict and scale stages")
    both = set(results.data.sizes("test")) & set(results.predictions.sizes("test"))
    if not both:
        raise Missing("no chain length has test data and predictions; run the predict stage")
    tables = results.data[max(both), "test"], results.predictions[max(both), "test"]
    wanted = (results.evaluation or {}).get("energy_density", MIDDLE)
    return Shown(*tables, _fit(results.scaling["fits"], tables, wanted))


def _fit(fits: list[Record], tables: tuple[Dataset, Dataset], wanted: float) -> Record:
    """The fit that is shown: to exact data, of an indicator at an energy density of both datasets.

    The energy density is the one nearest to the one that is wanted.
    """
    names = set.intersection(*(set(indicators(table)) for table in tables))
    densities = shared(*(table["epsilon"].values for table in tables))
    known = [
        fit
        for fit in fits
        if fit["source"] == "exact" and fit["target"] in names and _is_in(fit, densities)
    ]
    if not known:
        raise Missing("no fit to exact data is of what was learned; run the scale stage on both")
    order = in_order(fit["target"] for fit in known)
    target = PREFERRED if PREFERRED in order else order[0]
    known = [fit for fit in known if fit["target"] == target]
    shown = nearest((fit["energy_density"] for fit in known), wanted)
    return next(fit for fit in known if fit["energy_density"] == shown)


def _is_in(fit: Record, densities: list[float]) -> bool:
    return fit["energy_density"] is not None and bool(shared([fit["energy_density"]], densities))


def _seen(results: Results, sites: int) -> str:
    if results.evaluation is None:
        return ""
    return ", trained on" if sites in results.evaluation["train_sizes"] else ", never seen"
