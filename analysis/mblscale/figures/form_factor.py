"""Spectral form factor K(τ), and the Thouless time.

The upper panels show K of each disorder strength for the longest chain, beside that of the Gaussian
orthogonal ensemble. Dots mark Thouless times: there K comes within 0.08 in log₁₀ of the ensemble (Šuntajs,
Bonča, Prosen and Vidmar, PRE 102, 062144). The last panel shows g = log₁₀(t_H/t_Th) of each length.
"""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from xarray import DataArray

from mblscale.figures.observed import observed, some
from mblscale.figures.style import STRENGTH, size_styles
from mblscale.results import Results

NEAR = 0.08
"""K follows the ensemble once the logarithms to base 10 differ by less."""
WINDOW = 0.05
"""K is averaged over such a range of log₁₀ τ."""
MOST = 6
"""The largest number of strengths."""


def ensemble(taus: np.ndarray) -> np.ndarray:
    """K of the Gaussian orthogonal ensemble."""
    early = 2 * taus - taus * np.log1p(2 * taus)
    with np.errstate(invalid="ignore", divide="ignore"):
        late = 2 - taus * np.log((2 * taus + 1) / (2 * taus - 1))
    return np.asarray(np.where(taus < 1, early, late))


def smoothed(taus: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Running means over the last axis."""
    places = np.log10(taus)
    near = np.abs(places[:, None] - places[None, :]) <= WINDOW
    return np.asarray(values @ near / near.sum(axis=0))


def thouless_time(taus: np.ndarray, form_factor: np.ndarray) -> float:
    """The first τ from which K follows the ensemble up to τ = 1; NaN if there is none."""
    known = taus < 1
    far = np.abs(np.log10(form_factor[known] / ensemble(taus[known]))) > NEAR
    if far.all() or not known.any() or far[-1]:
        return np.nan
    last = np.flatnonzero(far)
    return float(taus[known][last[-1] + 1 if len(last) else 0])


def form_factors(values: DataArray) -> DataArray:
    """The mean K over (h, tau)."""
    mean = values.mean("realization").transpose("h", "tau")
    return mean.copy(data=smoothed(mean["tau"].values, mean.values))


def draw(results: Results) -> Figure:
    """The figure."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.0, 3.2))
    panel(left, results)
    left.legend(fontsize=7)
    thouless(right, results)
    right.legend()
    return figure


def panel(axes: Axes, results: Results, sites: int | None = None) -> None:
    """K of each disorder strength for a chain length; without a length, for the longest chain."""
    known = observed(results, "form_factor")
    sites = max(known) if sites is None else sites
    means = form_factors(known[sites])
    taus = means["tau"].values
    strengths = some(means["h"].values, MOST)
    colours = plt.get_cmap("plasma")(np.linspace(0.0, 0.85, len(strengths)))
    for h, colour in zip(strengths, colours, strict=True):
        values = means.sel(h=h).values
        axes.loglog(taus, values, color=colour, label=f"$h = {h:g}$")
        time = thouless_time(taus, values)
        if not np.isnan(time):
            axes.loglog(time, np.interp(time, taus, values), "o", color=colour)
    axes.loglog(taus, ensemble(taus), "k--", linewidth=1, label="ergodic")
    axes.set_title(f"$L = {sites}$", fontsize=8.5)
    axes.set_xlabel(r"time $\tau$ (Heisenberg times)")
    axes.set_ylabel(r"form factor $K(\tau)$")
    axes.set_ylim(bottom=np.nanmin(ensemble(taus)) / 2)


def thouless(axes: Axes, results: Results) -> None:
    """g = log₁₀(t_H/t_Th) of each length against disorder."""
    known = observed(results, "form_factor")
    for sites, style in size_styles(known).items():
        means = form_factors(known[sites])
        times = np.array([thouless_time(means["tau"].values, row) for row in means.values])
        axes.plot(means["h"], -np.log10(times), **style, label=f"$L = {sites}$")
    axes.set_xlabel(STRENGTH)
    axes.set_ylabel(r"$g = \log_{10}(t_\mathrm{H}\,/\,t_\mathrm{Th})$")
