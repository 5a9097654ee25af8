"""One network for all energy densities, compared with a head for each.

Panels show the mean squared error against the energy density, averaged over disorder and members
(arXiv:2202.08853, appendix C). There is a row for each chain length and a column for each
indicator.
"""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mblscale.figures.panels import (
    entries,
    keep_outer_labels,
    legend_above,
    name_columns,
    name_length,
    panel_grid,
)
from mblscale.figures.style import Missing, Style, in_order, study
from mblscale.records import Record
from mblscale.results import Results

WAYS: dict[str, Style] = {
    "conditioned": {"label": "one head that knows $\\epsilon$", "color": "#0072b2", "marker": "o"},
    "own head": {"label": "a head for each $\\epsilon$", "color": "#d55e00", "marker": "s"},
}



def draw(results: Results) -> Figure:
    """The figure, of a study that compared conditioned networks with heads."""
    scores = [score for _, score in _scores(results)]
    targets = in_order(score["target"] for score in scores)
    sizes = sorted({score["sites"] for score in scores})
    size = (len(sizes), len(targets), (2.7, 1.9), (0.6, 0.9))
    figure, panels = panel_grid(*size, sharex=True)
    for row, sites in zip(panels, sizes, strict=True):
        for axes, target in zip(row, targets, strict=True):
            panel(axes, results, target, sites)
    keep_outer_labels(panels)
    name_columns(panels[0], targets, study(results, "conditioned")["normalisation"])
    legend_above(figure, *entries(panels.flat))
    return figure


def panel(axes: Axes, results: Results, target: str | None = None, sites: int | None = None) -> None:
    """The errors of a target at a length; without names, of the first target at the largest length."""
    scores = _scores(results)
    target = in_order(score["target"] for _, score in scores)[0] if target is None else target
    sites = max(score["sites"] for _, score in scores) if sites is None else sites
    shown = [
        (way, score) for way, score in scores if (score["target"], score["sites"]) == (target, sites)
    ]
    largest = 0.0
    for way, style in WAYS.items():
        own = [score for training, score in shown if training == way]
        own.sort(key=lambda score: score["energy_density"])
        errors = [1e3 * score["mse"] for score in own]
        axes.plot([score["energy_density"] for score in own], errors, **style)
        largest = max(largest, *errors)
    axes.set_ylim(0, 1.1 * largest)
    name_length(axes, sites, shown[0][1]["seen"])
    axes.set_xlabel(r"energy density $\epsilon$")
    axes.set_ylabel(r"mean sq. error $\times\,10^3$")


def _scores(results: Results) -> list[tuple[str, Record]]:
    """The name of each training with its scores."""
    found = study(results, "conditioned")["findings"]
    scores = [(finding["training"], score) for finding in found for score in finding["scores"]]
    if not any(training == "own head" for training, _ in scores):
        raise Missing("there are no heads to compare; run the train stage with learn.study.heads")
    return scores
