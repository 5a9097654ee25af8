"""The entropies that count as 1, against tables and exact sums."""

from math import log

import numpy as np
import pytest

from mblscale.normalisation import half_chain_entropy, scale

# L: Page's value and the sector's, in nats, computed independently of this code.
TABLE = {
    8: (2.2749, 2.2062),
    10: (2.9663, 2.8866),
    12: (3.6590, 3.5745),
    14: (4.3521, 4.2652),
    16: (5.0452, 4.9569),
    18: (5.7383, 5.6490),
    20: (6.4315, 6.3414),
}


@pytest.mark.parametrize("sites", TABLE)
def test_page_and_sector_agree_with_the_table(sites: int) -> None:
    page, sector = TABLE[sites]
    assert half_chain_entropy(sites, "page") == pytest.approx(page, abs=5.1e-5)
    assert half_chain_entropy(sites, "sector") == pytest.approx(sector, abs=5.1e-5)
    assert half_chain_entropy(sites) == half_chain_entropy(sites, "sector")


@pytest.mark.parametrize("sites", [2, 4, 10, 16])
def test_paper_and_page_are_harmonic_sums(sites: int) -> None:
    n = 2 ** (sites // 2)
    harmonics = sum(1 / k for k in range(n + 1, n**2 + 1))
    correction = (n - 1) / (2 * n)
    assert half_chain_entropy(sites, "page") == pytest.approx(harmonics - correction, abs=1e-12)
    # Entropies in bits divided by the paper's value are entropies in nats divided by ours.
    bits = harmonics / log(2) - correction
    assert half_chain_entropy(sites, "paper") == pytest.approx(bits * log(2), abs=1e-12)


def test_two_sites_by_hand() -> None:
    # The sector of two sites is one up spin in either half: both blocks are one-dimensional,
    # and a random state has the mean entropy ψ(3) − ψ(2) = 1/2.
    assert half_chain_entropy(2, "sector") == pytest.approx(0.5, abs=1e-14)


def entropy(values: np.ndarray) -> np.ndarray:
    """−p ln p."""
    return -values * np.log(np.maximum(values, 1e-300))


@pytest.mark.parametrize("sites", [3, 5])
def test_odd_lengths_against_random_states(sites: int) -> None:
    """States of the sector with ⌊L/2⌋ spins up, and of the whole space. A is ⌊L/2⌋ sites."""
    half, count = sites // 2, 20000
    random = np.random.default_rng(sites)
    number = np.arange(2**sites)
    up = np.array([bin(state).count("1") for state in number])
    for name, kept in {"sector": up == half, "page": up >= 0}.items():
        normal = random.normal(size=(2, count, 2**sites))
        states = np.where(kept, normal[0] + 1j * normal[1], 0)
        states /= np.linalg.norm(states, axis=1, keepdims=True)
        singular = np.linalg.svd(states.reshape(count, 2**half, -1), compute_uv=False)
        found = entropy(singular**2).sum(1)
        error = found.std() / count**0.5
        assert abs(found.mean() - half_chain_entropy(sites, name)) < 4 * error
    weights = np.where(up == half, random.normal(size=(count, 2**sites)), 0) ** 2
    weights /= weights.sum(1, keepdims=True)
    of_half = np.array([bin(state >> (sites - half)).count("1") for state in number])
    variance = weights @ of_half**2 - (weights @ of_half) ** 2
    for name, found in {
        "half_chain_fluctuation": variance,
        "participation_entropy": entropy(weights).sum(1),
    }.items():
        assert abs(found.mean() - scale(name, sites)) < 4 * found.std() / count**0.5


def test_other_indicators_of_two_sites_by_hand() -> None:
    # Random real states of two sites are (cos φ, sin φ): the means over φ of their participation
    # entropy and of sin²(2φ)/4.
    assert scale("participation_entropy", 2) == pytest.approx(2 * log(2) - 1, abs=1e-14)
    assert scale("half_chain_fluctuation", 2) == pytest.approx(1 / 8, abs=1e-15)
    assert scale("entanglement_all_cuts", 12, "page") == half_chain_entropy(12, "page")
    assert scale("gap_ratio", 12) == 1.0


def test_an_unknown_normalisation_is_refused() -> None:
    with pytest.raises(ValueError, match='"pages" is unknown; choose one of sector'):
        half_chain_entropy(10, "pages")
