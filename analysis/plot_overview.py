"""All stages in three panels: exact curves, predictions of a network, and the collapse.

The predictions are shown against exact values of the longest chain that has both.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

import plot_collapse
from figure import Missing, in_order, label, run_script, size_styles
from mblscale_results import Output, Table

NAME = "overview"

PREFERRED = "entanglement"
"""The indicator that is shown if there are fits to it."""


def draw(output: Output) -> Figure:
    """The figure, of a fit to exact data of an indicator that the network predicts."""
    if output.data is None or output.predictions is None or output.scaling is None:
        raise Missing("a part is not there; run the generate, predict and scale stages")
    both = set(output.data.sizes("test")) & set(output.predictions.sizes("test"))
    if not both:
        raise Missing("no chain length has test data and predictions; run the predict stage")
    sites = max(both)
    fit = _fit(output.scaling["fits"], output.predictions.table(sites, "test"))
    name = label(fit["target"], fit["normalisation"])
    styles = size_styles(curve["L"] for curve in fit["data"])

    figure, (curves, scatter, collapse) = plt.subplots(1, 3, figsize=(8, 2.5))
    plot_collapse.curves(curves, fit, styles)
    handles = [Line2D([], [], linestyle="none", **style) for style in styles.values()]
    curves.legend(handles, [f"$L = {length}$" for length in styles], handletextpad=0)
    curves.set_ylabel(name)
    curves.set_title("(a) exact diagonalization", loc="left")
    _scatter(scatter, output, sites, fit)
    scatter.set(xlabel=f"exact {name}", ylabel="network")
    scatter.set_title(f"(b) $L = {sites}$" + _seen(output, sites), loc="left")
    plot_collapse.collapsed(collapse, fit, styles)
    collapse.set_ylabel(name)
    critical, exponent = (plot_collapse.interval(fit[key]) for key in ("h_c", "nu"))
    collapse.set_title(f"(c) $h_c = {critical}$, $\\nu = {exponent}$", loc="right", fontsize=8.5)
    return figure


def _fit(fits: list[dict], predicted: Table) -> dict:
    """The fit that is shown: to exact data, at an indicator and energy density with predictions."""
    known = [
        fit
        for fit in fits
        if fit["source"] == "exact"
        and fit["target"] in predicted.indicators
        and np.isclose(fit["energy_density"], predicted.coordinates["epsilon"]).any()
    ]
    if not known:
        raise Missing("no fit to exact data is of what was learned; run the scale stage on both")
    order = [PREFERRED, *in_order(fit["target"] for fit in known)]
    return min(known, key=lambda fit: order.index(fit["target"]))


def _seen(output: Output, sites: int) -> str:
    if output.evaluation is None:
        return ""
    return ", trained on" if sites in output.evaluation["train_sizes"] else ", never seen"


def _scatter(panel: Axes, output: Output, sites: int, fit: dict) -> None:
    """The network against the exact values of the same fields."""
    key = (fit["target"], fit["energy_density"], fit["normalisation"])
    table = output.data.table(sites, "test")
    exact = table.indicator(*key)
    predictions = output.predictions.table(sites, "test")
    predicted = predictions.indicator(*key)[predictions.rows(table.strengths)]
    shared = min(exact.shape[1], predicted.shape[1])
    colours = np.repeat(table.strengths[:, None], shared, axis=1)
    panel.axline((0, 0), slope=1, color="0.3", linewidth=1, zorder=0)
    points = panel.scatter(
        exact[:, :shared], predicted[:, :shared], c=colours, s=5, cmap="cividis", linewidth=0
    )
    panel.figure.colorbar(points, ax=panel, label="$h\\,/\\,J$")


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
