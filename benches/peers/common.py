"""What the contenders that are written in Python share: the problem, the matrix, the clock.

A contender reads a problem from standard input (JSON: `sites`, `states`, `epsilon`, and `fields`, a
list of h_1 … h_L) and answers with one line of JSON for each field: an `Answer`. Its last line has
`memory` (peak, bytes) and `libraries`. Needs NumPy alone.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

WARM_UP_SITES = 10
"""A chain that nobody times, to have every library loaded before the race."""


class Rows(NamedTuple):
    """A real symmetric matrix, compressed by rows (CSR)."""

    starts: np.ndarray
    columns: np.ndarray
    values: np.ndarray

    @property
    def dimension(self) -> int:
        """Number of rows and of columns."""
        return len(self.starts) - 1


class Solution(NamedTuple):
    """What a solver found: the ends of the spectrum, and the levels nearest the target, ascending.

    `residual` is the largest ‖Hv − Ev‖ of the eigenpairs, by the solver's own matrix product.
    """

    lowest: float
    highest: float
    energies: np.ndarray
    residual: float


@dataclass(frozen=True)
class Answer:
    """One field's answer: seconds to make the matrix, then of clock and processor to solve."""

    assembly: float
    seconds: float
    processor: float
    lowest: float
    highest: float
    energies: list[float]
    residual: float


class Sector:
    """The states of zero magnetization of a ring, and what its Hamiltonians share."""

    def __init__(self, sites: int) -> None:
        words = np.arange(1 << sites, dtype=np.int64)
        up = sum((words >> site) & 1 for site in range(sites))
        self.configurations = words[up == sites // 2]
        self._index = np.full(1 << sites, -1, dtype=np.int32)
        self._index[self.configurations] = np.arange(len(self.configurations), dtype=np.int32)
        self._spins = 2.0 * ((self.configurations[:, None] >> np.arange(sites)) & 1) - 1.0

    def hamiltonian(self, field: np.ndarray) -> Rows:
        """H = Σ σ_i·σ_{i+1} + Σ h_i σᶻ_i; to exchange unlike neighbours has the element 2."""
        sites, dimension = len(field), len(self.configurations)
        diagonal = (self._spins * np.roll(self._spins, -1, axis=1)).sum(axis=1)
        diagonal += self._spins @ field
        everyone = np.arange(dimension, dtype=np.int32)
        rows, columns = [everyone], [everyone]
        for site in range(sites):
            unlike = np.flatnonzero(self._spins[:, site] != self._spins[:, (site + 1) % sites])
            exchange = 1 << site | 1 << (site + 1) % sites
            rows.append(everyone[unlike])
            columns.append(self._index[self.configurations[unlike] ^ exchange])
        row, column = np.concatenate(rows), np.concatenate(columns)
        values = np.full(len(row), 2.0)
        values[:dimension] = diagonal
        order = np.lexsort((column, row))
        starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=dimension))])
        return Rows(starts.astype(np.int32), column[order], values[order])


def nearest(energies: np.ndarray, target: float, states: int) -> np.ndarray:
    """The places of the `states` energies nearest the target, by ascending energy."""
    places = np.argsort(np.abs(energies - target), kind="stable")[:states]
    return places[np.argsort(energies[places])]


def compete(
    prepare: Callable[[Rows], Any],
    solve: Callable[[Any, int, float], Solution],
    libraries: Callable[[], Iterable[str]],
) -> None:
    """Runs a contender: `prepare` makes the matrix of its library, `solve` finds the levels.

    `solve` gets that matrix, the number of states and the energy density of the target.
    """
    problem = json.load(sys.stdin)
    warm_up = Sector(WARM_UP_SITES).hamiltonian(np.sin(1.0 + np.arange(WARM_UP_SITES)))
    solve(prepare(warm_up), min(problem["states"], 100), 0.5)
    sector = Sector(problem["sites"])
    for field in problem["fields"]:
        started = time.perf_counter()
        matrix = prepare(sector.hamiltonian(np.array(field)))
        assembled, processor = time.perf_counter(), time.process_time()
        solution = solve(matrix, problem["states"], problem["epsilon"])
        answer = Answer(
            assembly=assembled - started,
            seconds=time.perf_counter() - assembled,
            processor=time.process_time() - processor,
            lowest=float(solution.lowest),
            highest=float(solution.highest),
            energies=[float(energy) for energy in solution.energies],
            residual=float(solution.residual),
        )
        print(json.dumps(asdict(answer)), flush=True)
    print(json.dumps({"memory": peak_memory(), "libraries": [*libraries(), *linked()]}))


def peak_memory() -> int:
    """The most memory that this process has had resident, bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def linked() -> list[str]:
    """The libraries whose work a solver's speed is, as this process has loaded them."""
    maps = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    names = {Path(line.split()[-1]).resolve().name for line in maps if ".so" in line}
    known = ("blas", "openblas", "scipy_openblas", "mkl_core", "blis", "dmumps", "metis")
    return sorted(name for name in names if name.startswith(tuple(f"lib{one}" for one in known)))
