"""SLEPc's shift-invert on MUMPS, as sinvert_mbl sets it up (SciPost Phys. 5, 045).

Krylov-Schur with a basis of 221, MUMPS's LDLᵀ in the best order that it was built with, real
arithmetic. Debian: `apt install python3-slepc4py-real libopenblas0-serial libmumps-scotch-5.5`.
The MUMPS that PETSc is linked with has neither METIS nor SCOTCH there, and would pass over the wish
for one in silence; contenders.py loads the one with SCOTCH in its place.
"""

import sys
from functools import cache
from glob import glob

import numpy as np
from common import WARM_UP_SITES, Rows, Sector, Solution, compete, nearest

# Debian keeps a build for each kind of number, and finds one by itself only for developers.
sys.path += glob("/usr/lib/*dir/*/*-linux-gnu-real/lib/python3/dist-packages")

from petsc4py import PETSc
from slepc4py import SLEPc

BASIS_PER_STATE = 2.21
"""Krylov vectors for each state wanted: 221 for 100."""

TOLERANCE = 1e-9
"""Of the inverted problem. SLEPc's default, 1e-8, leaves residuals just above the race's limit."""

ORDERS = {"METIS": 5, "SCOTCH": 3, "PORD": 4}
"""MUMPS's names of the orders with little fill, ICNTL(7), from the best."""


def sparse(rows: Rows) -> PETSc.Mat:
    """PETSc's sparse matrix, known to be symmetric."""
    shape = (rows.dimension, rows.dimension)
    matrix = PETSc.Mat().createAIJ(shape, csr=rows, comm=PETSc.COMM_SELF)
    matrix.setOption(PETSc.Mat.Option.SYMMETRIC, True)
    matrix.setOption(PETSc.Mat.Option.SYMMETRY_ETERNAL, True)
    return matrix


def problem(matrix: PETSc.Mat, which: SLEPc.EPS.Which) -> SLEPc.EPS:
    """A Krylov-Schur solver for some eigenvalues of the matrix."""
    solver = SLEPc.EPS().create(comm=PETSc.COMM_SELF)
    solver.setOperators(matrix)
    solver.setProblemType(SLEPc.EPS.ProblemType.HEP)
    solver.setType(SLEPc.EPS.Type.KRYLOVSCHUR)
    solver.setWhichEigenpairs(which)
    return solver


def end(matrix: PETSc.Mat, which: SLEPc.EPS.Which) -> float:
    """An end of the spectrum."""
    solver = problem(matrix, which)
    solver.setDimensions(nev=1)
    solver.solve()
    energy = solver.getEigenvalue(0).real
    solver.destroy()
    return energy


def shift_invert(matrix: PETSc.Mat, states: int, target: float, order: str) -> SLEPc.EPS:
    """The solver for the levels nearest the target, after its work."""
    solver = problem(matrix, SLEPc.EPS.Which.TARGET_MAGNITUDE)
    solver.setTarget(target)
    solver.setDimensions(nev=states, ncv=round(BASIS_PER_STATE * states))
    solver.setTolerances(tol=TOLERANCE)
    transform = solver.getST()
    transform.setType(SLEPc.ST.Type.SINVERT)
    transform.setShift(target)
    linear = transform.getKSP()
    linear.setType(PETSc.KSP.Type.PREONLY)
    linear.getPC().setType(PETSc.PC.Type.CHOLESKY)
    linear.getPC().setFactorSolverType(PETSc.Mat.SolverType.MUMPS)
    PETSc.Options().setValue("st_mat_mumps_icntl_7", ORDERS[order])
    solver.setFromOptions()
    solver.solve()
    return solver


@cache
def best_order() -> str:
    """The first of `ORDERS` that this MUMPS has: INFOG(7) says which one it took."""
    matrix = sparse(Sector(WARM_UP_SITES).hamiltonian(np.sin(np.arange(WARM_UP_SITES))))
    for order, number in ORDERS.items():
        solver = shift_invert(matrix, 10, 0.0, order)
        factor = solver.getST().getKSP().getPC().getFactorMatrix()
        if factor.getMumpsInfog(7) == number:
            return order
    raise RuntimeError(f"this MUMPS has none of {', '.join(ORDERS)}")


def solve(matrix: PETSc.Mat, states: int, epsilon: float) -> Solution:
    """The levels nearest the target."""
    lowest = end(matrix, SLEPc.EPS.Which.SMALLEST_REAL)
    highest = end(matrix, SLEPc.EPS.Which.LARGEST_REAL)
    target = lowest + epsilon * (highest - lowest)
    solver = shift_invert(matrix, states, target, best_order())
    found = solver.getConverged()
    if found < states:
        raise RuntimeError(f"SLEPc converged only {found} of {states} eigenpairs")
    energies = np.array([solver.getEigenvalue(pair).real for pair in range(found)])
    chosen = nearest(energies, target, states)
    absolute = SLEPc.EPS.ErrorType.ABSOLUTE
    worst = max(solver.computeError(int(pair), absolute) for pair in chosen)
    solver.destroy()
    return Solution(lowest, highest, energies[chosen], worst)


def libraries() -> list[str]:
    """Who did the work; MUMPS and BLAS are among what is linked."""
    slepc, petsc = (".".join(map(str, of.Sys.getVersion())) for of in (SLEPc, PETSc))
    return [f"SLEPc {slepc}", f"PETSc {petsc}", f"order by {best_order()}"]


if __name__ == "__main__":
    if np.issubdtype(PETSc.ScalarType, np.complexfloating):
        raise SystemExit("slepc.py wants the real build of PETSc (python3-slepc4py-real)")
    compete(sparse, solve, libraries)
