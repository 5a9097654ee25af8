"""The layout that figures share: grids of panels, their legend, their titles and their notes."""

import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D

from mblscale.figures.style import Style, label, seen_or_not

ONE_LINE = 0.3
"""The height of a legend of one line, in inches."""


def panel_grid(
    rows: int,
    columns: int,
    panel: tuple[float, float],
    margin: tuple[float, float],
    **sharing: Any,
) -> tuple[Figure, np.ndarray]:
    """A figure of rows × columns panels, each of this size in inches, and the array of panels."""
    width, height = panel[0] * columns + margin[0], panel[1] * rows + margin[1]
    return plt.subplots(rows, columns, figsize=(width, height), squeeze=False, **sharing)


def panels_for(
    count: int,
    columns: int,
    panel: tuple[float, float],
    margin: tuple[float, float],
    **sharing: Any,
) -> tuple[Figure, np.ndarray]:
    """A figure with `count` panels in up to so many columns. Places of the array behind them are empty."""
    columns = min(columns, count)
    figure, panels = panel_grid(rows_for(count, columns), columns, panel, margin, **sharing)
    for rest in panels.flat[count:]:
        rest.set_visible(False)
    return figure, panels


def panel_each(
    values: Sequence[Any] | np.ndarray,
    draw: Callable[[Axes, Any], None],
    columns: int,
    panel: tuple[float, float],
    margin: tuple[float, float],
) -> tuple[Figure, np.ndarray]:
    """A figure with a panel for each value, drawn by `draw`. All panels share their axes."""
    figure, panels = panels_for(len(values), columns, panel, margin, sharex=True, sharey=True)
    for value, axes in zip(values, panels.flat, strict=False):
        draw(axes, value)
        axes.tick_params(labelbottom=True)
    keep_outer_labels(panels, x=False)
    return figure, panels


def keep_first_titles(panels: np.ndarray) -> None:
    """Leaves titles above the first row only."""
    for inner in panels[1:].flat:
        inner.set_title("")


def keep_outer_labels(panels: np.ndarray, x: bool = True, y: bool = True) -> None:
    """Names the axes only below the last row, and left of the first column."""
    for inner in panels[:-1].flat if x else ():
        inner.set_xlabel("")
    for inner in panels[:, 1:].flat if y else ():
        inner.set_ylabel("")


def rows_for(count: int, columns: int) -> int:
    """The number of rows for `count` panels."""
    return -(-count // columns)


def entries(panels: Iterable[Axes]) -> tuple[list[Any], list[str]]:
    """The handles and names of a legend for all panels, each name once."""
    found: dict[str, Any] = {}
    for panel in panels:
        for handle, name in zip(*panel.get_legend_handles_labels(), strict=True):
            found.setdefault(name, handle)
    return list(found.values()), list(found)


def legend_above(
    figure: Figure, handles: Sequence[Any], names: Sequence[str], **style: Any
) -> Legend:
    """A legend above all panels, in as many columns as the figure is wide enough for.

    The figure grows by further lines of the legend, and to the width of its longest name.
    """
    for columns in range(max(len(names), 1), 0, -1):
        legend = figure.legend(
            handles, names, loc="outside upper center", ncols=columns, **style
        )
        width, height = size_in_inches(legend)
        if columns == 1 or width <= figure.get_figwidth():
            break
        legend.remove()
    figure.set_figwidth(max(figure.get_figwidth(), width))
    figure.set_figheight(figure.get_figheight() + max(height - ONE_LINE, 0))
    return legend


def length_entries(
    styles: dict[int, Style], seen: dict[int, bool]
) -> tuple[list[Line2D], list[str]]:
    """The handles and names of chain lengths, dashed if a network was not trained on one."""
    handles = [
        Line2D([], [], linestyle="-" if seen[sites] else "--", **style)
        for sites, style in styles.items()
    ]
    names = [f"$L = {sites}$" + ("" if seen[sites] else seen_or_not(False)) for sites in styles]
    return handles, names


def size_in_inches(legend: Legend) -> tuple[float, float]:
    """The width and the height of a legend."""
    figure: Any = legend.get_figure()
    box = legend.get_window_extent(figure.canvas.get_renderer())
    return box.width / figure.dpi, box.height / figure.dpi


def name_length(panel: Axes, sites: int, seen: bool) -> None:
    """A small title: the chain length, and whether the network was trained on it."""
    panel.set_title(f"$L = {sites}${seen_or_not(seen)}", loc="left", fontsize=8.5)


def name_columns(panels: Iterable[Axes], targets: list[str], normalisation: str) -> None:
    """Puts the indicator of each column above the titles of its first panel."""
    for panel, target in zip(panels, targets, strict=True):
        title = f"{label(target, normalisation)}\n{panel.get_title(loc='left')}"
        panel.set_title(title, loc="left", fontsize=9)


def notes_below(figure: Figure, notes: Iterable[str]) -> None:
    """Notes below all panels, each wrapped to the width of the figure, which grows by their lines."""
    characters = int(20 * figure.get_figwidth())
    lines = [line for note in notes for line in textwrap.wrap(note, characters)]
    if lines:
        figure.supxlabel("\n".join(lines), x=0.01, ha="left", color="#a04000", fontsize=7)
        figure.set_figheight(figure.get_figheight() + 0.13 * len(lines))
