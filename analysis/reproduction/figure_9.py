"""Figure 9: errors against the number of training realizations."""

from typing import Any

import numpy as np

from mblscale.figures.data_size import errors
from reproduction.numbers import estimate, shown, table
from reproduction.results import Results

RUNS = {"figure-9": "SGD", "figure-9-adam": "Adam", "figure-9-longer": "SGD, twice the steps"}


def measure(results: Results) -> dict[str, Any]:
    """Errors on test and training data, by run, length and number of realizations."""
    found: dict[str, Any] = {}
    for run in RUNS:
        test, training = errors((results[run].study or {})["findings"])
        found[run] = {"test": _all(test), "training": _all(training)}
    return found


def _all(errors: dict[int, dict[int, list[float]]]) -> dict[int, Any]:
    return {
        sites: {
            count: {"mean": estimate(np.array(own)), "median": float(np.median(own))}
            for count, own in sorted(counts.items())
        }
        for sites, counts in sorted(errors.items())
    }


def tables(found: dict[str, Any], paper: dict[str, Any]) -> dict[str, str]:
    """Test errors beside the published ones, training errors, and the threshold."""
    return {
        "figure-9": _errors(found, paper),
        "figure-9-training": _training(found),
        "figure-9-threshold": _threshold(found),
    }


def _errors(found: dict[str, Any], paper: dict[str, Any]) -> str:
    heading = ["N", "L", "paper, 1350 steps", "paper, last row"]
    for name in RUNS.values():
        heading += [f"{name}: mean", "median"]
    rows = []
    for count in next(iter(found["figure-9"]["test"].values())):
        known = paper["test_mse"].get(count, {})
        for sites in found["figure-9"]["test"]:
            row = [
                count,
                sites,
                *(shown(known.get(sites, {}).get(key), 1) for key in ("at_1350", "last")),
            ]
            for run in RUNS:
                own = found[run]["test"][sites][count]
                row += [shown(own["mean"], 2, 1e3), shown(own["median"], 2, 1e3)]
            rows.append(row)
    return table(heading, rows)


def _training(found: dict[str, Any]) -> str:
    own = found["figure-9"]
    rows = [
        [
            count,
            sites,
            *(shown(own[kind][sites][count]["mean"], 2, 1e3) for kind in ("training", "test")),
        ]
        for sites in own["training"]
        for count in own["training"][sites]
    ]
    return table(["N", "L", "error on the N realizations", "on test data"], rows)


def _threshold(found: dict[str, Any]) -> str:
    """Median test errors in units of that with the most realizations.

    A single training on a plateau would dominate a mean.
    """
    own = found["figure-9"]["test"]
    counts = list(next(iter(own.values())))
    rows = [
        [f"L = {sites}"]
        + [shown(errors[count]["median"] / errors[counts[-1]]["median"], 2) for count in counts]
        for sites, errors in own.items()
    ]
    return table(["N =", *counts], rows)
