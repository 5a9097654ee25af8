"""h_c and ν against the shortest chain L_min, with a line for each window.

There is a column for each indicator and energy density, with h_c above ν. h_c depends on its window
and on L_min. A change beyond the interval is a drift.
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mblscale.figures.panels import entries, keep_first_titles, keep_outer_labels, panel_grid, size_in_inches
from mblscale.figures.scaling_fits import bars, distinct, energy_density, estimates, fits, model
from mblscale.figures.style import Missing, Style, in_order, label, line_style, source_names
from mblscale.records import Record
from mblscale.results import Results

PARAMETERS = {"h_c": "$h_c\\,/\\,J$", "nu": r"$\nu$"}
"""The parameters that are shown, and their labels."""


def draw(results: Results) -> Figure:
    """The figure, of the scan of scaling.json."""
    scan = _scan(results)
    columns = _columns(scan)
    size = (len(PARAMETERS), len(columns), (3.0, 2.3), (0.3, 0))
    figure, panels = panel_grid(*size, sharex="col", sharey="row")
    for row, parameter in zip(panels, PARAMETERS, strict=True):
        for number, axes in enumerate(row):
            panel(axes, results, parameter, number)
    keep_first_titles(panels)
    keep_outer_labels(panels)
    _legend_beside(figure, panels)
    return figure


def panel(axes: Axes, results: Results, parameter: str = "h_c", column: int = 0) -> None:
    """A parameter of one of the columns, which are indicators at an energy density."""
    scan = _scan(results)
    target, _ = _columns(scan)[column]
    of_column = [fit for fit in scan if _column(fit) == _columns(scan)[column]]
    lines = distinct(_line(fit) for fit in scan)
    names = source_names(fit["source"] for fit in scan)
    for number, line in enumerate(lines):
        of_line = [fit for fit in of_column if _line(fit) == line]
        # Lines stand side by side, because their intervals would hide each other.
        shift = min(0.06, 0.8 / len(lines)) * (number - (len(lines) - 1) / 2)
        source, method = line
        # A single source needs no name.
        name = f"{names[source]}, {method}" if len(names) > 1 else method
        _errorbars(axes, of_line, parameter, shift, line_style(number) | {"label": name})
    density = energy_density(of_column[0])
    axes.set_title(label(target, scan[0]["normalisation"]) + (f", {density}" if density else ""))
    axes.set_xlabel("shortest chain $L_\\mathrm{min}$")
    axes.set_xticks(sorted({fit["sizes"][0] for fit in scan}))
    axes.set_ylabel(PARAMETERS[parameter])
    if parameter == "h_c":
        # An h_c beyond all data is an extrapolation, which the figure leaves out.
        axes.set_ylim(min(fit["window"][0] for fit in scan), max(fit["window"][1] for fit in scan))


def _scan(results: Results) -> list[Record]:
    scan = fits(results, "scan")
    if not scan:
        raise Missing("there is no scan; give the deck a [scaling.scan] table and run the scale stage")
    return scan


def _columns(scan: list[Record]) -> list[tuple[str, float | None]]:
    targets = in_order(fit["target"] for fit in scan)
    return sorted(distinct(_column(fit) for fit in scan), key=lambda column: targets.index(column[0]))


def _column(fit: Record) -> tuple[str, float | None]:
    return fit["target"], fit["energy_density"]


def _line(fit: Record) -> tuple[str, str]:
    """The properties that all points of a line share."""
    low, high = fit["window"]
    return fit["source"], f"{model(fit) or fit['method']}, $h = {low:g}$ to {high:g}"


def _errorbars(axes: Axes, of_line: list[Record], key: str, shift: float, style: Style) -> None:
    value, low, high = estimates(fit[key] for fit in of_line)
    shortest = [fit["sizes"][0] + shift for fit in of_line]
    line: Style = {"linestyle": "-", "linewidth": 0.8} | style
    axes.errorbar(shortest, value, bars(value, low, high), **line)


def _legend_beside(figure: Figure, panels: np.ndarray) -> None:
    """The legend beside the panels, for which the figure grows."""
    legend = figure.legend(*entries(panels.flat), loc="outside right upper", fontsize=7)
    width, height = size_in_inches(legend)
    figure.set_figwidth(figure.get_figwidth() + width)
    figure.set_figheight(max(figure.get_figheight(), height + 0.2))
