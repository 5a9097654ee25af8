"""All stages in three panels: exact curves, predictions of a network, and the collapse.

The predictions are shown against exact values of the longest chain that has both.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

import plot_collapse
from energies import MIDDLE, nearest, shared
from figure import Missing, in_order, label, run_script, size_styles
from mblscale_results import Output, Table
from pairing import pair
from panels import notes_below

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
    tables = (output.data.table(sites, "test"), output.predictions.table(sites, "test"))
    wanted = (output.evaluation or {}).get("energy_density", MIDDLE)
    fit = _fit(output.scaling["fits"], tables, wanted)
    name = label(fit["target"], fit["normalisation"])
    styles = size_styles(curve["L"] for curve in fit["data"])

    figure, (curves, scatter, collapse) = plt.subplots(1, 3, figsize=(8, 2.5))
    plot_collapse.curves(curves, fit, styles)
    handles = [Line2D([], [], linestyle="none", **style) for style in styles.values()]
    curves.legend(handles, [f"$L = {length}$" for length in styles], handletextpad=0)
    curves.set_ylabel(name)
    curves.set_title("(a) exact diagonalization", loc="left")
    mismatch = _scatter(scatter, *tables, fit)
    scatter.set(xlabel=f"exact {name}", ylabel="network")
    scatter.set_title(f"(b) $L = {sites}$" + _seen(output, sites), loc="left")
    plot_collapse.collapsed(collapse, fit, styles)
    collapse.set_ylabel(plot_collapse.scaled_label(fit))
    critical, exponent = (plot_collapse.interval(fit[key]) for key in ("h_c", "nu"))
    collapse.set_title(f"(c) $h_c = {critical}$, $\\nu = {exponent}$", loc="right", fontsize=8.5)
    if mismatch:
        notes_below(figure, [f"(b) shows fields that both files have. {mismatch}."])
    return figure


def _fit(fits: list[dict], tables: tuple[Table, Table], wanted: float) -> dict:
    """The fit that is shown: to exact data, of an indicator at an energy density of both tables.

    The energy density is the one nearest to the one that is wanted.
    """
    names = set.intersection(*(set(table.indicators) for table in tables))
    densities = shared(*(table.coordinates["epsilon"] for table in tables))
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


def _is_in(fit: dict, densities: list[float]) -> bool:
    return fit["energy_density"] is not None and bool(shared([fit["energy_density"]], densities))


def _seen(output: Output, sites: int) -> str:
    if output.evaluation is None:
        return ""
    return ", trained on" if sites in output.evaluation["train_sizes"] else ", never seen"


def _scatter(panel: Axes, exact: Table, predicted: Table, fit: dict) -> str:
    """The network against the exact values of the same fields; returns what has no partner."""
    key = (fit["target"], fit["energy_density"], fit["normalisation"])
    pairs = pair(exact, predicted)
    values, network = exact.indicator(*key), pairs.aligned(predicted.indicator(*key))
    colours = np.broadcast_to(exact.strengths[:, None], values.shape)
    if not pairs.found.any():
        raise Missing(pairs.mismatch())
    shown = pairs.found
    panel.axline((0, 0), slope=1, color="0.3", linewidth=1, zorder=0)
    points = panel.scatter(
        values[shown], network[shown], c=colours[shown], s=5, cmap="cividis", linewidth=0
    )
    panel.figure.colorbar(points, ax=panel, label="$h\\,/\\,J$")
    return pairs.mismatch()


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
