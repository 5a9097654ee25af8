"""Finite-size scaling: each fit's curves against disorder and collapsed.

A row for each indicator and energy density; for each source, left the means with their standard
errors, h_c and its interval, right the same points against L^{1/ν}(h − h_c).
"""

import textwrap

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from figure import STRENGTH, Missing, in_order, label, run_script, size_styles
from mblscale_results import Output

NAME = "collapse"

SOURCES = {"exact": "data", "predicted": "network"}


def draw(output: Output) -> Figure:
    """The figure, of all fits of scaling.json."""
    if output.scaling is None:
        raise Missing("there is no scaling.json; run the scale stage")
    fits = output.scaling["fits"]
    if not fits:
        raise Missing("scaling.json holds no fits")
    order = in_order(fit["target"] for fit in fits)
    sources = [source for source in SOURCES if any(fit["source"] == source for fit in fits)]
    rows = sorted({(order.index(fit["target"]), fit["energy_density"]) for fit in fits})
    styles = size_styles(curve["L"] for fit in fits for curve in fit["data"])

    shape = (len(rows), 2 * len(sources))
    width, height = 3.4 * shape[1] + 0.4, 2.6 * shape[0] + 0.5
    figure, axes = plt.subplots(*shape, figsize=(width, height), squeeze=False)
    for panel in axes.flat:
        panel.set_visible(False)
    for fit in fits:
        row = rows.index((order.index(fit["target"]), fit["energy_density"]))
        column = 2 * sources.index(fit["source"])
        left, right = axes[row, column : column + 2]
        left.set_visible(True)
        right.set_visible(True)
        curves(left, fit, styles)
        collapsed(right, fit, styles)
        left.set_ylabel(label(fit["target"], fit["normalisation"]))
        source = SOURCES[fit["source"]]
        left.set_title(f"{source}, $\\epsilon = {fit['energy_density']:g}$", loc="left")
        right.set_title(result(fit), loc="right")
        _warnings(right, fit["warnings"])
    handles = [Line2D([], [], linestyle="none", **style) for style in styles.values()]
    names = [f"$L = {sites}$" for sites in styles]
    figure.legend(handles, names, loc="outside upper center", ncols=len(names), handletextpad=0)
    return figure


def curves(panel: Axes, fit: dict, styles: dict) -> None:
    """The means against disorder, with h_c and its interval."""
    for curve in fit["data"]:
        panel.errorbar(curve["h"], curve["mean"], curve["error"], **_points(styles, curve))
    critical = fit["h_c"]
    if critical["value"] is not None:
        panel.axvline(critical["value"], color="0.3", linewidth=1, linestyle="--", zorder=0)
    if critical["low"] is not None and critical["high"] is not None:
        panel.axvspan(critical["low"], critical["high"], color="0.88", zorder=-1)
    panel.set_xlabel(STRENGTH)


def collapsed(panel: Axes, fit: dict, styles: dict) -> None:
    """The same points against the scaling variable."""
    critical, exponent = fit["h_c"]["value"], fit["nu"]["value"]
    panel.set_xlabel(r"$L^{1/\nu}\,(h - h_c)\,/\,J$")
    if critical is None or exponent is None:
        panel.set(xticks=[], yticks=[])
        panel.text(0.5, 0.5, "no fit", transform=panel.transAxes, ha="center")
        return
    for curve in fit["data"]:
        x = curve["L"] ** (1 / exponent) * (np.array(curve["h"]) - critical)
        panel.errorbar(x, curve["mean"], curve["error"], **_points(styles, curve, "none"))


def _points(styles: dict, curve: dict, line: str = "-") -> dict:
    return {"linestyle": line, "linewidth": 0.8, "elinewidth": 1, **styles[curve["L"]]}


def result(fit: dict) -> str:
    """The fit in one line."""
    quality = "—" if fit["quality"] is None else f"{fit['quality']:.3g}"
    critical, exponent = _interval(fit["h_c"]), _interval(fit["nu"])
    return f"$h_c = {critical}$,  $\\nu = {exponent}$,  quality {quality}"


def _interval(estimate: dict) -> str:
    """A value with the distances to the ends of its interval, as mathematics."""
    value, low, high = (estimate[key] for key in ("value", "low", "high"))
    if value is None:
        return r"\mathrm{unknown}"
    if low is None or high is None:
        return f"{value:.2f}"
    return f"{value:.2f}^{{{high - value:+.2f}}}_{{{low - value:+.2f}}}"


def _warnings(panel: Axes, warnings: list[str]) -> None:
    lines = [line for warning in warnings for line in textwrap.wrap(warning, 52)]
    panel.annotate(
        "\n".join(lines),
        (0, 0),
        (0, -30),
        xycoords="axes fraction",
        textcoords="offset points",
        va="top",
        color="#a04000",
        fontsize=7,
    )


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
