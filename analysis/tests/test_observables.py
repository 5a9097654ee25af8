"""Observables and statistics of levels against NumPy, from the fields in data.h5 alone."""

import itertools

import h5py
import numpy as np
import pytest
from program import mblscale, needs_program

OBSERVABLES = [
    "gap_ratios",
    "magnetization",
    "correlation_zz",
    "correlation_xx",
    "entanglement_entropies",
    "renyi_entropies",
    "number_entropies",
    "entanglement_spectrum",
    "participation_entropies",
    "fractal_dimensions",
    "matrix_elements",
    "fidelity_susceptibility",
    "gap_ratio_histogram",
    "magnetization_histogram",
    "matrix_element_histogram",
    "levels",
    "unfolded_levels",
    "level_density",
    "form_factor",
    "number_variance",
    "heisenberg_time",
]
ORDERS = [0.5, 1.0, 2.0, 3.5]
STATES = 12
CLOSE = 1e-11


class Chain:
    """A ring of spins in the sector of zero magnetization, diagonalized."""

    def __init__(self, field: np.ndarray) -> None:
        self.sites = len(field)
        chosen = itertools.combinations(range(self.sites), self.sites // 2)
        self.basis = np.array([sum(1 << site for site in up) for up in chosen])
        place = {state: number for number, state in enumerate(self.basis)}
        self.spins = 2.0 * (self.basis[:, None] >> np.arange(self.sites) & 1) - 1.0
        neighbours = self.spins * np.roll(self.spins, -1, axis=1)
        matrix = np.diag(neighbours.sum(axis=1) + self.spins @ field)
        for first in range(self.sites):
            pair = 1 << first | 1 << (first + 1) % self.sites
            for row, state in enumerate(self.basis):
                if state & pair not in (0, pair):
                    matrix[row, place[state ^ pair]] += 2.0
        self.place = place
        self.energies, self.states = np.linalg.eigh(matrix)

    def window(self, density: float) -> slice:
        """The levels nearest a target."""
        target = self.energies[0] + density * np.ptp(self.energies)
        nearest = np.sort(np.argsort(np.abs(self.energies - target))[:STATES])
        return slice(nearest[0], nearest[-1] + 1)

    def schmidt(self, state: np.ndarray, cut: int) -> tuple[np.ndarray, np.ndarray]:
        """The probabilities of a cut, and those of each number of up spins in the first part."""
        matrix = np.zeros((1 << cut, 1 << self.sites - cut))
        matrix[self.basis & (1 << cut) - 1, self.basis >> cut] = state
        up = np.array([row.bit_count() for row in range(1 << cut)])
        numbers = np.bincount(up, (matrix**2).sum(axis=1))
        return np.linalg.svd(matrix, compute_uv=False) ** 2, numbers

    def exchanged(self, state: np.ndarray, first: int, second: int) -> float:
        """⟨σˣσˣ⟩ of two sites."""
        opposite = self.spins[:, first] != self.spins[:, second]
        others = [self.place[it ^ (1 << first | 1 << second)] for it in self.basis[opposite]]
        return float(state[opposite] @ state[others])


def shannon(probabilities: np.ndarray) -> float:
    known = probabilities[probabilities > 0.0]
    return float(-(known * np.log(known)).sum())


def participation(state: np.ndarray, order: float) -> float:
    if order == 1.0:
        return shannon(state**2)
    return float(np.log((state**2) ** order @ np.ones_like(state)) / (1.0 - order))


def correlations(chain: Chain, states: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean C_zz and C_xx at each distance."""
    zz, xx = [], []
    spins = chain.spins.T @ states**2
    for distance in range(1, chain.sites // 2 + 1):
        pairs = {frozenset((i, (i + distance) % chain.sites)) for i in range(chain.sites)}
        products = [chain.spins[:, i] * chain.spins[:, j] for i, j in pairs]
        means = [spins[i] * spins[j] for i, j in pairs]
        zz.append(np.mean(np.array(products) @ states**2 - np.array(means)))
        exchanged = [chain.exchanged(state, i, j) for state in states.T for i, j in pairs]
        xx.append(np.mean(exchanged))
    return np.array(zz), np.array(xx)


def susceptibility(chain: Chain, window: slice) -> np.ndarray:
    states, energies = chain.states[:, window], chain.energies[window]
    cutoff = np.ptp(energies) / (STATES - 1)
    distances = energies[:, None] - energies[None, :]
    weights = distances**2 / (distances**2 + cutoff**2) ** 2
    elements = np.einsum("ci,cn,cm->inm", chain.spins, states, states)
    return (weights * elements**2).sum(axis=2).T


def unfolded(energies: np.ndarray) -> np.ndarray:
    fit = np.polynomial.Chebyshev.fit(energies, np.arange(len(energies)) + 0.5, 10)
    return fit(energies)


def form_factor(levels: np.ndarray, taus: np.ndarray) -> np.ndarray:
    weights = np.exp(-((levels - levels.mean()) ** 2) / (2 * (0.5 * levels.std()) ** 2))
    phases = np.exp(-2j * np.pi * np.outer(taus, levels))
    return np.abs(phases @ weights) ** 2 / (weights**2).sum()


@pytest.fixture(scope="module", params=[8, 10])
def group(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> h5py.Group:
    directory = tmp_path_factory.mktemp("observables")
    deck = f"""version = 1
        name = "observables"
        output = "out"
        chain = {{ sizes = [{request.param}] }}
        disorder = {{ strengths = [1.0, 6.0], realizations = {{ test = 2 }}, seed = 4 }}
        [spectrum]
        energy_densities = [0.3, 0.5]
        states = {STATES}
        solver = "dense"
        store_energies = true
        indicators = ["gap_ratio"]
        observables = {OBSERVABLES}
        orders = {ORDERS}"""
    (directory / "deck.toml").write_text(deck, encoding="utf-8")
    said = mblscale("generate", "deck.toml", cwd=directory)
    assert said.returncode == 0, said.stderr
    return h5py.File(directory / "out/data.h5")[f"L{request.param:02}/test"]


def realizations(group: h5py.Group) -> list[tuple[tuple[int, int], Chain]]:
    places = list(np.ndindex(2, 2))
    return [(place, Chain(group["field"][place])) for place in places]


@needs_program
def test_windows(group: h5py.Group) -> None:
    for place, chain in realizations(group):
        for number, density in enumerate(group["epsilon"]):
            window = chain.window(density)
            states, at = chain.states[:, window], (*place, number)

            def close(name: str, expected: np.ndarray, scale: float = 1.0, at: tuple = at) -> None:
                found = group[name][at]
                assert found.shape == np.shape(expected), name
                assert np.abs(found - expected).max() < CLOSE * scale, name

            close("energy", chain.energies[window], 10.0)
            close("magnetization", (chain.spins.T @ states**2).T)
            zz, xx = correlations(chain, states)
            close("correlation_zz", zz)
            close("correlation_xx", xx)
            cuts = range(1, chain.sites)
            schmidt = [[chain.schmidt(state, cut) for cut in cuts] for state in states.T]
            close("entanglement_entropies", [[shannon(it[0]) for it in row] for row in schmidt])
            renyi = [[-np.log((it[0] ** 2).sum()) for it in row] for row in schmidt]
            close("renyi_entropies", renyi)
            close("number_entropies", [[shannon(it[1]) for it in row] for row in schmidt])
            close("entanglement_spectrum", [row[chain.sites // 2 - 1][0] for row in schmidt])
            entropies = [[participation(state, order) for order in ORDERS] for state in states.T]
            close("participation_entropies", entropies)
            close("fractal_dimensions", np.array(entropies) / np.log(len(chain.basis)))
            elements = np.abs(np.einsum("ci,cn,cn->ni", chain.spins, states[:, :-1], states[:, 1:]))
            close("matrix_elements", elements)
            expected = susceptibility(chain, window)
            close("fidelity_susceptibility", expected, expected.max())


@needs_program
def test_histograms(group: h5py.Group) -> None:
    for name, of, bins in (
        ("gap_ratio_histogram", lambda: group["gap_ratios"][...], (50, 0.0, 1.0)),
        ("magnetization_histogram", lambda: group["magnetization"][...], (50, -1.0, 1.0)),
        ("matrix_element_histogram", lambda: np.log10(group["matrix_elements"][...]), (64, -16, 0)),
    ):
        count, low, high = bins
        values = of()
        values = values.reshape(2, 2, 2, -1)
        edges = np.linspace(low, high, count + 1)
        centres = group[name].dims[3][0][...]
        assert np.allclose(centres, (edges[1:] + edges[:-1]) / 2, atol=1e-14)
        for place in np.ndindex(2, 2, 2):
            known = values[place][~np.isnan(values[place])]
            expected, _ = np.histogram(np.maximum(known, low), bins=edges)
            assert np.array_equal(group[name][place], expected), name


@needs_program
def test_levels(group: h5py.Group) -> None:
    for place, chain in realizations(group):
        energies = chain.energies
        assert np.abs(group["levels"][place] - energies).max() < 1e-10
        levels = unfolded(energies)
        assert np.abs(group["unfolded_levels"][place] - levels).max() < 1e-8
        found = group["form_factor"][place]
        expected = form_factor(levels, group["tau"][...])
        assert np.abs(found - expected).max() < 1e-6 * expected.max()
        quarter, count = len(energies) // 4, len(energies)
        distance = (energies[3 * count // 4] - energies[quarter]) / (3 * count // 4 - quarter)
        assert group["heisenberg_time"][place] == pytest.approx(2 * np.pi / distance, rel=1e-11)
        density, _ = np.histogram((energies - energies[0]) / np.ptp(energies), 100, (0.0, 1.0))
        assert np.array_equal(group["level_density"][place], density)
        for interval, variance in zip(group["interval"], group["number_variance"][place], strict=True):
            if interval > 0.25 * count:
                assert np.isnan(variance)
                continue
            starts = np.arange(count / 4, 3 * count / 4 - interval + 1e-12, np.sqrt(5) - 2)
            below = [np.searchsorted(levels, starts + more) for more in (0.0, interval)]
            expected = np.mean((below[1] - below[0] - interval) ** 2)
            assert variance == pytest.approx(expected, abs=1e-6)
