"""Makes ising_binder.csv: the Binder cumulant of the two-dimensional Ising model.

Wolff's single clusters on periodic squares of L × L. A cluster that is flipped says by how much the
magnetization changes, so that every step is measured. Errors are jackknifed over replicas, which are
independent. Needs NumPy and Numba, and a quarter of an hour of one core:

    python tests/data/ising_binder.py > tests/data/ising_binder.csv
"""

import itertools

import numba
import numpy as np

SIZES = (12, 16, 24, 32, 48)
COUPLINGS = np.linspace(0.425, 0.455, 11)
REPLICAS = 24
WARM_UP, STEPS = 2000, 12000


@numba.njit
def moments(length: int, coupling: float, steps: int, random: np.random.Generator):
    """⟨m²⟩ and ⟨m⁴⟩ of one replica."""
    sites = length * length
    spins = np.where(random.random(sites) < 0.5, -1, 1).astype(np.int8)
    magnetization = spins.sum()
    grow = 1.0 - np.exp(-2.0 * coupling)
    stack = np.empty(sites, np.int64)
    second, fourth = 0.0, 0.0
    for step in range(WARM_UP + steps):
        first = int(random.random() * sites)
        sign = spins[first]
        spins[first] = -sign
        stack[0] = first
        waiting, flipped = 1, 1
        while waiting > 0:
            waiting -= 1
            row, column = divmod(stack[waiting], length)
            for neighbour in (
                row * length + (column + 1) % length,
                row * length + (column - 1) % length,
                (row + 1) % length * length + column,
                (row - 1) % length * length + column,
            ):
                if spins[neighbour] == sign and random.random() < grow:
                    spins[neighbour] = -sign
                    stack[waiting] = neighbour
                    waiting += 1
                    flipped += 1
        magnetization -= 2 * sign * flipped
        if step >= WARM_UP:
            square = (magnetization / sites) ** 2
            second += square
            fourth += square * square
    return second / steps, fourth / steps


def cumulant(second: np.ndarray, fourth: np.ndarray) -> np.ndarray:
    """Binder's U = 1 − ⟨m⁴⟩/(3⟨m²⟩²)."""
    return 1.0 - fourth / (3.0 * second**2)


def with_error(length: int, coupling: float) -> tuple[float, float]:
    """The cumulant over all replicas and its jackknife error."""
    streams = np.random.default_rng([1944, length, round(1e6 * coupling)]).spawn(REPLICAS)
    found = np.array([moments(length, coupling, STEPS, stream) for stream in streams])
    without = cumulant(*((found.sum(axis=0) - found).T / (REPLICAS - 1)))
    error = np.sqrt((REPLICAS - 1) * np.mean((without - without.mean()) ** 2))
    return float(cumulant(*found.mean(axis=0))), float(error)


def exact(length: int, coupling: float) -> float:
    """The cumulant by summation over all configurations, for the smallest squares."""
    total = np.zeros(3)
    for spins in itertools.product((-1, 1), repeat=length * length):
        spins = np.array(spins).reshape(length, length)
        bonds = sum((spins * np.roll(spins, 1, axis)).sum() for axis in (0, 1))
        square = spins.mean() ** 2
        total += np.exp(coupling * bonds) * np.array([1.0, square, square**2])
    return float(cumulant(total[1] / total[0], total[2] / total[0]))


def check() -> None:
    """The clusters against the sum over all configurations."""
    for coupling in (0.3, 0.5):
        value, error = with_error(3, coupling)
        assert abs(value - exact(3, coupling)) < 4 * error, (value, error)


def main() -> None:
    """Checks the simulation, then prints the table."""
    check()
    print("# Binder cumulant U = 1 - <m^4>/(3 <m^2>^2) of the two-dimensional Ising model, periodic")
    print("# squares of L x L, at the coupling h = beta; made by ising_binder.py.")
    print("L,h,mean,error")
    for length in SIZES:
        for coupling in COUPLINGS:
            value, error = with_error(length, coupling)
            print(f"{length},{coupling:.3f},{value:.6f},{error:.6f}", flush=True)


if __name__ == "__main__":
    main()
