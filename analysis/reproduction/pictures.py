"""The figures of the page, drawn from the outputs by the plots of `analysis`."""

from collections.abc import Callable
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from PIL import Image

import plot_collapse
import plot_crossings
import plot_data_size
import plot_determination
import plot_edge
import plot_features
import plot_indicators
import plot_phase_diagram
import plot_transfer
from mblscale_results import Output
from reproduction.results import Results

PICTURES: dict[str, tuple[str, Callable[[Output], Figure]]] = {
    "figure-3": ("figure-3", plot_indicators.draw),
    "figure-4": ("figure-4", plot_determination.draw),
    "figure-5": ("figure-5-adam", plot_transfer.draw),
    "figure-6": ("figure-6", plot_phase_diagram.draw),
    "figure-8": ("figure-8", plot_features.draw),
    "figure-9": ("figure-9", plot_data_size.draw),
    "edge": ("edge", plot_edge.draw),
    "collapse": ("appendix-c", plot_collapse.draw),
    "drift": ("drift", plot_crossings.draw),
}
"""The run of each picture, and what draws it."""
COLOURS = 128
LARGEST = 200_000
"""Bytes of a picture in the repository."""


def draw(results: Results, directory: Path) -> None:
    """Writes all pictures, coarser if they would be too large."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, (run, plot) in PICTURES.items():
        figure = plot(results[run])
        path = directory / f"{name}.png"
        for dpi in (130, 110, 90, 70):
            figure.savefig(path, dpi=dpi)
            with Image.open(path) as image:
                # A table of colours takes a third of the bytes.
                image.convert("RGB").quantize(COLOURS).save(path, optimize=True)
            if path.stat().st_size < LARGEST:
                break
        plt.close(figure)
        print(path)
