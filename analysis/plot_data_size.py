"""How few realizations suffice: errors on training and test data against the realizations trained on.

As Fig. 9 of arXiv:2202.08853, a panel for each chain length: mean over the indicators and the
disorder strengths. Faint points are single trainings, each on a random subset, lines their medians
with quartiles: one training that is slow to leave a plateau would hide all others in a mean. Points
on training data are moved aside a little, to be seen.
"""

from collections import defaultdict

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator

from figure import findings, run_script, seen_or_not
from mblscale_results import Output

NAME = "data_size"

TEST = {"color": "#0072b2", "marker": "o", "label": "test data"}
TRAINING = {"color": "#d55e00", "marker": "s", "label": "training data", "linestyle": ":"}

Errors = dict[int, dict[int, list[float]]]
"""By chain length and by realizations, those of each training."""


def draw(output: Output) -> Figure:
    """The figure, of a study of the size of the data."""
    test, training = errors(findings(output, "data-size"))
    figure, panels = plt.subplots(
        1, len(test), figsize=(2.6 * len(test) + 0.6, 3.2), sharex=True, sharey=True, squeeze=False
    )
    for panel, sites in zip(panels[0], sorted(test), strict=True):
        _runs(panel, test[sites], 1.0, **TEST)
        if sites in training:
            _runs(panel, training[sites], 1.08, **TRAINING)
        panel.set_title(f"$L = {sites}${seen_or_not(sites in training)}")
        panel.set_xlabel("realizations for each $L$, $h$")
    panel = panels[0, 0]
    panel.set_xscale("log")
    panel.set_yscale("log")
    panel.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    thousandths = FuncFormatter(lambda value, _: f"{1e3 * value:g}")
    panel.yaxis.set_major_locator(LogLocator(subs=(1, 2, 3, 5)))
    panel.yaxis.set_major_formatter(thousandths)
    panel.yaxis.set_minor_formatter("")
    panel.set_ylabel(r"mean squared error $\times\,10^3$")
    handles = [Line2D([], [], **style) for style in (TEST, TRAINING)]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    return figure


def errors(found: list[dict]) -> tuple[Errors, Errors]:
    """Mean squared errors on test data, mean over the indicators, and on training data."""
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


def _runs(panel: Axes, by_count: dict[int, list[float]], aside: float, **style: object) -> None:
    counts = sorted(by_count)
    runs = [by_count[count] for count in counts]
    places = [aside * count for count in counts]
    faint = {"color": style["color"], "alpha": 0.3, "markersize": 3, "markeredgewidth": 0}
    for place, own in zip(places, runs, strict=True):
        panel.plot([place] * len(own), own, style["marker"], **faint)
    low, median, high = np.array([np.quantile(own, (0.25, 0.5, 0.75)) for own in runs]).T
    panel.errorbar(places, median, (median - low, high - median), **style)


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
