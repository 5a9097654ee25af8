"""Figure 3: moments of the indicators, of data and of one network."""

from typing import Any

import numpy as np

from reproduction.numbers import TARGETS, estimate, shown, table
from reproduction.results import Fields, Results, same_fields

WEAKEST = 3.0
"""Deviations are compared from this strength on. Below it, S and F hardly vary."""


def measure(results: Results) -> dict[str, Any]:
    """Means and standard deviations at each strength, by target and length."""
    data, predicted = results.data("data"), results.predictions("figure-3")
    return {
        target: {
            sites: _moments(
                same_fields(data[sites, "test"], predicted[sites, "test"], target)
            )
            for sites in predicted.sizes("test")
        }
        for target in TARGETS
    }


def _moments(fields: Fields) -> dict[str, Any]:
    exact, network = fields.exact, fields.members[0]
    difference = network - exact
    deviations = [np.nanstd(values, axis=1, ddof=1) for values in (exact, network)]
    localized = fields.strengths >= WEAKEST
    errors = np.array([estimate(row)[1] for row in difference], float)
    return {
        "h": fields.strengths.tolist(),
        "exact": np.nanmean(exact, axis=1).tolist(),
        "exact_error": [estimate(row)[1] for row in exact],
        "network": np.nanmean(network, axis=1).tolist(),
        "exact_deviation": deviations[0].tolist(),
        "network_deviation": deviations[1].tolist(),
        "rms_difference": float(np.sqrt(np.mean(np.nanmean(difference, axis=1) ** 2))),
        "rms_error": float(np.sqrt(np.mean(errors**2))),
        "ratio_of_deviations": estimate((deviations[1] / deviations[0])[localized]),
    }


def tables(found: dict[str, Any], paper: dict[str, Any]) -> dict[str, str]:
    """The comparison of moments, and the values of the longest chain."""
    return {"figure-3": _comparison(found, paper), "figure-3-values": _values(found)}


def _comparison(found: dict[str, Any], paper: dict[str, Any]) -> str:
    rows = [
        [
            TARGETS[target],
            sites,
            shown(own["rms_difference"], 4),
            shown(own["rms_error"], 4),
            shown(own["ratio_of_deviations"], 2),
            paper["deviation"][target],
        ]
        for target, lengths in found.items()
        for sites, own in lengths.items()
    ]
    heading = ["", "L", "rms difference of the means", "its noise", "sd network / sd data", "paper"]
    return table(heading, rows)


def _values(found: dict[str, Any]) -> str:
    longest = max(found["gap_ratio"], key=int)
    strengths = found["gap_ratio"][longest]["h"]
    chosen = [place for place, h in enumerate(strengths) if h in (1, 2, 4, 6, 8, 10, 15)]
    heading = [f"h, L = {longest}"]
    for symbol in TARGETS.values():
        heading += [f"{symbol} data", "network", "sd data", "network"]
    rows = []
    for place in chosen:
        row = [f"{strengths[place]:g}"]
        for target in TARGETS:
            own = found[target][longest]
            row.append(shown([own["exact"][place], own["exact_error"][place]], 3))
            row.append(shown(own["network"][place], 3))
            row += [shown(own[f"{who}_deviation"][place], 3) for who in ("exact", "network")]
        rows.append(row)
    return table(heading, rows)
