"""Makes ising_binder.csv: the Binder cumulant of the two-dimensional Ising model.

Swendsen and Wang's clusters on periodic squares of L × L, all couplings and replicas of a size in one
graph. Errors are jackknifed over the replicas, which are independent. Needs NumPy and SciPy:

    python tests/data/ising_binder.py > tests/data/ising_binder.csv
"""

import itertools

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

SIZES = (8, 12, 16, 24, 32)
COUPLINGS = np.linspace(0.42, 0.46, 9)
REPLICAS = 24
WARM_UP, SWEEPS = 100, 1200


def neighbours(length: int) -> tuple[np.ndarray, np.ndarray]:
    """The two ends of every bond of a periodic square."""
    sites = np.arange(length * length).reshape(length, length)
    right, below = np.roll(sites, -1, axis=1), np.roll(sites, -1, axis=0)
    return np.tile(sites.ravel(), 2), np.concatenate([right.ravel(), below.ravel()])


def moments(length: int, couplings: np.ndarray, sweeps: int, random: np.random.Generator):
    """⟨m²⟩ and ⟨m⁴⟩ of every (coupling, replica)."""
    sites = length * length
    copies = len(couplings) * REPLICAS
    first, second = neighbours(length)
    shift = sites * np.arange(copies)[:, None]
    first, second = (first + shift).ravel(), (second + shift).ravel()
    freeze = np.repeat(1.0 - np.exp(-2.0 * couplings), REPLICAS * 2 * sites)
    spins = random.choice([-1, 1], copies * sites).astype(np.int8)
    sums = np.zeros((2, copies))
    for sweep in range(WARM_UP + sweeps):
        frozen = (spins[first] == spins[second]) & (random.random(len(first)) < freeze)
        bonds = (np.ones(frozen.sum(), np.int8), (first[frozen], second[frozen]))
        graph = coo_array(bonds, shape=(copies * sites,) * 2)
        count, cluster = connected_components(graph, directed=False)
        spins = random.choice(np.array([-1, 1], np.int8), count)[cluster]
        if sweep >= WARM_UP:
            square = spins.reshape(copies, sites).mean(axis=1, dtype=float) ** 2
            sums += square, square**2
    return (sums / sweeps).reshape(2, len(couplings), REPLICAS)


def cumulant(second: np.ndarray, fourth: np.ndarray) -> np.ndarray:
    """Binder's U = 1 − ⟨m⁴⟩/(3⟨m²⟩²)."""
    return 1.0 - fourth / (3.0 * second**2)


def with_error(second: np.ndarray, fourth: np.ndarray) -> tuple[float, float]:
    """The cumulant over all replicas and its jackknife error."""
    count = len(second)
    without = cumulant(*((values.sum() - values) / (count - 1) for values in (second, fourth)))
    error = np.sqrt((count - 1) * np.mean((without - without.mean()) ** 2))
    return float(cumulant(second.mean(), fourth.mean())), float(error)


def exact(length: int, coupling: float) -> float:
    """The cumulant by summation over all configurations, for the smallest squares."""
    first, second = neighbours(length)
    total = np.zeros(3)
    for spins in itertools.product((-1, 1), repeat=length * length):
        spins = np.array(spins)
        weight = np.exp(coupling * (spins[first] * spins[second]).sum())
        square = spins.mean() ** 2
        total += weight * np.array([1.0, square, square**2])
    return float(cumulant(total[1] / total[0], total[2] / total[0]))


def check(random: np.random.Generator) -> None:
    """The clusters against the sum over all configurations."""
    couplings = np.array([0.3, 0.5])
    second, fourth = moments(3, couplings, 2000, random)
    for place, coupling in enumerate(couplings):
        value, error = with_error(second[place], fourth[place])
        assert abs(value - exact(3, coupling)) < 4 * error, (value, error)


def main() -> None:
    """Checks the simulation, then prints the table."""
    random = np.random.default_rng(1944)
    check(random)
    print("# Binder cumulant U = 1 - <m^4>/(3 <m^2>^2) of the two-dimensional Ising model, periodic")
    print("# squares of L x L, at the coupling h = beta; made by ising_binder.py.")
    print("L,h,mean,error")
    for length in SIZES:
        second, fourth = moments(length, COUPLINGS, SWEEPS, random)
        for place, coupling in enumerate(COUPLINGS):
            value, error = with_error(second[place], fourth[place])
            print(f"{length},{coupling:.3f},{value:.6f},{error:.6f}", flush=True)


if __name__ == "__main__":
    main()
