"""LAPACK, dense: `lapack.py full` is `dsyevd`, all eigenpairs; `lapack.py subset` is `dsyevr`.

`dsyevr` finds the pairs of an interval of energies. It is told one that holds half as many levels
again as wanted, by the density of states: a Gaussian whose moments are exact traces. Where that
falls short the interval is doubled, on the contender's clock.
"""

import sys
from math import exp, pi, sqrt

import numpy as np
from common import Rows, Solution, compete, nearest

MARGIN = 1.5


def dense(rows: Rows) -> np.ndarray:
    """The whole matrix, by columns, as LAPACK has it."""
    matrix = np.zeros((rows.dimension, rows.dimension), order="F")
    row = np.repeat(np.arange(rows.dimension), np.diff(rows.starts))
    matrix[row, rows.columns] = rows.values
    return matrix


def residual(matrix: np.ndarray, energies: np.ndarray, states: np.ndarray) -> float:
    """The largest ‖Hv − Ev‖."""
    return np.linalg.norm(matrix @ states - states * energies, axis=0).max()


def full(matrix: np.ndarray, states: int, epsilon: float) -> Solution:
    """All eigenpairs (NumPy's `eigh` is `dsyevd`)."""
    energies, vectors = np.linalg.eigh(matrix)
    lowest, highest = energies[0], energies[-1]
    chosen = nearest(energies, lowest + epsilon * (highest - lowest), states)
    worst = residual(matrix, energies[chosen], vectors[:, chosen])
    return Solution(lowest, highest, energies[chosen], worst)


def subset(matrix: np.ndarray, states: int, epsilon: float) -> Solution:
    """The eigenpairs about the target, its ends by Lanczos."""
    from scipy.linalg import eigh
    from scipy.sparse import csr_array
    from scipy.sparse.linalg import eigsh

    sparse = csr_array(matrix)
    lowest = eigsh(sparse, k=1, which="SA", return_eigenvectors=False)[0]
    highest = eigsh(sparse, k=1, which="LA", return_eigenvectors=False)[0]
    target = lowest + epsilon * (highest - lowest)
    radius = MARGIN * states / 2 / density(matrix, target)
    while True:
        interval = (target - radius, target + radius)
        energies, vectors = eigh(matrix, driver="evr", subset_by_value=interval)
        if len(energies) >= states:
            break
        radius *= 2.0
    chosen = nearest(energies, target, states)
    worst = residual(matrix, energies[chosen], vectors[:, chosen])
    return Solution(lowest, highest, energies[chosen], worst)


def density(matrix: np.ndarray, energy: float) -> float:
    """Levels per energy, of a Gaussian with the mean Tr H/N and the variance Tr H²/N − mean²."""
    dimension = len(matrix)
    mean = np.trace(matrix) / dimension
    variance = np.vdot(matrix, matrix) / dimension - mean**2
    return dimension * exp(-((energy - mean) ** 2) / (2 * variance)) / sqrt(2 * pi * variance)


def libraries() -> list[str]:
    """Who did the work."""
    scipy = sys.modules.get("scipy")
    return [f"NumPy {np.__version__}", *([f"SciPy {scipy.__version__}"] if scipy else [])]


if __name__ == "__main__":
    compete(dense, {"full": full, "subset": subset}[sys.argv[1]], libraries)
