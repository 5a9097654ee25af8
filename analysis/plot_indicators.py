"""Mean and standard deviation of each indicator against disorder, for data and network.

As in Fig. 3 of arXiv:2202.08853, there is a column for each indicator and a row for each chain
length. Both moments are over the same fields, which are those of the test data.
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from figure import STRENGTH, Missing, in_order, label, mean_and_deviation, run_script, seen_or_not
from mblscale_results import Output, ResultFile, Table
from panels import panel_grid

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
    tables = [output.data.table(sites, split) for sites in sizes]
    epsilon = evaluation.get("energy_density", _nearest_to_middle(tables[0]))
    indicators = in_order(tables[0].indicators)
    if not indicators:
        raise Missing("data.h5 holds no indicators; name some in spectrum.indicators")

    size = (len(sizes), len(indicators), (3.1, 2.2), (0.4, 0.8))
    figure, axes = panel_grid(*size, sharex=True, sharey="col")
    for row, exact in zip(axes, tables):
        for panel, indicator in zip(row, indicators):
            predicted = _predictions(output.predictions, exact, indicator)
            _moments(panel, exact, predicted, (indicator, epsilon, normalisation))
            panel.set_ylabel(label(indicator, normalisation))
            panel.yaxis.set_major_locator(MaxNLocator(5))
            if indicator == "gap_ratio":
                _limits(panel)
        seen = "" if not trained or output.predictions is None else seen_or_not(exact.sites in trained)
        row[0].set_title(f"$L = {exact.sites}${seen}", loc="left")
    for panel in axes[-1]:
        panel.set_xlabel(STRENGTH)
    handles, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(
        handles,
        names,
        title=f"energy density $\\epsilon = {epsilon:g}$",
        loc="outside upper center",
        ncols=2,
    )
    return figure


def _moments(
    panel: Axes, exact: Table, predicted: Table | None, key: tuple[str, float, str]
) -> None:
    """The moments of an indicator. `key` has its name, energy density and normalisation."""
    values = exact.indicator(*key)
    _band(panel, exact.strengths, values)
    if predicted is not None:
        known = predicted.indicator(*key)[predicted.rows(exact.strengths)]
        _bars(panel, exact.strengths, _of_same_fields(known, values))


def _rows(data: ResultFile, predictions: ResultFile | None) -> tuple[str, list[int]]:
    """The split and the chain lengths that are shown, if possible those with predictions."""
    split = "test" if data.sizes("test") else "train"
    sizes = data.sizes(split)
    if not sizes:
        raise Missing("data.h5 holds no realizations")
    if predictions is not None and split == "test":
        sizes = [sites for sites in sizes if sites in predictions.sizes("test")] or sizes
    return split, sizes


def _nearest_to_middle(table: Table) -> float:
    known = table.coordinates["epsilon"]
    return float(known[np.argmin(np.abs(known - 0.5))])


def _predictions(predictions: ResultFile | None, exact: Table, indicator: str) -> Table | None:
    """The network's table for the fields of `exact`, if it has this indicator."""
    if predictions is None or (exact.sites, exact.split) not in predictions.tables:
        return None
    table = predictions.table(exact.sites, exact.split)
    return table if indicator in table.indicators else None


def _of_same_fields(predicted: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The predictions for fields whose exact value is finished.

    Predictions have the fields of the data first, in the same order, and then new ones.
    """
    count = min(predicted.shape[1], values.shape[1])
    return np.where(np.isnan(values[:, :count]), np.nan, predicted[:, :count])


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
