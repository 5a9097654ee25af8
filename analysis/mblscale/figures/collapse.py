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

from mblscale.figures.panels import legend_above, notes_below, panel_grid
from mblscale.figures.scaling_fits import by_indicator, distinct, energy_density, fits, model
from mblscale.figures.style import STRENGTH, Missing, Style, in_order, label, size_styles, source_names
from mblscale.records import Record
from mblscale.results import Results

SOURCES = {"exact": "Exact diagonalization", "predicted": "Network"}
"""Names of sources. A file has its own name."""


def draw(results: Results) -> Figure:
    """The figure, of all fits of scaling.json."""
    found = _fits(results)
    rows = _rows(found)
    sources = sorted({fit["source"] for fit in found}, key=lambda name: (name not in SOURCES, name))
    styles = size_styles(curve["L"] for fit in found for curve in fit["data"])
    # Many fits share a warning, which is written once.
    warnings = distinct(warning for fit in found for warning in fit["warnings"])

    figure, panels = panel_grid(len(rows), 2 * len(sources), (2.9, 2.3), (0.4, 0.7))
    for axes in panels.flat:
        axes.set_visible(False)
    for fit in found:
        column = 2 * sources.index(fit["source"])
        marks = sorted(warnings.index(warning) + 1 for warning in fit["warnings"])
        left, right = panels[rows.index(_row(fit)), column : column + 2]
        _pair(left, right, fit, marks, styles)
    for row in panels:
        _share_axes(row)
    names = source_names(sources)
    for lefts, source in zip(panels.T[::2], sources, strict=True):
        first = next(axes for axes in lefts if axes.get_visible())
        _name_pair(first, SOURCES.get(source, names[source]))
    notes_below(figure, (f"[{number}]  {warning}" for number, warning in enumerate(warnings, 1)))
    handles = [Line2D([], [], linestyle="none", **style) for style in styles.values()]
    lengths = [f"$L = {sites}$" for sites in styles]
    legend_above(figure, handles, lengths, handletextpad=0)
    return figure


def panel(axes: Axes, results: Results, number: int = 0) -> None:
    """The collapse of a fit, by its number among those of scaling.json."""
    fit = _fits(results)[number]
    collapsed(axes, fit, size_styles(curve["L"] for curve in fit["data"]))
    axes.set_ylabel(scaled_label(fit))
    axes.set_title(_result(fit), loc="right", fontsize=8.5)


def before(axes: Axes, results: Results, number: int = 0) -> None:
    """The curves of a fit against disorder, by its number among those of scaling.json."""
    fit = _fits(results)[number]
    curves(axes, fit, size_styles(curve["L"] for curve in fit["data"]))
    axes.set_ylabel(label(fit["target"], fit["normalisation"]))


def _fits(results: Results) -> list[Record]:
    """The fits, a joint one as one for each of its indicators."""
    if results.scaling is None:
        raise Missing("there is no scaling.json; run the scale stage")
    found = [part for fit in fits(results) for part in by_indicator(fit)]
    if not found:
        raise Missing("scaling.json holds no fits")
    return found


def _row(fit: Record) -> tuple[str, float, str]:
    """What the fits of a row share."""
    density = fit["energy_density"]
    return fit["target"], -1.0 if density is None else density, model(fit)


def _rows(found: list[Record]) -> list[tuple[str, float, str]]:
    """The rows by indicator, then by energy density, then by model in the order of the file."""
    order = in_order(fit["target"] for fit in found)
    models = distinct(model(fit) for fit in found)
    rows = {_row(fit) for fit in found}
    return sorted(rows, key=lambda row: (order.index(row[0]), row[1], models.index(row[2])))


def _pair(left: Axes, right: Axes, fit: Record, marks: list[int], styles: dict[int, Style]) -> None:
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


def is_scaled(fit: Record) -> bool:
    """Whether the collapse multiplies the means by a factor of each length."""
    return any(curve["factor"] != 1 for curve in fit["data"])


