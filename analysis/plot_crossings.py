"""Where the curves of neighbouring chain lengths cross, against their mean length.

A panel for each indicator, a line for each source, with its 95 % intervals. Curves of a transition
that all lengths show alike cross at one disorder strength; here crossings drift.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from figure import STRENGTH, Missing, in_order, label, line_style, run_script, source_name
from mblscale_results import Output

NAME = "crossings"


def draw(output: Output) -> Figure:
    """The figure, of fits by "crossings"; at several energy densities of the one nearest 0.5."""
    fits = (output.scaling or {}).get("fits", [])
    fits = [fit for fit in fits if fit["method"] == "crossings" and _crossings(fit)]
    if not fits:
        raise Missing('there are no fits by "crossings"; name it in the deck and run the scale stage')
    known = [fit["energy_density"] for fit in fits if fit["energy_density"] is not None]
    middle = min(known, key=lambda density: abs(density - 0.5), default=None)
    fits = [fit for fit in fits if fit["energy_density"] in (None, middle)]
    targets = in_order(fit["target"] for fit in fits)
    sources = list(dict.fromkeys(fit["source"] for fit in fits))
    figure, axes = plt.subplots(
        1, len(targets), figsize=(2.9 * len(targets) + 0.5, 3.4), sharey=True, squeeze=False
    )
    for panel, target in zip(axes[0], targets):
        for fit in (fit for fit in fits if fit["target"] == target):
            number = sources.index(fit["source"])
            pairs, value, low, high = _crossings(fit)
            # Side by side, where intervals would hide each other.
            places = np.mean(pairs, 1) + 0.15 * (number - (len(sources) - 1) / 2)
            errors = np.clip([value - low, high - value], 0, None)
            style = line_style(number)
            name = source_name(fit["source"])
            panel.errorbar(places, value, yerr=errors, linewidth=0.8, label=name, **style)
        panel.set_title(label(target, fits[0]["normalisation"]))
        panel.set_xlabel("mean length of the pair")
        panel.set_xticks(sorted({np.mean(pair) for fit in fits for pair in _crossings(fit)[0]}))
    axes[0, 0].set_ylabel(f"crossing at {STRENGTH}")
    axes[0, 0].set_ylim(fits[0]["window"])
    handles, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=min(3, len(names)))
    return figure


def _crossings(fit: dict) -> tuple[list[tuple[int, int]], np.ndarray, np.ndarray, np.ndarray] | None:
    """Pairs of lengths with where they cross (value, low, high), the shortest first."""
    found = {}
    for name, estimate in fit["parameters"].items():
        kind, *sites = name.split("_")
        if kind == "h" and len(sites) == 2 and estimate["value"] is not None:
            found[int(sites[0]), int(sites[1])] = [
                np.nan if estimate[end] is None else estimate[end]
                for end in ("value", "low", "high")
            ]
    if not found:
        return None
    pairs = sorted(found)
    value, low, high = np.array([found[pair] for pair in pairs], float).T
    return pairs, value, np.where(np.isnan(low), value, low), np.where(np.isnan(high), value, high)


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
