"""Runs mblscale, and reads, averages and draws its results.

    import mblscale

    results = mblscale.open("out/demo")
    entropy = mblscale.normalise(results.data[12, "test"].entanglement)
    print(mblscale.aggregate(entropy.sel(epsilon=0.5)))  # mean and error over h
"""

from mblscale import decks
from mblscale.formats import ResultError
from mblscale.normalisation import normalise
from mblscale.results import Results, open
from mblscale.runs import RunError, Unfinished, run
from mblscale.statistics import aggregate
from mblscale.tables import Tables, indicator, indicators, open_data, save_data

__all__ = [
    "ResultError",
    "Results",
    "RunError",
    "Tables",
    "Unfinished",
    "aggregate",
    "decks",
    "indicator",
    "indicators",
    "normalise",
    "open",
    "open_data",
    "run",
    "save_data",
]
