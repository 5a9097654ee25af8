"""Features that the network makes of a chain, against disorder.

As Fig. 8 of arXiv:2202.08853: one panel for each member of the ensemble, one line for each feature
and chain length, with the standard error of the mean. Vertical lines, listed above each panel, are
where the curves of a feature of the shortest and the longest chain cross beyond doubt: a property of
the member, not of the chains.
"""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from figure import STRENGTH, Missing, run_script, size_styles
from mblscale_results import Output

NAME = "features"

MOST = 6
"""Panels, and features in a panel."""
COLUMNS = 3
DOUBT = 3.0
"""Standard errors by which two curves differ beyond doubt."""


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
    rows = -(-shown // columns)
    figure, panels = plt.subplots(
        rows, columns, figsize=(2.7 * columns + 0.8, 2.4 * rows + 0.7), sharex=True, squeeze=False
    )
    for panel in panels.flat[shown:]:
        panel.set_visible(False)
    for member, panel in enumerate(panels.flat[:shown]):
        for table in tables:
            colour = styles[table["sites"]]["color"]
            for mean, error in zip(*_curves(table, member), strict=True):
                panel.fill_between(
                    table["h"], mean - error, mean + error, color=colour, alpha=0.25, linewidth=0
                )
                panel.plot(table["h"], mean, linewidth=1, markersize=2.5, **styles[table["sites"]])
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


def _curves(table: dict, member: int) -> tuple[np.ndarray, np.ndarray]:
    """Means and their errors over (feature, h)."""
    mean, error = (np.array(table[key][member], float)[:MOST] for key in ("mean", "error"))
    return mean, error


def crossings(short: dict, long: dict, member: int) -> list[float]:
    """Where the features of two lengths cross.

    Between a strength where one is larger beyond doubt and the next where the other is: where the
    fewest differences, in squares of their errors, have the wrong sign to the left or to the right.
    """
    strengths = np.array(short["h"], float)
    if list(short["h"]) != list(long["h"]):
        return []
    (one, one_error), (other, other_error) = _curves(short, member), _curves(long, member)
    found = []
    for gap, error in zip(one - other, np.hypot(one_error, other_error), strict=True):
        clear = np.flatnonzero(np.abs(gap) > DOUBT * error)
        for left, right in pairwise(clear):
            if gap[left] * gap[right] < 0:
                between = slice(left, right + 1)
                signed = np.sign(gap[left]) * gap[between] / np.maximum(error[between], 1e-9)
                wrong_before = np.cumsum(np.minimum(signed, 0) ** 2)
                right_before = np.cumsum(np.maximum(signed, 0) ** 2)
                place = left + np.argmin((wrong_before - right_before)[:-1])
                share = gap[place] / (gap[place] - gap[place + 1])
                found.append(float(strengths[place] + share * np.diff(strengths)[place]))
    return found


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
