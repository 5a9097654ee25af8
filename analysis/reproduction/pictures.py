"""The figures of the page, drawn from the outputs by the package mblscale."""

from pathlib import Path

import matplotlib.pyplot as plt
from PIL import Image

import mblscale
from mblscale import figures
from mblscale.figures.style import style
from reproduction.results import Results

PICTURES = {
    "figure-3": ("figure-3", "indicators"),
    "figure-4": ("figure-4", "determination"),
    "figure-5": ("figure-5-adam", "transfer"),
    "figure-6": ("figure-6", "phase_diagram"),
    "figure-8": ("figure-8", "features"),
    "figure-9": ("figure-9", "data_size"),
    "edge": ("edge", "edge"),
    "collapse": ("appendix-c", "collapse"),
    "drift": ("drift", "crossings"),
}
"""The run of each picture, and its figure."""
COLOURS = 128
LARGEST = 200_000
"""Bytes of a picture in the repository."""


def draw(results: Results, directory: Path) -> None:
    """Writes all pictures, coarser if they would be too large."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, (run, kind) in PICTURES.items():
        path = directory / f"{name}.png"
        with style():
            _write(path, results[run], kind)
        print(path)


def _write(path: Path, results: mblscale.Results, kind: str) -> None:
    figure = figures.draw(kind, results)
    for dpi in (130, 110, 90, 70):
        figure.savefig(path, dpi=dpi)
        with Image.open(path) as image:
            # A table of colours takes a third of the bytes.
            image.convert("RGB").quantize(COLOURS).save(path, optimize=True)
        if path.stat().st_size < LARGEST:
            break
    plt.close(figure)
