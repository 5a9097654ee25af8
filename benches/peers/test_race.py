"""The race's bookkeeping: the matrix all peers get, who agrees with whom, and a race at L = 8.

The race needs the program: MBLSCALE_BINARY, or the one that cargo built.
"""

import json
import os
import subprocess
import sys
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from common import Rows, Sector, nearest
from contenders import HERE, TARGET
from standings import (
    Reference,
    Standing,
    deviation,
    markdown,
    standing_of_mblscale,
    standing_of_peer,
)

BINARY = Path(os.environ.get("MBLSCALE_BINARY", TARGET / "release" / "mblscale"))


def dense(rows: Rows) -> np.ndarray:
    matrix = np.zeros((rows.dimension, rows.dimension))
    for row in range(rows.dimension):
        inside = slice(rows.starts[row], rows.starts[row + 1])
        matrix[row, rows.columns[inside]] = rows.values[inside]
    return matrix


def test_the_matrix_is_that_of_kronecker_products() -> None:
    sites = 6
    field = np.random.default_rng(1).uniform(-3.0, 3.0, sites)
    paulis = ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])

    def at(operators: dict[int, list]) -> np.ndarray:
        return reduce(np.kron, [operators.get(site, np.eye(2)) for site in range(sites)])

    whole = sum(field[site] * at({site: paulis[2]}) for site in range(sites))
    for site in range(sites):
        whole = whole + sum(at({site: pauli, (site + 1) % sites: pauli}) for pauli in paulis)
    magnetization = np.diag(sum(at({site: paulis[2]}) for site in range(sites))).real
    inside = np.flatnonzero(np.abs(magnetization) < 0.5)
    expected = np.linalg.eigvalsh(whole[np.ix_(inside, inside)])
    found = np.linalg.eigvalsh(dense(Sector(sites).hamiltonian(field)))
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_nearest_levels_come_by_ascending_energy() -> None:
    energies = np.array([5.0, 1.0, 3.0, -2.0, 3.6])
    assert nearest(energies, 3.2, 3).tolist() == [2, 4, 0]


REFERENCE = Reference(
    version="test",
    fields=np.zeros((2, 4)),
    lowest=np.array([-10.0, -5.0]),
    highest=np.array([10.0, 5.0]),
    energies=np.array([[0.0, 1.0], [0.0, 2.0]]),
    residuals=np.array([1e-9, 2e-9]),
)


def run_of_a_peer(
    shift: float = 0.0, processor: float = 3.0, residual: float = 1e-12
) -> list[dict[str, Any]]:
    same = {"assembly": 0.1, "seconds": 4.0, "residual": residual}
    first = {"lowest": -10.0, "highest": 10.0, "energies": [0.0, 1.0], "processor": 1.0}
    second = {"lowest": -5.0, "highest": 5.0, "energies": [shift, 2.0], "processor": processor}
    return [first | same, second | same, {"memory": 7_000_000, "libraries": ["some"]}]


def test_times_are_means_over_fields_of_the_fastest_run() -> None:
    runs = [run_of_a_peer(processor=9.0), run_of_a_peer(processor=3.0)]
    peer = standing_of_peer(8, "peer", "Peer", runs, REFERENCE)
    assert (peer.processor, peer.seconds, peer.assembly, peer.memory) == (2.0, 4.0, 0.1, 7_000_000)
    one = {"seconds": 2.0, "processor": 1.5}
    slow, fast = {"seconds": 5.0, "processor": 3.6}, {"seconds": 4.0, "processor": 3.5}
    runs = [[{"one": one, "many": many, "memory": 1}] for many in (slow, fast)]
    ours = standing_of_mblscale(8, runs, REFERENCE)
    assert (ours.processor, ours.seconds, ours.once) == (1.0, 1.0, 0.5)
    assert not ours.void
    assert "| 8 | Peer | 2.00 | 2.00 |" in markdown([ours, peer])


def test_answers_that_differ_or_are_coarse_void_a_contender() -> None:
    def void(run: list[dict[str, Any]]) -> bool:
        return standing_of_peer(8, "peer", "Peer", [run], REFERENCE).void

    assert not void(run_of_a_peer(shift=0.9e-8))
    assert void(run_of_a_peer(shift=1.1e-8)), "more than 1e-9 of a width of 10"
    assert void(run_of_a_peer(shift=np.nan))
    assert void(run_of_a_peer(residual=1.1e-8))
    assert void(run_of_a_peer(residual=np.nan))
    missing = run_of_a_peer()
    missing[0]["energies"].pop()
    assert deviation(missing[0], REFERENCE, 0) == np.inf
    assert void(missing)
    failed = Standing(8, "peer", "Peer", failure="out of memory")
    assert failed.void
    assert "(VOID) | out of memory" in markdown([failed])


def test_fields_given_up_are_counted_and_not_timed() -> None:
    lines = run_of_a_peer()
    lines[1] = {"failure": "not converged"}
    peer = standing_of_peer(8, "peer", "Peer", [lines], REFERENCE)
    assert (peer.unsolved, peer.fields, peer.processor, peer.void) == (1, 2, 1.0, False)
    lines[0] = {"failure": "not converged"}
    assert standing_of_peer(8, "peer", "Peer", [lines], REFERENCE).failure == "not converged"


@pytest.mark.skipif(not BINARY.exists(), reason="mblscale is not built")
def test_a_race_on_eight_sites_agrees(tmp_path: Path) -> None:
    race = [sys.executable, str(HERE / "race.py"), "--binary", str(BINARY)]
    course = ["--sizes", "8", "--states", "20", "--fields", "4", "--repeat", "1"]
    peers = ["--peers", "lapack,lapack-subset,eigsh,eigsh-tuned,slepc"]
    done = subprocess.run(
        [*race, *course, *peers, "--output", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    content = json.loads((tmp_path / "race.json").read_text(encoding="utf-8"))
    names = [standing["name"] for standing in content["standings"]]
    assert names[:2] == ["mblscale", "lapack"]
    for standing in content["standings"][1:]:
        assert standing["processor"] > 0
        assert standing["memory"] > 1e7
        assert standing["deviation"] < 1e-12, standing["name"]
    assert "mblscale" in (tmp_path / "race.md").read_text(encoding="utf-8")
