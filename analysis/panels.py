"""The layout that figures share: grids of panels, their legend and their titles."""

from collections.abc import Iterable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figure import label, seen_or_not


def panel_grid(
    rows: int,
    columns: int,
    panel: tuple[float, float],
    margin: tuple[float, float],
    **sharing: bool | str,
) -> tuple[Figure, np.ndarray]:
    """A figure of rows × columns panels, each of this size in inches, and the array of panels."""
    width, height = panel[0] * columns + margin[0], panel[1] * rows + margin[1]
    return plt.subplots(rows, columns, figsize=(width, height), squeeze=False, **sharing)


def rows_for(count: int, columns: int) -> int:
    """The number of rows for `count` panels."""
    return -(-count // columns)


def legend_above(figure: Figure, panel: Axes, most_columns: int | None = None) -> None:
    """The legend of a panel's lines, above all panels."""
    handles, names = panel.get_legend_handles_labels()
    columns = len(names) if most_columns is None else min(most_columns, len(names))
    figure.legend(handles, names, loc="outside upper center", ncols=columns)


def name_length(panel: Axes, sites: int, seen: bool) -> None:
    """A small title: the chain length, and whether the network was trained on it."""
    panel.set_title(f"$L = {sites}${seen_or_not(seen)}", loc="left", fontsize=8.5)


def name_columns(panels: Iterable[Axes], targets: list[str], normalisation: str) -> None:
    """Puts the indicator of each column above the titles of its first panel."""
    for panel, target in zip(panels, targets, strict=True):
        title = f"{label(target, normalisation)}\n{panel.get_title(loc='left')}"
        panel.set_title(title, loc="left", fontsize=9)
