"""The cost function against the number of free parameters, with a point for each form of ξ and h*.

There is a panel for each source, indicator and energy density. Only forms with the same number of
parameters can be compared, because further parameters never raise the cost.
"""

import textwrap

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from figure import Missing, label, line_style, run_script, source_names
from mblscale_results import Output
from panels import entries, legend_above, panel_grid
from scaling_fits import distinct, energy_density, fits

NAME = "cost"

TITLE = 40
"""The number of characters above a panel."""


def draw(output: Output) -> Figure:
    """The figure, of the fits of the cost function."""
    found = [fit for fit in fits(output) if fit["method"] == "cost"]
    if not found:
        raise Missing('there are no fits by "cost"; name it in scaling.methods and run the scale stage')
    groups = distinct(_group(fit) for fit in found)
    names = source_names(fit["source"] for fit in found)
    forms = distinct(fit["ansatz"] for fit in found)
    figure, axes = panel_grid(1, len(groups), (3.0, 3.6), (0.6, 0), sharey=True)
    for panel, group in zip(axes[0], groups):
        of_group = [fit for fit in found if _group(fit) == group]
        for fit in (fit for fit in of_group if fit["cost"] is not None):
            style = line_style(forms.index(fit["ansatz"]))
            panel.plot(fit["free"], fit["cost"], linestyle="none", **style, label=fit["ansatz"])
        first = of_group[0]
        name = label(first["target"], found[0]["normalisation"])
        density = energy_density(first)
        at = f", {density}" if density else ""
        source = textwrap.fill(names[first["source"]], TITLE)
        panel.set_title(f"{name}{at}\n{source}", fontsize=9)
        panel.set_xlabel("free parameters")
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    costs = np.array([fit["cost"] for fit in found], float)
    axes[0, 0].set_ylim(0, 1.1 * max(np.nanmax(costs), 1e-6))
    axes[0, 0].set_ylabel("cost $C$")
    legend_above(figure, *entries(axes.flat), fontsize=7)
    return figure


def _group(fit: dict) -> tuple:
    return fit["source"], fit["target"], fit["energy_density"]


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
