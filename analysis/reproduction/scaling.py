"""Appendix C: h_c and ν of exact data and networks, and the crossings of neighbouring lengths."""

from pathlib import Path
from typing import Any

from reproduction.numbers import TARGETS, shown, table
from reproduction.results import Results

SOURCES = {
    "data": "exact",
    "energies": "exact",
    "appendix-c": "paper's network",
    "figure-6": "paper's network",
    "ring": "`ring-gru`",
    "ring-energies": "`ring-gru`",
}
"""What tables call the data of a run."""


def measure(results: Results) -> dict[str, Any]:
    """The fits at ε = 0.5, at every ε of the exact data, and the crossings."""
    found = {run: _fits(results, run) for run in ("appendix-c", "edge", "drift")}
    levels = {fit["epsilon"] for fit in found["edge"] if fit["source"] == "exact"}
    found["edge"] = [fit for fit in found["edge"] if fit["epsilon"] in levels]
    return found


def _fits(results: Results, run: str) -> list[dict[str, Any]]:
    fits = (results[run].scaling or {})["fits"]
    return [
        {
            "source": SOURCES[
                run if fit["source"] == "predicted" else Path(fit["source"]).parent.name
            ],
            "target": fit["target"],
            "epsilon": fit["energy_density"],
            "sizes": list(fit["sizes"]),
            "quality": fit["quality"],
            "h_c": _interval(fit["h_c"]),
            "nu": _interval(fit["nu"]),
            "at_a_bound": _is_at_an_end(fit),
            "crossings": {
                name.removeprefix("h_").replace("_", ", "): _interval(value)
                for name, value in fit["parameters"].items()
                if name.startswith("h_")
            },
        }
        for fit in fits
    ]


def _interval(parameter: dict[str, float | None] | None) -> list[float | None]:
    return [(parameter or {}).get(end) for end in ("value", "low", "high")]


def _is_at_an_end(fit: dict[str, Any]) -> bool:
    """Whether h_c is within a hundredth of an end of the window, which then has none."""
    (low, high), value = fit["window"], fit["h_c"]["value"]
    return value is None or min(value - low, high - value) < 0.01 * (high - low)


def tables(found: dict[str, Any], paper: dict[str, Any]) -> dict[str, str]:
    """Three tables: ε = 0.5, the mobility edge, and the drift of crossings."""
    return {
        "appendix-c": _middle(found["appendix-c"], paper),
        "edge": _edge(found["edge"]),
        "drift": _drift(found["drift"]),
    }


def _middle(fits: list[dict[str, Any]], paper: dict[str, Any]) -> str:
    rows = [
        [own[key] for key in ("what", "indicator", "h_c", "nu")] + [""]
        for own in paper["published"]
    ]
    for fit in fits:
        lengths = ", ".join(map(str, fit["sizes"]))
        name = f"{fit['source']}, L = {lengths}"
        rows.append(
            [name, TARGETS[fit["target"]], _h_c(fit), shown(fit["nu"], 2), shown(fit["quality"], 1)]
        )
    return table(["ε = 0.5", "", "h_c", "ν", "quality"], rows)


def _h_c(fit: dict[str, Any]) -> str:
    """h_c, unless the window has none."""
    return "none in the window" if fit["at_a_bound"] else shown(fit["h_c"], 2)


def _edge(fits: list[dict[str, Any]]) -> str:
    columns = list(dict.fromkeys((fit["target"], fit["source"]) for fit in fits))
    columns.sort(key=lambda column: list(TARGETS).index(column[0]))
    known = {(fit["target"], fit["source"], fit["epsilon"]): fit for fit in fits}
    levels = sorted({fit["epsilon"] for fit in fits if fit["source"] == "exact"})
    rows = [
        [
            f"{level:g}",
            *(_h_c(known[key]) if (key := (*column, level)) in known else "" for column in columns),
        ]
        for level in levels
    ]
    return table(["ε", *(f"{TARGETS[target]} {source}" for target, source in columns)], rows)


def _drift(fits: list[dict[str, Any]]) -> str:
    pairs = sorted(
        {pair for fit in fits for pair in fit["crossings"]}, key=lambda it: int(it.split(",")[0])
    )
    rows = [
        [
            f"{TARGETS[fit['target']]}, {fit['source']}",
            *(shown(fit["crossings"].get(pair), 2) for pair in pairs),
        ]
        for fit in sorted(fits, key=lambda it: list(TARGETS).index(it["target"]))
    ]
    return table(["L =", *pairs], rows)