def scaled_label(fit: Record) -> str:
    """The label of the means in the collapse."""
    name = label(fit["target"], fit["normalisation"])
    return rf"$L^{{-\zeta/\nu}}\times$ {name}" if is_scaled(fit) else name


def _share_axes(row: np.ndarray) -> None:
    """Shares the vertical axis of a row, except for panels with a label of another quantity."""
    first, *others = [axes for axes in row if axes.get_visible()]
    for axes in others:
        if axes.get_ylabel() in ("", first.get_ylabel()):
            axes.sharey(first)
            axes.tick_params(labelleft=axes.get_ylabel() != "")
    first.autoscale(axis="y")


def _name_pair(axes: Axes, name: str) -> None:
    axes.annotate(
        name,
        (0, 1),
        (0, 22),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=11,
        fontweight="bold",
    )


def curves(axes: Axes, fit: Record, styles: dict[int, Style]) -> None:
    """The means against disorder, with h_c and its interval."""
    for curve in fit["data"]:
        smooth = [
            line
            for line in fit.get("curves", [])
            if (line["target"], line["L"]) == (fit["target"], curve["L"])
        ]
        own = _points(styles, curve, "none" if smooth else "-")
        axes.errorbar(curve["h"], curve["mean"], curve["error"], **own)
        for line in smooth:
            axes.plot(line["at"], line["value"], linewidth=0.8, color=own["color"])
    critical = fit["h_c"]
    if critical["value"] is not None:
        axes.axvline(critical["value"], color="0.3", linewidth=1, linestyle="--", zorder=0)
    if critical["low"] is not None and critical["high"] is not None:
        axes.axvspan(critical["low"], critical["high"], color="0.88", zorder=-1)
    if fit["method"] == "crossings":
        for name, crossing in fit["parameters"].items():
            if name.startswith("h_") and crossing["value"] is not None:
                axes.axvline(crossing["value"], ymax=0.08, color="0.3", linewidth=1)
    axes.set_xlabel(STRENGTH)


def collapsed(axes: Axes, fit: Record, styles: dict[int, Style]) -> None:
    """The same points against the scaling variable."""
    power_law = fit["nu"]["value"] is not None
    axes.set_xlabel(r"$L^{1/\nu}\,(h - h_c)\,/\,J$" if power_law else r"scaled strength $x$")
    if not any(curve["x"] for curve in fit["data"]):
        # The vertical axis may be shared, so that its ticks can only be hidden.
        axes.set_xticks([])
        axes.tick_params(left=False, right=False)
        axes.text(0.5, 0.5, "no fit", transform=axes.transAxes, ha="center")
        return
    for curve in fit["data"]:
        mean, error = (curve["factor"] * np.array(curve[key]) for key in ("mean", "error"))
        axes.errorbar(np.array(curve["x"], float), mean, error, **_points(styles, curve, "none"))
    for line in fit.get("curves", []):
        if line["target"] == fit["target"] and line["L"] is None:
            axes.plot(line["at"], line["value"], color="0.3", linewidth=0.8, zorder=0)


def _points(styles: dict[int, Style], curve: Record, line: str = "-") -> Style:
    name = f"$L = {curve['L']}$"
    return {"linestyle": line, "linewidth": 0.8, "elinewidth": 1, "label": name, **styles[curve["L"]]}


def _result(fit: Record) -> str:
    quality = "—" if fit["quality"] is None else f"{fit['quality']:.3g}"
    critical, exponent = interval(fit["h_c"]), interval(fit["nu"])
    return f"$h_c = {critical}$,  $\\nu = {exponent}$,  quality {quality}"


def interval(estimate: Record) -> str:
    """A value with the distances to the ends of its interval, as mathematics."""
    value, low, high = (estimate[key] for key in ("value", "low", "high"))
    if value is None:
        return r"\mathrm{unknown}"
    if low is None or high is None:
        return f"{value:.2f}"
    return f"{value:.2f}^{{{high - value:+.2f}}}_{{{low - value:+.2f}}}"
