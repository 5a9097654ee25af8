"""Mean and standard deviation of each indicator against disorder, for data and network.

As in Fig. 3 of arXiv:2202.08853, there is a column for each indicator and a row for each chain
length. Both moments are over the fields that both files have. A note below says which fields of the
test data were not predicted. The energy density is the learned one, or else the nearest one that
both files have.
"""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from energies import MIDDLE, nearest, shared
from figure import STRENGTH, Missing, in_order, label, mean_and_deviation, run_script, seen_or_not
from mblscale_results import Output, ResultFile, Table
from pairing import Pairs, pair
from panels import entries, legend_above, notes_below, panel_grid

NAME = "indicators"

DATA = {"color": "#0072b2"}
NETWORK = {"color": "#d55e00"}
LIMITS = {"GOE": (0.5307, "right"), "Poisson": (2 * np.log(2) - 1, "left")}
"""The gap ratio of random matrices and of independent levels, and the side without data."""


def draw(output: Output) -> Figure:
    """The figure. Without predictions.h5 it shows the data alone."""
    if output.data is None:
        raise Missing("there is no data.h5; run the generate stage")
    evaluation = output.evaluation or {}
    normalisation = evaluation.get("normalisation", "sector")
    trained = evaluation.get("train_sizes", [])
    split, sizes = _rows(output.data, output.predictions)
    wanted = evaluation.get("energy_density", MIDDLE)
    rows = [_row(output.data.table(sites, split), output.predictions, wanted) for sites in sizes]
    indicators = in_order(name for row in rows for name in row.exact.indicators)
    if not indicators:
        raise Missing("data.h5 holds no indicators; name some in spectrum.indicators")

    size = (len(sizes), len(indicators), (3.1, 2.2), (0.4, 0.8))
    figure, axes = panel_grid(*size, sharex=True, sharey="col")
    for panels, row in zip(axes, rows, strict=True):
        for panel, indicator in zip(panels, indicators, strict=True):
            panel.set_visible(indicator in row.exact.indicators)
            if panel.get_visible():
                _moments(panel, row, indicator, normalisation)
        sites = row.exact.sites
        seen = "" if not trained or output.predictions is None else seen_or_not(sites in trained)
        panels[0].set_title(f"$L = {sites}${seen}", loc="left")
    for panel in axes[-1]:
        panel.set_xlabel(STRENGTH)
    densities = " or ".join(f"{density:g}" for density in sorted({row.density for row in rows}))
    title = f"energy density $\\epsilon = {densities}$"
    legend_above(figure, *entries(axes.flat), title=title)
    notes_below(figure, (row.note for row in rows if row.note))
    return figure


@dataclass(frozen=True)
class Row:
    """The data of one chain length, and the predictions for the same fields."""

    exact: Table
    predicted: Table | None
    pairs: Pairs | None
    density: float
    """The energy density that is shown."""
    note: str
    """What of the data has no partner; may be empty."""


def _row(exact: Table, predictions: ResultFile | None, wanted: float) -> Row:
    known = exact.coordinates["epsilon"]
    if predictions is None or (exact.sites, exact.split) not in predictions.tables:
        return Row(exact, None, None, nearest(known, wanted), "")
    predicted = predictions.table(exact.sites, exact.split)
    both = shared(known, predicted.coordinates["epsilon"])
    pairs = pair(exact, predicted)
    note = pairs.mismatch()
    if not both:
        note = "the energy densities of the data were not predicted"
    note = note and f"L = {exact.sites}: {note}."
    if not both or not pairs.found.any():
        return Row(exact, None, None, nearest(known, wanted), note)
    return Row(exact, predicted, pairs, nearest(both, wanted), note)


def _moments(panel: Axes, row: Row, indicator: str, normalisation: str) -> None:
    """The moments of an indicator."""
    key = (indicator, row.density, normalisation)
    values, network = row.exact.indicator(*key), None
    if row.predicted is not None and indicator in row.predicted.indicators:
        network = row.pairs.aligned(row.predicted.indicator(*key))
        # A strength without any prediction shows all its data.
        shown = row.pairs.found | ~row.pairs.found.any(axis=1, keepdims=True)
        values = np.where(shown, values, np.nan)
        network = np.where(np.isnan(values), np.nan, network)
    _band(panel, row.exact.strengths, values)
    if network is not None:
        _bars(panel, row.exact.strengths, network)
    panel.set_ylabel(label(indicator, normalisation))
    panel.yaxis.set_major_locator(MaxNLocator(5))
    if indicator == "gap_ratio":
        _limits(panel)


def _rows(data: ResultFile, predictions: ResultFile | None) -> tuple[str, list[int]]:
    """The split and the chain lengths that are shown, if possible those with predictions."""
    split = "test" if data.sizes("test") else "train"
    sizes = data.sizes(split)
    if not sizes:
        raise Missing("data.h5 holds no realizations")
    if predictions is not None and split == "test":
        sizes = [sites for sites in sizes if sites in predictions.sizes("test")] or sizes
    return split, sizes


def _band(panel: Axes, strengths: np.ndarray, values: np.ndarray) -> None:
    mean, deviation = mean_and_deviation(values)
    panel.fill_between(
        strengths, mean - deviation, mean + deviation, alpha=0.22, linewidth=0, **DATA
    )
    panel.plot(strengths, mean, label="data, mean ± sd", **DATA)


def _bars(panel: Axes, strengths: np.ndarray, values: np.ndarray) -> None:
    mean, deviation = mean_and_deviation(values)
    panel.errorbar(
        strengths, mean, deviation, fmt="o", elinewidth=1, label="network, mean ± sd", **NETWORK
    )


def _limits(panel: Axes) -> None:
    for name, (limit, side) in LIMITS.items():
        panel.axhline(limit, color="0.45", linestyle=":", linewidth=1, zorder=0)
        position, above = (0.98, 2) if side == "right" else (0.02, -9)
        panel.annotate(
            name,
            (position, limit),
            (0, above),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha=side,
            color="0.35",
            fontsize=7,
        )


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
