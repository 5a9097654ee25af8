"""The loss after some optimizer steps, beside the published curve."""

from math import ceil
from typing import Any

import numpy as np

from mblscale.training import load_epochs
from reproduction.numbers import estimate, shown, table
from reproduction.results import Results

RUNS = {"loss": "SGD", "loss-adam": "Adam"}
STEPS = (47, 94, 188, 376, 1410)
"""Steps at which the published curve is known."""


def measure(results: Results) -> dict[str, Any]:
    """The validation loss of each length after so many steps, of all networks."""
    return {run: _curve(results, run) for run in RUNS}


def _curve(results: Results, run: str) -> list[dict[str, Any]]:
    output = results[run]
    batch = output.deck["learn"]["batch"]
    samples = (output.evaluation or {})["samples"]
    each = ceil(samples / batch)
    lines = load_epochs(output.directory / "training.jsonl")
    chosen = sorted({min(max(round(steps / each), 1), len(lines)) for steps in STEPS})
    return [
        {
            "steps": epoch * each,
            "loss": {
                own["sites"]: estimate(np.array(own["members"]))
                for own in lines[epoch - 1]["validation"]
            },
        }
        for epoch in chosen
    ]


def tables(found: dict[str, Any], paper: dict[str, Any]) -> dict[str, str]:
    """A row for each run and length, a column for each number of steps."""
    known = paper["published"]
    steps = [entry["steps"] for entry in found["loss"]]
    rows = [[f"paper, L = 12, after {', '.join(map(str, known['steps']))} steps"]]
    rows[0] += [f"{value:g}" for value in known["loss"]][: len(steps)]
    rows[0] += [""] * (len(steps) + 1 - len(rows[0]))
    for run, name in RUNS.items():
        for sites in found[run][0]["loss"]:
            losses = [shown(entry["loss"][sites], 1, 1e3) for entry in found[run]]
            rows.append([f"{name}, L = {sites}", *losses])
    return {"loss": table(["steps", *map(str, steps)], rows)}
