"""Errors on training and test data against the number of training realizations.

As in Fig. 9 of arXiv:2202.08853, there is a panel for each chain length, with the mean over
indicators and disorder strengths. Faint points are single trainings, each on a random subset.
Lines are their medians with quartiles, because a single training on a plateau would dominate a
mean. Points on training data are shifted a little, so that they do not hide the others.
"""

from collections import defaultdict

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator

from mblscale.figures.panels import keep_outer_labels, legend_above, panel_grid
from mblscale.figures.style import Style, seen_or_not, study
from mblscale.records import Record
from mblscale.results import Results

TEST: Style = {"color": "#0072b2", "marker": "o", "label": "test data"}
TRAINING: Style = {"color": "#d55e00", "marker": "s", "label": "training data", "linestyle": ":"}

Errors = dict[int, dict[int, list[float]]]
"""Errors of each training, by chain length and by number of realizations."""


def draw(results: Results) -> Figure:
    """The figure, of a study of the size of the data."""
    test, _ = errors(study(results, "data-size")["findings"])
    figure, panels = panel_grid(1, len(test), (2.6, 3.2), (0.6, 0), sharex=True, sharey=True)
    for axes, sites in zip(panels[0], sorted(test), strict=True):
        panel(axes, results, sites)
    keep_outer_labels(panels)
    handles = [Line2D([], [], **style) for style in (TEST, TRAINING)]
    legend_above(figure, handles, [TEST["label"], TRAINING["label"]])
    return figure


def panel(axes: Axes, results: Results, sites: int | None = None) -> None:
    """The errors at a chain length; without a length, at the largest one."""
    test, training = errors(study(results, "data-size")["findings"])
    sites = max(test) if sites is None else sites
    _trainings(axes, test[sites], 1.0, TEST)
    if sites in training:
        _trainings(axes, training[sites], 1.08, TRAINING)
    axes.set_title(f"$L = {sites}${seen_or_not(sites in training)}")
    _log_axes(axes)
    axes.set_xlabel("realizations for each $L$, $h$")
    axes.set_ylabel(r"mean squared error $\times\,10^3$")


def _log_axes(axes: Axes) -> None:
    """Logarithmic axes with round numbers at the ticks, errors in thousandths."""
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    thousandths = FuncFormatter(lambda value, _: f"{1e3 * value:g}")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 3, 5)))
    axes.yaxis.set_major_formatter(thousandths)
    axes.yaxis.set_minor_formatter("")
    # Equal errors span no decade, and on some processors no two numbers.
    low, high = axes.get_ylim()
    if high < 1.01 * low:
        axes.set_ylim(low / 2, 2 * high, auto=True)


def errors(found: list[Record]) -> tuple[Errors, Errors]:
    """Mean squared errors on test data, averaged over the targets, and on training data."""
    test: Errors = defaultdict(lambda: defaultdict(list))
    training: Errors = defaultdict(lambda: defaultdict(list))
    for finding in found:
        count = finding["realizations"]
        own = defaultdict(list)
        for score in finding["scores"]:
            own[score["sites"]].append(score["mse"])
        for sites, of_targets in own.items():
            test[sites][count].append(float(np.mean(of_targets)))
        for sites, error in finding["training_mse"]:
            training[sites][count].append(error)
    return test, training


def _trainings(axes: Axes, by_count: dict[int, list[float]], shift: float, style: Style) -> None:
    counts = sorted(by_count)
    of_counts = [by_count[count] for count in counts]
    positions = [shift * count for count in counts]
    faint: Style = {"color": style["color"], "alpha": 0.3, "markersize": 3, "markeredgewidth": 0}
    for position, own in zip(positions, of_counts, strict=True):
        axes.plot([position] * len(own), own, style["marker"], **faint)
    low, median, high = np.array([np.quantile(own, (0.25, 0.5, 0.75)) for own in of_counts]).T
    axes.errorbar(positions, median, np.stack((median - low, high - median)), **style)
