"""h_c and ν against the shortest chain L_min, with a line for each window.

There is a column for each indicator and energy density, with h_c above ν. h_c depends on its window
and on L_min. A change beyond the interval is a drift.
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figure import Missing, in_order, label, line_style, run_script, source_names
from mblscale_results import Output
from panels import entries, panel_grid, size_in_inches
from scaling_fits import bars, distinct, energy_density, estimates, fits, model

NAME = "scan"


def draw(output: Output) -> Figure:
    """The figure, of the scan of scaling.json."""
    scan = fits(output, "scan")
    if not scan:
        raise Missing("there is no scan; give the deck a [scaling.scan] table and run the scale stage")
    targets = in_order(fit["target"] for fit in scan)
    columns = distinct(_column(fit) for fit in scan)
    columns.sort(key=lambda column: targets.index(column[0]))
    lines = distinct(_line(fit) for fit in scan)
    names = source_names(fit["source"] for fit in scan)
    figure, axes = panel_grid(2, len(columns), (3.0, 2.3), (0.3, 0), sharex="col", sharey="row")
    ticks = sorted({fit["sizes"][0] for fit in scan})
    for (upper, lower), column in zip(axes.T, columns, strict=True):
        of_column = [fit for fit in scan if _column(fit) == column]
        for number, line in enumerate(lines):
            of_line = [fit for fit in of_column if _line(fit) == line]
            # Lines stand side by side, because their intervals would hide each other.
            shift = min(0.06, 0.8 / len(lines)) * (number - (len(lines) - 1) / 2)
            source, method = line
            # A single source needs no name.
            name = f"{names[source]}, {method}" if len(names) > 1 else method
            style = line_style(number) | {"label": name}
            _errorbars(upper, of_line, "h_c", shift, style)
            _errorbars(lower, of_line, "nu", shift, style)
        density = energy_density(of_column[0])
        at = f", {density}" if density else ""
        upper.set_title(label(column[0], scan[0]["normalisation"]) + at)
        lower.set_xlabel("shortest chain $L_\\mathrm{min}$")
        lower.set_xticks(ticks)
    axes[0, 0].set_ylabel("$h_c\\,/\\,J$")
    axes[1, 0].set_ylabel(r"$\nu$")
    # An h_c beyond all data is an extrapolation, which the figure leaves out.
    axes[0, 0].set_ylim(
        min(fit["window"][0] for fit in scan), max(fit["window"][1] for fit in scan)
    )
    _legend_beside(figure, axes)
    return figure


def _column(fit: dict) -> tuple[str, float | None]:
    return fit["target"], fit["energy_density"]


def _line(fit: dict) -> tuple[str, str]:
    """The properties that all points of a line share."""
    low, high = fit["window"]
    return fit["source"], f"{model(fit) or fit['method']}, $h = {low:g}$ to {high:g}"


def _errorbars(panel: Axes, of_line: list[dict], key: str, shift: float, style: dict) -> None:
    value, low, high = estimates(fit[key] for fit in of_line)
    shortest = [fit["sizes"][0] + shift for fit in of_line]
    panel.errorbar(shortest, value, bars(value, low, high), linestyle="-", linewidth=0.8, **style)


def _legend_beside(figure: Figure, axes: np.ndarray) -> None:
    """The legend beside the panels, for which the figure grows."""
    legend = figure.legend(*entries(axes.flat), loc="outside right upper", fontsize=7)
    width, height = size_in_inches(legend)
    figure.set_figwidth(figure.get_figwidth() + width)
    figure.set_figheight(max(figure.get_figheight(), height + 0.2))


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
