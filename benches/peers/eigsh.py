"""SciPy: `eigsh(sigma=…)`, ARPACK on SuperLU, which QuSpin and quimb offer too.

`eigsh.py default` is what the call does by itself. `eigsh.py tuned` hands it a factorization with
SuperLU's symmetric mode and order, which has far less fill.
"""

import sys

import numpy as np
import scipy
from common import Rows, Solution, compete, nearest
from scipy.sparse import csc_array, eye_array
from scipy.sparse.linalg import LinearOperator, eigsh, splu

SYMMETRIC = {
    "permc_spec": "MMD_AT_PLUS_A",
    "diag_pivot_thresh": 0.01,
    "options": {"SymmetricMode": True},
}
"""For matrices that are symmetric: rows and columns in the same order, pivots near the diagonal."""


def sparse(rows: Rows) -> csc_array:
    """SuperLU wants columns; those of a symmetric matrix are its rows."""
    shape = (rows.dimension, rows.dimension)
    return csc_array((rows.values, rows.columns, rows.starts), shape=shape)


def inverse(matrix: csc_array, target: float) -> LinearOperator:
    """(H − target)⁻¹, factorized as a symmetric matrix."""
    factor = splu(matrix - target * eye_array(matrix.shape[0], format="csc"), **SYMMETRIC)
    return LinearOperator(matrix.shape, matvec=factor.solve, dtype=matrix.dtype)


def solve(matrix: csc_array, states: int, epsilon: float, tuned: bool) -> Solution:
    """The levels nearest the target."""
    lowest = eigsh(matrix, k=1, which="SA", return_eigenvectors=False)[0]
    highest = eigsh(matrix, k=1, which="LA", return_eigenvectors=False)[0]
    target = lowest + epsilon * (highest - lowest)
    by = {"OPinv": inverse(matrix, target)} if tuned else {}
    energies, vectors = eigsh(matrix, k=states, sigma=target, **by)
    order = nearest(energies, target, states)
    energies, vectors = energies[order], vectors[:, order]
    worst = np.linalg.norm(matrix @ vectors - vectors * energies, axis=0).max()
    return Solution(lowest, highest, energies, worst)


if __name__ == "__main__":
    TUNED = {"default": False, "tuned": True}[sys.argv[1]]
    compete(
        sparse,
        lambda matrix, states, epsilon: solve(matrix, states, epsilon, TUNED),
        lambda: [f"SciPy {scipy.__version__}"],
    )
