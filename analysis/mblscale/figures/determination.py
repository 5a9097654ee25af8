"""Normalized coefficient of determination of the network against disorder.

As in Fig. 4 of arXiv:2202.08853, there is a panel for each indicator and a line for each chain
length. Of quenches it shows the middle of the times that were learned. A line is dashed if the
network was not trained on its length. Bands are ± the standard deviation over the members of the
ensemble. The mean of the data has the score 1/2.
"""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mblscale.energies import nearest
from mblscale.figures.panels import keep_outer_labels, legend_above, length_entries, panel_grid
from mblscale.figures.style import STRENGTH, Missing, Style, in_order, label, size_styles
from mblscale.records import Record, numbers
from mblscale.results import Results

MEAN_OF_DATA: Style = {"color": "0.3", "linestyle": ":", "linewidth": 1.2}
"""The line of the score of the mean of the data."""


def draw(results: Results) -> Figure:
    """The figure, of the scores on the test data."""
    scores, chosen = _scores(results)
    targets = in_order(score["target"] for score in scores)
    figure, panels = panel_grid(1, len(targets), (2.7, 3.0), (0.6, 0), sharex=True, sharey=True)
    for axes, target in zip(panels[0], targets, strict=True):
        panel(axes, results, target)
    keep_outer_labels(panels)
    seen = {score["sites"]: score["seen"] for score in scores}
    handles, names = length_entries(size_styles(seen), seen)
    handles.append(Line2D([], [], **MEAN_OF_DATA))
    legend_above(figure, handles, [*names, "mean of the data"], title=chosen)
    return figure


def panel(axes: Axes, results: Results, target: str | None = None) -> None:
    """The scores of a target, for each chain length; without a name, of the first target."""
    scores, _ = _scores(results)
    target = in_order(score["target"] for score in scores)[0] if target is None else target
    styles = size_styles(score["sites"] for score in scores)
    axes.axhline(0.5, **MEAN_OF_DATA)
    for score in scores:
        if score["target"] == target:
            curve(axes, score, **styles[score["sites"]])
    axes.set_title(label(target, (results.evaluation or {})["normalisation"]))
    axes.set_ylim(0, 1)
    axes.set_xlabel(STRENGTH)
    axes.set_ylabel(r"$R^2_\mathrm{norm}$")


def _scores(results: Results) -> tuple[list[Record], str | None]:
    """The scores on the test data at one energy density or time, which is named if there are several."""
    if results.evaluation is None:
        raise Missing("there is no evaluation.json; run the train stage")
    key = "time" if "time" in results.evaluation else "energy_density"
    learned = results.evaluation[key]
    scores = [score for score in results.evaluation["scores"] if score["split"] == "test"]
    if not scores:
        raise Missing("evaluation.json holds no scores on test data")
    known = {score.get(key, learned) for score in scores}
    shown = nearest(known, learned)
    name = "time $t\\,J" if key == "time" else "energy density $\\epsilon"
    chosen = f"{name} = {shown:g}$" if len(known) > 1 else None
    return [score for score in scores if score.get(key, learned) == shown], chosen


def curve(axes: Axes, score: Record, **style: object) -> None:
    """R²_norm of a score, with its standard deviation over the members if there are several."""
    entries = score["by_strength"]
    h = [entry["h"] for entry in entries]
    # It is null where the data do not vary. Files of earlier versions have no deviation.
    value, deviation = (
        numbers([entry.get(key) for entry in entries]) for key in ("r2_norm", "r2_norm_deviation")
    )
    band: Style = {"color": style["color"], "alpha": 0.2, "linewidth": 0}
    axes.fill_between(h, value - deviation, value + deviation, **band)
    line: Style = {"markersize": 3} | style
    axes.plot(h, value, "-" if score["seen"] else "--", **line)
