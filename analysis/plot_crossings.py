"""Crossings of the curves of neighbouring chain lengths, against their mean length.

There is a panel for each indicator, and a line with 95 % intervals for each source. Without
corrections to scaling, all curves would cross at one disorder strength. Here the crossings drift.
"""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from energies import nearest
from figure import STRENGTH, Missing, in_order, label, line_style, run_script, source_names
from mblscale_results import Output
from panels import entries, legend_above, panel_grid
from scaling_fits import bars, distinct, energy_density, estimates, fits

NAME = "crossings"


@dataclass(frozen=True)
class Crossings:
    """Where the curves of pairs of lengths cross, the shortest pair first."""

    pairs: list[tuple[int, int]]
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


def draw(output: Output) -> Figure:
    """The figure, of fits by "crossings", for each source at its energy density nearest 0.5."""
    found = [fit for fit in fits(output) if fit["method"] == "crossings"]
    if not found:
        raise Missing('there are no fits by "crossings"; name it in the deck and run the scale stage')
    found = [fit for fit in found if _crossings(fit).pairs]
    if not found:
        raise Missing("no curves of neighbouring lengths cross; see the notes of the scale stage")
    sources = distinct(fit["source"] for fit in found)
    names = source_names(sources)
    known = {source: _energy_densities(found, source) for source in sources}
    middle = {source: nearest(densities) for source, densities in known.items()}
    differ = len(set(middle.values()) - {None}) > 1
    found = [fit for fit in found if fit["energy_density"] in (None, middle[fit["source"]])]
    targets = in_order(fit["target"] for fit in found)
    ticks = sorted({np.mean(pair) for fit in found for pair in _crossings(fit).pairs})
    figure, axes = panel_grid(1, len(targets), (2.9, 3.4), (0.5, 0), sharey=True)
    for panel, target in zip(axes[0], targets):
        for fit in (fit for fit in found if fit["target"] == target):
            number = sources.index(fit["source"])
            # Sources stand side by side, because their intervals would hide each other.
            shift = 0.15 * (number - (len(sources) - 1) / 2)
            density = energy_density(fit) if differ else ""
            name = ", ".join(part for part in (names[fit["source"]], density) if part)
            _errorbars(panel, fit, shift, line_style(number) | {"label": name})
        panel.set_title(label(target, found[0]["normalisation"]))
        panel.set_xlabel("mean length of the pair")
        panel.set_xticks(ticks)
    axes[0, 0].set_ylabel(f"crossing at {STRENGTH}")
    axes[0, 0].set_ylim(found[0]["window"])
    chosen = not differ and any(len(densities) > 1 for densities in known.values())
    title = f"energy density {energy_density(found[0])}" if chosen else None
    legend_above(figure, *entries(axes.flat), title=title)
    return figure


def _energy_densities(found: list[dict], source: str) -> set[float]:
    known = {fit["energy_density"] for fit in found if fit["source"] == source}
    return known - {None}


def _errorbars(panel: Axes, fit: dict, shift: float, style: dict) -> None:
    crossings = _crossings(fit)
    lengths = np.mean(crossings.pairs, 1) + shift
    errors = bars(crossings.value, crossings.low, crossings.high)
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
