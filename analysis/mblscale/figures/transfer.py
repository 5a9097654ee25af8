"""Transfer of features from some indicators to another.

As in Fig. 5 of arXiv:2202.08853, each panel shows R²_norm against disorder for an indicator and a
chain length. Networks have features from the other indicators, are trained on this one from
scratch, or are trained on all indicators. Lines are dashed if the length was not trained on. Bands
are ± the standard deviation over the members. The mean of the data has the score 1/2.
"""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mblscale.figures.determination import MEAN_OF_DATA, curve
from mblscale.figures.panels import keep_outer_labels, legend_above, name_columns, name_length, panel_grid
from mblscale.figures.style import STRENGTH, Style, in_order, study
from mblscale.records import Record
from mblscale.results import Results

WAYS: dict[str, tuple[str, Style]] = {
    "transfer": ("features of the other indicators", {"color": "0.25", "marker": "o"}),
    "scratch": ("trained from scratch", {"color": "#d55e00", "marker": "s"}),
    "multitask": ("trained on all indicators", {"color": "#0072b2", "marker": "D"}),
}
"""Names of the trainings in study.json, with their names and styles in the figure."""


Scores = dict[tuple[str, int, str], Record]
"""Scores by target, chain length and training."""


def draw(results: Results) -> Figure:
    """The figure, of a study of transfer."""
    scores = _scores(results)
    targets = in_order(target for target, _, _ in scores)
    sizes = sorted({sites for _, sites, _ in scores})
    size = (len(sizes), len(targets), (2.7, 1.9), (0.6, 0.9))
    figure, panels = panel_grid(*size, sharex=True, sharey=True)
    for row, sites in zip(panels, sizes, strict=True):
        for axes, target in zip(row, targets, strict=True):
            panel(axes, results, target, sites)
    keep_outer_labels(panels)
    name_columns(panels[0], targets, study(results, "transfer")["normalisation"])
    handles = [Line2D([], [], label=name, **style) for name, style in WAYS.values()]
    legend_above(figure, handles, [name for name, _ in WAYS.values()])
    return figure


def panel(axes: Axes, results: Results, target: str | None = None, sites: int | None = None) -> None:
    """The scores of a target at a length; without names, of the first target at the largest length."""
    scores = _scores(results)
    target = in_order(own for own, _, _ in scores)[0] if target is None else target
    sites = max(own for _, own, _ in scores) if sites is None else sites
    axes.axhline(0.5, **MEAN_OF_DATA)
    for way, (_, style) in WAYS.items():
        if score := scores.get((target, sites, way)):
            curve(axes, score, **style)
    name_length(axes, sites, scores[target, sites, "transfer"]["seen"])
    axes.set_ylim(0, 1)
    axes.set_xlabel(STRENGTH)
    axes.set_ylabel(r"$R^2_\mathrm{norm}$")


def _scores(results: Results) -> Scores:
    return {
        (score["target"], score["sites"], finding["training"]): score
        for finding in study(results, "transfer")["findings"]
        for score in finding["scores"]
    }
