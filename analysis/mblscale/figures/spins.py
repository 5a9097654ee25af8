"""Magnetization of each site after a quench, as a map over site and time.

There is a panel for each of some disorder strengths, of the longest chain. It is the mean over realizations
of one initial state.
"""

from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from xarray import DataArray

from mblscale.figures.observed import observed, some
from mblscale.figures.panels import keep_outer_labels, panel_grid
from mblscale.results import Results

MOST = 4
"""The largest number of panels."""


def draw(results: Results) -> Figure:
    """The figure."""
    values = _values(results)
    strengths = some(values["h"].values, MOST)
    size = (1, len(strengths), (2.2, 2.4), (1.2, 0.6))
    figure, panels = panel_grid(*size, sharex=True, sharey=True)
    for h, axes in zip(strengths, panels[0], strict=True):
        mesh = panel(axes, results, h)
    keep_outer_labels(panels)
    figure.colorbar(mesh, ax=list(panels[0]), label=r"$\langle\sigma^z_i(t)\rangle$")
    figure.suptitle(f"$L = {int(values['sites'])}$", fontsize=9)
    return figure


def panel(axes: Axes, results: Results, h: float | None = None) -> QuadMesh:
    """The map at a disorder strength; without one, at the weakest. Returns it for a colour bar."""
    values = _values(results)
    h = values["h"].values[0] if h is None else h
    mean = values.sel(h=h, time=values["time"] > 0).mean("realization").transpose("time", "site")
    grid = (mean["site"].values, mean["time"].values, mean.values)
    mesh = axes.pcolormesh(*grid, cmap="RdBu_r", vmin=-1, vmax=1, shading="nearest")
    axes.set_yscale("log")
    axes.set_title(f"$h = {h:g}$", fontsize=8.5)
    axes.set_xlabel("site")
    axes.set_ylabel("time $t\\,J$")
    return mesh


def _values(results: Results) -> DataArray:
    """The magnetization of the first initial state of the longest chain."""
    known = observed(results, "quench_magnetization")
    return known[max(known)].isel(sample=0)
