"""Distribution of the gap ratio, with both limits.

There is a panel for each of some disorder strengths. Lines are chain lengths, and the limits are those of the
Gaussian orthogonal ensemble and of independent levels (Atas, Bogomolny, Giraud and Roux, PRL 110, 084101).
"""

import numpy as np
from matplotlib.figure import Figure

from figure import Missing, run_script, size_styles
from mblscale_results import Output, Table
from observed import gathered, nearest_density, some, tables
from panels import legend_above, panel_grid, rows_for

NAME = "gap_ratios"

COLUMNS = 3
MOST = 6
"""The largest number of panels."""


def ergodic(ratios: np.ndarray) -> np.ndarray:
    """P(r) of the Gaussian orthogonal ensemble, exact for three levels."""
    return 27 / 4 * (ratios + ratios**2) / (1 + ratios + ratios**2) ** 2.5


def localized(ratios: np.ndarray) -> np.ndarray:
    """P(r) of independent levels."""
    return 2 / (1 + ratios) ** 2


def densities(of: list[Table]) -> tuple[np.ndarray, np.ndarray]:
    """The middles of bins, and P(r) over (h, bin) at the middle of the spectrum."""
    level = nearest_density(of[0])
    name = "gap_ratio_histogram" if "gap_ratio_histogram" in of[0].dimensions else "gap_ratios"
    values = gathered(of, name)[:, :, level]
    if name == "gap_ratios":
        edges = np.linspace(0.0, 1.0, 51)
        counts = np.array([np.histogram(row[~np.isnan(row)], edges)[0] for row in values])
        middles = (edges[1:] + edges[:-1]) / 2
    else:
        counts, middles = np.nansum(values, axis=1), of[0].coordinates["ratio_bin"]
    with np.errstate(invalid="ignore"):
        return middles, counts * len(middles) / counts.sum(axis=1, keepdims=True)


def draw(output: Output) -> Figure:
    """The figure."""
    try:
        known = tables(output, "gap_ratio_histogram")
    except Missing:
        known = tables(output, "gap_ratios")
    strengths = next(iter(known.values()))[0].strengths
    places = some(strengths, MOST)
    columns = min(COLUMNS, len(places))
    rows = rows_for(len(places), columns)
    figure, panels = panel_grid(rows, columns, (2.6, 2.1), (0.8, 0.7), sharex=True, sharey=True)
    styles = size_styles(known)
    for panel in panels.flat[len(places) :]:
        panel.set_visible(False)
    handles = {}
    for place, panel in zip(places, panels.flat, strict=False):
        for sites, of in known.items():
            middles, density = densities(of)
            (line,) = panel.step(middles, density[place], where="mid", color=styles[sites]["color"])
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
