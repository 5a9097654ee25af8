"""Indicators over disorder and energy density, for data and network.

As in Fig. 6 of arXiv:2202.08853, there is a row for each indicator. Its first panel is the mean of
exact data, for the longest chain with data. The others are means of predictions, for this chain
and for the longest predicted chain, each at its own resolution. White lines are halfway from
ergodic to localized.
"""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure

from figure import STRENGTH, Missing, in_order, label, mean_and_deviation, run_script, seen_or_not
from mblscale_results import Output, ResultFile, Table
from normalisation import scale
from panels import panel_grid

NAME = "phase_diagram"

HALFWAY = {"gap_ratio": 0.4585, "kullback_leibler": None, "inverse_participation_ratio": None}
"""The value halfway between the limits, if it is not 1/2; `None` if there is no such value."""


def draw(output: Output) -> Figure:
    """The figure, of the predictions at several energy densities."""
    predicted = _several(output.predictions)
    if not predicted:
        raise Missing(
            "there is no predictions.h5 of several energy densities; run the train stage with "
            'learn.study.kind = "conditioned" or "end-to-end", then the predict stage'
        )
    exact = _several(output.data)
    evaluation = output.evaluation or {}
    normalisation = evaluation.get("normalisation", "sector")
    longest = max(predicted)
    both = max(exact.keys() & predicted.keys(), default=longest)
    columns = [("exact", exact[both])] if both in exact else []
    columns += [("network", predicted[sites]) for sites in sorted({both, longest})]
    names = in_order(set.intersection(*(set(own(table)) for _, table in columns)))
    size = (len(names), len(columns), (2.5, 1.9), (1.4, 0.8))
    figure, panels = panel_grid(*size, sharex=True, sharey=True)
    for row, name in zip(panels, names, strict=True):
        image = _maps(row, [table for _, table in columns], name, normalisation)
        row[0].set_ylabel(r"energy density $\epsilon$")
        figure.colorbar(image, ax=list(row), label=label(name, normalisation))
    for panel, (kind, table) in zip(panels[0], columns, strict=True):
        learned = kind == "network" and "train_sizes" in evaluation
        seen = seen_or_not(table.sites in evaluation["train_sizes"]) if learned else ""
        panel.set_title(f"{kind}, $L = {table.sites}${seen}", fontsize=8.5)
    for panel in panels[-1]:
        panel.set_xlabel(STRENGTH)
    grids = [(table.strengths, table.coordinates["epsilon"]) for _, table in columns]
    panel.set_xlim(min(h[0] for h, _ in grids), max(h[-1] for h, _ in grids))
    panel.set_ylim(min(it[0] for _, it in grids), max(it[-1] for _, it in grids))
    return figure


def _maps(
    panels: Iterable[Axes], tables: list[Table], name: str, normalisation: str
) -> QuadMesh:
    """The maps of an indicator, with one scale of colours; returns one of them."""
    means = [mean_over_fields(table, name, normalisation) for table in tables]
    lowest = min(np.nanmin(mean) for mean in means)
    highest = max(np.nanmax(mean) for mean in means)
    colours = {"vmin": lowest, "vmax": highest, "cmap": "viridis", "shading": "nearest"}
    halfway = HALFWAY.get(name, 0.5)
    for panel, table, mean in zip(panels, tables, means, strict=True):
        grid = (table.strengths, table.coordinates["epsilon"], mean.T)
        image = panel.pcolormesh(*grid, **colours)
        if halfway is not None and np.nanmin(mean) < halfway < np.nanmax(mean):
            panel.contour(*grid, [halfway], colors="white", linewidths=1)
    return image


def _several(file: ResultFile | None) -> dict[int, Table]:
    """The test tables with several energy densities, by chain length."""
    return {
        sites: table
        for (sites, split), table in (file.tables if file else {}).items()
        if split == "test" and len(table.coordinates["epsilon"]) > 1
    }


def own(table: Table) -> list[str]:
    """The indicators of a table, without those of single members."""
    return [name for name in table.indicators if not name.endswith("_members")]


def mean_over_fields(table: Table, name: str, normalisation: str) -> np.ndarray:
    """The normalised mean of an indicator over the realizations, over (h, ε)."""
    values = table.read(name) / scale(name, table.sites, normalisation)
    return mean_and_deviation(np.moveaxis(values, 1, -1))[0]


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
