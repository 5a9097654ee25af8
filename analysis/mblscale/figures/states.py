"""Entanglement of each eigenstate against its energy.

There is a panel for each of some disorder strengths, of the longest chain. A dot is an eigenstate, and the
line is the entropy of random states.
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from xarray import DataArray

from mblscale.figures.observed import observed, some
from mblscale.figures.panels import panel_each
from mblscale.figures.style import Missing
from mblscale.normalisation import half_chain_entropy
from mblscale.results import Results

COLUMNS = 3
MOST = 6
"""The largest number of panels."""
DOTS = 20_000
"""The largest number of dots in a panel."""


def draw(results: Results) -> Figure:
    """The figure."""
    strengths = some(_strengths(results), MOST)
    figure, _ = panel_each(
        strengths, lambda axes, h: panel(axes, results, h), COLUMNS, (2.6, 2.1), (0.8, 0.5)
    )
    figure.suptitle(f"$L = {max(observed(results, 'entanglement_entropies'))}$", fontsize=9)
    return figure


def panel(axes: Axes, results: Results, h: float | None = None) -> None:
    """The eigenstates of the longest chain at a disorder strength; without one, at the weakest."""
    h = _strengths(results)[0] if h is None else h
    known = observed(results, "entanglement_entropies")
    sites = max(known)
    lowest, highest = (observed(results, name)[sites] for name in ("energy_min", "energy_max"))
    densities = (_energies(results)[sites] - lowest) / (highest - lowest)
    entropies = known[sites].sel(cut=sites // 2)
    axes_of = ("realization", "epsilon", "state")
    x, y = (values.sel(h=h).transpose(*axes_of).values.ravel() for values in (densities, entropies))
    step = max(len(x) // DOTS, 1)
    axes.plot(x[::step], y[::step], ".", markersize=1.5, alpha=0.4, rasterized=True)
    axes.axhline(half_chain_entropy(sites), color="k", linestyle="--", linewidth=1)
    axes.set_title(f"$h = {h:g}$", fontsize=8.5)
    axes.set_xlabel(r"energy density $\varepsilon$")
    axes.set_ylabel("entropy $S$ (nat)")


def _strengths(results: Results) -> np.ndarray:
    known = observed(results, "entanglement_entropies")
    return known[max(known)]["h"].values


def _energies(results: Results) -> dict[int, DataArray]:
    try:
        return observed(results, "energy")
    except Missing:
        raise Missing("data.h5 holds no energies; set spectrum.store_energies = true") from None
