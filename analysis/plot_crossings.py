"""Crossings of the curves of neighbouring chain lengths, against their mean length.

There is a panel for each indicator, and a line with 95 % intervals for each source. Without
corrections to scaling, all curves would cross at one disorder strength. Here the crossings drift.
"""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figure import STRENGTH, Missing, in_order, label, line_style, run_script, source_name
from mblscale_results import Output
from panels import legend_above, panel_grid
from scaling_fits import bars, distinct, estimates, fits

NAME = "crossings"


@dataclass(frozen=True)
class Crossings:
    """Where the curves of pairs of lengths cross, the shortest pair first."""

    pairs: list[tuple[int, int]]
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


def draw(output: Output) -> Figure:
    """The figure, of fits by "crossings", at the energy density nearest 0.5."""
    found = [fit for fit in fits(output) if fit["method"] == "crossings" and _crossings(fit).pairs]
    if not found:
        raise Missing('there are no fits by "crossings"; name it in the deck and run the scale stage')
    known = [fit["energy_density"] for fit in found if fit["energy_density"] is not None]
    middle = min(known, key=lambda density: abs(density - 0.5), default=None)
    found = [fit for fit in found if fit["energy_density"] in (None, middle)]
    targets = in_order(fit["target"] for fit in found)
    sources = distinct(fit["source"] for fit in found)
    ticks = sorted({np.mean(pair) for fit in found for pair in _crossings(fit).pairs})
    figure, axes = panel_grid(1, len(targets), (2.9, 3.4), (0.5, 0), sharey=True)
    for panel, target in zip(axes[0], targets):
        for fit in (fit for fit in found if fit["target"] == target):
            number = sources.index(fit["source"])
            # Sources stand side by side, because their intervals would hide each other.
            _errorbars(panel, fit, number, 0.15 * (number - (len(sources) - 1) / 2))
        panel.set_title(label(target, found[0]["normalisation"]))
        panel.set_xlabel("mean length of the pair")
        panel.set_xticks(ticks)
    axes[0, 0].set_ylabel(f"crossing at {STRENGTH}")
    axes[0, 0].set_ylim(found[0]["window"])
    legend_above(figure, axes[0, 0], 3)
    return figure


def _errorbars(panel: Axes, fit: dict, number: int, shift: float) -> None:
    crossings = _crossings(fit)
    lengths = np.mean(crossings.pairs, 1) + shift
    errors = bars(crossings.value, crossings.low, crossings.high)
    style = line_style(number) | {"label": source_name(fit["source"])}
    panel.errorbar(lengths, crossings.value, yerr=errors, linewidth=0.8, **style)


def _crossings(fit: dict) -> Crossings:
    """The crossings of a fit: its parameters h_8_10, h_10_12 and so on."""
    found = {}
    for name, parameter in fit["parameters"].items():
        kind, *sites = name.split("_")
        if kind == "h" and len(sites) == 2 and parameter["value"] is not None:
            found[int(sites[0]), int(sites[1])] = parameter
    pairs = sorted(found)
    return Crossings(pairs, *estimates(found[pair] for pair in pairs))


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
