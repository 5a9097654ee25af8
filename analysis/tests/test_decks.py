"""Every deck of input/ runs, and gets the figures that it describes.

Those of input/paper/ run in test_reproduction_run.py.

The decks run with fewer realizations and shorter chains. Everything else is theirs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from layout import assert_all_is_readable
from matplotlib.figure import Figure
from program import ROOT, mblscale, needs_program

from mblscale.__main__ import main
from mblscale.results import Results

pytestmark = needs_program

FEW = "disorder.realizations={ train = 6, test = 4 }"
SHORT = "chain.sizes=[4, 6, 8]"
TRAINED = "learn.train_sizes=[4, 6]"
STRENGTHS = "disorder.strengths=[1, 3, 5, 7, 9, 12]"
QUICK = ("learn.members=2", "learn.epochs=3")
REFITS = "scaling.bootstrap=3"
NETWORK = {"training", "determination", "features"}
WHOLE = NETWORK | {"indicators", "collapse", "overview"}


@dataclass(frozen=True)
class Run:
    """How to run a deck quickly, and its figures."""

    settings: tuple[str, ...]
    figures: set[str]
    data_of: str = ""
    """The deck whose data it learns from."""


RUNS = {
    "small": Run(
        (SHORT, TRAINED, "predict.sizes=[4, 6, 8, 10]", FEW, *QUICK, REFITS),
        WHOLE | {"edge"},
    ),
    "demo": Run((SHORT, TRAINED, "predict.sizes=[4, 6, 8]", FEW, *QUICK, REFITS), WHOLE),
    "ring": Run(
        (SHORT, TRAINED, "predict.sizes=[4, 6, 8]", STRENGTHS, FEW, *QUICK),
        NETWORK | {"indicators"},
    ),
    "drift": Run(
        (
            SHORT,
            "learn.train_sizes=[4, 6, 8]",
            "predict.sizes=[4, 6, 8, 10]",
            FEW,
            "predict.realizations=6",
            *QUICK,
            REFITS,
        ),
        WHOLE | {"crossings"},
    ),
    "observables": Run(
        ("chain.sizes=[6, 8]", "disorder.realizations.test=4"),
        {"indicators", "gap_ratios", "dimensions", "states"},
    ),
    "levels": Run(
        ("chain.sizes=[8]", "disorder.realizations.test=20"), {"indicators", "form_factor"}
    ),
    "quench": Run(
        (
            "chain.sizes=[6, 8]",
            "disorder.realizations.test=4",
            "quench.times={ from = 0.1, to = 100.0, points = 7 }",
        ),
        {"quench", "spins"},
    ),
    "given": Run((), {"indicators"}),
    "drift-long": Run(("chain.sizes=[8]", "disorder.realizations.test=2"), {"indicators"}),
    "edge": Run(
        (
            SHORT,
            TRAINED,
            "predict.sizes=[4, 6, 8, 10]",
            STRENGTHS,
            FEW,
            "spectrum.energy_densities=[0.2, 0.35, 0.5, 0.65, 0.8]",
            "predict.realizations=6",
            *QUICK,
            "scaling.sizes=[4, 6, 8]",
            REFITS,
        ),
        WHOLE | {"phase_diagram", "edge"},
    ),
    "edge-paper": Run(
        (TRAINED, *QUICK, "learn.study.epochs=2"),
        NETWORK | {"indicators", "phase_diagram"},
        data_of="edge",
    ),
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Runs a deck, and before it the deck whose data it learns from; returns its output.

    All run in one working directory, so that they find each other's data.
    """
    scratch = tmp_path_factory.mktemp("decks")
    done: set[str] = set()

    def run(name: str) -> Path:
        if name not in done:
            done.add(name)
            if source := RUNS[name].data_of:
                run(source)
            run_deck("run", name, scratch)
        return scratch / "out" / name

    return run


def run_deck(stage: str, name: str, scratch: Path, *more: str) -> None:
    deck = ROOT / "input" / f"{name}.toml"
    settings = (f"--set={setting}" for setting in (*RUNS[name].settings, *more))
    done = mblscale(stage, deck, *settings, cwd=scratch)
    assert done.returncode == 0, f"{name}\n{done.stdout}{done.stderr}"


def drawn(directory: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Draws what a directory has data for, and checks that all of it can be read."""

    def checked(figure: Figure, *arguments: object, **options: object) -> None:
        assert_all_is_readable(figure)
        savefig(figure, *arguments, **options)

    savefig = Figure.savefig
    monkeypatch.chdir(directory.parent.parent)
    monkeypatch.setattr(Figure, "savefig", checked)
    assert main(["draw", str(directory)]) == 0
    return {path.stem for path in (directory / "figures").iterdir()}


def test_every_deck_is_here() -> None:
    assert {path.stem for path in (ROOT / "input").glob("*.toml")} == RUNS.keys()


@pytest.mark.parametrize("name", RUNS)
def test_a_deck_gets_its_figures(
    name: str,
    ran: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert drawn(ran(name), monkeypatch) == RUNS[name].figures
    assert capsys.readouterr().err == "", "a figure that the deck describes is not drawn"


def test_networks_of_two_decks_share_a_mobility_edge(
    ran: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory, other = ran("edge"), "out/edge-paper/predictions.h5"
    ran("edge-paper")
    sources = f'scaling.sources=["exact", "predicted", "{other}"]'
    run_deck("scale", "edge", directory.parent.parent, sources)
    assert "edge" in drawn(directory, monkeypatch)
    sources = {fit["source"] for fit in Results(directory).scaling["fits"]}
    assert sources == {"exact", "predicted", other}
