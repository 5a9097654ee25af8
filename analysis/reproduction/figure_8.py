"""Figure 8: where the features of networks cross."""

from itertools import pairwise
from typing import Any

import numpy as np

from mblscale.figures.features import crossings
from reproduction.numbers import shown, table
from reproduction.results import Results


def measure(results: Results) -> dict[str, Any]:
    """The crossings of each pair of lengths over all networks and features."""
    curves = results.features("figure-8")
    members, features = curves.sizes["member"], curves.sizes["feature"]
    sizes = curves["sites"].values
    found: dict[str, Any] = {"networks": members, "features": members * features, "pairs": {}}
    places = []
    for short, long in [*pairwise(sizes), (sizes[0], sizes[-1])]:
        own = [
            _single(crossings(network.sel(sites=short), network.sel(sites=long)), features)
            for network in (curves.isel(member=place) for place in range(members))
        ]
        places.append(np.array(own))
        found["pairs"][f"{short}, {long}"] = _spread(places[-1])
    found["drift"] = _spread(places[1] - places[0])
    return found


def _single(found: list[tuple[int, float]], features: int) -> list[float]:
    """The crossing of each feature that has exactly one; NaN for others."""
    own = [[h for which, h in found if which == feature] for feature in range(features)]
    return [places[0] if len(places) == 1 else np.nan for places in own]


def _spread(places: np.ndarray) -> dict[str, Any]:
    known = places[np.isfinite(places)]
    if len(known) == 0:
        return {"count": 0}
    low, median, high = np.quantile(known, (0, 0.5, 1))
    return {"count": len(known), "median": float(median), "low": float(low), "high": float(high)}


def tables(found: dict[str, Any], paper: dict[str, Any]) -> dict[str, str]:
    """The spread of crossings over networks, for each pair of lengths."""
    rows = [[f"L = {pair}", *_row(own)] for pair, own in found["pairs"].items()]
    rows.append(["the same feature, second pair minus first", *_row(found["drift"])])
    heading = ["curves", "features that cross once", "median h", "lowest", "highest"]
    return {"figure-8": table(heading, rows)}


def _row(own: dict[str, Any]) -> list[str]:
    return [str(own["count"]), *(shown(own.get(key), 2) for key in ("median", "low", "high"))]
