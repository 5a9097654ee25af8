"""Runs the program on data of one's own: the file, and the deck, that docs/learning.md shows."""

import re
import subprocess
from pathlib import Path

import program
from program import ROOT


def shown(language: str, containing: str, scratch: Path) -> str:
    """The block of docs/learning.md that contains a text, with its outputs in `scratch`."""
    text = (ROOT / "docs/learning.md").read_text(encoding="utf-8")
    blocks = re.findall(rf"```{language}\n(.*?)```", text, re.S)
    (block,) = [block for block in blocks if containing in block]
    return block.replace("out/demo", str(scratch)).replace("out/own", str(scratch / "own"))


def write_data(scratch: Path) -> Path:
    """The documented file."""
    exec(shown("python", "own.h5", scratch), {})
    return scratch / "own.h5"


def mblscale(
    stage: str, scratch: Path, learn: str = "", *changes: tuple[str, str]
) -> subprocess.CompletedProcess[str]:
    """Runs a stage of the documented deck, with further lines in its [learn] and other changes."""
    deck = shown("toml", "own.h5", scratch).replace("[learn]", f"[learn]\n{learn}")
    if "epochs" in learn:
        deck = deck.replace("epochs = 100\n", "")
    for old, new in changes:
        deck = deck.replace(old, new)
    path = scratch / "deck.toml"
    path.write_text(deck, encoding="utf-8")
    return program.mblscale(stage, path, cwd=scratch)
