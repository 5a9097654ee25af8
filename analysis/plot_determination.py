"""Normalized coefficient of determination of the network against disorder.

As in Fig. 4 of arXiv:2202.08853, there is a panel for each indicator and a line for each chain
length. Of quenches it shows the middle of the times that were learned. A line is dashed if the
network was not trained on its length. Bands are ± the standard deviation over the members of the
ensemble. The mean of the data has the score 1/2.
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from energies import nearest
from figure import STRENGTH, Missing, in_order, label, run_script, size_styles
from mblscale_results import Output
from panels import legend_above, length_entries, panel_grid

NAME = "determination"

MEAN_OF_DATA = {"color": "0.3", "linestyle": ":", "linewidth": 1.2}
"""The line of the score of the mean of the data."""


def draw(output: Output) -> Figure:
    """The figure, of the scores on the test data."""
    if output.evaluation is None:
        raise Missing("there is no evaluation.json; run the train stage")
    key = "time" if "time" in output.evaluation else "energy_density"
    learned = output.evaluation[key]
    scores = [score for score in output.evaluation["scores"] if score["split"] == "test"]
    if not scores:
        raise Missing("evaluation.json holds no scores on test data")
    densities = {score.get(key, learned) for score in scores}
    shown = nearest(densities, learned)
    scores = [score for score in scores if score.get(key, learned) == shown]
    normalisation = output.evaluation["normalisation"]
    indicators = in_order(score["target"] for score in scores)
    styles = size_styles(score["sites"] for score in scores)
    seen = {score["sites"]: score["seen"] for score in scores}

    figure, panels = panel_grid(1, len(indicators), (2.7, 3.0), (0.6, 0), sharex=True, sharey=True)
    for panel, indicator in zip(panels[0], indicators):
        panel.axhline(0.5, **MEAN_OF_DATA)
        for score in scores:
            if score["target"] == indicator:
                curve(panel, score, **styles[score["sites"]])
        panel.set_title(label(indicator, normalisation))
        panel.set_xlabel(STRENGTH)
    panels[0, 0].set_ylim(0, 1)
    panels[0, 0].set_ylabel(r"$R^2_\mathrm{norm}$")
    handles, names = length_entries(styles, seen)
    handles.append(Line2D([], [], **MEAN_OF_DATA))
    name = "time $t\\,J" if key == "time" else "energy density $\\epsilon"
    title = f"{name} = {shown:g}$" if len(densities) > 1 else None
    legend_above(figure, handles, [*names, "mean of the data"], title=title)
    return figure


def curve(panel: Axes, score: dict, **style: object) -> None:
    """R²_norm of a score, with its standard deviation over the members if there are several."""
    entries = score["by_strength"]
    h = [entry["h"] for entry in entries]
    # It is null where the data do not vary. Files of earlier versions have no deviation.
    value, deviation = (
        np.array([entry.get(key) for entry in entries], float)
        for key in ("r2_norm", "r2_norm_deviation")
    )
    band = {"color": style["color"], "alpha": 0.2, "linewidth": 0}
    panel.fill_between(h, value - deviation, value + deviation, **band)
    panel.plot(h, value, "-" if score["seen"] else "--", markersize=3, **style)


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
