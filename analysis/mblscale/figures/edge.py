"""The mobility edge: h_c against the energy density ε, with a panel for each indicator.

There is a line with 95 % intervals for each source and method. States to the right of it are
localized. An open marker without a line is at an end of the window, and the window has no h_c.
"""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mblscale.figures.panels import entries, keep_outer_labels, legend_above, panel_grid
from mblscale.figures.scaling_fits import bars, distinct, estimates, fits, model
from mblscale.figures.style import STRENGTH, Missing, Style, in_order, label, line_style, source_names
from mblscale.records import Record
from mblscale.results import Results

AT_BOUND = 0.01
"""The program takes a value for a bound if it is this near, as a fraction of the range."""


def draw(results: Results) -> Figure:
    """The figure, of fits at two energy densities or more."""
    targets = in_order(fit["target"] for fit in _fits(results))
    figure, panels = panel_grid(1, len(targets), (2.9, 3.4), (0.5, 0), sharey=True)
    for axes, target in zip(panels[0], targets, strict=True):
        panel(axes, results, target)
    keep_outer_labels(panels)
    legend_above(figure, *entries(panels.flat))
    return figure


def panel(axes: Axes, results: Results, target: str | None = None) -> None:
    """The mobility edge of an indicator; without a name, of the first one."""
    found = _fits(results)
    target = in_order(fit["target"] for fit in found)[0] if target is None else target
    names = source_names(fit["source"] for fit in found)
    for number, line in enumerate(distinct(_line(fit) for fit in found)):
        of_line = [fit for fit in found if fit["target"] == target and _line(fit) == line]
        of_line.sort(key=lambda fit: fit["energy_density"])
        source, method = line
        _edge(axes, of_line, line_style(number), f"{names[source]}, {method}")
    axes.set_title(label(target, found[0]["normalisation"]))
    axes.set_xlabel(STRENGTH)
    axes.set_ylabel(r"energy density $\epsilon$")
    axes.set_ylim(0, 1)


def _fits(results: Results) -> list[Record]:
    found = [
        fit
        for fit in fits(results)
        if fit["energy_density"] is not None and fit["h_c"]["value"] is not None
    ]
    if len({fit["energy_density"] for fit in found}) < 2:
        raise Missing("h_c is known at one energy density at most; run the scale stage on more")
    return found


def _edge(axes: Axes, of_line: list[Record], style: Style, name: str) -> None:
    ends = [fit for fit in of_line if _is_at_an_end(fit)]
    value, _, _ = estimates(fit["h_c"] for fit in ends)
    densities = [fit["energy_density"] for fit in ends]
    axes.plot(value, densities, linestyle="", markerfacecolor="none", **style)
    inside = [fit for fit in of_line if not _is_at_an_end(fit)]
    value, low, high = estimates(fit["h_c"] for fit in inside)
    densities = [fit["energy_density"] for fit in inside]
    style = style | {"linestyle": "-", "linewidth": 0.8, "label": name}
    axes.errorbar(value, densities, xerr=bars(value, low, high), **style)


def _is_at_an_end(fit: Record) -> bool:
    """Whether h_c is at an end of the window."""
    low, high = fit["window"]
    return bool(min(fit["h_c"]["value"] - low, high - fit["h_c"]["value"]) < AT_BOUND * (high - low))


def _line(fit: Record) -> tuple[str, str]:
    return fit["source"], model(fit) or fit["method"]
