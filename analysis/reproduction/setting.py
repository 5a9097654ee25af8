"""What was computed: the realizations, the time, and what entropies are divided by."""

from typing import Any

from reproduction.numbers import shown, table
from reproduction.results import Results, entropies
from reproduction.runs import RUNS

DATA = ("data", "energies", "long")
NORMALISATIONS = ("paper", "page", "sector")
STAGES = {"data": "data at ε = 0.5", "energies": "data at several ε", "long": "longer chains"}


def measure(results: Results) -> dict[str, Any]:
    """Realizations and grids of the data, and the seconds of every run."""
    found: dict[str, Any] = {"seconds": {run.name: results.seconds(run.name) for run in RUNS}}
    found["ranks"] = results.data("data").attributes["ranks"]
    found["commit"] = results.data("data").attributes["commit"]
    found["entropies"] = entropies(results.data("data").sizes("test"))
    for run in DATA:
        groups = results.data(run).tables
        found[run] = [
            {
                "L": sites,
                "split": split,
                "strengths": own.sizes["h"],
                "energies": own.sizes["epsilon"],
                "realizations": own.sizes["realization"],
            }
            for (sites, split), own in sorted(groups.items())
        ]
    return found


def tables(found: dict[str, Any], paper: dict[str, Any]) -> dict[str, str]:
    """The data, the time of each stage, and the normalisations."""
    return {"setting": _data(found), "time": _time(found), "entropies": _entropies(found)}


def _data(found: dict[str, Any]) -> str:
    rows = []
    for run in DATA:
        for own in found[run]:
            numbers = [str(own[key]) for key in ("strengths", "energies", "realizations")]
            rows.append([STAGES[run], str(own["L"]), own["split"], *numbers])
    return table(["", "L", "split", "strengths", "energy densities", "realizations of each"], rows)


def _time(found: dict[str, Any]) -> str:
    known = found["seconds"]
    rest = sum(seconds for name, seconds in known.items() if name not in DATA)
    rows = [[STAGES[run], _minutes(known[run])] for run in DATA]
    rows += [["trainings, predictions and scaling", _minutes(rest)]]
    rows += [["all", _minutes(sum(known.values()))]]
    return table([f"stage, {found['ranks']} ranks", "minutes"], rows)


def _entropies(found: dict[str, Any]) -> str:
    rows = [
        [
            sites,
            *(shown(own[name], 4) for name in NORMALISATIONS),
            shown(own["sector"] / own["paper"], 3),
        ]
        for sites, own in found["entropies"].items()
    ]
    return table(["L", "paper's code", "Page", "sector", "sector / paper's code"], rows)


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.1f}"
