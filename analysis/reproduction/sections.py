"""All sections: from outputs to the summary, and from the summary to tables."""

import json
from pathlib import Path
from types import ModuleType
from typing import Any

from mblscale import decks
from reproduction import (
    figure_3,
    figure_4,
    figure_5,
    figure_6,
    figure_8,
    figure_9,
    long,
    loss,
    scaling,
    setting,
)
from reproduction.numbers import rounded
from reproduction.results import Results
from reproduction.runs import SCALE_NAMES

PAPER = Path(__file__).with_name("paper.toml")
"""What the paper and its published files report, by section."""

SECTIONS: dict[str, ModuleType] = {
    "setting": setting,
    "figure-3": figure_3,
    "figure-4": figure_4,
    "figure-5": figure_5,
    "figure-6": figure_6,
    "figure-8": figure_8,
    "figure-9": figure_9,
    "loss": loss,
    "appendix-c": scaling,
    "long": long,
}

Summary = dict[str, Any]


def measure(results: Results, scale: str) -> Summary:
    """The summary of all outputs, as it is stored: with rounded numbers and names as keys."""
    found = {name: section.measure(results) for name, section in SECTIONS.items()}
    summary: Summary = rounded({"scale": scale} | found)
    return summary


def tables(summary: Summary) -> dict[str, str]:
    """Every table by name."""
    paper = decks.read(PAPER)
    found = {"scale": f"Scale: **{summary['scale']}**, {SCALE_NAMES[summary['scale']]}."}
    for name, section in SECTIONS.items():
        found |= section.tables(summary[name], paper.get(name, {}))
    return found


def write(summary: Summary, path: Path) -> None:
    """Stores a summary, a line for each leaf, so that changes of it can be read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(summary, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(path: Path) -> Summary:
    """A stored summary."""
    summary: Summary = json.loads(path.read_text(encoding="utf-8"))
    return summary
