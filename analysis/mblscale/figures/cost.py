"""The cost function against the number of free parameters, with a point for each form of ξ and h*.

There is a panel for each source, indicator and energy density. Only forms with the same number of
parameters can be compared, because further parameters never raise the cost.
"""

import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mblscale.figures.panels import entries, keep_outer_labels, legend_above, panel_grid
from mblscale.figures.scaling_fits import distinct, energy_density, fits
from mblscale.figures.style import Missing, label, line_style, source_names
from mblscale.records import Record
from mblscale.results import Results

TITLE = 40
"""The number of characters above a panel."""


def draw(results: Results) -> Figure:
    """The figure, of the fits of the cost function."""
    groups = distinct(_group(fit) for fit in _fits(results))
    figure, panels = panel_grid(1, len(groups), (3.0, 3.6), (0.6, 0), sharey=True)
    for number, axes in enumerate(panels[0]):
        panel(axes, results, number)
    keep_outer_labels(panels)
    legend_above(figure, *entries(panels.flat), fontsize=7)
    return figure


def panel(axes: Axes, results: Results, number: int = 0) -> None:
    """The fits of a source, indicator and energy density, by its number among them."""
    found = _fits(results)
    names = source_names(fit["source"] for fit in found)
    forms = distinct(fit["ansatz"] for fit in found)
    group = distinct(_group(fit) for fit in found)[number]
    of_group = [fit for fit in found if _group(fit) == group]
    for fit in (fit for fit in of_group if fit["cost"] is not None):
        style = line_style(forms.index(fit["ansatz"]))
        axes.plot(fit["free"], fit["cost"], linestyle="none", **style, label=fit["ansatz"])
    first = of_group[0]
    density = energy_density(first)
    name = label(first["target"], first["normalisation"]) + (f", {density}" if density else "")
    axes.set_title(f"{name}\n{textwrap.fill(names[first['source']], TITLE)}", fontsize=9)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    costs = np.array([fit["cost"] for fit in found], float)
    axes.set_ylim(0, 1.1 * max(np.nanmax(costs), 1e-6))
    axes.set_xlabel("free parameters")
    axes.set_ylabel("cost $C$")


def _fits(results: Results) -> list[Record]:
    found = [fit for fit in fits(results) if fit["method"] == "cost"]
    if not found:
        raise Missing('there are no fits by "cost"; name it in scaling.methods and run the scale stage')
    return found


def _group(fit: Record) -> tuple[str, str, float | None]:
    return fit["source"], fit["target"], fit["energy_density"]
