"""The package says the same as the program and the documents."""

import re
import sys
from pathlib import Path

from program import ROOT

from mblscale import decks, figures
from mblscale.figures.described import described

PACKAGE = decks.read(ROOT / "analysis/pyproject.toml")


def test_the_version_is_that_of_the_program() -> None:
    assert PACKAGE["project"]["version"] == decks.read(ROOT / "Cargo.toml")["package"]["version"]


def test_the_documents_list_every_figure() -> None:
    page = (ROOT / "docs/figures.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.M)) == figures.FIGURES.keys()


def test_every_figure_is_described_by_some_deck() -> None:
    everything = {
        "chain": {},
        "spectrum": {
            "energy_densities": [0.3, 0.5],
            "observables": ["gap_ratios", "fractal_dimensions", "entanglement_entropies", "form_factor"],
        },
        "quench": {"observables": ["imbalance", "magnetization"]},
        "learn": {"targets": ["gap_ratio"]},
        "predict": {},
        "scaling": {"methods": ["cost", "crossings"], "scan": {}},
    }
    found = described(everything)
    for study in ({"kind": "transfer"}, {"kind": "data-size"}, {"kind": "conditioned", "heads": True}):
        found |= described(everything | {"learn": {"study": study}})
    found |= described(everything | {"learn": {"targets": ["quench_imbalance"]}})
    assert found == figures.FIGURES.keys()


def test_pinned_packages_suffice() -> None:
    """What the package needs is among what the environment of a checkout pins."""
    pins = (ROOT / "analysis/requirements.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.split("==")[0] for line in pins if "==" in line}
    needed = {re.split("[>;]", entry)[0] for entry in PACKAGE["project"]["dependencies"]}
    assert needed - pinned <= {"tomli"}, f"on Python {sys.version_info}"
    assert Path(figures.__file__).is_relative_to(ROOT / "analysis")
