"""Whether features learned from some indicators serve another.

As Fig. 5 of arXiv:2202.08853, for every indicator and chain length: R²_norm against disorder of
networks whose features were learned from the other indicators, of networks trained on this one from
scratch, and on all at once; dashed where the length was not trained on. Bands are ± the standard
deviation over the members; 1/2 is what the mean of the data scores.
"""

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from figure import STRENGTH, findings, in_order, label, run_script, seen_or_not
from mblscale_results import Output
from plot_determination import curve

NAME = "transfer"

WAYS = {
    "transfer": ("features of the other indicators", {"color": "0.25", "marker": "o"}),
    "scratch": ("trained from scratch", {"color": "#d55e00", "marker": "s"}),
    "multitask": ("trained on all indicators", {"color": "#0072b2", "marker": "D"}),
}
"""What a finding calls its training, and how it is named and drawn here."""


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
    figure, panels = plt.subplots(
        len(sizes),
        len(targets),
        figsize=(2.7 * len(targets) + 0.6, 1.9 * len(sizes) + 0.9),
        sharex=True,
        sharey=True,
        squeeze=False,
    )
    for row, sites in zip(panels, sizes, strict=True):
        for panel, target in zip(row, targets, strict=True):
            panel.axhline(0.5, color="0.3", linestyle=":", linewidth=1.2)
            for way, (_, style) in WAYS.items():
                if score := scores.get((target, sites, way)):
                    curve(panel, score, **style)
            seen = scores[target, sites, "transfer"]["seen"]
            panel.set_title(f"$L = {sites}${seen_or_not(seen)}", loc="left", fontsize=8.5)
        row[0].set_ylabel(r"$R^2_\mathrm{norm}$")
    for panel, target in zip(panels[0], targets, strict=True):
        name = label(target, output.study["normalisation"])
        panel.set_title(f"{name}\n{panel.get_title(loc='left')}", loc="left", fontsize=9)
    for panel in panels[-1]:
        panel.set_xlabel(STRENGTH)
    panels[0, 0].set_ylim(0, 1)
    handles = [Line2D([], [], label=name, **style) for name, style in WAYS.values()]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    return figure


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
