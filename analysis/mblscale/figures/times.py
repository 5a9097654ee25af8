"""How well a network predicts quenches, against time.

There is a column for each target. The first row shows the mean squared error, and the second one
R²_norm, both averaged over disorder and members. A line is a chain length, dashed if the network was
not trained on it. The mean of the data has R²_norm = 1/2.
"""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mblscale.figures.determination import MEAN_OF_DATA
from mblscale.figures.panels import (
    keep_first_titles,
    keep_outer_labels,
    legend_above,
    length_entries,
    panel_grid,
)
from mblscale.figures.style import Missing, Style, in_order, label, size_styles
from mblscale.records import Record
from mblscale.results import Results

SCORES = {"mse": "mean sq. error", "r2_norm": r"$R^2_\mathrm{norm}$"}
"""The scores that are shown, and their labels."""


def draw(results: Results) -> Figure:
    """The figure, of the scores on the test data."""
    scores = _scores(results)
    targets = in_order(score["target"] for score in scores)
    size = (len(SCORES), len(targets), (2.7, 1.9), (0.9, 0.7))
    figure, panels = panel_grid(*size, sharex=True)
    for row, name in zip(panels, SCORES, strict=True):
        for axes, target in zip(row, targets, strict=True):
            panel(axes, results, target, name)
    keep_first_titles(panels)
    keep_outer_labels(panels)
    seen = {score["sites"]: score["seen"] for score in scores}
    handles, names = length_entries(size_styles(seen), seen)
    legend_above(figure, [*handles, Line2D([], [], **MEAN_OF_DATA)], [*names, "mean of the data"])
    return figure


def panel(axes: Axes, results: Results, target: str | None = None, name: str = "mse") -> None:
    """A score of a target against time; without a target, of the first one."""
    scores = _scores(results)
    target = in_order(score["target"] for score in scores)[0] if target is None else target
    seen = {score["sites"]: score["seen"] for score in scores}
    for sites, style in size_styles(seen).items():
        own = [it for it in scores if (it["target"], it["sites"]) == (target, sites)]
        own.sort(key=lambda score: score["time"])
        line: Style = {"linestyle": "-" if seen[sites] else "--", "markersize": 3} | style
        axes.plot([score["time"] for score in own], [score[name] for score in own], **line)
    axes.set_xscale("log")
    axes.set_title(label(target))
    axes.set_xlabel("time $t\\,J$")
    axes.set_ylabel(SCORES[name])
    if name == "mse":
        axes.set_yscale("log")
    else:
        axes.axhline(0.5, **MEAN_OF_DATA)
        axes.set_ylim(0, 1)


def _scores(results: Results) -> list[Record]:
    scores = (results.evaluation or {}).get("scores", [])
    scores = [score for score in scores if score["split"] == "test" and "time" in score]
    if not scores:
        raise Missing("evaluation.json holds no scores of quenches; learn some with [learn]")
    return scores
