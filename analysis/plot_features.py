"""Features of the network against disorder.

As in Fig. 8 of arXiv:2202.08853, there is a panel for each member of the ensemble. It has a line
with standard errors for each feature and chain length. A feature has its colour, which is darker
for longer chains. Vertical lines in this colour, listed above each panel, mark significant
crossings of a feature between the shortest and the longest chain. They are a property of the
member, not of the chains.
"""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from figure import STRENGTH, Missing, run_script, size_styles
from mblscale_results import Output
from panels import legend_above, panels_for

NAME = "features"

MOST = 6
"""The largest number of panels, and of features in a panel."""
COLUMNS = 3
HUES = ("Blues", "Oranges", "Greens", "Purples", "Reds", "Greys")
"""The colours of the features, from light to dark with L."""
SIGNIFICANT = 3.0
"""Two curves differ significantly by this number of standard errors."""


def draw(output: Output) -> Figure:
    """The figure, of the features on the test data."""
    known = (output.evaluation or {}).get("features", [])
    if not known or "error" not in known[0]:
        raise Missing("there is no evaluation.json with features; run the train stage")
    tables = sorted(known, key=lambda table: table["sites"])
    styles = size_styles(table["sites"] for table in tables)
    shades = np.linspace(0.4, 0.95, len(tables))
    members = len(tables[0]["mean"])
    shown = min(members, MOST)
    figure, panels = panels_for(shown, COLUMNS, (2.7, 2.4), (0.8, 0.7), sharex=True)
    columns = panels.shape[1]
    for member, panel in enumerate(panels.flat[:shown]):
        for table, shade in zip(tables, shades, strict=True):
            _bands(panel, table, member, styles[table["sites"]]["marker"], shade)
        panel.set_title(f"member {member + 1}", fontsize=8.5)
        if len(tables) > 1:
            _mark_crossings(panel, crossings(tables[0], tables[-1], member))
        if member + columns >= shown:
            panel.set_xlabel(STRENGTH)
            panel.tick_params(labelbottom=True)
    for row in panels:
        row[0].set_ylabel("mean feature")
    features = len(tables[0]["mean"][0])
    drawn = min(features, MOST)
    handles = [Line2D([], [], color=_colour(feature, 0.7)) for feature in range(drawn)]
    names = [f"feature {feature + 1}" for feature in range(drawn)]
    for (sites, style), shade in zip(styles.items(), shades, strict=True):
        handles.append(Line2D([], [], color=str(1.1 - shade), marker=style["marker"]))
        names.append(f"$L = {sites}$")
    legend_above(figure, handles, names, title=_left_out(shown, members, drawn, features))
    return figure


def _left_out(members: int, of_members: int, features: int, of_features: int) -> str | None:
    """What the figure shows if that is not everything."""
    parts = [(members, of_members, "members"), (features, of_features, "features")]
    texts = [f"the first {few} of {every} {name}" for few, every, name in parts if few < every]
    return ", ".join(texts) or None


def _colour(feature: int, shade: float) -> tuple[float, float, float, float]:
    return plt.get_cmap(HUES[feature])(shade)


def _bands(panel: Axes, table: dict, member: int, marker: str, shade: float) -> None:
    """The features of a member at one chain length, with their errors as bands."""
    for feature, (mean, error) in enumerate(zip(*_curves(table, member), strict=True)):
        colour = _colour(feature, shade)
        band = {"color": colour, "alpha": 0.25, "linewidth": 0}
        panel.fill_between(table["h"], mean - error, mean + error, **band)
        panel.plot(table["h"], mean, linewidth=1, markersize=2.5, color=colour, marker=marker)


def _mark_crossings(panel: Axes, found: list[tuple[int, float]]) -> None:
    for feature, h in found:
        panel.axvline(h, color=_colour(feature, 0.5), linewidth=0.8, zorder=0)
    listed = ", ".join(f"{h:.1f}" for h in sorted(h for _, h in found)) or "none"
    panel.set_title(f"{panel.get_title()}\ncrossings: {listed}", fontsize=8.5)


def _curves(table: dict, member: int) -> tuple[np.ndarray, np.ndarray]:
    """Means and their errors over (feature, h)."""
    mean, error = (np.array(table[key][member], float)[:MOST] for key in ("mean", "error"))
    return mean, error


def crossings(short: dict, long: dict, member: int) -> list[tuple[int, float]]:
    """Each feature with the strengths where its values for two lengths cross.

    A crossing lies between a strength where one is significantly larger and the next where the
    other is. Noise may change the sign of the difference several times in between. The crossing is
    where the squares of all differences of the wrong sign, in units of their errors, have the
    smallest sum.
    """
    strengths, in_short, in_long = np.intersect1d(short["h"], long["h"], return_indices=True)
    one, one_error = (curve[:, in_short] for curve in _curves(short, member))
    other, other_error = (curve[:, in_long] for curve in _curves(long, member))
    errors = np.hypot(one_error, other_error)
    found = []
    for feature, (gap, error) in enumerate(zip(one - other, errors, strict=True)):
        clear = np.flatnonzero(np.abs(gap) > SIGNIFICANT * error)
        for left, right in pairwise(clear):
            if gap[left] * gap[right] < 0:
                between = slice(left, right + 1)
                signed = np.sign(gap[left]) * gap[between] / np.maximum(error[between], 1e-9)
                wrong_before = np.cumsum(np.minimum(signed, 0) ** 2)
                right_before = np.cumsum(np.maximum(signed, 0) ** 2)
                index = left + np.argmin((wrong_before - right_before)[:-1])
                fraction = gap[index] / (gap[index] - gap[index + 1])
                h = strengths[index] + fraction * np.diff(strengths)[index]
                found.append((feature, float(h)))
    return found


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
