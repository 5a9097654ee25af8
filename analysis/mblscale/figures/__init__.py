"""Figures of the results of a run.

Each figure is a module. Its `panel(axes, results, …)` draws one panel into axes of one's own, and its
`draw(results)` makes the whole figure.

    from mblscale.figures import indicators

    indicators.panel(axes, mblscale.open("out/demo"), "entanglement", sites=12)
"""

from pathlib import Path
from typing import Protocol

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mblscale.figures import (
    collapse,
    cost,
    crossings,
    data_size,
    determination,
    dimensions,
    edge,
    features,
    form_factor,
    gap_ratios,
    heads,
    indicators,
    overview,
    phase_diagram,
    quench,
    scan,
    spins,
    states,
    times,
    training,
    transfer,
)
from mblscale.figures.style import STYLE, Missing, style
from mblscale.results import Results

__all__ = ["FIGURES", "STYLE", "Missing", "draw", "save"]


class Module(Protocol):
    """A module that draws a figure."""

    def draw(self, results: Results) -> Figure:
        """The whole figure."""

    def panel(self, axes: Axes, results: Results) -> object:
        """One panel; further arguments choose which."""


FIGURES: dict[str, Module] = {
    "training": training,
    "indicators": indicators,
    "determination": determination,
    "features": features,
    "phase_diagram": phase_diagram,
    "transfer": transfer,
    "data_size": data_size,
    "heads": heads,
    "collapse": collapse,
    "scan": scan,
    "cost": cost,
    "crossings": crossings,
    "edge": edge,
    "overview": overview,
    "gap_ratios": gap_ratios,
    "dimensions": dimensions,
    "states": states,
    "form_factor": form_factor,
    "quench": quench,
    "spins": spins,
    "times": times,
}
"""All figures by name."""


def draw(name: str, results: Results) -> Figure:
    """The whole figure of this name. What it lacks raises `Missing`."""
    with style():
        return FIGURES[name].draw(results)


def save(name: str, results: Results) -> Path:
    """Draws a figure, and writes it into the directory `figures` of the results."""
    path = results.directory / "figures" / f"{name}.png"
    with style():
        figure = FIGURES[name].draw(results)
        path.parent.mkdir(exist_ok=True)
        figure.savefig(path)
        plt.close(figure)
    return path
