"""Normalized coefficient of determination of the network against disorder.

As Fig. 4 of arXiv:2202.08853: one panel for each indicator, one line for each chain length,
dashed where the network was not trained on it. Bands are ± the standard deviation over the members
of the ensemble; 1/2 is what the mean of the data scores.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from figure import STRENGTH, Missing, in_order, label, run_script, size_styles
from mblscale_results import Output

NAME = "determination"


def draw(output: Output) -> Figure:
    """The figure, of the scores on the test data."""
    if output.evaluation is None:
        raise Missing("there is no evaluation.json; run the train stage")
    middle = output.evaluation["energy_density"]
    scores = [
        score
        for score in output.evaluation["scores"]
        if score["split"] == "test" and score.get("energy_density", middle) == middle
    ]
    if not scores:
        raise Missing("evaluation.json holds no scores on test data")
    normalisation = output.evaluation["normalisation"]
    indicators = in_order(score["target"] for score in scores)
    styles = size_styles(score["sites"] for score in scores)
    seen = {score["sites"]: score["seen"] for score in scores}

    figure, panels = plt.subplots(
        1,
        len(indicators),
        figsize=(2.7 * len(indicators) + 0.6, 3.0),
        sharex=True,
        sharey=True,
        squeeze=False,
    )
    for panel, indicator in zip(panels[0], indicators):
        panel.axhline(0.5, color="0.3", linestyle=":", linewidth=1.2)
        for score in scores:
            if score["target"] == indicator:
                curve(panel, score, **styles[score["sites"]])
        panel.set_title(label(indicator, normalisation))
        panel.set_xlabel(STRENGTH)
    panels[0, 0].set_ylim(0, 1)
    panels[0, 0].set_ylabel(r"$R^2_\mathrm{norm}$")
    handles = [
        Line2D([], [], linestyle="-" if seen[sites] else "--", **style)
        for sites, style in styles.items()
    ]
    names = [f"$L = {sites}$" + ("" if seen[sites] else " (not trained on)") for sites in styles]
    handles.append(Line2D([], [], color="0.3", linestyle=":", linewidth=1.2))
    figure.legend(handles, [*names, "mean of the data"], loc="outside upper center", ncols=len(handles))
    return figure


def curve(panel: Axes, score: dict, **style: object) -> None:
    """R²_norm of a score, with its deviation over the members where there are several."""
    entries = score["by_strength"]
    h = [entry["h"] for entry in entries]
    # Null where the data do not vary; a file of an earlier program knows no deviation.
    value, deviation = (
        np.array([entry.get(key) for entry in entries], float)
        for key in ("r2_norm", "r2_norm_deviation")
    )
    band = {"color": style["color"], "alpha": 0.2, "linewidth": 0}
    panel.fill_between(h, value - deviation, value + deviation, **band)
    panel.plot(h, value, "-" if score["seen"] else "--", markersize=3, **style)


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
