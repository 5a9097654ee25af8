"""Fractal dimensions D_q against disorder.

There is a panel for each order q. Lines are chain lengths, with standard errors over realizations. D_q is 1
for states that spread over the whole sector.
"""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mblscale.figures.observed import in_the_middle, observed
from mblscale.figures.panels import entries, legend_above, panel_each
from mblscale.figures.style import STRENGTH, size_styles
from mblscale.results import Results
from mblscale.statistics import aggregate

COLUMNS = 3


def draw(results: Results) -> Figure:
    """The figure."""
    first, *_ = observed(results, "fractal_dimensions").values()
    orders = first["order"].values
    figure, panels = panel_each(
        orders, lambda axes, order: panel(axes, results, order), COLUMNS, (2.6, 2.3), (0.8, 0.7)
    )
    legend_above(figure, *entries(panels.flat))
    return figure


def panel(axes: Axes, results: Results, order: float = 2.0) -> None:
    """The dimension of an order q, for each chain length."""
    known = observed(results, "fractal_dimensions")
    for sites, style in size_styles(known).items():
        values = in_the_middle(known[sites]).sel(order=order)
        found = aggregate(values, within=["state"])
        h, mean, error = (found[name].values for name in ("h", "mean", "error"))
        axes.errorbar(h, mean, error, **style, label=f"$L = {sites}$")
    axes.set_title(f"$q = {order:g}$", fontsize=8.5)
    axes.set_ylim(0, 1.02)
    axes.set_xlabel(STRENGTH)
    axes.set_ylabel("fractal dimension $D_q$")
