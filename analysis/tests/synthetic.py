"""Small output directories in the layout of docs/file-formats.md, without running the program.

The indicators follow made-up curves that sharpen with L around h = 5: enough to draw.
"""

import json
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import ArrayLike

from mblscale.normalisation import half_chain_entropy

STRENGTHS = np.arange(1.0, 10.5, 1.0)
EPSILONS = np.array([0.3, 0.5])
TRAINED, SIZES = (8, 10), (8, 10, 12)
CRITICAL, EXPONENT = 5.0, 1.0
PROVENANCE = {
    "version": "0.1.0",
    "commit": "0" * 40,
    "host": "node1",
    "ranks": 2,
    "started": "2026-01-01T00:00:00Z",
    "finished": "2026-01-01T01:00:00Z",
    "deck": "version = 1",
    "deck_overrides": "",
    "deck_resolved": "version = 1",
}
TARGETS = {"gap_ratio": "r", "entanglement": "S", "spin_fraction": "F"}


def delocalised(strengths: np.ndarray, sites: int) -> np.ndarray:
    """From 1 to 0 around the critical strength, the more sharply the longer the chain."""
    return 1 / (1 + np.exp(0.08 * sites ** (1 / EXPONENT) * (strengths - CRITICAL)))


def raw_means(sites: int) -> dict[str, np.ndarray]:
    """The mean of each indicator at each strength, as stored."""
    share = delocalised(STRENGTHS, sites)
    return {
        "gap_ratio": 0.3863 + (0.5307 - 0.3863) * share,
        "entanglement": half_chain_entropy(sites) * share,
        "spin_fraction": share,
    }


def write_tables(
    path: Path, file_type: str, groups: dict[tuple[int, str], int], epsilons: ArrayLike
) -> None:
    """data.h5 or predictions.h5 with so many realizations in each (sites, split)."""
    with h5py.File(path, "w") as file:
        file.attrs.update(file_type=file_type, format_version=1, **PROVENANCE)
        for (sites, split), realizations in groups.items():
            group = file.create_group(f"L{sites:02}/{split}")
            group.attrs.update(sites=sites, split=split)
            _fill(group, sites, realizations, np.asarray(epsilons), "data" not in file_type)


def _fill(
    group: h5py.Group, sites: int, realizations: int, epsilons: np.ndarray, members: bool
) -> None:
    random = np.random.default_rng(sites)
    _coordinate(group, "h", STRENGTHS, "J")
    _coordinate(group, "realization", np.arange(realizations), "1")
    _coordinate(group, "epsilon", epsilons, "1")
    _coordinate(group, "site", np.arange(sites), "1")
    if members:
        _coordinate(group, "member", np.arange(2), "1")
    shape = (len(STRENGTHS), realizations)
    # Realization by realization, so that the first fields are the same however many there are.
    field = random.uniform(-1, 1, (realizations, len(STRENGTHS), sites)).swapaxes(0, 1)
    field *= STRENGTHS[:, None, None]
    _quantity(group, "field", ("h", "realization", "site"), field, "J")
    for name, means in raw_means(sites).items():
        noise = 0.06 * means.max() * random.standard_normal((*shape, len(epsilons)))
        values = means[:, None, None] + (0.5 if members else 1.0) * noise
        values = np.clip(values, 0, half_chain_entropy(sites) if name == "entanglement" else 1)
        _quantity(group, name, ("h", "realization", "epsilon"), values, "1")
        if members:
            _quantity(
                group,
                f"{name}_members",
                ("member", "h", "realization", "epsilon"),
                np.stack([values - 0.01, values + 0.01]),
                "1",
            )
    if not members:
        states = np.full((*shape, len(epsilons)), 50.0)
        _quantity(group, "states", ("h", "realization", "epsilon"), states, "1")
        _quantity(group, "complete", ("h", "realization", "epsilon"), np.ones_like(states), "1")


def _coordinate(group: h5py.Group, name: str, values: np.ndarray, units: str) -> None:
    dataset = group.create_dataset(name, data=values)
    dataset.attrs.update(units=units, description=name, long_name=name)
    dataset.make_scale(name)


def _quantity(
    group: h5py.Group, name: str, dimensions: tuple[str, ...], values: np.ndarray, units: str
) -> None:
    dataset = group.create_dataset(name, data=values)
    dataset.attrs.update(units=units, description=name, long_name=name)
    dataset.attrs["dimensions"] = " ".join(dimensions)
    for axis, dimension in enumerate(dimensions):
        dataset.dims[axis].attach_scale(group[dimension])


def write_data(directory: Path, realizations: int = 20) -> None:
    """data.h5 with test realizations of every size and training realizations of two."""
    groups = {(sites, "test"): realizations for sites in SIZES}
    groups |= {(sites, "train"): realizations for sites in TRAINED}
    write_tables(directory / "data.h5", "mblscale-data", groups, EPSILONS)


def write_predictions(directory: Path, realizations: int = 30) -> None:
    """predictions.h5 with more realizations than the data, and one size more."""
    groups = {(sites, "test"): realizations for sites in (*SIZES, 16)}
    write_tables(directory / "predictions.h5", "mblscale-predictions", groups, EPSILONS)


