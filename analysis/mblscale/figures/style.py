"""Styles and labels that all figures share."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from mblscale.formats import Document
from mblscale.results import Results

Style = dict[str, Any]
"""Keywords of matplotlib."""

INDICATORS = {
    "gap_ratio": "gap ratio",
    "entanglement": "entanglement",
    "spin_fraction": "spin fraction",
    "entanglement_all_cuts": "entanglement, all cuts",
    "participation_entropy": "participation entropy",
    "inverse_participation_ratio": "inv. participation ratio",
    "kullback_leibler": "KL divergence",
    "half_chain_fluctuation": "half-chain fluctuation",
}
"""Names of the indicators in labels, in the order of their panels."""

STRENGTH = "disorder strength $h\\,/\\,J$"

_SYMBOLS = {
    "gap_ratio": "r",
    "spin_fraction": r"\mathcal{F}",
    "participation_entropy": r"S_p\,/\,S_{p,0}",
    "inverse_participation_ratio": r"\Sigma|c|^4",
    "half_chain_fluctuation": r"F_A\,/\,F_{A,0}",
}
_ENTROPIES = {"sector": r"S\,/\,S_0", "page": r"S\,/\,S_\mathrm{P}", "paper": "S_A"}
_MARKERS = "osD^vPX*"

STYLE: Style = {
    "font.size": 9,
    "axes.labelsize": 10,
    "axes.titlesize": 10,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "lines.linewidth": 1.5,
    "lines.markersize": 4,
    "errorbar.capsize": 0,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.07,
    "savefig.dpi": 200,
}
"""The settings of matplotlib for whole figures. Panels in axes of one's own have one's own."""


def style() -> AbstractContextManager[None]:
    """A context in which these settings hold."""
    return plt.rc_context(STYLE)  # type: ignore[arg-type]


class Missing(Exception):
    """A figure has no data yet. The message names what is missing."""


def label(indicator: str, normalisation: str = "sector") -> str:
    """The axis label of an indicator. All indicators are pure numbers, so that it has no unit."""
    name = INDICATORS.get(indicator, indicator.replace("_", " "))
    entropy = _ENTROPIES[normalisation]
    symbols = _SYMBOLS | {
        "entanglement": entropy,
        "entanglement_all_cuts": entropy.replace("S", r"\langle S\rangle", 1),
    }
    return f"{name} ${symbols[indicator]}$" if indicator in symbols else name


def source_names(sources: Iterable[str]) -> dict[str, str]:
    """A short name of each source of means. Of a path, it is the directory with the file.

    Names that several sources would share get further directories.
    """
    paths = {source: Path(source).with_suffix("").parts for source in sources}
    names = {source: "/".join(parts[-2:]) for source, parts in paths.items()}
    for length in range(3, max(map(len, paths.values()), default=0) + 1):
        shared = [name for name in names.values() if list(names.values()).count(name) > 1]
        for source in [source for source, name in names.items() if name in shared]:
            names[source] = "/".join(paths[source][-length:])
    return names


def in_order(indicators: Iterable[str]) -> list[str]:
    """Indicators in the order of their panels: known ones first, then the others by name."""
    known = list(INDICATORS)
    return sorted(
        set(indicators),
        key=lambda name: (known.index(name) if name in known else len(known), name),
    )


def size_styles(sizes: Iterable[int]) -> dict[int, Style]:
    """A colour and a marker for each chain length, from dark to light with L.

    The colours are viridis without its pale end. They remain distinct for colour-blind readers and
    in grey.
    """
    ordered = sorted(set(sizes))
    colours = plt.get_cmap("viridis")(np.linspace(0.0, 0.82, max(len(ordered), 2)))
    return {
        sites: {"color": colour, "marker": _MARKERS[place % len(_MARKERS)]}
        for place, (sites, colour) in enumerate(zip(ordered, colours, strict=False))
    }


def line_style(number: int) -> Style:
    """The colour and the marker of line `number`, from 0, for lines without an order."""
    return {"color": f"C{number % 10}", "marker": _MARKERS[number % len(_MARKERS)]}


def seen_or_not(seen: bool) -> str:
    """Whether the network was trained on a chain length, to follow it in a title."""
    return " (trained on)" if seen else " (not trained on)"


def study(results: Results, kind: str) -> Document:
    """study.json, if it is of this kind."""
    if results.study is None or results.study["study"]["kind"] != kind:
        raise Missing(f'there is no study "{kind}"; run the train stage with that learn.study.kind')
    return results.study
