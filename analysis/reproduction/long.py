"""Longer chains than the paper's: predictions of the same fields as exact data of L = 16 and 18."""

from typing import Any

import numpy as np

from reproduction.numbers import TARGETS, estimate, shown, table
from reproduction.results import Results, same_fields

NETWORKS = {"appendix-c": "paper's network", "ring": "`ring-gru`"}


def measure(results: Results) -> dict[int, Any]:
    """Predicted minus exact at each strength, and the error of a single field."""
    data = results.data("long")
    found: dict[int, Any] = {}
    for run in NETWORKS:
        predicted = results.predictions(run)
        for sites in data.sizes("test"):
            for target in TARGETS:
                own = same_fields(data[sites, "test"], predicted[sites, "test"], target)
                difference = own.members.mean(axis=0) - own.exact
                found.setdefault(sites, {}).setdefault(run, {})[target] = {
                    "h": own.strengths.tolist(),
                    "fields": int(np.isfinite(difference).sum(axis=1).min()),
                    "difference": [estimate(row) for row in difference],
                    "rmse": float(np.sqrt(np.nanmean(difference**2))),
                }
    return found


def tables(found: dict[str, Any], paper: dict[str, Any]) -> dict[str, str]:
    """A row for each length, strength and network."""
    heading = [
        "L",
        "h",
        "fields",
        "network",
        *(f"{symbol}: predicted − exact" for symbol in TARGETS.values()),
    ]
    rows, singles = [], []
    for sites, networks in found.items():
        strengths = next(iter(networks.values()))["gap_ratio"]["h"]
        for place, h in enumerate(strengths):
            for run, name in NETWORKS.items():
                own = networks[run]
                values = [shown(own[target]["difference"][place], 3) for target in TARGETS]
                rows.append([sites, f"{h:g}", str(own["gap_ratio"]["fields"]), name, *values])
        for run, name in NETWORKS.items():
            singles.append(
                [sites, name, *(shown(networks[run][target]["rmse"], 3) for target in TARGETS)]
            )
    return {
        "long": table(heading, rows),
        "long-single": table(["L", "network", *TARGETS.values()], singles),
    }
