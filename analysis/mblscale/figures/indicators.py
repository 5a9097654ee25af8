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
from xarray import DataArray, Dataset

from mblscale.energies import MIDDLE, nearest, shared
from mblscale.figures.panels import entries, keep_outer_labels, legend_above, notes_below, panel_grid
from mblscale.figures.style import STRENGTH, Missing, Style, in_order, label, seen_or_not
from mblscale.pairing import Pairs, pair
from mblscale.results import Results
from mblscale.statistics import aggregate
from mblscale.tables import Tables, indicator, indicators

DATA: Style = {"color": "#0072b2"}
NETWORK: Style = {"color": "#d55e00"}
LIMITS = {"GOE": (0.5307, "right"), "Poisson": (2 * np.log(2) - 1, "left")}
"""The gap ratio of random matrices and of independent levels, and the side without data."""


def draw(results: Results) -> Figure:
    """The figure. Without predictions.h5 it shows the data alone."""
    rows = _rows(results)
    names = in_order(name for row in rows for name in indicators(row.exact))
    if not names:
        raise Missing("data.h5 holds no indicators; name some in spectrum.indicators")
    normalisation = _normalisation(results)
    trained = (results.evaluation or {}).get("train_sizes", [])
    size = (len(rows), len(names), (3.1, 2.2), (0.4, 0.8))
    figure, grid = panel_grid(*size, sharex=True, sharey="col")
    for panels, row in zip(grid, rows, strict=True):
        for axes, name in zip(panels, names, strict=True):
            axes.set_visible(name in indicators(row.exact))
            if axes.get_visible():
                _moments(axes, row, name, normalisation)
        sites = int(row.exact["sites"])
        seen = "" if not trained or results.predictions is None else seen_or_not(sites in trained)
        panels[0].set_title(f"$L = {sites}${seen}", loc="left")
    keep_outer_labels(grid, y=False)
    for axes in grid[-1]:
        axes.set_xlabel(STRENGTH)
    densities = " or ".join(f"{density:g}" for density in sorted({row.density for row in rows}))
    title = f"energy density $\\epsilon = {densities}$"
    legend_above(figure, *entries(grid.flat), title=title)
    notes_below(figure, (row.note for row in rows if row.note))
    return figure


def panel(axes: Axes, results: Results, name: str | None = None, sites: int | None = None) -> None:
    """An indicator of a chain length; without names, the first one of the longest chain."""
    rows = {int(row.exact["sites"]): row for row in _rows(results)}
    row = rows[max(rows) if sites is None else sites]
    known = in_order(indicators(row.exact))
    if not known:
        raise Missing("data.h5 holds no indicators; name some in spectrum.indicators")
    _moments(axes, row, known[0] if name is None else name, _normalisation(results))


@dataclass(frozen=True)
class Row:
    """The data of one chain length, and the predictions for the same fields."""

    exact: Dataset
    predicted: Dataset | None
    pairs: Pairs | None
    density: float
    """The energy density that is shown."""
    note: str
    """What of the data has no partner; may be empty."""


def _normalisation(results: Results) -> str:
    return str((results.evaluation or {}).get("normalisation", "sector"))


def _rows(results: Results) -> list[Row]:
    """A row for each chain length."""
    if results.data is None:
        raise Missing("there is no data.h5; run the generate stage")
    wanted = (results.evaluation or {}).get("energy_density", MIDDLE)
    split, sizes = _shown(results.data, results.predictions)
    return [_row(results.data[length, split], results.predictions, wanted) for length in sizes]


def _row(exact: Dataset, predictions: Tables | None, wanted: float) -> Row:
    known = exact["epsilon"].values
    middle = nearest(known, wanted) if len(known) else wanted
    key = int(exact["sites"]), exact.attrs["split"]
    if predictions is None or key not in predictions:
        return Row(exact, None, None, middle, "")
    predicted = predictions[key]
    both = shared(known, predicted["epsilon"].values)
    pairs = pair(exact, predicted)
    note = pairs.mismatch()
    if not both:
        note = "the energy densities of the data were not predicted"
    note = note and f"L = {key[0]}: {note}."
    if not both or not pairs.found.any():
        return Row(exact, None, None, middle, note)
    return Row(exact, predicted, pairs, nearest(both, wanted), note)


def _shown(data: Tables, predictions: Tables | None) -> tuple[str, list[int]]:
    """The split and the chain lengths that are shown, if possible those with predictions."""
    split = "test" if data.sizes("test") else "train"
    sizes = data.sizes(split)
    if not sizes:
        raise Missing("data.h5 holds no realizations")
    if predictions is not None and split == "test":
        sizes = [sites for sites in sizes if sites in predictions.sizes("test")] or sizes
    return split, sizes


def _moments(axes: Axes, row: Row, name: str, normalisation: str) -> None:
    """The moments of an indicator."""
    values, network = indicator(row.exact, name, row.density, normalisation), None
    if row.predicted is not None and row.pairs is not None and name in indicators(row.predicted):
        network = row.pairs.aligned(indicator(row.predicted, name, row.density, normalisation))
        # A strength without any prediction shows all its data.
        values = values.where(row.pairs.found | ~row.pairs.found.any("realization"))
        network = network.where(values.notnull())
    _band(axes, values)
    if network is not None:
        _bars(axes, network)
    axes.set_xlabel(STRENGTH)
    axes.set_ylabel(label(name, normalisation))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    if name == "gap_ratio":
        _limits(axes)


def _band(axes: Axes, values: DataArray) -> None:
    known = aggregate(values)
    h, mean, deviation = (known[name].values for name in ("h", "mean", "deviation"))
    axes.fill_between(h, mean - deviation, mean + deviation, alpha=0.22, linewidth=0, **DATA)
    axes.plot(h, mean, label="data, mean ± sd", **DATA)


def _bars(axes: Axes, values: DataArray) -> None:
    known = aggregate(values)
    h, mean, deviation = (known[name].values for name in ("h", "mean", "deviation"))
    axes.errorbar(h, mean, deviation, fmt="o", elinewidth=1, label="network, mean ± sd", **NETWORK)


def _limits(axes: Axes) -> None:
    for name, (limit, side) in LIMITS.items():
        axes.axhline(limit, color="0.45", linestyle=":", linewidth=1, zorder=0)
        position, above = (0.98, 2) if side == "right" else (0.02, -9)
        axes.annotate(
            name,
            (position, limit),
            (0, above),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha=side,
            color="0.35",
            fontsize=7,
        )
