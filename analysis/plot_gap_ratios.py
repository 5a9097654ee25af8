"""Distribution of the gap ratio, with both limits.

There is a panel for each of some disorder strengths. Lines are chain lengths, and the limits are those of the
Gaussian orthogonal ensemble and of independent levels (Atas, Bogomolny, Giraud and Roux, PRL 110, 084101).
"""

import numpy as np
from matplotlib.figure import Figure

from figure import Missing, run_script, size_styles
from mblscale_results import Output, Table
from observed import gathered, nearest_density, some, tables
from panels import legend_above, panels_for

NAME = "gap_ratios"

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
    return 27 / 4 * (ratios + ratios**2) / (1 + ratios + ratios**2) ** 2.5


def localized(ratios: np.ndarray) -> np.ndarray:
    """P(r) of independent levels."""
    return 2 / (1 + ratios) ** 2


def densities(of: list[Table]) -> np.ndarray:
    """P(r) over (h, bin) at the middle of the spectrum, in bins of one width from 0 to 1."""
    level = nearest_density(of[0])
    if "gap_ratio_histogram" in of[0].dimensions:
        counts = np.nansum(gathered(of, "gap_ratio_histogram")[:, :, level], axis=1)
    else:
        values = gathered(of, "gap_ratios")[:, :, level]
        counts = np.array([np.histogram(row[~np.isnan(row)], BINS, (0, 1))[0] for row in values])
    enough = FEWEST * counts.shape[1] / max(counts.sum(axis=1).min(), 1)
    together = next((factor for factor in TOGETHER if factor >= enough), TOGETHER[-1])
    counts = counts.reshape(len(counts), -1, together).sum(axis=2)
    with np.errstate(invalid="ignore"):
        return counts * counts.shape[1] / counts.sum(axis=1, keepdims=True)


def draw(output: Output) -> Figure:
    """The figure."""
    try:
        known = tables(output, "gap_ratio_histogram")
    except Missing:
        known = tables(output, "gap_ratios")
    strengths = next(iter(known.values()))[0].strengths
    places = some(strengths, MOST)
    sharing = {"sharex": True, "sharey": True}
    figure, panels = panels_for(len(places), COLUMNS, (2.6, 2.1), (0.8, 0.7), **sharing)
    styles = size_styles(known)
    handles = {}
    for place, panel in zip(places, panels.flat, strict=False):
        for sites, of in known.items():
            density = densities(of)[place]
            edges = np.linspace(0.0, 1.0, len(density) + 1)
            line = panel.stairs(density, edges, color=styles[sites]["color"], linewidth=1.2)
            handles[f"$L = {sites}$"] = line
        ratios = np.linspace(0.0, 1.0, 200)
        (handles["ergodic"],) = panel.plot(ratios, ergodic(ratios), "k-", linewidth=1)
        (handles["localized"],) = panel.plot(ratios, localized(ratios), "k--", linewidth=1)
        panel.set_title(f"$h = {strengths[place]:g}$", fontsize=8.5)
        panel.set_xlim(0, 1)
        panel.set_xlabel("gap ratio $r$")
        panel.tick_params(labelbottom=True)
    for row in panels:
        row[0].set_ylabel("$P(r)$")
    legend_above(figure, list(handles.values()), list(handles))
    return figure


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
