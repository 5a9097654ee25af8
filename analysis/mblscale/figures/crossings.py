"""Crossings of the curves of neighbouring chain lengths, against their mean length.

There is a panel for each indicator, and a line with 95 % intervals for each source. Without
corrections to scaling, all curves would cross at one disorder strength. Here the crossings drift.
"""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mblscale.energies import nearest
from mblscale.figures.panels import entries, keep_outer_labels, legend_above, panel_grid
from mblscale.figures.scaling_fits import bars, distinct, energy_density, estimates, fits
from mblscale.figures.style import STRENGTH, Missing, Style, in_order, label, line_style, source_names
from mblscale.records import Record
from mblscale.results import Results


@dataclass(frozen=True)
class Crossings:
    """Where the curves of pairs of lengths cross, the shortest pair first."""

    pairs: list[tuple[int, int]]
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


def draw(results: Results) -> Figure:
    """The figure, of fits by "crossings", for each source at its energy density nearest 0.5."""
    every = _every(results)
    found = _shown(every)
    targets = in_order(fit["target"] for fit in found)
    figure, panels = panel_grid(1, len(targets), (2.9, 3.4), (0.5, 0), sharey=True)
    for axes, target in zip(panels[0], targets, strict=True):
        panel(axes, results, target)
    keep_outer_labels(panels)
    several = any(len(densities) > 1 for densities in _energy_densities(every).values())
    chosen = several and not _differ(found)
    title = f"energy density {energy_density(found[0])}" if chosen else None
    legend_above(figure, *entries(panels.flat), title=title)
    return figure


def panel(axes: Axes, results: Results, target: str | None = None) -> None:
    """The crossings of an indicator; without a name, of the first one."""
    found = _shown(_every(results))
    target = in_order(fit["target"] for fit in found)[0] if target is None else target
    sources = distinct(fit["source"] for fit in found)
    names = source_names(sources)
    for fit in (fit for fit in found if fit["target"] == target):
        number = sources.index(fit["source"])
        # Sources stand side by side, because their intervals would hide each other.
        shift = 0.15 * (number - (len(sources) - 1) / 2)
        density = energy_density(fit) if _differ(found) else ""
        name = ", ".join(part for part in (names[fit["source"]], density) if part)
        _errorbars(axes, fit, shift, line_style(number) | {"label": name})
    axes.set_title(label(target, found[0]["normalisation"]))
    axes.set_xticks(sorted({float(np.mean(pair)) for fit in found for pair in _crossings(fit).pairs}))
    axes.set_ylim(found[0]["window"])
    axes.set_xlabel("mean length of the pair")
    axes.set_ylabel(f"crossing at {STRENGTH}")


def _every(results: Results) -> list[Record]:
    """The fits whose curves cross."""
    found = [fit for fit in fits(results) if fit["method"] == "crossings"]
    if not found:
        raise Missing('there are no fits by "crossings"; name it in the deck and run the scale stage')
    found = [fit for fit in found if _crossings(fit).pairs]
    if not found:
        raise Missing("no curves of neighbouring lengths cross; see the notes of the scale stage")
    return found


def _shown(found: list[Record]) -> list[Record]:
    """The fits without an energy density, and those at the one nearest 0.5 of their source."""
    middle = {source: nearest(known) for source, known in _energy_densities(found).items() if known}
    return [fit for fit in found if fit["energy_density"] in (None, middle.get(fit["source"]))]


def _energy_densities(found: list[Record]) -> dict[str, set[float]]:
    """The energy densities of each source."""
    known: dict[str, set[float]] = {}
    for fit in found:
        known.setdefault(fit["source"], set()).add(fit["energy_density"])
    return {source: densities - {None} for source, densities in known.items()}


def _differ(shown: list[Record]) -> bool:
    """Whether the sources are shown at different energy densities."""
    return len({fit["energy_density"] for fit in shown} - {None}) > 1


def _errorbars(axes: Axes, fit: Record, shift: float, style: Style) -> None:
    crossings = _crossings(fit)
    lengths = np.mean(crossings.pairs, 1) + shift
    errors = bars(crossings.value, crossings.low, crossings.high)
    axes.errorbar(lengths, crossings.value, yerr=errors, linewidth=0.8, **style)


def _crossings(fit: Record) -> Crossings:
    """The crossings of a fit: its parameters h_8_10, h_10_12 and so on."""
    found = {}
    for name, parameter in fit["parameters"].items():
        kind, *sites = name.split("_")
        if kind == "h" and len(sites) == 2 and parameter["value"] is not None:
            found[int(sites[0]), int(sites[1])] = parameter
    pairs = sorted(found)
    return Crossings(pairs, *estimates(found[pair] for pair in pairs))
