"""The cost function against the number of free parameters: a point for each form of ξ and h*.

A panel for each source, indicator and energy density. Forms compare at equal numbers of parameters
only: more of them never cost more.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from figure import Missing, label, line_style, run_script
from mblscale_results import Output

NAME = "cost"


def draw(output: Output) -> Figure:
    """The figure, of the fits of the cost function."""
    fits = [fit for fit in (output.scaling or {}).get("fits", []) if fit["method"] == "cost"]
    if not fits:
        raise Missing('there are no fits by "cost"; name it in scaling.methods and run the scale stage')
    keys = ("source", "target", "energy_density")
    groups = list(dict.fromkeys(tuple(fit[key] for key in keys) for fit in fits))
    forms = list(dict.fromkeys(fit["ansatz"] for fit in fits))
    figure, axes = plt.subplots(
        1, len(groups), figsize=(3.0 * len(groups) + 0.6, 3.6), sharey=True, squeeze=False
    )
    for panel, group in zip(axes[0], groups):
        for fit in fits:
            if tuple(fit[key] for key in keys) == group and fit["cost"] is not None:
                number = forms.index(fit["ansatz"])
                style = line_style(number)
                panel.plot(fit["free"], fit["cost"], linestyle="none", **style, label=fit["ansatz"])
        source, target, energy_density = group
        at = "" if energy_density is None else f", $\\epsilon = {energy_density:g}$"
        panel.set_title(f"{label(target, fits[0]['normalisation'])}{at}\n{source}", fontsize=9)
        panel.set_xlabel("free parameters")
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    costs = np.array([fit["cost"] for fit in fits], float)
    axes[0, 0].set_ylim(0, 1.1 * max(np.nanmax(costs), 1e-6))
    axes[0, 0].set_ylabel("cost $C$")
    handles, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=2, fontsize=7)
    return figure


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
