"""The parts of the reproduction, on numbers whose results are known, and the committed page."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from program import ROOT

import reproduce
from mblscale import decks
from reproduction import document, figure_4, figure_6, loss, numbers, runner, scaling, sections
from reproduction.decks import changed, moved, read_by, settings
from reproduction.results import Fields
from reproduction.runs import RUNS, SCALES, changes

DECKS = {path.stem: decks.read(path) for path in (ROOT / "input/paper").iterdir()}


def test_every_deck_of_the_paper_is_run() -> None:
    assert {run.deck for run in RUNS} == DECKS.keys()
    names = [run.name for run in RUNS]
    assert len(names) == len(set(names))
    for place, run in enumerate(RUNS):
        assert DECKS[run.deck]["output"] == f"out/paper/{run.deck}"
        assert read_by(DECKS[run.deck]) <= set(names[:place]), f"{run.name} comes before its data"


@pytest.mark.parametrize("scale", SCALES)
def test_every_change_of_a_scale_changes_its_deck(scale: str) -> None:
    known = {run.name: run.deck for run in RUNS} | {run.deck: run.deck for run in RUNS}
    for name, entries in SCALES[scale].items():
        for key, value in entries.items():
            chosen = [DECKS[known[name]]] if name else DECKS.values()
            if name:
                # It may take back what all decks share.
                chosen = [changed(deck, SCALES[scale].get("", {})) for deck in chosen]
            assert any(changed(deck, {key: value}) != deck for deck in chosen), f"{name}: {key}"


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_settings_turn_the_deck_into_what_is_wanted(run: object) -> None:
    deck = DECKS[run.deck]
    wanted = moved(changed(deck, changes(run, "small")), "elsewhere")
    # The program replaces the tables that are set.
    options = (option.removeprefix("--set=") for option in settings(deck, wanted))
    assert deck | decks.parse("\n".join(options)) == json.loads(json.dumps(wanted))
    assert "out/paper" not in str(wanted)


def test_adam_has_no_momentum() -> None:
    run = next(run for run in RUNS if run.name == "figure-5-adam")
    learn = changed(DECKS["figure-5"], changes(run, "full"))["learn"]
    assert learn["optimizer"] == "adam" and "momentum" not in learn
    assert (learn["learning_rate"], learn["study"]["learning_rate"]) == (1e-3, 1e-4)


PROGRAM = """#!{python}
import sys
from pathlib import Path
from types import SimpleNamespace
if sys.argv[1] == "--version":
    print("program 1")
else:
    output = next(it for it in sys.argv if it.startswith("--set=output="))
    name = output.strip('"').split("/")[-1]
    with open("{log}", "a") as log:
        log.write(name + "\\n")
    sys.exit(name == Path("{fails}").read_text())
