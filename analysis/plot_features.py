"""Features of the network against disorder.

As in Fig. 8 of arXiv:2202.08853, there is a panel for each member of the ensemble. It has a line
with standard errors for each feature and chain length. Vertical lines, listed above each panel,
mark significant crossings of a feature between the shortest and the longest chain. They are a
property of the member, not of the chains.
"""

from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from figure import STRENGTH, Missing, run_script, size_styles
from mblscale_results import Output
from panels import panel_grid, rows_for

NAME = "features"

MOST = 6
"""The largest number of panels, and of features in a panel."""
COLUMNS = 3
SIGNIFICANT = 3.0
"""Two curves differ significantly by this number of standard errors."""


def draw(output: Output) -> Figure:
    """The figure, of the features on the test data."""
    known = (output.evaluation or {}).get("features", [])
    if not known or "error" not in known[0]:
        raise Missing("there is no evaluation.json with features; run the train stage")
    tables = sorted(known, key=lambda table: table["sites"])
    styles = size_styles(table["sites"] for table in tables)
    members = len(tables[0]["mean"])
    shown = min(members, MOST)
    columns = min(shown, COLUMNS)
    rows = rows_for(shown, columns)
    figure, panels = panel_grid(rows, columns, (2.7, 2.4), (0.8, 0.7), sharex=True)
    for panel in panels.flat[shown:]:
        panel.set_visible(False)
    for member, panel in enumerate(panels.flat[:shown]):
        for table in tables:
            _bands(panel, table, member, styles[table["sites"]])
        found = crossings(tables[0], tables[-1], member)
        for h in found:
            panel.axvline(h, color="0.6", linewidth=0.8, zorder=0)
        listed = ", ".join(f"{h:.1f}" for h in sorted(found)) or "none"
        panel.set_title(f"member {member + 1}\ncrossings: {listed}", fontsize=8.5)
        if member + columns >= shown:
            panel.set_xlabel(STRENGTH)
            panel.tick_params(labelbottom=True)
    for row in panels:
        row[0].set_ylabel("mean feature")
    handles = [Line2D([], [], **style) for style in styles.values()]
    names = [f"$L = {sites}$" for sites in styles]
    title = None if shown == members else f"the first {shown} of {members} members"
    figure.legend(handles, names, title=title, loc="outside upper center", ncols=len(handles))
    return figure


def _bands(panel: Axes, table: dict, member: int, style: dict) -> None:
    """The features of a member, with their errors as bands."""
    band = {"color": style["color"], "alpha": 0.25, "linewidth": 0}
    for mean, error in zip(*_curves(table, member), strict=True):
        panel.fill_between(table["h"], mean - error, mean + error, **band)
        panel.plot(table["h"], mean, linewidth=1, markersize=2.5, **style)


def _curves(table: dict, member: int) -> tuple[np.ndarray, np.ndarray]:
    """Means and their errors over (feature, h)."""
    mean, error = (np.array(table[key][member], float)[:MOST] for key in ("mean", "error"))
    return mean, error


def crossings(short: dict, long: dict, member: int) -> list[float]:
    """The strengths where the features of two lengths cross.

    A crossing lies between a strength where one is significantly larger and the next where the
    other is. Noise may change the sign of the difference several times in between. The crossing is
    where the squares of all differences of the wrong sign, in units of their errors, have the
    smallest sum.
    """
    strengths = np.array(short["h"], float)
    if list(short["h"]) != list(long["h"]):
        return []
    (one, one_error), (other, other_error) = _curves(short, member), _curves(long, member)
    found = []
    for gap, error in zip(one - other, np.hypot(one_error, other_error), strict=True):
        clear = np.flatnonzero(np.abs(gap) > SIGNIFICANT * error)
        for left, right in pairwise(clear):
            if gap[left] * gap[right] < 0:
                between = slice(left, right + 1)
                signed = np.sign(gap[left]) * gap[between] / np.maximum(error[between], 1e-9)
                wrong_before = np.cumsum(np.minimum(signed, 0) ** 2)
                right_before = np.cumsum(np.maximum(signed, 0) ** 2)
                index = left + np.argmin((wrong_before - right_before)[:-1])
                fraction = gap[index] / (gap[index] - gap[index + 1])
                found.append(float(strengths[index] + fraction * np.diff(strengths)[index]))
    return found


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
