"""From what the contenders answered to who is how fast, and whether they agree."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

LIMIT = 1e-9
"""Energies may differ by this part of the spectrum's width, and residuals be as large."""

Answers = list[dict[str, Any]]
"""The lines of one run of a contender; a peer's last one says what it needed."""


@dataclass(frozen=True)
class Reference:
    """What mblscale found for the fields that count."""

    version: str
    fields: np.ndarray
    """h_i over (field, site)."""
    lowest: np.ndarray
    highest: np.ndarray
    energies: np.ndarray
    """Over (field, state)."""
    residuals: np.ndarray

    @property
    def width(self) -> np.ndarray:
        """E_max − E_min of each field."""
        return self.highest - self.lowest

    def first(self, count: int) -> "Reference":
        """The same of the first fields alone."""
        quantities = (self.fields, self.lowest, self.highest, self.energies, self.residuals)
        return Reference(self.version, *(quantity[:count] for quantity in quantities))


@dataclass(frozen=True)
class Standing:
    """A contender's result for one chain length, times in seconds for each realization."""

    sites: int
    name: str
    title: str
    processor: float = np.nan
    """Processor time from the matrix to the checked eigenpairs: what a quiet core takes."""
    seconds: float = np.nan
    """The same by the clock: more where other programs shared the core."""
    assembly: float = np.nan
    """Time by the clock to make the matrix; for mblscale part of the above."""
    once: float = np.nan
    """mblscale alone: processor time that only the first realization of a length takes."""
    memory: float = np.nan
    """Peak, bytes, libraries and interpreter included."""
    residual: float = np.nan
    """The largest ‖Hv − Ev‖, as part of the spectrum's width."""
    deviation: float = np.nan
    """The largest difference of an energy from mblscale's, as part of the spectrum's width."""
    fields: int = 0
    """How many it was given, none of which is mblscale's first."""
    unsolved: int = 0
    """How many of them it gave up; they do not count in the times."""
    libraries: tuple[str, ...] = ()
    failure: str = ""
    """Why there is no answer at all."""

    @property
    def void(self) -> bool:
        """Whether there is no answer, or one that is not good enough. (A NaN is not.)"""
        return bool(self.failure) or not (self.residual <= LIMIT and self.deviation <= LIMIT)


def standing_of_mblscale(sites: int, runs: list[Answers], reference: Reference) -> Standing:
    """From its runs with one realization and with one more than the reference has."""

    def fastest(run: str, clock: str) -> float:
        return min(lines[0][run][clock] for lines in runs)

    count = len(reference.energies)
    processor = (fastest("many", "processor") - fastest("one", "processor")) / count
    return Standing(
        sites=sites,
        name="mblscale",
        title="mblscale",
        processor=processor,
        seconds=(fastest("many", "seconds") - fastest("one", "seconds")) / count,
        once=fastest("one", "processor") - processor,
        memory=max(lines[0]["memory"] for lines in runs),
        residual=float(np.max(reference.residuals / reference.width)),
        deviation=0.0,
        fields=count,
        libraries=(reference.version,),
    )


def standing_of_peer(
    sites: int, name: str, title: str, runs: list[Answers], reference: Reference
) -> Standing:
    """From its answers to the reference's fields: the mean over them, the fastest of the runs."""
    identity = {"sites": sites, "name": name, "title": title, "fields": len(reference.fields)}
    solved = [place for place, line in enumerate(runs[0][:-1]) if "failure" not in line]
    if not solved:
        return Standing(**identity, failure=runs[0][0]["failure"])

    def fastest(clock: str) -> float:
        return min(float(np.mean([lines[place][clock] for place in solved])) for lines in runs)

    return Standing(
        **identity,
        processor=fastest("processor"),
        seconds=fastest("seconds"),
        assembly=fastest("assembly"),
        memory=max(lines[-1]["memory"] for lines in runs),
        residual=worst(
            lines[place]["residual"] / reference.width[place] for lines in runs for place in solved
        ),
        deviation=worst(
            deviation(lines[place], reference, place) for lines in runs for place in solved
        ),
        unsolved=len(reference.fields) - len(solved),
        libraries=tuple(runs[0][-1]["libraries"]),
    )


def deviation(answer: dict[str, Any], reference: Reference, place: int) -> float:
    """The largest difference from the reference's field, ends of the spectrum included."""
    found = np.array([answer["lowest"], *answer["energies"], answer["highest"]])
    expected = np.array(
        [reference.lowest[place], *reference.energies[place], reference.highest[place]]
    )
    if found.shape != expected.shape:
        return np.inf
    return worst(np.abs(found - expected) / reference.width[place])


def worst(values: Iterable[float]) -> float:
    """The largest, or NaN where there is one: Python's `max` may lose it."""
    return float(np.max(list(values)))


def markdown(standings: list[Standing]) -> str:
    """The table: the contenders of each length, mblscale first."""
    lines = [
        "| L | contender | seconds | × mblscale | by the clock | assembly | peak memory | residual "
        "| deviation |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    ours = {one.sites: one.processor for one in standings if one.name == "mblscale"}
    for one in standings:
        title = f"{one.title} (VOID)" if one.void else one.title
        if one.unsolved:
            title += f" ({one.unsolved} of {one.fields} fields given up)"
        cells = [one.failure, *[""] * 6] if one.failure else _cells(one, ours[one.sites])
        lines.append(f"| {' | '.join([str(one.sites), title, *cells])} |")
    return "\n".join(lines) + "\n"


def _cells(one: Standing, ours: float) -> list[str]:
    """The cells of one that answered, from the seconds on."""
    peer = one.name != "mblscale"
    return [
        _number(one.processor),
        _number(one.processor / ours) if peer else "1",
        _number(one.seconds),
        _number(one.assembly) if peer else "within",
        f"{one.memory / 1e6:.0f} MB",
        f"{one.residual:.0e}",
        f"{one.deviation:.0e}" if peer else "",
    ]


def _number(value: float) -> str:
    """Two or three digits, never in powers of ten."""
    if value >= 100:
        return f"{value:.0f}"
    digits = max(0, 2 - int(np.floor(np.log10(value)))) if value > 0 else 1
    return f"{value:.{min(digits, 4)}f}"
