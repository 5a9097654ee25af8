"""Which figures a deck describes, and which it therefore should get."""

from typing import Any


def described(deck: dict[str, Any]) -> set[str]:
    """The names of the figures of everything that a deck asks for."""
    learn, scaling = deck.get("learn", {}), deck.get("scaling", {})
    study = learn.get("study", {})
    kind = study.get("kind", "multitask")
    methods = scaling.get("methods", [])
    observables = set(deck.get("spectrum", {}).get("observables", []))
    quenched = set(deck.get("quench", {}).get("observables", []))
    learned = any(target.startswith("quench_") for target in learn.get("targets", []))
    conditions = {
        "training": bool(learn) and learn.get("epochs", 15) > 0,
        "indicators": {"chain", "spectrum"} <= deck.keys() or ("data" in learn and not learned),
        "determination": bool(learn),
        "features": bool(learn),
        "phase_diagram": "predict" in deck and kind in ("conditioned", "end-to-end") and not learned,
        "transfer": kind == "transfer",
        "data_size": kind == "data-size",
        "heads": kind == "conditioned" and study.get("heads", False),
        "collapse": bool(scaling),
        "scan": "scan" in scaling,
        "cost": "cost" in methods,
        "crossings": "crossings" in methods,
        "edge": bool(scaling) and _has_several_energy_densities(deck),
        "gap_ratios": bool(observables & {"gap_ratios", "gap_ratio_histogram"}),
        "dimensions": "fractal_dimensions" in observables,
        "states": "entanglement_entropies" in observables,
        "form_factor": "form_factor" in observables,
        "quench": bool(quenched - {"magnetization", "correlation_zz"}) or learned,
        "spins": "magnetization" in quenched,
        "times": learned,
        "overview": {"chain", "learn", "predict", "scaling"} <= deck.keys(),
    }
    return {name for name, holds in conditions.items() if holds}


def _has_several_energy_densities(deck: dict[str, Any]) -> bool:
    """A grid is a list, or a table of its ends and its step."""
    grids = (deck.get(table, {}).get("energy_densities", []) for table in ("spectrum", "predict"))
    return any(len(grid) > 1 for grid in grids)
