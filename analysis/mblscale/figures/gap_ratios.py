"""Distribution of the gap ratio, with both limits.

There is a panel for each of some disorder strengths. Lines are chain lengths, and the limits are those of the
Gaussian orthogonal ensemble and of independent levels (Atas, Bogomolny, Giraud and Roux, PRL 110, 084101).
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from xarray import DataArray

from mblscale.figures.observed import in_the_middle, observed, some
from mblscale.figures.panels import entries, legend_above, panel_each
from mblscale.figures.style import Missing, size_styles
from mblscale.results import Results

COLUMNS = 3
MOST = 6
"""The largest number of panels."""

BINS = 50
"""As many as in the histograms of the program."""
TOGETHER = (1, 2, 5, 10)
"""So many bins of the file are drawn as one, the fewer the more levels there are."""
FEWEST = 100
"""A bin that is drawn has so many levels on average, if there are enough."""


def ergodic(ratios: np.ndarray) -> np.ndarray:
    """P(r) of the Gaussian orthogonal ensemble, exact for three levels."""
    return np.asarray(27 / 4 * (ratios + ratios**2) / (1 + ratios + ratios**2) ** 2.5)


def localized(ratios: np.ndarray) -> np.ndarray:
    """P(r) of independent levels."""
    return 2 / (1 + ratios) ** 2


def draw(results: Results) -> Figure:
    """The figure."""
    strengths = some(_strengths(results), MOST)
    figure, panels = panel_each(
        strengths, lambda axes, h: panel(axes, results, h), COLUMNS, (2.6, 2.1), (0.8, 0.7)
    )
    legend_above(figure, *entries(panels.flat))
    return figure


def panel(axes: Axes, results: Results, h: float | None = None) -> None:
    """The distributions of all lengths at a disorder strength; without one, at the weakest."""
    h = _strengths(results)[0] if h is None else h
    known = _levels(results)
    styles = size_styles(known)
    for sites, values in known.items():
        density = densities(values).sel(h=h).values
        edges = np.linspace(0.0, 1.0, len(density) + 1)
        colour = styles[sites]["color"]
        axes.stairs(density, edges, color=colour, linewidth=1.2, label=f"$L = {sites}$")
    ratios = np.linspace(0.0, 1.0, 200)
    axes.plot(ratios, ergodic(ratios), "k-", linewidth=1, label="ergodic")
    axes.plot(ratios, localized(ratios), "k--", linewidth=1, label="localized")
    axes.set_title(f"$h = {h:g}$", fontsize=8.5)
    axes.set_xlim(0, 1)
    axes.set_xlabel("gap ratio $r$")
    axes.set_ylabel("$P(r)$")


def densities(values: DataArray) -> DataArray:
    """P(r) over (h, bin) at the middle of the spectrum, in bins of one width from 0 to 1."""
    values = in_the_middle(values)
    if "ratio_bin" in values.dims:
        counts = values.sum("realization").transpose("h", "ratio_bin").values
    else:
        rows = values.transpose("h", ...).values
        counts = np.array([np.histogram(row[~np.isnan(row)], BINS, (0, 1))[0] for row in rows])
    enough = FEWEST * counts.shape[1] / max(counts.sum(axis=1).min(), 1)
    together = next((factor for factor in TOGETHER if factor >= enough), TOGETHER[-1])
    counts = counts.reshape(len(counts), -1, together).sum(axis=2)
    with np.errstate(invalid="ignore"):
        density = counts * counts.shape[1] / counts.sum(axis=1, keepdims=True)
    return DataArray(density, {"h": values["h"]}, ("h", "bin"))


def _levels(results: Results) -> dict[int, DataArray]:
    """Histograms of the gap ratio, or else its single values."""
    try:
        return observed(results, "gap_ratio_histogram")
    except Missing:
        return observed(results, "gap_ratios")


def _strengths(results: Results) -> np.ndarray:
    first, *_ = _levels(results).values()
    return first["h"].values
