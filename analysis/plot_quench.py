"""Imbalance and entropies after a quench against time.

There is a column of panels for each of some disorder strengths, and a row for each observable. Lines are
chain lengths: means over initial states and realizations, with standard errors over realizations as bands.
Dashed lines are the means of what a network predicts. Lengths with predictions show test data alone.
"""

from collections.abc import Iterable
from functools import reduce

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

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
    predictions = output.predictions.tables.values() if output.predictions is not None else ()
    network = {table.sites: table for table in predictions if "time" in table.coordinates}
    shared = reduce(np.intersect1d, (table.strengths for known in of.values() for table in known))
    if not len(shared):
        raise Missing("the chain lengths of data.h5 have no disorder strength in common")
    strengths = shared[some(shared, MOST)]
    figure, panels = panel_grid(
        len(names), len(strengths), (2.2, 1.7), (0.8, 0.7), sharex=True, sharey="row"
    )
    handles = {}
    shown = {}
    for sites, style in size_styles({*of, *network}).items():
        color = style["color"]
        handles[f"$L = {sites}$"] = Line2D([], [], color=color)
        for row, name in zip(panels, names, strict=True):
            own = [table for table in of.get(sites, []) if name in table.dimensions]
            if sites in network:
                own = [table for table in own if table.split == "test"]
            if own:
                exact(row, own, name, strengths, color)
            if sites in network and name in network[sites].dimensions:
                predicted(row, network[sites], name, strengths, color)
                shown["network"] = Line2D([], [], color="0.3", linestyle="--")
    handles |= shown
    for strength, panel in zip(strengths, panels[0], strict=True):
        panel.set_title(f"$h = {strength:g}$", fontsize=8.5)
    for panel in panels[-1]:
        panel.set_xlabel("time $t\\,J$")
    for row, name in zip(panels, names, strict=True):
        row[0].set_ylabel(LABELS[name])
    legend_above(figure, list(handles.values()), list(handles))
    return figure


def exact(
    row: Iterable[Axes], of: list[Table], name: str, strengths: np.ndarray, color: np.ndarray
) -> None:
    """The line and the band of a chain length, in the panel of each disorder strength."""
    times = of[0].coordinates["time"]
    positive = times > 0
    means, errors = curves(of, name)
    for panel, strength in zip(row, strengths, strict=True):
        (place,) = np.flatnonzero(of[0].strengths == strength)
        mean, error = means[place, positive], errors[place, positive]
        panel.semilogx(times[positive], mean, color=color)
        band = {"color": color, "alpha": 0.25, "linewidth": 0}
        panel.fill_between(times[positive], mean - error, mean + error, **band)


def predicted(
    row: Iterable[Axes], table: Table, name: str, strengths: np.ndarray, color: np.ndarray
) -> None:
    """The mean of the predictions, in the panel of each disorder strength that they have."""
    means = np.nanmean(table.read(name), axis=1)
    for panel, strength in zip(row, strengths, strict=True):
        for place in np.flatnonzero(np.isclose(table.strengths, strength)):
            panel.semilogx(table.coordinates["time"], means[place], "--", color=color)


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
