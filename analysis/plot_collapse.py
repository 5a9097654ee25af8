"""Finite-size scaling: each fit's curves against disorder and collapsed.

A row for each indicator, energy density and method; for each source, left the means with their
standard errors, h_c and its interval, and the crossings if they were measured, right the same points
against the scaled strength, such as L^{1/ν}(h − h_c). What to mind of a fit stands below, by number.
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

SOURCES = {"exact": "Exact diagonalization", "predicted": "Network"}
"""Names of sources; a table goes by its own."""


def draw(output: Output) -> Figure:
    """The figure, of all fits of scaling.json."""
    if output.scaling is None:
        raise Missing("there is no scaling.json; run the scale stage")
    fits = output.scaling["fits"]
    if not fits:
        raise Missing("scaling.json holds no fits")
    fits = [part for fit in fits for part in by_indicator(fit)]
    order = in_order(fit["target"] for fit in fits)
    sources = sorted({fit["source"] for fit in fits}, key=lambda name: (name not in SOURCES, name))
    models = list(dict.fromkeys(model(fit) for fit in fits))

    def row_of(fit: dict) -> tuple[int, float, int]:
        energy_density = fit["energy_density"]
        at = -1.0 if energy_density is None else energy_density
        return order.index(fit["target"]), at, models.index(model(fit))

    rows = sorted({row_of(fit) for fit in fits})
    styles = size_styles(curve["L"] for fit in fits for curve in fit["data"])
    # Many fits share a warning: each is written once.
    warnings = list(dict.fromkeys(warning for fit in fits for warning in fit["warnings"]))
    notes = _notes(warnings, 70 * len(sources))

    shape = (len(rows), 2 * len(sources))
    width, height = 2.8 * shape[1] + 0.4, 2.3 * shape[0] + 0.13 * len(notes) + 0.7
    figure, axes = plt.subplots(*shape, figsize=(width, height), sharey="row", squeeze=False)
    for panel in axes.flat:
        panel.set_visible(False)
    for fit in fits:
        row = rows.index(row_of(fit))
        column = 2 * sources.index(fit["source"])
        marks = sorted(warnings.index(warning) + 1 for warning in fit["warnings"])
        _pair(*axes[row, column : column + 2], fit, marks, styles)
    for place, source in enumerate(sources):
        named = min(row for row in range(len(rows)) if axes[row, 2 * place].get_visible())
        _name_pair(axes[named, 2 * place], SOURCES.get(source, source))
    if notes:
        figure.supxlabel("\n".join(notes), x=0.01, ha="left", color="#a04000", fontsize=7)
    handles = [Line2D([], [], linestyle="none", **style) for style in styles.values()]
    names = [f"$L = {sites}$" for sites in styles]
    figure.legend(handles, names, loc="outside upper center", ncols=len(names), handletextpad=0)
    return figure


def _pair(left: Axes, right: Axes, fit: dict, marks: list[int], styles: dict) -> None:
    left.set_visible(True)
    right.set_visible(True)
    curves(left, fit, styles)
    collapsed(right, fit, styles)
    left.set_ylabel(label(fit["target"], fit["normalisation"]))
    left.tick_params(labelleft=True)
    energy_density = fit["energy_density"]
    at = "" if energy_density is None else f"$\\epsilon = {energy_density:g}$"
    left.set_title(", ".join(part for part in (at, model(fit)) if part), loc="left")
    right.set_title(_result(fit) + (f"  {marks}" if marks else ""), loc="right", fontsize=8.5)


def by_indicator(fit: dict) -> list[dict]:
    """A joint fit as one fit of each of its indicators."""
    targets = list(dict.fromkeys(curve["target"] for curve in fit["data"]))
    return [
        fit
        | {
            "target": target,
            "joint": len(targets) > 1,
            "data": [curve for curve in fit["data"] if curve["target"] == target],
        }
        for target in targets
    ]


def model(fit: dict) -> str:
    """The method and its model; nothing for the plain quality."""
    parts = [fit["method"] if fit["method"] != "quality" else "", fit["ansatz"]]
    parts.append("joint" if fit.get("joint") else "")
    return ", ".join(part for part in parts if part)


def _name_pair(panel: Axes, name: str) -> None:
    panel.annotate(
        name,
        (0, 1),
        (0, 22),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=11,
        fontweight="bold",
    )


def curves(panel: Axes, fit: dict, styles: dict) -> None:
    """The means against disorder, with h_c and its interval."""
    for curve in fit["data"]:
        smooth = [
            line
            for line in fit.get("curves", [])
            if (line["target"], line["L"]) == (fit["target"], curve["L"])
        ]
        own = _points(styles, curve, "none" if smooth else "-")
        panel.errorbar(curve["h"], curve["mean"], curve["error"], **own)
        for line in smooth:
            panel.plot(line["at"], line["value"], linewidth=0.8, color=own["color"])
    critical = fit["h_c"]
    if critical["value"] is not None:
        panel.axvline(critical["value"], color="0.3", linewidth=1, linestyle="--", zorder=0)
    if critical["low"] is not None and critical["high"] is not None:
        panel.axvspan(critical["low"], critical["high"], color="0.88", zorder=-1)
    if fit["method"] == "crossings":
        for name, crossing in fit["parameters"].items():
            if name.startswith("h_") and crossing["value"] is not None:
                panel.axvline(crossing["value"], ymax=0.08, color="0.3", linewidth=1)
    panel.set_xlabel(STRENGTH)


def collapsed(panel: Axes, fit: dict, styles: dict) -> None:
    """The same points against the scaling variable."""
    power_law = fit["nu"]["value"] is not None
    panel.set_xlabel(r"$L^{1/\nu}\,(h - h_c)\,/\,J$" if power_law else r"scaled strength $x$")
    if not any(curve["x"] for curve in fit["data"]):
        # The vertical axis is shared: its ticks are only hidden.
        panel.set_xticks([])
        panel.tick_params(left=False, right=False)
        panel.text(0.5, 0.5, "no fit", transform=panel.transAxes, ha="center")
        return
    for curve in fit["data"]:
        mean, error = (curve["factor"] * np.array(curve[key]) for key in ("mean", "error"))
        panel.errorbar(np.array(curve["x"], float), mean, error, **_points(styles, curve, "none"))
    for line in fit.get("curves", []):
        if line["target"] == fit["target"] and line["L"] is None:
            panel.plot(line["at"], line["value"], color="0.3", linewidth=0.8, zorder=0)


def _points(styles: dict, curve: dict, line: str = "-") -> dict:
    return {"linestyle": line, "linewidth": 0.8, "elinewidth": 1, **styles[curve["L"]]}


def _result(fit: dict) -> str:
    quality = "—" if fit["quality"] is None else f"{fit['quality']:.3g}"
    critical, exponent = interval(fit["h_c"]), interval(fit["nu"])
    return f"$h_c = {critical}$,  $\\nu = {exponent}$,  quality {quality}"


def interval(estimate: dict) -> str:
    """A value with the distances to the ends of its interval, as mathematics."""
    value, low, high = (estimate[key] for key in ("value", "low", "high"))
    if value is None:
        return r"\mathrm{unknown}"
    if low is None or high is None:
        return f"{value:.2f}"
    return f"{value:.2f}^{{{high - value:+.2f}}}_{{{low - value:+.2f}}}"


def _notes(warnings: list[str], width: int) -> list[str]:
    """The lines of the warnings, each behind its number."""
    return [
        line
        for number, warning in enumerate(warnings, 1)
        for line in textwrap.wrap(warning, width, initial_indent=f"[{number}]  ")
    ]


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
