"""Figure 6: where the indicators are halfway from ergodic to localized, at each energy density."""

from typing import Any

import numpy as np

from reproduction.numbers import TARGETS, shown, table
from reproduction.results import Results, over_energies

SHOWN = ("spin_fraction", "entanglement")
NETWORKS = {"figure-6": "network", "ring-energies": "`ring-gru`"}
RESAMPLES = 200


def measure(results: Results) -> dict[str, Any]:
    """The strength where the mean is 1/2, of exact data and networks of the longest chain."""
    data = results.data("energies")
    sites = max(data.sizes("test"))
    tables_ = {"exact": data[sites, "test"]}
    tables_ |= {run: results.predictions(run)[sites, "test"] for run in NETWORKS}
    levels = set(tables_["exact"]["epsilon"].values)
    found: dict[str, Any] = {"L": sites}
    for target in SHOWN:
        found[target] = {
            who: {
                f"{level:g}": halfway(own["h"].values, values)
                for level, values in zip(
                    own["epsilon"].values,
                    over_energies(own, target),
                    strict=True,
                )
                if level in levels
            }
            for who, own in tables_.items()
        }
    return found


def halfway(strengths: np.ndarray, values: np.ndarray) -> list[float | None]:
    """Where the mean of values over (h, realization) falls below 1/2, with a bootstrap error."""
    random = np.random.default_rng(1)
    value = _falls(strengths, np.nanmean(values, axis=1))
    places = random.integers(values.shape[1], size=(RESAMPLES, *values.shape))
    drawn = np.take_along_axis(values[None], places, axis=2)
    again = [_falls(strengths, mean) for mean in np.nanmean(drawn, axis=2)]
    known = [place for place in again if place is not None]
    # A crossing that is missing in many resamples has no error.
    enough = value is not None and len(known) > 0.9 * RESAMPLES
    return [value, float(np.std(known, ddof=1)) if enough else None]


def _falls(strengths: np.ndarray, mean: np.ndarray) -> float | None:
    """The last strength at which a curve falls through 1/2, between grid points by a line."""
    above = np.flatnonzero((mean[:-1] >= 0.5) & (mean[1:] < 0.5))
    if len(above) == 0:
        return None
    at = above[-1]
    part = (mean[at] - 0.5) / (mean[at] - mean[at + 1])
    return float(strengths[at] + part * (strengths[at + 1] - strengths[at]))


def tables(found: dict[str, Any], paper: dict[str, Any]) -> dict[str, str]:
    """A row for each energy density that exact data and networks share."""
    heading = ["ε"]
    for target in SHOWN:
        heading += [f"{TARGETS[target]} exact", *NETWORKS.values()]
    levels = [
        level
        for level in found[SHOWN[0]]["exact"]
        if all(level in found[SHOWN[0]][run] for run in NETWORKS)
    ]
    rows = [
        [level]
        + [shown(found[target][who][level], 2) for target in SHOWN for who in ("exact", *NETWORKS)]
        for level in levels
    ]
    return {"figure-6": table(heading, rows)}
