"""Transfer of features from some indicators to another.

As in Fig. 5 of arXiv:2202.08853, each panel shows R²_norm against disorder for an indicator and a
chain length. Networks have features from the other indicators, are trained on this one from
scratch, or are trained on all indicators. Lines are dashed if the length was not trained on. Bands
are ± the standard deviation over the members. The mean of the data has the score 1/2.
"""

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from figure import STRENGTH, findings, in_order, run_script
from mblscale_results import Output
from panels import legend_above, name_columns, name_length, panel_grid
from plot_determination import MEAN_OF_DATA, curve

NAME = "transfer"

WAYS = {
    "transfer": ("features of the other indicators", {"color": "0.25", "marker": "o"}),
    "scratch": ("trained from scratch", {"color": "#d55e00", "marker": "s"}),
    "multitask": ("trained on all indicators", {"color": "#0072b2", "marker": "D"}),
}
"""Names of the trainings in study.json, with their names and styles in the figure."""


def draw(output: Output) -> Figure:
    """The figure, of a study of transfer."""
    found = findings(output, "transfer")
    scores = {
        (score["target"], score["sites"], finding["training"]): score
        for finding in found
        for score in finding["scores"]
    }
    targets = in_order(target for target, _, _ in scores)
    sizes = sorted({sites for _, sites, _ in scores})
    size = (len(sizes), len(targets), (2.7, 1.9), (0.6, 0.9))
    figure, panels = panel_grid(*size, sharex=True, sharey=True)
    for row, sites in zip(panels, sizes, strict=True):
        for panel, target in zip(row, targets, strict=True):
            panel.axhline(0.5, **MEAN_OF_DATA)
            for way, (_, style) in WAYS.items():
                if score := scores.get((target, sites, way)):
                    curve(panel, score, **style)
            name_length(panel, sites, scores[target, sites, "transfer"]["seen"])
        row[0].set_ylabel(r"$R^2_\mathrm{norm}$")
    name_columns(panels[0], targets, output.study["normalisation"])
    for panel in panels[-1]:
        panel.set_xlabel(STRENGTH)
    panels[0, 0].set_ylim(0, 1)
    handles = [Line2D([], [], label=name, **style) for name, style in WAYS.values()]
    legend_above(figure, handles, [handle.get_label() for handle in handles])
    return figure


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