def score(target: str, sites: int, shift: float = 0.0) -> dict:
    """A score on test data, `shift` worse; without variance, so null, at the weakest strength."""
    entries = [
        {"h": h, "mse": 0.001, "r2": 0.5, "r2_norm": 0.9 - (2 + shift) / (h + sites / 4)}
        | {"r2_norm_deviation": 0.02}
        for h in STRENGTHS
    ]
    entries[0] |= {"r2": None, "r2_norm": None, "r2_norm_deviation": None}
    return {
        "sites": sites,
        "split": "test",
        "target": target,
        "symbol": TARGETS[target],
        "energy_density": 0.5,
        "seen": sites in TRAINED,
        "mse": 0.001,
        "r2_norm": 0.7,
        "by_strength": entries,
    }


def write_evaluation(directory: Path) -> None:
    """evaluation.json; features cross at h = 4.2 of the first member, 5.2 of the second."""
    scores = [score(target, sites) for target in TARGETS for sites in SIZES]
    features = [
        {
            "sites": sites,
            "h": list(STRENGTHS),
            "mean": [
                [list(np.tanh((STRENGTHS - 4.2 - member) * sites / 40 * sign)) for sign in (1, -1)]
                for member in range(2)
            ],
            "error": [[[0.001] * len(STRENGTHS)] * 2] * 2,
        }
        for sites in SIZES
    ]
    _write_json(
        directory / "evaluation.json",
        "mblscale-evaluation",
        train_sizes=TRAINED,
        normalisation="sector",
        energy_density=0.5,
        scores=scores,
        features=features,
    )


def finding(training: str, scores: list[dict], **more: object) -> dict:
    """What a study found of one training."""
    return {"training": training, "realizations": None, "training_mse": [], "scores": scores} | more


def write_study(directory: Path) -> None:
    """study.json of a comparison of three trainings, for two targets."""
    findings = [
        finding(training, [score(target, sites, place / 4) for sites in SIZES])
        for target in ("gap_ratio", "entanglement")
        for place, training in enumerate(("transfer", "scratch", "multitask"))
    ]
    _write_json(
        directory / "study.json",
        "mblscale-study",
        study={"kind": "transfer"},
        normalisation="sector",
        findings=findings,
    )


def write_scaling(directory: Path) -> None:
    """scaling.json with the fits of both sources to every target."""
    fits = []
    for source in ("exact", "predicted"):
        for target, symbol in TARGETS.items():
            fits.append(
                {
                    "source": source,
                    "target": target,
                    "symbol": symbol,
                    "energy_density": 0.5,
                    "method": "quality",
                    "ansatz": "",
                    "sizes": SIZES,
                    "window": [2.0, 8.0],
                    "normalisation": "sector",
                    "h_c": {"value": CRITICAL, "low": 4.8, "high": 5.3},
                    "nu": {"value": EXPONENT, "low": 0.9, "high": 1.2},
                    "parameters": {"zeta": {"value": 0.0, "low": 0.0, "high": 0.0}},
                    "free": 2,
                    "measure": "S",
                    "cost": 1.234,
                    "quality": 1.234,
                    "points": 21,
                    "points_used": 20,
                    "bootstrap": 200,
                    "warnings": ["Only 3 sizes: no drift of h_c can be seen."],
                    "data": [_curve(sites, target) for sites in SIZES],
                }
            )
    scan = [
        fit | {"sizes": SIZES[first:], "data": []}
        for fit in fits
        for first in range(len(SIZES) - 1)
    ]
    _write_json(
        directory / "scaling.json", "mblscale-scaling", fits=fits, scan=scan, comparisons=[]
    )


def cost_fits(fit: dict) -> list[dict]:
    """Fits of the cost function in three forms, like `fit` otherwise."""
    forms = [("h* = w_0", 2, 0.3), ("h* = w_0 + w_1 L", 3, 0.1), ("h* = w_0 + w_1/L", 3, 0.2)]
    return [
        fit | {"method": "cost", "ansatz": f"power law, {form}", "free": free, "cost": cost}
        for form, free, cost in forms
    ]


def _curve(sites: int, target: str) -> dict:
    window = (STRENGTHS >= 2) & (STRENGTHS <= 8)
    scale = half_chain_entropy(sites) if target == "entanglement" else 1.0
    mean = raw_means(sites)[target][window] / scale
    strengths = STRENGTHS[window]
    return {
        "target": target,
        "L": sites,
        "h": list(strengths),
        "mean": list(mean),
        "error": [0.01] * len(mean),
        "realizations": [20] * len(mean),
        "x": list(sites ** (1 / EXPONENT) * (strengths - CRITICAL)),
        "factor": 1.0,
    }


def write_training(directory: Path, epochs: int = 15) -> None:
    """training.jsonl of a finished training of five members."""
    with open(directory / "training.jsonl", "w", encoding="utf-8") as file:
        for epoch in range(1, epochs + 1):
            members = [0.02 * (1 + 0.1 * k) / epoch + 0.003 for k in range(5)]
            entry = {
                "training": "train",
                "epoch": epoch,
                "epochs": epochs,
                "loss": sum(members) / 5,
                "members": members,
                "validation": [{"sites": 12, "loss": 1.2 * members[0], "members": members}],
                "active": 5,
                "learning_rate": 1e-3,
                "seconds": 0.5,
                "seconds_in_sums": 0.01,
                "samples_per_second": 1000.0,
            }
            file.write(json.dumps(entry) + "\n")


def _write_json(path: Path, file_type: str, **content) -> None:
    path.write_text(json.dumps({"file_type": file_type, "format_version": 1, **content}))


WRITERS = (
    write_data,
    write_predictions,
    write_evaluation,
    write_study,
    write_scaling,
    write_training,
)


def write_all(directory: Path) -> None:
    """An output directory of a run of every stage."""
    for write in WRITERS:
        write(directory)
