"""Figure 5: features learned from two indicators, against training from scratch."""

from typing import Any

import numpy as np

from reproduction.numbers import TARGETS, estimate, shown, table
from reproduction.results import Results

RUNS = {"figure-5": "SGD", "figure-5-adam": "Adam"}
ONE_TARGET = "figure-5-one-target"
"""The run whose step size is that of the paper's summed loss if there is one target."""
WAYS = ("multitask", "scratch", "transfer")
WEAKEST = 3.0
"""R²_norm is averaged from this strength on."""


def measure(results: Results) -> dict[str, Any]:
    """R²_norm of each way, and the difference of transfer and scratch, by run, target and length.

    Plain gradient descent learns from scratch with the step size of one target.
    """
    findings = {run: (results[run].study or {})["findings"] for run in RUNS}
    several = [own for own in findings["figure-5"] if own["training"] != "scratch"]
    one = (results[ONE_TARGET].study or {})["findings"]
    findings["figure-5"] = several + [own for own in one if own["training"] == "scratch"]
    return {run: _scores(own) for run, own in findings.items()}


def _scores(findings: list[dict[str, Any]]) -> dict[str, Any]:
    curves: dict[str, Any] = {}
    for finding in findings:
        for score in finding["scores"]:
            values = [
                np.nan if entry["r2_norm"] is None else entry["r2_norm"]
                for entry in score["by_strength"]
                if entry["h"] >= WEAKEST
            ]
            own = curves.setdefault(score["target"], {}).setdefault(score["sites"], {})
            own[finding["training"]] = np.array(values, float)
    return {
        target: {sites: _compared(own) for sites, own in lengths.items()}
        for target, lengths in curves.items()
    }


def _compared(own: dict[str, np.ndarray]) -> dict[str, Any]:
    found: dict[str, Any] = {way: float(np.nanmean(own[way])) for way in WAYS}
    return found | {"difference": estimate(own["transfer"] - own["scratch"])}


def tables(found: dict[str, Any], paper: dict[str, Any]) -> dict[str, str]:
    """A row for each indicator and length, with the published networks beside F."""
    heading = ["", "L", *(f"{way}, published" for way in WAYS)]
    for name in RUNS.values():
        heading += [f"{way}, {name}" for way in WAYS] + [f"transfer − scratch, {name}"]
    rows = []
    for target, lengths in found["figure-5"].items():
        for sites in lengths:
            known = paper["published_weights"].get(target, {}).get(sites, {})
            row = [TARGETS[target], sites, *(shown(known.get(way), 2) for way in WAYS)]
            for run in RUNS:
                own = found[run][target][sites]
                row += [shown(own[way], 2) for way in WAYS] + [shown(own["difference"], 3)]
            rows.append(row)
    return {"figure-5": table(heading, rows)}
