"""The mobility edge: h_c against the energy density ε, a panel for each indicator.

A line for each source and method, with its 95 % intervals. To the right of it states are localized.
An open marker without a line is at an end of the window: there is no h_c within.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from figure import STRENGTH, Missing, in_order, label, line_style, run_script, source_name
from mblscale_results import Output
from plot_collapse import model

NAME = "edge"


def draw(output: Output) -> Figure:
    """The figure, of fits at two energy densities or more."""
    fits = [
        fit
        for fit in (output.scaling or {}).get("fits", [])
        if fit["energy_density"] is not None and fit["h_c"]["value"] is not None
    ]
    if len({fit["energy_density"] for fit in fits}) < 2:
        raise Missing("there are fits at one energy density at most; run the generate stage for more")
    targets = in_order(fit["target"] for fit in fits)
    lines = list(dict.fromkeys(_line(fit) for fit in fits))
    figure, axes = plt.subplots(
        1, len(targets), figsize=(2.9 * len(targets) + 0.5, 3.4), sharey=True, squeeze=False
    )
    for panel, target in zip(axes[0], targets):
        for number, line in enumerate(lines):
            of_line = [fit for fit in fits if fit["target"] == target and _line(fit) == line]
            of_line.sort(key=lambda fit: fit["energy_density"])
            style = line_style(number)
            ends = [fit for fit in of_line if _at_an_end(fit)]
            places = _h_c(ends)[0], [fit["energy_density"] for fit in ends]
            panel.plot(*places, linestyle="", markerfacecolor="none", **style)
            inside = [fit for fit in of_line if not _at_an_end(fit)]
            value, low, high = _h_c(inside)
            errors = np.nan_to_num(np.clip([value - low, high - value], 0, None))
            places = value, [fit["energy_density"] for fit in inside]
            panel.errorbar(*places, xerr=errors, linestyle="-", linewidth=0.8, label=line, **style)
        panel.set_title(label(target, fits[0]["normalisation"]))
        panel.set_xlabel(STRENGTH)
    axes[0, 0].set_ylabel(r"energy density $\epsilon$")
    axes[0, 0].set_ylim(0, 1)
    handles, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=min(3, len(names)))
    return figure


def _h_c(fits: list[dict]) -> np.ndarray:
    """(value, low and high, fit)."""
    rows = [[fit["h_c"][end] for end in ("value", "low", "high")] for fit in fits]
    return np.array(rows, float).reshape(-1, 3).T


def _at_an_end(fit: dict) -> bool:
    """Whether h_c is no further from an end of the window than the program takes for its bound."""
    low, high = fit["window"]
    return min(fit["h_c"]["value"] - low, high - fit["h_c"]["value"]) < 0.01 * (high - low)


def _line(fit: dict) -> str:
    return f"{source_name(fit['source'])}, {model(fit) or fit['method']}"


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
