"""How h_c and ν depend on what is fitted: against the shortest chain L_min, a line for each window.

A column for each indicator and energy density, h_c above ν. There is no h_c without its window and
L_min: what moves by more than its interval is a drift.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from figure import Missing, in_order, label, line_style, run_script
from mblscale_results import Output
from plot_collapse import model

NAME = "scan"


def draw(output: Output) -> Figure:
    """The figure, of the scan of scaling.json."""
    scan = (output.scaling or {}).get("scan", [])
    if not scan:
        raise Missing("there is no scan; give the deck a [scaling.scan] table and run the scale stage")
    targets = in_order(fit["target"] for fit in scan)
    columns = list(dict.fromkeys((fit["target"], fit["energy_density"]) for fit in scan))
    columns.sort(key=lambda column: targets.index(column[0]))
    lines = list(dict.fromkeys(_line(fit) for fit in scan))
    size = (3.0 * len(columns) + 3.2, max(4.6, 0.16 * len(lines)))
    figure, axes = plt.subplots(
        2, len(columns), squeeze=False, figsize=size, sharex="col", sharey="row"
    )
    for place, column in enumerate(columns):
        upper, lower = axes[:, place]
        for number, line in enumerate(lines):
            fits = [
                fit
                for fit in scan
                if (fit["target"], fit["energy_density"]) == column and _line(fit) == line
            ]
            shift = min(0.06, 0.8 / len(lines)) * (number - (len(lines) - 1) / 2)
            style = line_style(number)
            for panel, key in ((upper, "h_c"), (lower, "nu")):
                _errorbars(panel, fits, key, shift, style | {"label": line})
        at = "" if column[1] is None else f", $\\epsilon = {column[1]:g}$"
        upper.set_title(label(column[0], scan[0]["normalisation"]) + at)
        lower.set_xlabel("shortest chain $L_\\mathrm{min}$")
        lower.set_xticks(sorted({fit["sizes"][0] for fit in scan}))
    axes[0, 0].set_ylabel("$h_c\\,/\\,J$")
    axes[1, 0].set_ylabel(r"$\nu$")
    # What lies beyond all data is an extrapolation without a place in the figure.
    axes[0, 0].set_ylim(
        min(fit["window"][0] for fit in scan), max(fit["window"][1] for fit in scan)
    )
    handles, names = axes[0, 0].get_legend_handles_labels()
    sources = {fit["source"] for fit in scan}
    if len(sources) == 1:
        names = [name.removeprefix(f"{scan[0]['source']}, ") for name in names]
    figure.legend(handles, names, loc="outside right upper", fontsize=7)
    return figure


def _line(fit: dict) -> str:
    """What the points of a line have in common."""
    low, high = fit["window"]
    return f"{fit['source']}, {model(fit) or fit['method']}, $h = {low:g}$ to {high:g}"


def _errorbars(panel: plt.Axes, fits: list[dict], key: str, shift: float, style: dict) -> None:
    rows = [[fit[key][end] for end in ("value", "low", "high")] for fit in fits]
    value, low, high = np.array(rows, float).reshape(-1, 3).T
    # A value may lie outside its interval, where refits are skewed.
    errors = np.nan_to_num(np.clip([value - low, high - value], 0, None))
    shortest = [fit["sizes"][0] + shift for fit in fits]
    panel.errorbar(shortest, value, errors, linestyle="-", linewidth=0.8, **style)


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
