"""One network for all energy densities, compared with a head for each.

Panels show the mean squared error against the energy density, averaged over disorder and members
(arXiv:2202.08853, appendix C). There is a row for each chain length and a column for each
indicator.
"""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figure import Missing, findings, in_order, run_script
from mblscale_results import Output
from panels import entries, legend_above, name_columns, name_length, panel_grid

NAME = "heads"

WAYS = {
    "conditioned": {"label": "one head that knows $\\epsilon$", "color": "#0072b2", "marker": "o"},
    "own head": {"label": "a head for each $\\epsilon$", "color": "#d55e00", "marker": "s"},
}


def draw(output: Output) -> Figure:
    """The figure, of a study that compared conditioned networks with heads."""
    found = findings(output, "conditioned")
    scores = [(finding["training"], score) for finding in found for score in finding["scores"]]
    if not any(training == "own head" for training, _ in scores):
        raise Missing("there are no heads to compare; run the train stage with learn.study.heads")
    targets = in_order(score["target"] for _, score in scores)
    sizes = sorted({score["sites"] for _, score in scores})
    size = (len(sizes), len(targets), (2.7, 1.9), (0.6, 0.9))
    figure, panels = panel_grid(*size, sharex=True)
    for row, sites in zip(panels, sizes, strict=True):
        for panel, target in zip(row, targets, strict=True):
            shown = [
                (training, score)
                for training, score in scores
                if (score["target"], score["sites"]) == (target, sites)
            ]
            _errors(panel, shown)
            name_length(panel, sites, shown[0][1]["seen"])
        row[0].set_ylabel(r"mean sq. error $\times\,10^3$")
    name_columns(panels[0], targets, output.study["normalisation"])
    for panel in panels[-1]:
        panel.set_xlabel(r"energy density $\epsilon$")
    legend_above(figure, *entries(panels.flat))
    return figure


def _errors(panel: Axes, scores: list[tuple[str, dict]]) -> None:
    """A line for each training, over a vertical axis from 0."""
    largest = 0.0
    for way, style in WAYS.items():
        own = [score for training, score in scores if training == way]
        own.sort(key=lambda score: score["energy_density"])
        errors = [1e3 * score["mse"] for score in own]
        panel.plot([score["energy_density"] for score in own], errors, **style)
        largest = max(largest, *errors)
    panel.set_ylim(0, 1.1 * largest)


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
