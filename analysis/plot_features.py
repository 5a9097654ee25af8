"""Features that the network makes of a chain, against disorder.

As Fig. 8 of arXiv:2202.08853: one panel for each member of the ensemble, one line for each feature
and chain length. Vertical lines are where the curves of a feature of the shortest and the longest
chain cross: a property of the member, not of the chains.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from figure import STRENGTH, Missing, run_script, size_styles
from mblscale_results import Output

NAME = "features"

MOST = 6
"""Panels, and features in a panel."""


def draw(output: Output) -> Figure:
    """The figure, of the features on the test data."""
    if output.evaluation is None or not output.evaluation.get("features"):
        raise Missing("there is no evaluation.json with features; run the train stage")
    tables = sorted(output.evaluation["features"], key=lambda table: table["sites"])
    means = {table["sites"]: np.array(table["mean"], float)[:MOST, :MOST] for table in tables}
    styles = size_styles(means)
    members = next(iter(means.values())).shape[0]
    figure, panels = plt.subplots(
        1, members, figsize=(2.4 * members + 0.8, 3.0), sharex=True, squeeze=False
    )
    for member, panel in enumerate(panels[0]):
        for table in tables:
            for feature in means[table["sites"]][member]:
                panel.plot(table["h"], feature, linewidth=1, **styles[table["sites"]])
        for h in crossings(tables[0], tables[-1], member):
            panel.axvline(h, color="0.6", linewidth=0.8, zorder=0)
        panel.set_title(f"member {member + 1}")
        panel.set_xlabel(STRENGTH)
    panels[0, 0].set_ylabel("features, mean")
    handles = [Line2D([], [], **style) for style in styles.values()]
    names = [f"$L = {sites}$" for sites in styles]
    figure.legend(handles, names, loc="outside upper center", ncols=len(handles))
    return figure


def crossings(short: dict, long: dict, member: int) -> list[float]:
    """Where the features of two lengths cross, by linear interpolation between strengths."""
    strengths = np.array(short["h"], float)
    if list(short["h"]) != list(long["h"]):
        return []
    found = []
    for one, other in zip(short["mean"][member], long["mean"][member], strict=True):
        gap = np.array(one, float) - np.array(other, float)
        for place in np.flatnonzero(gap[:-1] * gap[1:] < 0):
            share = gap[place] / (gap[place] - gap[place + 1])
            found.append(float(strengths[place] + share * np.diff(strengths)[place]))
    return found


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
