"""Spectral form factor K(τ), and the Thouless time.

The upper panels show K of each disorder strength for the longest chain, beside that of the Gaussian
orthogonal ensemble. Dots mark Thouless times: there K comes within 0.08 in log₁₀ of the ensemble (Šuntajs,
Bonča, Prosen and Vidmar, PRE 102, 062144). The last panel shows g = log₁₀(t_H/t_Th) of each length.
"""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from figure import STRENGTH, run_script, size_styles
from mblscale_results import Output, Table
from observed import gathered, some, tables

NAME = "form_factor"

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
    return np.where(taus < 1, early, late)


def smoothed(taus: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Running means over the last axis."""
    places = np.log10(taus)
    near = np.abs(places[:, None] - places[None, :]) <= WINDOW
    return values @ near / near.sum(axis=0)


def thouless_time(taus: np.ndarray, form_factor: np.ndarray) -> float:
    """The first τ from which K follows the ensemble up to τ = 1; NaN if there is none."""
    known = taus < 1
    far = np.abs(np.log10(form_factor[known] / ensemble(taus[known]))) > NEAR
    if far.all() or not known.any() or far[-1]:
        return np.nan
    last = np.flatnonzero(far)
    return float(taus[known][last[-1] + 1 if len(last) else 0])


def form_factors(of: list[Table]) -> tuple[np.ndarray, np.ndarray]:
    """τ, and the mean K over (h, τ)."""
    taus = of[0].coordinates["tau"]
    return taus, smoothed(taus, np.nanmean(gathered(of, "form_factor"), axis=1))


def draw(output: Output) -> Figure:
    """The figure."""
    known = tables(output, "form_factor")
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.0, 3.2))
    longest = known[max(known)]
    taus, values = form_factors(longest)
    strengths = longest[0].strengths
    places = some(strengths, MOST)
    colours = plt.get_cmap("plasma")(np.linspace(0.0, 0.85, len(places)))
    for place, colour in zip(places, colours, strict=True):
        left.loglog(taus, values[place], color=colour, label=f"$h = {strengths[place]:g}$")
        time = thouless_time(taus, values[place])
        if not np.isnan(time):
            left.loglog(time, np.interp(time, taus, values[place]), "o", color=colour)
    left.loglog(taus, ensemble(taus), "k--", linewidth=1, label="ergodic")
    left.set_title(f"$L = {max(known)}$", fontsize=8.5)
    left.set_xlabel(r"time $\tau$ (Heisenberg times)")
    left.set_ylabel(r"form factor $K(\tau)$")
    left.set_ylim(bottom=np.nanmin(ensemble(taus)) / 2)
    left.legend(fontsize=7)
    for sites, style in size_styles(known).items():
        taus, values = form_factors(known[sites])
        times = np.array([thouless_time(taus, row) for row in values])
        right.plot(known[sites][0].strengths, -np.log10(times), **style, label=f"$L = {sites}$")
    right.set_xlabel(STRENGTH)
    right.set_ylabel(r"$g = \log_{10}(t_\mathrm{H}\,/\,t_\mathrm{Th})$")
    right.legend()
    return figure


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
