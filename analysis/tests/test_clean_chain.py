"""Chains without a field have equal levels. Every solver against NumPy's."""

import itertools
from pathlib import Path

import h5py
import numpy as np
import pytest
from program import mblscale, needs_program

DENSITIES = [0.0, 0.2, 0.5, 0.8, 1.0]
SOLVERS = ["dense", "shift-invert", "filter"]
EQUAL = 1e-11


def levels(sites: int, anisotropy: float) -> np.ndarray:
    """All energies of a ring without a field, in the sector of zero magnetization."""
    states = [sum(1 << site for site in up) for up in itertools.combinations(range(sites), sites // 2)]
    place = {state: number for number, state in enumerate(states)}
    matrix = np.zeros((len(states), len(states)))
    for state, row in place.items():
        for site in range(sites):
            pair = 1 << site | 1 << (site + 1) % sites
            opposite = (state & pair) not in (0, pair)
            matrix[row, row] += -anisotropy if opposite else anisotropy
            if opposite:
                matrix[place[state ^ pair], row] += 2.0
    return np.linalg.eigvalsh(matrix)


def window(energies: np.ndarray, density: float, count: int) -> tuple[np.ndarray, bool]:
    """The levels nearest a target, the lower of two as near, and whether all differ from others."""
    width = energies[-1] - energies[0]
    target = energies[0] + density * width
    distances = np.round(np.abs(energies - target) / width, 9)
    places = np.arange(len(energies))
    steps = np.abs(places + 0.5 - np.searchsorted(energies, target))
    nearest = np.lexsort((steps, energies > target, distances))[:count]
    first, last = nearest.min(), nearest.max()
    around = energies[max(first - 1, 0) : last + 2]
    return energies[first : last + 1], bool(np.all(np.diff(around) > EQUAL * width))


def mean_ratio(energies: np.ndarray, width: float) -> float:
    """r of the gaps that have a ratio."""
    gaps = np.diff(energies)
    gaps[gaps < EQUAL * width] = 0.0
    pairs = [sorted(pair) for pair in itertools.pairwise(gaps) if max(pair) > 0.0]
    return float(np.mean([small / large for small, large in pairs])) if pairs else np.nan


def generate(directory: Path, deck: str) -> tuple[str, h5py.Group]:
    """What the program says about a deck with one realization of one length, and its data."""
    (directory / "deck.toml").write_text(deck, encoding="utf-8")
    said = mblscale("generate", "deck.toml", cwd=directory)
    assert said.returncode == 0, said.stderr
    (size,) = h5py.File(directory / "out/data.h5").values()
    return said.stderr, size["test"]


def deck(sites: int, anisotropy: float, states: int, solver: str) -> str:
    return f"""version = 1
        name = "clean"
        output = "out"
        chain = {{ sizes = [{sites}], anisotropy = {anisotropy} }}
        disorder = {{ strengths = [0.0], realizations = {{ test = 1 }}, seed = 1 }}
        [spectrum]
        energy_densities = {DENSITIES}
        states = {states}
        solver = "{solver}"
        store_energies = true
        indicators = ["gap_ratio", "entanglement", "spin_fraction"]"""


@needs_program
@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(
    ("sites", "anisotropy", "states"),
    [(8, 1.0, 5), (10, 1.0, 30), (10, 0.0, 12), (12, 1.0, 50), (12, 0.0, 20)],
)
def test_equal_levels(
    tmp_path: Path, sites: int, anisotropy: float, states: int, solver: str
) -> None:
    energies = levels(sites, anisotropy)
    width = energies[-1] - energies[0]
    said, group = generate(tmp_path, deck(sites, anisotropy, states, solver))
    defined = []
    for number, density in enumerate(DENSITIES):
        expected, unique = window(energies, density, states)
        defined.append(unique)
        found = group["energy"][0, 0, number]
        assert np.abs(found - expected).max() < 1e-10, density
        assert group["complete"][0, 0, number] == 1.0
        ratio = group["gap_ratio"][0, 0, number]
        assert ratio == pytest.approx(mean_ratio(expected, width), abs=1e-8, nan_ok=True)
        for name in ("entanglement", "spin_fraction"):
            assert np.isfinite(group[name][0, 0, number]) == unique, (name, density)
        reason = group["failure"].asstr()[0, 0, number]
        assert ("no value of entanglement, spin_fraction" in reason) != unique
    warnings = [line for line in said.splitlines() if "levels are equal within rounding" in line]
    assert len(warnings) == 1
    assert not all(defined)


@needs_program
def test_two_sites(tmp_path: Path) -> None:
    """The singlet and the triplet have no ratio of gaps, and the entropy ln 2 each."""
    said, group = generate(tmp_path, deck(2, 1.0, 30, "dense"))
    assert np.all(group["complete"][...] == 1.0)
    assert np.isnan(group["gap_ratio"][...]).all()
    assert group["entanglement"][...] == pytest.approx(np.log(2.0))
    assert group["energy"][0, 0, 0] == pytest.approx([-6.0, 2.0])
    assert said.count("no value of gap_ratio") == 1
