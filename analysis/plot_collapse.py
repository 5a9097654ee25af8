"""Finite-size scaling: the curves of each fit against disorder, and their collapse.

There is a row for each indicator, energy density and method, and two panels for each source. The
left one shows the means with standard errors, h_c with its interval, and crossings if there are
any. The right one shows the same points against the scaled strength, such as L^{1/ν}(h − h_c). If the fit
also scales the means by L^{−ζ/ν}, the right panel has an axis of its own. The warnings of all fits
stand below, by number.
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from figure import STRENGTH, Missing, in_order, label, run_script, size_styles, source_names
from mblscale_results import Output
from panels import legend_above, notes_below, panel_grid
from scaling_fits import by_indicator, distinct, energy_density, fits, model

NAME = "collapse"

SOURCES = {"exact": "Exact diagonalization", "predicted": "Network"}
"""Names of sources. A file has its own name."""


def draw(output: Output) -> Figure:
    """The figure, of all fits of scaling.json."""
    if output.scaling is None:
        raise Missing("there is no scaling.json; run the scale stage")
    found = [part for fit in fits(output) for part in by_indicator(fit)]
    if not found:
        raise Missing("scaling.json holds no fits")
    rows = _rows(found)
    sources = sorted({fit["source"] for fit in found}, key=lambda name: (name not in SOURCES, name))
    styles = size_styles(curve["L"] for fit in found for curve in fit["data"])
    # Many fits share a warning, which is written once.
    warnings = distinct(warning for fit in found for warning in fit["warnings"])

    figure, axes = panel_grid(len(rows), 2 * len(sources), (2.9, 2.3), (0.4, 0.7))
    for panel in axes.flat:
        panel.set_visible(False)
    for fit in found:
        column = 2 * sources.index(fit["source"])
        marks = sorted(warnings.index(warning) + 1 for warning in fit["warnings"])
        _pair(*axes[rows.index(_row(fit)), column : column + 2], fit, marks, styles)
    for row in axes:
        _share_axes(row)
    names = source_names(sources)
    for left, source in zip(axes.T[::2], sources, strict=True):
        first = next(panel for panel in left if panel.get_visible())
        _name_pair(first, SOURCES.get(source, names[source]))
    notes_below(figure, (f"[{number}]  {warning}" for number, warning in enumerate(warnings, 1)))
    handles = [Line2D([], [], linestyle="none", **style) for style in styles.values()]
    lengths = [f"$L = {sites}$" for sites in styles]
    legend_above(figure, handles, lengths, handletextpad=0)
    return figure


def _row(fit: dict) -> tuple[str, float, str]:
    """What the fits of a row share."""
    density = fit["energy_density"]
    return fit["target"], -1.0 if density is None else density, model(fit)


def _rows(found: list[dict]) -> list[tuple[str, float, str]]:
    """The rows by indicator, then by energy density, then by model in the order of the file."""
    order = in_order(fit["target"] for fit in found)
    models = distinct(model(fit) for fit in found)
    rows = {_row(fit) for fit in found}
    return sorted(rows, key=lambda row: (order.index(row[0]), row[1], models.index(row[2])))


def _pair(left: Axes, right: Axes, fit: dict, marks: list[int], styles: dict) -> None:
    left.set_visible(True)
    right.set_visible(True)
    curves(left, fit, styles)
    collapsed(right, fit, styles)
    left.set_ylabel(label(fit["target"], fit["normalisation"]))
    if is_scaled(fit):
        right.set_ylabel(scaled_label(fit))
    parts = (energy_density(fit), model(fit))
    left.set_title(", ".join(part for part in parts if part), loc="left")
    right.set_title(_result(fit) + (f"  {marks}" if marks else ""), loc="right", fontsize=8.5)


def is_scaled(fit: dict) -> bool:
    """Whether the collapse multiplies the means by a factor of each length."""
    return any(curve["factor"] != 1 for curve in fit["data"])


def scaled_label(fit: dict) -> str:
    """The label of the means in the collapse."""
    name = label(fit["target"], fit["normalisation"])
    return rf"$L^{{-\zeta/\nu}}\times$ {name}" if is_scaled(fit) else name


def _share_axes(row: np.ndarray) -> None:
    """Shares the vertical axis of a row, except for panels with a label of another quantity."""
    first, *others = [panel for panel in row if panel.get_visible()]
    for panel in others:
        if panel.get_ylabel() in ("", first.get_ylabel()):
            panel.sharey(first)
            panel.tick_params(labelleft=panel.get_ylabel() != "")
    first.autoscale(axis="y")


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
        # The vertical axis may be shared, so that its ticks can only be hidden.
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


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
