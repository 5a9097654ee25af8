"""Normalisation of indicators that grow with the chain, so that lengths can be compared.

Stored values are raw, and are divided when they are read. The entanglement entropy has several
normalisations, with the names of the deck's `normalisation` keys.
"""

from math import comb, log

NORMALISATIONS = ("sector", "page", "paper")


def digamma(x: float) -> float:
    """The digamma function ψ(x) for x > 0, to about 1e-15 of its value.

    The recurrence ψ(x) = ψ(x + 1) − 1/x leads to x ≥ 10. The asymptotic series
    ln x − 1/(2x) − Σ B_2k / (2k x^2k) holds there (Abramowitz & Stegun 6.3.5 and 6.3.18).
    """
    shift = 0.0
    while x < 10.0:
        shift -= 1.0 / x
        x += 1.0
    y = 1.0 / (x * x)
    # The coefficients B_2k / 2k for k = 1 … 7.
    coefficients = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12)
    series = 0.0
    for coefficient in reversed(coefficients):
        series = (series + coefficient) * y
    return shift + log(x) - 0.5 / x - series


def scale(indicator: str, sites: int, normalisation: str = "sector") -> float:
    """The stored value that is normalised to 1.

    It is the mean over random states. For an indicator that does not grow, it is 1. The half of an
    odd chain is the smaller one, of (L − 1)/2 sites, and its sector has as many spins up.
    """
    if indicator in ("entanglement", "entanglement_all_cuts"):
        return half_chain_entropy(sites, normalisation)
    # The squared coefficients of random real states are Dirichlet distributed, parameters 1/2.
    sector = comb(sites, sites // 2)
    if indicator == "participation_entropy":
        return digamma(sector / 2 + 1) - digamma(1.5)
    if indicator == "half_chain_fluctuation":
        half = sites // 2
        return (half * (sites - half) / sites) ** 2 / (sites - 1) * sector / (sector + 2)
    return 1.0


def half_chain_entropy(sites: int, normalisation: str = "sector") -> float:
    """The entropy in nats that is normalised to 1.

    `sector` is the mean over random states of the Sz = 0 sector. `page` is the mean over random
    states of the whole space (D. N. Page, Phys. Rev. Lett. 71, 1291). `paper` is the divisor of
    the published code of arXiv:2202.08853, which reproduces its figures.
    """
    if normalisation == "sector":
        return _sector_entropy(sites)
    smaller, larger = 2.0 ** (sites // 2), 2.0 ** (sites - sites // 2)
    harmonics = digamma(smaller * larger + 1) - digamma(larger + 1)
    correction = (smaller - 1) / (2 * larger)
    if normalisation == "page":
        return harmonics - correction
    if normalisation == "paper":
        # Their entropies are in bits, but the correction is in nats: it gains a factor ln 2.
        return harmonics - correction * log(2)
    raise ValueError(
        f'normalisation "{normalisation}" is unknown; choose one of {", ".join(NORMALISATIONS)}'
    )


def _sector_entropy(sites: int) -> float:
    """Page's formula for every number of up spins in the half, weighted by its probability."""
    half = sites // 2
    sector = comb(sites, half)
    entropy = 0.0
    for up in range(half + 1):
        smaller, larger = sorted((comb(half, up), comb(sites - half, half - up)))
        page = digamma(sector + 1) - digamma(larger + 1) - (smaller - 1) / (2 * larger)
        entropy += smaller * larger / sector * page
    return entropy
