"""Magnetization of each site after a quench, as a map over site and time.

There is a panel for each of some disorder strengths, of the longest chain. It is the mean over realizations
of one initial state.
"""

import numpy as np
from matplotlib.figure import Figure

from figure import run_script
from mblscale_results import Output
from observed import gathered, some, tables
from panels import panel_grid

NAME = "spins"

MOST = 4
"""The largest number of panels."""


def draw(output: Output) -> Figure:
    """The figure."""
    known = tables(output, "quench_magnetization")
    sites, of = max(known.items())
    values = np.nanmean(gathered(of, "quench_magnetization")[:, :, 0], axis=1)
    times, strengths = of[0].coordinates["time"], of[0].strengths
    positive = times > 0
    places = some(strengths, MOST)
    figure, panels = panel_grid(1, len(places), (2.2, 2.4), (1.2, 0.6), sharex=True, sharey=True)
    for place, panel in zip(places, panels[0], strict=True):
        mesh = panel.pcolormesh(
            np.arange(1, sites + 1),
            times[positive],
            values[place][:, positive].T,
            cmap="RdBu_r",
            vmin=-1,
            vmax=1,
            shading="nearest",
        )
        panel.set_yscale("log")
        panel.set_title(f"$h = {strengths[place]:g}$", fontsize=8.5)
        panel.set_xlabel("site")
    panels[0, 0].set_ylabel("time $t\\,J$")
    figure.colorbar(mesh, ax=list(panels[0]), label=r"$\langle\sigma^z_i(t)\rangle$")
    figure.suptitle(f"$L = {sites}$", fontsize=9)
    return figure


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
