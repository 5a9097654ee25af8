"""The whole job in three panels: exact curves that cross, a network beside exact values of a
chain length that it has not seen, and the collapse of the curves.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import plot_collapse
from figure import STRENGTH, Missing, in_order, label, run_script, size_styles
from mblscale_results import Output

NAME = "overview"

FAVOURITE = "entanglement"
"""The indicator that is shown when it is there."""


def draw(output: Output) -> Figure:
    """The figure, of the exact data, the predictions of the longest chain, and a fit."""
    if output.data is None or output.predictions is None or output.scaling is None:
        raise Missing("a part is not there; run the generate, predict and scale stages")
    exact = [fit for fit in output.scaling["fits"] if fit["source"] == "exact"]
    if not exact:
        raise Missing("scaling.json holds no fit of exact data; run the scale stage on them")
    names = in_order(fit["target"] for fit in exact)
    target = FAVOURITE if FAVOURITE in names else names[0]
    fits = [fit for fit in exact if fit["target"] == target]
    fit = min(fits, key=lambda fit: abs(fit["energy_density"] - 0.5))
    styles = size_styles(curve["L"] for curve in fit["data"])

    figure, (curves, scatter, collapse) = plt.subplots(1, 3, figsize=(11, 3.3))
    plot_collapse.curves(curves, fit, styles)
    handles = [curves.plot([], [], **style)[0] for style in styles.values()]
    curves.legend(handles, [f"$L = {sites}$" for sites in styles])
    curves.set(xlabel=STRENGTH, ylabel=label(target, fit["normalisation"]))
    curves.set_title("exact diagonalization", loc="left")
    _scatter(scatter, output, target, fit)
    plot_collapse.collapsed(collapse, fit, styles)
    collapse.set_ylabel(label(target, fit["normalisation"]))
    collapse.set_title(plot_collapse.result(fit), loc="right", fontsize=9)
    return figure


def _scatter(panel: Axes, output: Output, target: str, fit: dict) -> None:
    """The network against the exact values of the longest chain that has both."""
    both = set(output.data.sizes("test")) & set(output.predictions.sizes("test"))
    if not both:
        raise Missing("no chain length has test data and predictions; run the predict stage")
    sites = max(both)
    place = (target, fit["energy_density"], fit["normalisation"])
    exact = output.data.table(sites, "test").indicator(*place)
    predicted = output.predictions.table(sites, "test").indicator(*place)
    shared = min(exact.shape[1], predicted.shape[1])
    strengths = output.data.table(sites, "test").strengths
    colour = np.repeat(strengths[:, None], shared, axis=1)
    points = panel.scatter(
        exact[:, :shared], predicted[:, :shared], c=colour, s=7, cmap="cividis", linewidth=0
    )
    panel.axline((0, 0), slope=1, color="0.3", linewidth=1)
    panel.figure.colorbar(points, ax=panel, label=STRENGTH)
    name = label(target, fit["normalisation"])
    panel.set(xlabel=f"exact {name}", ylabel=f"predicted {name}")
    seen = sites in (output.evaluation or {}).get("train_sizes", [])
    panel.set_title(f"$L = {sites}$, {'trained on' if seen else 'never trained on'}", loc="left")


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
