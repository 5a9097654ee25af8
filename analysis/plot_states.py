"""Entanglement of each eigenstate against its energy.

There is a panel for each of some disorder strengths, of the longest chain. A dot is an eigenstate, and the
line is the entropy of random states.
"""

import numpy as np
from matplotlib.figure import Figure

from figure import Missing, run_script
from mblscale_results import Output
from normalisation import half_chain_entropy
from observed import gathered, some, tables
from panels import panels_for

NAME = "states"

COLUMNS = 3
MOST = 6
"""The largest number of panels."""
DOTS = 20_000
"""The largest number of dots in a panel."""


def draw(output: Output) -> Figure:
    """The figure."""
    known = tables(output, "entanglement_entropies")
    sites, of = max(known.items())
    if "energy" not in of[0].dimensions:
        raise Missing("data.h5 holds no energies; set spectrum.store_energies = true")
    entropies = gathered(of, "entanglement_entropies")[..., sites // 2 - 1]
    lowest, highest = (gathered(of, name)[..., None, None] for name in ("energy_min", "energy_max"))
    densities = (gathered(of, "energy") - lowest) / (highest - lowest)
    strengths = of[0].strengths
    places = some(strengths, MOST)
    sharing = {"sharex": True, "sharey": True}
    figure, panels = panels_for(len(places), COLUMNS, (2.6, 2.1), (0.8, 0.5), **sharing)
    for place, panel in zip(places, panels.flat, strict=False):
        x, y = densities[place].ravel(), entropies[place].ravel()
        step = max(len(x) // DOTS, 1)
        panel.plot(x[::step], y[::step], ".", markersize=1.5, alpha=0.4, rasterized=True)
        panel.axhline(half_chain_entropy(sites), color="k", linestyle="--", linewidth=1)
        panel.set_title(f"$h = {strengths[place]:g}$", fontsize=8.5)
        panel.set_xlabel(r"energy density $\varepsilon$")
        panel.tick_params(labelbottom=True)
    for row in panels:
        row[0].set_ylabel("entropy $S$ (nat)")
    figure.suptitle(f"$L = {sites}$", fontsize=9)
    return figure


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
