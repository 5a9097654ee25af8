"""Fractal dimensions D_q against disorder.

There is a panel for each order q. Lines are chain lengths, with standard errors over realizations. D_q is 1
for states that spread over the whole sector.
"""

import numpy as np
from matplotlib.figure import Figure

from figure import STRENGTH, run_script, size_styles
from mblscale_results import Output
from observed import gathered, mean_and_error, nearest_density, tables
from panels import legend_above, panels_for

NAME = "dimensions"

COLUMNS = 3


def draw(output: Output) -> Figure:
    """The figure."""
    known = tables(output, "fractal_dimensions")
    first = next(iter(known.values()))[0]
    orders = first.coordinates["order"]
    sharing = {"sharex": True, "sharey": True}
    figure, panels = panels_for(len(orders), COLUMNS, (2.6, 2.3), (0.8, 0.7), **sharing)
    handles = {}
    for sites, style in size_styles(known).items():
        of = known[sites]
        values = gathered(of, "fractal_dimensions")[:, :, nearest_density(of[0])]
        mean, error = mean_and_error(np.nanmean(values, axis=2), axis=1)
        for place, panel in enumerate(panels.flat[: len(orders)]):
            handles[f"$L = {sites}$"] = panel.errorbar(
                of[0].strengths, mean[:, place], error[:, place], **style
            )
    for order, panel in zip(orders, panels.flat, strict=False):
        panel.set_title(f"$q = {order:g}$", fontsize=8.5)
        panel.set_ylim(0, 1.02)
        panel.set_xlabel(STRENGTH)
        panel.tick_params(labelbottom=True)
    for row in panels:
        row[0].set_ylabel("fractal dimension $D_q$")
    legend_above(figure, list(handles.values()), list(handles))
    return figure


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
