"""Figure 4: errors and R²_norm of networks on test fields, by the paper's network and by another."""

from typing import Any

import numpy as np

from reproduction.numbers import TARGETS, estimate, shown, stratified, table
from reproduction.results import Fields, Results, same_fields

NETWORKS = {
    "figure-4": "SGD",
    "figure-4-adam": "Adam",
    "figure-4-longer": "SGD, longer",
    "ring": "`ring-gru`",
}
"""The runs, with what tables call them."""
MIDDLE = (4.0, 6.0)
"""The strengths over which R²_norm of S and F is averaged."""


def measure(results: Results) -> dict[str, Any]:
    """Scores of each run, by length."""
    data = results.data("data")
    found: dict[str, Any] = {}
    for run in NETWORKS:
        predicted = results.predictions(run)
        sizes = [sites for sites in data.sizes("test") if sites in predicted.sizes("test")]
        found[run] = {
            sites: _scores(
                {
                    target: same_fields(data[sites, "test"], predicted[sites, "test"], target)
                    for target in TARGETS
                }
            )
            for sites in sizes
        }
    return found


def _scores(by_target: dict[str, Fields]) -> dict[str, Any]:
    squares = [np.mean((own.members - own.exact) ** 2, axis=0) for own in by_target.values()]
    found: dict[str, Any] = {"mse": stratified(np.mean(squares, axis=0))}
    for target, own in by_target.items():
        score = r2_norm(own)
        middle = (MIDDLE[0] <= own.strengths) & (own.strengths <= MIDDLE[1])
        highest = int(np.nanargmax(score))
        found[target] = {
            "middle": estimate(score[middle]),
            "highest": float(score[highest]),
            "at": float(own.strengths[highest]),
        }
    return found


def r2_norm(fields: Fields) -> np.ndarray:
    """1/(2 − R²) at each strength, the mean over the networks (eq. 5)."""
    errors = np.nanmean((fields.members - fields.exact) ** 2, axis=2)
    ratio = errors / np.nanvar(fields.exact, axis=1)
    return np.asarray(np.mean(1 / (1 + ratio), axis=0))


def tables(found: dict[str, Any], paper: dict[str, Any]) -> dict[str, str]:
    """R²_norm and the mean squared error, a column for each run."""
    sizes = list(found["figure-4"])
    names = list(NETWORKS.values())
    rows = []
    for target, symbol in TARGETS.items():
        for sites in sizes:
            known = paper["published_weights"][target].get(sites)
            row = [symbol, sites, paper["r2_norm"][target], shown(known, 2)]
            rows.append(row + [_score(found[run][sites][target], target) for run in NETWORKS])
    errors = [
        [sites, shown(paper["published_weights"]["mse"].get(sites), 2)]
        + [shown(found[run][sites]["mse"], 2, 1e3) for run in NETWORKS]
        for sites in sizes
    ]
    return {
        "figure-4": table(["", "L", "figure 4", "published weights", *names], rows),
        "mse": table(["L", "published weights", *names], errors),
    }


def _score(own: dict[str, Any], target: str) -> str:
    if target == "gap_ratio":
        return f"{own['highest']:.2f} at {own['at']:g}"
    return shown(own["middle"], 2)
