"""Indicators over disorder and energy density, the network beside the data.

As Fig. 6 of arXiv:2202.08853, for the longest chain that was predicted at several energy densities:
one row for each indicator; left the mean of the exact data if there are any, right that of the
predictions, at whatever resolution they have.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from figure import STRENGTH, Missing, in_order, label, mean_and_deviation, run_script
from mblscale_results import Output, Table
from normalisation import scale

NAME = "phase_diagram"


def draw(output: Output) -> Figure:
    """The figure, of the predictions at several energy densities."""
    predictions = output.predictions
    several = [] if predictions is None else [
        table for table in predictions.tables.values() if len(table.coordinates["epsilon"]) > 1
    ]
    if not several:
        raise Missing(
            "there is no predictions.h5 of several energy densities; run the train stage with "
            'learn.study.kind = "conditioned", then the predict stage'
        )
    predicted = max(several, key=lambda table: table.sites)
    exact = None if output.data is None else output.data.tables.get((predicted.sites, "test"))
    tables = [table for table in (exact, predicted) if table is not None]
    names = in_order(set.intersection(*(set(own(table)) for table in tables)))
    figure, panels = plt.subplots(
        len(names),
        len(tables),
        figsize=(3.2 * len(tables) + 0.8, 2.4 * len(names) + 0.4),
        sharex=True,
        sharey=True,
        squeeze=False,
    )
    for row, name in zip(panels, names, strict=True):
        means = [mean_over_fields(table, name) for table in tables]
        lowest = min(np.nanmin(mean) for mean in means)
        highest = max(np.nanmax(mean) for mean in means)
        for panel, table, mean in zip(row, tables, means, strict=True):
            h, epsilon = table.strengths, table.coordinates["epsilon"]
            image = panel.pcolormesh(
                h, epsilon, mean.T, vmin=lowest, vmax=highest, cmap="viridis", shading="nearest"
            )
        row[0].set_ylabel(r"energy density $\epsilon$")
        figure.colorbar(image, ax=list(row), label=label(name))
    titles = ["exact", "network"][-len(tables) :]
    for panel, title in zip(panels[0], titles, strict=True):
        panel.set_title(f"{title}, $L = {predicted.sites}$")
    for panel in panels[-1]:
        panel.set_xlabel(STRENGTH)
    return figure


def own(table: Table) -> list[str]:
    """The indicators of a table, those of single members left out."""
    return [name for name in table.indicators if not name.endswith("_members")]


def mean_over_fields(table: Table, name: str) -> np.ndarray:
    """The mean of an indicator over the realizations, over (h, ε), normalised."""
    values = table.read(name) / scale(name, table.sites)
    return mean_and_deviation(np.moveaxis(values, 1, -1))[0]


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
