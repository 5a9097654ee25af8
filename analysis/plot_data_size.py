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

from figure import findings, run_script, seen_or_not
from mblscale_results import Output
from panels import legend_above, panel_grid

NAME = "data_size"

TEST = {"color": "#0072b2", "marker": "o", "label": "test data"}
TRAINING = {"color": "#d55e00", "marker": "s", "label": "training data", "linestyle": ":"}

Errors = dict[int, dict[int, list[float]]]
"""Errors of each training, by chain length and by number of realizations."""


def draw(output: Output) -> Figure:
    """The figure, of a study of the size of the data."""
    test, training = errors(findings(output, "data-size"))
    figure, panels = panel_grid(1, len(test), (2.6, 3.2), (0.6, 0), sharex=True, sharey=True)
    for panel, sites in zip(panels[0], sorted(test), strict=True):
        _trainings(panel, test[sites], 1.0, **TEST)
        if sites in training:
            _trainings(panel, training[sites], 1.08, **TRAINING)
        panel.set_title(f"$L = {sites}${seen_or_not(sites in training)}")
        panel.set_xlabel("realizations for each $L$, $h$")
    _log_axes(panels[0, 0])
    panels[0, 0].set_ylabel(r"mean squared error $\times\,10^3$")
    handles = [Line2D([], [], **style) for style in (TEST, TRAINING)]
    legend_above(figure, handles, [handle.get_label() for handle in handles])
    return figure


def _log_axes(panel: Axes) -> None:
    """Logarithmic axes with round numbers at the ticks, errors in thousandths."""
    panel.set_xscale("log")
    panel.set_yscale("log")
    panel.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    thousandths = FuncFormatter(lambda value, _: f"{1e3 * value:g}")
    panel.yaxis.set_major_locator(LogLocator(subs=(1, 2, 3, 5)))
    panel.yaxis.set_major_formatter(thousandths)
    panel.yaxis.set_minor_formatter("")


def errors(found: list[dict]) -> tuple[Errors, Errors]:
    """Mean squared errors on test data, averaged over the indicators, and on training data."""
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


def _trainings(panel: Axes, by_count: dict[int, list[float]], shift: float, **style: object) -> None:
    counts = sorted(by_count)
    of_counts = [by_count[count] for count in counts]
    positions = [shift * count for count in counts]
    faint = {"color": style["color"], "alpha": 0.3, "markersize": 3, "markeredgewidth": 0}
    for position, own in zip(positions, of_counts, strict=True):
        panel.plot([position] * len(own), own, style["marker"], **faint)
    low, median, high = np.array([np.quantile(own, (0.25, 0.5, 0.75)) for own in of_counts]).T
    panel.errorbar(positions, median, (median - low, high - median), **style)


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
