"""The mobility edge: h_c against the energy density ε, with a panel for each indicator.

There is a line with 95 % intervals for each source and method. States to the right of it are
localized. An open marker without a line is at an end of the window, and the window has no h_c.
"""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figure import STRENGTH, Missing, in_order, label, line_style, run_script, source_names
from mblscale_results import Output
from panels import entries, legend_above, panel_grid
from scaling_fits import bars, distinct, estimates, fits, model

NAME = "edge"

AT_BOUND = 0.01
"""The program takes a value for a bound if it is this near, as a fraction of the range."""


def draw(output: Output) -> Figure:
    """The figure, of fits at two energy densities or more."""
    found = [
        fit
        for fit in fits(output)
        if fit["energy_density"] is not None and fit["h_c"]["value"] is not None
    ]
    if len({fit["energy_density"] for fit in found}) < 2:
        raise Missing("h_c is known at one energy density at most; run the scale stage on more")
    targets = in_order(fit["target"] for fit in found)
    lines = distinct(_line(fit) for fit in found)
    names = source_names(fit["source"] for fit in found)
    figure, axes = panel_grid(1, len(targets), (2.9, 3.4), (0.5, 0), sharey=True)
    for panel, target in zip(axes[0], targets):
        for number, line in enumerate(lines):
            of_line = [fit for fit in found if fit["target"] == target and _line(fit) == line]
            of_line.sort(key=lambda fit: fit["energy_density"])
            source, method = line
            _edge(panel, of_line, line_style(number), f"{names[source]}, {method}")
        panel.set_title(label(target, found[0]["normalisation"]))
        panel.set_xlabel(STRENGTH)
    axes[0, 0].set_ylabel(r"energy density $\epsilon$")
    axes[0, 0].set_ylim(0, 1)
    legend_above(figure, *entries(axes.flat))
    return figure


def _edge(panel: Axes, of_line: list[dict], style: dict, name: str) -> None:
    ends = [fit for fit in of_line if _is_at_an_end(fit)]
    value, _, _ = estimates(fit["h_c"] for fit in ends)
    densities = [fit["energy_density"] for fit in ends]
    panel.plot(value, densities, linestyle="", markerfacecolor="none", **style)
    inside = [fit for fit in of_line if not _is_at_an_end(fit)]
    value, low, high = estimates(fit["h_c"] for fit in inside)
    densities = [fit["energy_density"] for fit in inside]
    style = style | {"linestyle": "-", "linewidth": 0.8, "label": name}
    panel.errorbar(value, densities, xerr=bars(value, low, high), **style)


def _is_at_an_end(fit: dict) -> bool:
    """Whether h_c is at an end of the window."""
    low, high = fit["window"]
    return min(fit["h_c"]["value"] - low, high - fit["h_c"]["value"]) < AT_BOUND * (high - low)


def _line(fit: dict) -> tuple[str, str]:
    return fit["source"], model(fit) or fit["method"]


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