"""


def test_the_runner_continues(tmp_path: Path) -> None:
    log, fails, program = (tmp_path / name for name in ("log", "fails", "program"))
    program.write_text(PROGRAM.format(python=sys.executable, log=log, fails=fails))
    program.chmod(0o755)
    fails.write_text("figure-8")
    names = [run.name for run in RUNS]
    stopped = names.index("figure-8")
    runs = runner.Runner(str(program), 1, "small", tmp_path / "out")
    with pytest.raises(SystemExit, match="figure-8 ended with exit code 1"):
        runs.run_all()
    assert log.read_text().split() == names[: stopped + 1]
    fails.write_text("")
    runs.run_all()
    assert log.read_text().split()[stopped + 1 :] == names[stopped:]
    runs.run_all()
    assert log.read_text().split()[stopped + 1 :] == names[stopped:], "a finished run is repeated"
    # At another scale, all that depends on it runs again: here everything has other numbers.
    runner.Runner(str(program), 1, "tiny", tmp_path / "out").run_all()
    assert log.read_text().split()[-len(names) :] == names


def test_errors_of_means() -> None:
    random = np.random.default_rng(3)
    assert numbers.estimate(np.array([1.0, 2.0, 3.0, np.nan])) == [2.0, pytest.approx(1 / 3**0.5)]
    assert numbers.estimate(np.array([4.0])) == [4.0, None]
    # Strengths with other means and deviations: the error is that of the mean over strengths.
    centre, width = np.array([0.0, 5.0, 9.0])[:, None], np.array([1.0, 2.0, 3.0])[:, None]
    drawn = [
        numbers.stratified(centre + width * random.standard_normal((3, 40))) for _ in range(2000)
    ]
    means, errors = np.array(drawn).T
    assert means.mean() == pytest.approx(14 / 3, abs=0.02)
    assert np.mean(errors) == pytest.approx(means.std(), rel=0.05)


def test_numbers_as_they_are_shown() -> None:
    assert numbers.shown(0.00246, 2, 1e3) == "2.46"
    assert numbers.shown([5.53, 5.12, 6.0], 1) == "5.5 [5.1, 6.0]"
    assert numbers.shown([0.1, 0.02], 2) == "0.10 ± 0.02"
    assert numbers.shown([0.1, None], 2) == "0.10"
    assert numbers.shown([None, None, None], 2) == numbers.shown(None, 2) == ""
    stored = numbers.rounded({1: [np.float64(0.123456789), np.int64(3), float("nan")]})
    assert json.dumps(stored) == '{"1": [0.12346, 3, null]}'


def test_r2_norm_by_hand() -> None:
    exact = np.array([[0.0, 1.0, 2.0, 3.0]])
    perfect, mean = exact, np.full_like(exact, 1.5)
    worse = np.full_like(exact, 2.5)  # error 1 + 1.25, variance 1.25: R² = -0.8
    for members, expected in (
        ([perfect], 1.0),
        ([mean], 0.5),
        ([worse], 1 / 2.8),
        ([perfect, mean], 0.75),
    ):
        fields = Fields(np.array([4.0]), exact, np.array(members))
        assert figure_4.r2_norm(fields) == pytest.approx([expected])


def test_where_a_mean_is_halfway() -> None:
    random = np.random.default_rng(5)
    strengths = np.arange(1.0, 10.0)
    means = 1 - strengths / 10  # 1/2 at h = 5
    values = means[:, None] + 0.1 * random.standard_normal((9, 400))
    found, error = figure_6.halfway(strengths, values)
    # The slope is 0.1, and the error of a mean 0.1/20.
    assert error == pytest.approx(0.05, rel=0.3)
    assert found == pytest.approx(5, abs=4 * error)
    assert figure_6.halfway(strengths, 0.4 * np.ones((9, 5))) == [None, None]
    assert figure_6._falls(
        strengths, np.array([0.9, 0.7, 0.4, 0.6, 0.3, 0, 0, 0, 0])
    ) == pytest.approx(4 + 1 / 3)


def test_an_end_of_the_window_is_no_critical_strength() -> None:
    fit = {"window": [2.0, 8.0], "h_c": {"value": 2.05}}
    assert scaling._is_at_an_end(fit)
    assert not scaling._is_at_an_end(fit | {"h_c": {"value": 2.07}})
    shown = {"h_c": [2.05, 2.0, 2.1], "at_a_bound": True}
    assert scaling._h_c(shown) == "none in the window"
    assert scaling._h_c(shown | {"at_a_bound": False}) == "2.05 [2.00, 2.10]"


def test_the_loss_is_taken_at_the_nearest_epochs(tmp_path: Path) -> None:
    lines = [
        {"validation": [{"sites": 10, "members": [float(epoch), epoch + 2.0]}]} for epoch in range(1, 61)
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (tmp_path / "training.jsonl").write_text(text)
    # 24 steps an epoch
    known = SimpleNamespace(
        deck={"learn": {"batch": 128}}, evaluation={"samples": 3000}, directory=tmp_path
    )
    found = loss._curve({"loss": known}, "loss")
    assert [entry["steps"] for entry in found] == [48, 96, 192, 384, 1416]
    assert found[1]["loss"][10] == [5.0, pytest.approx(1.0)]


PAGE = "One\n\n<!-- table a -->\nold\n<!-- end -->\n\nTwo\n<!-- table b -->\n<!-- end -->\n"


def test_tables_go_to_their_places() -> None:
    tables = {"a": "| 1 |", "b": "| 2 |"}
    page = document.filled(PAGE, tables)
    assert page == (
        "One\n\n<!-- table a -->\n| 1 |\n<!-- end -->\n\nTwo\n<!-- table b -->\n| 2 |\n<!-- end -->\n"
    )
    assert document.stale(PAGE, tables) == ["a", "b"]
    assert document.stale(page, tables) == []
    assert document.stale(page, tables | {"b": "| 3 |"}) == ["b"]
    for wrong in ({"a": ""}, tables | {"c": ""}):
        with pytest.raises(document.Mismatch):
            document.filled(PAGE, wrong)
    with pytest.raises(document.Mismatch, match="no <!-- end -->"):
        document.filled(PAGE + "<!-- table c -->\n", tables)


def test_the_committed_page_is_that_of_its_summary(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["reproduce.py", "--check"])
    assert reproduce.main() == 0
    page = reproduce.PAGE.read_text(encoding="utf-8")
    monkeypatch.setattr(reproduce.Path, "read_text", _with_another_digit(reproduce.Path.read_text))
    assert reproduce.main() == 1
    assert "not as in the summary" in capsys.readouterr().err
    assert page, "the page is empty"


def _with_another_digit(read: object) -> object:
    def changed_page(path: Path, **options: str) -> str:
        text = read(path, **options)
        if path.suffix != ".md":
            return text
        head, marker, tail = text.partition("<!-- table mse -->")
        return head + marker + tail.replace(" ± ", " ± 9", 1)

    return changed_page


def test_the_page_shows_what_the_paper_reports() -> None:
    """Each published number is in the row of its length and number of realizations."""
    summary = sections.read(reproduce.DOCS / reproduce.SUMMARY)
    tables = sections.tables(summary)
    paper = decks.read(sections.PAPER)
    shown = 0
    for count, lengths in paper["figure-9"]["test_mse"].items():
        for sites, known in lengths.items():
            row = f"| {count} | {sites} | {known['at_1350']} | {known['last']} |"
            assert row in tables["figure-9"], row
            shown += 1
    for sites, value in paper["figure-4"]["published_weights"]["mse"].items():
        assert f"| {sites} | {value} |" in tables["mse"]
        shown += 1
    assert shown == 15
    assert "34 | 20 | 12 | 6.4 | 3.2" in tables["loss"]
