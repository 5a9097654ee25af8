"""Imbalance and entropies after a quench against time.

There is a column of panels for each of some disorder strengths, and a row for each observable. Lines are
chain lengths: means over initial states and realizations, with standard errors over realizations as bands.
"""

import numpy as np
from matplotlib.figure import Figure

from figure import Missing, run_script, size_styles
from mblscale_results import Output, Table
from observed import gathered, mean_and_error, some, tables
from panels import legend_above, panel_grid

NAME = "quench"

LABELS = {
    "quench_imbalance": "imbalance",
    "quench_entanglement": "entropy $S$ (nat)",
    "quench_number_entropy": "number entropy (nat)",
    "quench_return_probability": "return probability",
    "quench_participation_entropy": "particip. entropy (nat)",
}
MOST = 4
"""The largest number of strengths."""


def curves(of: list[Table], name: str) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard error over (h, time)."""
    return mean_and_error(np.nanmean(gathered(of, name), axis=2), axis=1)


def draw(output: Output) -> Figure:
    """The figure."""
    known = output.data.tables.values() if output.data is not None else ()
    names = [name for name in LABELS if any(name in table.dimensions for table in known)]
    if not names:
        raise Missing("data.h5 holds no quench of one value; run the generate stage with [quench]")
    of = tables(output, names[0])
    strengths = next(iter(of.values()))[0].strengths
    places = some(strengths, MOST)
    figure, panels = panel_grid(
        len(names), len(places), (2.2, 1.7), (0.8, 0.7), sharex=True, sharey="row"
    )
    handles = {}
    for sites, style in size_styles(of).items():
        times = of[sites][0].coordinates["time"]
        positive = times > 0
        for row, name in zip(panels, names, strict=True):
            mean, error = curves(of[sites], name)
            for place, panel in zip(places, row, strict=True):
                middle, spread = mean[place, positive], error[place, positive]
                (line,) = panel.semilogx(times[positive], middle, color=style["color"])
                band = {"color": style["color"], "alpha": 0.25, "linewidth": 0}
                panel.fill_between(times[positive], middle - spread, middle + spread, **band)
                handles[f"$L = {sites}$"] = line
    for place, panel in zip(places, panels[0], strict=True):
        panel.set_title(f"$h = {strengths[place]:g}$", fontsize=8.5)
    for panel in panels[-1]:
        panel.set_xlabel("time $t\\,J$")
    for row, name in zip(panels, names, strict=True):
        row[0].set_ylabel(LABELS[name])
    legend_above(figure, list(handles.values()), list(handles))
    return figure


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
