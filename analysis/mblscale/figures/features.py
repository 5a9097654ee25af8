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
from xarray import Dataset

from mblscale.figures.panels import keep_outer_labels, legend_above, panels_for
from mblscale.figures.style import STRENGTH, Missing, Style, size_styles
from mblscale.results import Results

MOST = 6
"""The largest number of panels, and of features in a panel."""
COLUMNS = 3
HUES = ("Blues", "Oranges", "Greens", "Purples", "Reds", "Greys")
"""The colours of the features, from light to dark with L."""
SIGNIFICANT = 3.0
"""Two curves differ significantly by this number of standard errors."""


def draw(results: Results) -> Figure:
    """The figure, of the features on the test data."""
    known = _features(results)
    members, features = known.sizes["member"], known.sizes["feature"]
    shown, drawn = min(members, MOST), min(features, MOST)
    figure, panels = panels_for(shown, COLUMNS, (2.7, 2.4), (0.8, 0.7), sharex=True)
    columns = panels.shape[1]
    for member, axes in enumerate(panels.flat[:shown], 1):
        panel(axes, results, member)
        if member + columns > shown:
            axes.tick_params(labelbottom=True)
        else:
            axes.set_xlabel("")
    keep_outer_labels(panels, x=False)
    handles = [Line2D([], [], color=_colour(feature, 0.7)) for feature in range(drawn)]
    names = [f"feature {feature + 1}" for feature in range(drawn)]
    for sites, style in _styles(known).items():
        handles.append(Line2D([], [], color=str(1.1 - style["shade"]), marker=style["marker"]))
        names.append(f"$L = {sites}$")
    legend_above(figure, handles, names, title=_left_out(shown, members, drawn, features))
    return figure


def panel(axes: Axes, results: Results, member: int = 1) -> None:
    """The features of a member of the ensemble."""
    known = _features(results)
    of_member = known.sel(member=member).isel(feature=slice(MOST))
    for sites, style in _styles(known).items():
        _bands(axes, of_member.sel(sites=sites), style["marker"], style["shade"])
    axes.set_title(f"member {member}", fontsize=8.5)
    axes.set_xlabel(STRENGTH)
    axes.set_ylabel("mean feature")
    if known.sizes["sites"] > 1:
        _mark_crossings(axes, crossings(of_member.isel(sites=0), of_member.isel(sites=-1)))


def _features(results: Results) -> Dataset:
    if results.features is None:
        raise Missing("there is no evaluation.json with features; run the train stage")
    return results.features


def _styles(known: Dataset) -> dict[int, Style]:
    """A marker and a shade for each chain length."""
    styles = size_styles(known["sites"].values.tolist())
    shades = np.linspace(0.4, 0.95, len(styles))
    return {
        sites: {"marker": style["marker"], "shade": shade}
        for (sites, style), shade in zip(styles.items(), shades, strict=True)
    }


def _left_out(members: int, of_members: int, features: int, of_features: int) -> str | None:
    """What the figure shows if that is not everything."""
    parts = [(members, of_members, "members"), (features, of_features, "features")]
    texts = [f"the first {few} of {every} {name}" for few, every, name in parts if few < every]
    return ", ".join(texts) or None


def _colour(feature: int, shade: float) -> tuple[float, float, float, float]:
    return plt.get_cmap(HUES[feature])(shade)


def _bands(axes: Axes, table: Dataset, marker: str, shade: float) -> None:
    """The features of a member at one chain length, with their errors as bands."""
    known = table.dropna("h", how="all", subset=["mean"])
    for feature in range(known.sizes["feature"]):
        mean, error = (known[name].isel(feature=feature) for name in ("mean", "error"))
        colour = _colour(feature, shade)
        band: Style = {"color": colour, "alpha": 0.25, "linewidth": 0}
        axes.fill_between(known["h"], mean - error, mean + error, **band)
        axes.plot(known["h"], mean, linewidth=1, markersize=2.5, color=colour, marker=marker)


def _mark_crossings(axes: Axes, found: list[tuple[int, float]]) -> None:
    for feature, h in found:
        axes.axvline(h, color=_colour(feature, 0.5), linewidth=0.8, zorder=0)
    listed = ", ".join(f"{h:.1f}" for h in sorted(h for _, h in found)) or "none"
    axes.set_title(f"{axes.get_title()}\ncrossings: {listed}", fontsize=8.5)


def crossings(short: Dataset, long: Dataset) -> list[tuple[int, float]]:
    """Each feature with the strengths where its values for two lengths cross.

    A crossing lies between a strength where one is significantly larger and the next where the
    other is. Noise may change the sign of the difference several times in between. The crossing is
    where the squares of all differences of the wrong sign, in units of their errors, have the
    smallest sum.
    """
    gaps = (short["mean"] - long["mean"]).dropna("h", how="all").transpose("feature", "h")
    strengths = gaps["h"].values
    squares = (short["error"] ** 2 + long["error"] ** 2).sel(h=strengths)
    errors = np.sqrt(squares.transpose("feature", "h").values)
    found = []
    for feature, (gap, error) in enumerate(zip(gaps.values, errors, strict=True)):
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
