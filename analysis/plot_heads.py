"""One network for all energy densities beside a head for each.

Mean squared error against the energy density, mean over disorder and members (arXiv:2202.08853,
appendix C): a row for each chain length, a column for each indicator.
"""

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from figure import Missing, findings, in_order, label, run_script, seen_or_not
from mblscale_results import Output

NAME = "heads"

WAYS = {
    "conditioned": {"label": "one head that knows $\\epsilon$", "color": "#0072b2", "marker": "o"},
    "own head": {"label": "a head for each $\\epsilon$", "color": "#d55e00", "marker": "s"},
}


def draw(output: Output) -> Figure:
    """The figure, of a study of conditioned networks that compared them with heads."""
    found = findings(output, "conditioned")
    scores = [(finding["training"], score) for finding in found for score in finding["scores"]]
    if not scores:
        raise Missing("there are no heads to compare; run the train stage with learn.study.heads")
    targets = in_order(score["target"] for _, score in scores)
    sizes = sorted({score["sites"] for _, score in scores})
    figure, panels = plt.subplots(
        len(sizes),
        len(targets),
        figsize=(2.7 * len(targets) + 0.6, 1.9 * len(sizes) + 0.9),
        sharex=True,
        squeeze=False,
    )
    for row, sites in zip(panels, sizes, strict=True):
        for panel, target in zip(row, targets, strict=True):
            greatest = 0.0
            for way, style in WAYS.items():
                own = [
                    score
                    for training, score in scores
                    if (training, score["target"], score["sites"]) == (way, target, sites)
                ]
                own.sort(key=lambda score: score["energy_density"])
                densities = [score["energy_density"] for score in own]
                errors = [1e3 * score["mse"] for score in own]
                panel.plot(densities, errors, **style)
                greatest = max(greatest, *errors)
            panel.set_ylim(0, 1.1 * greatest)
            panel.set_title(f"$L = {sites}${seen_or_not(own[0]['seen'])}", loc="left", fontsize=8.5)
        row[0].set_ylabel(r"mean sq. error $\times\,10^3$")
    for panel, target in zip(panels[0], targets, strict=True):
        name = label(target, output.study["normalisation"])
        panel.set_title(f"{name}\n{panel.get_title(loc='left')}", loc="left", fontsize=9)
    for panel in panels[-1]:
        panel.set_xlabel(r"energy density $\epsilon$")
    handles, names = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=len(names))
    return figure


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
