"""How well a network predicts quenches, against time.

There is a column for each target. The first row shows the mean squared error, and the second one
R²_norm, both averaged over disorder and members. A line is a chain length, dashed if the network was
not trained on it. The mean of the data has R²_norm = 1/2.
"""

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from figure import Missing, in_order, label, run_script, size_styles
from mblscale_results import Output
from panels import legend_above, length_entries, panel_grid
from plot_determination import MEAN_OF_DATA

NAME = "times"


def draw(output: Output) -> Figure:
    """The figure, of the scores on the test data."""
    scores = (output.evaluation or {}).get("scores", [])
    scores = [score for score in scores if score["split"] == "test" and "time" in score]
    if not scores:
        raise Missing("evaluation.json holds no scores of quenches; learn some with [learn]")
    targets = in_order(score["target"] for score in scores)
    styles = size_styles(score["sites"] for score in scores)
    seen = {score["sites"]: score["seen"] for score in scores}
    figure, panels = panel_grid(2, len(targets), (2.7, 1.9), (0.9, 0.7), sharex=True)
    for column, target in zip(panels.T, targets, strict=True):
        for sites, style in styles.items():
            own = [it for it in scores if (it["target"], it["sites"]) == (target, sites)]
            own.sort(key=lambda score: score["time"])
            times = [score["time"] for score in own]
            line = {"linestyle": "-" if seen[sites] else "--", "markersize": 3, **style}
            column[0].loglog(times, [score["mse"] for score in own], **line)
            column[1].semilogx(times, [score["r2_norm"] for score in own], **line)
        column[0].set_title(label(target))
        column[1].axhline(0.5, **MEAN_OF_DATA)
        column[1].set_xlabel("time $t\\,J$")
        column[1].set_ylim(0, 1)
    panels[0, 0].set_ylabel("mean sq. error")
    panels[1, 0].set_ylabel(r"$R^2_\mathrm{norm}$")
    handles, names = length_entries(styles, seen)
    legend_above(figure, [*handles, Line2D([], [], **MEAN_OF_DATA)], [*names, "mean of the data"])
    return figure


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
