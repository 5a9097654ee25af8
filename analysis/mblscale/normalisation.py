"""Normalisation of indicators that grow with the chain, so that lengths can be compared.

Stored values are raw. The entanglement entropy has several normalisations, with the names of the
deck's `normalisation` keys.
"""

from math import comb, log
from typing import TypeVar

from scipy.special import digamma
from xarray import DataArray, Dataset

NORMALISATIONS = ("sector", "page", "paper")

Values = TypeVar("Values", DataArray, Dataset)


def normalise(values: Values, normalisation: str = "sector") -> Values:
    """Divides what grows with the chain by its value for random states.

    The values come from `mblscale.open`: they know their name and their number of sites. Those that
    are normalised say so by an attribute.
    """
    if isinstance(values, Dataset):
        new = {name: normalise(own, normalisation) for name, own in values.data_vars.items()}
        return values.assign(new)
    if "normalisation" in values.attrs:
        raise ValueError(f"{values.name} is normalised already, by {values.attrs['normalisation']}")
    divisor = scale(str(values.name).removesuffix("_members"), int(values["sites"]), normalisation)
    if divisor == 1.0:
        return values
    attributes = values.attrs | {"units": "1", "normalisation": normalisation}
    return (values / divisor).assign_attrs(attributes)


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
        return float(digamma(sector / 2 + 1) - digamma(1.5))
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
    harmonics = float(digamma(smaller * larger + 1) - digamma(larger + 1))
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
        page = float(digamma(sector + 1) - digamma(larger + 1)) - (smaller - 1) / (2 * larger)
        entropy += smaller * larger / sector * page
    return entropy
