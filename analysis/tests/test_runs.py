"""Decks as dictionaries, and runs of the program from Python."""

import os
import signal
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from program import CACHE, ROOT, needs_program

import mblscale
from mblscale import decks

DECK = {
    "version": 1,
    "name": "tiny",
    "chain": {"sizes": [4]},
    "disorder": {"strengths": np.array([1.0, 3.0]), "realizations": {"test": np.int64(2)}, "seed": 1},
    "spectrum": {"energy_densities": [0.5], "states": 3, "indicators": ("gap_ratio",)},
}


@pytest.fixture(autouse=True)
def _for_root(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ALLOW_RUN_AS_ROOT", "ALLOW_RUN_AS_ROOT_CONFIRM", "MCA_rmaps_base_oversubscribe"):
        monkeypatch.setenv(f"OMPI_{name}", "1")
    monkeypatch.setenv("XDG_CACHE_HOME", CACHE.name)


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that does what the script beside it says, and writes down its arguments."""
    path = tmp_path / "program"
    monkeypatch.setenv("MBLSCALE_BINARY", str(path))
    (tmp_path / "out").mkdir()
    return path


def script(path: Path, body: str) -> None:
    path.write_text(f"#!{sys.executable}\nimport pathlib, sys\n{body}\n")
    path.chmod(0o755)


@pytest.mark.parametrize("path", sorted((ROOT / "input").glob("*.toml")), ids=lambda path: path.stem)
def test_decks_are_dictionaries_in_and_out(path: Path, tmp_path: Path) -> None:
    deck = decks.read(path)
    decks.write(deck, tmp_path / "deck.toml")
    assert decks.read(tmp_path / "deck.toml") == deck


def test_numbers_of_numpy_become_plain() -> None:
    deck = decks.parse(decks.text(DECK))
    assert deck["disorder"]["strengths"] == [1.0, 3.0]
    assert deck["disorder"]["realizations"] == {"test": 2}


@pytest.mark.parametrize(
    ("entry", "shown"),
    [
        (7, "7"),
        (1e-3, "0.001"),
        ("gru", '"gru"'),
        ([1, 2.5], "[1, 2.5]"),
        ({"train": 2, "test": np.int64(1)}, "{ train = 2, test = 1 }"),
        (True, "true"),
    ],
)
def test_entries_on_one_line(entry: object, shown: str) -> None:
    assert decks.value(entry) == shown
    assert decks.parse(f"it = {shown}")["it"] == entry


def test_progress_is_followed_line_by_line(fake: Path, tmp_path: Path) -> None:
    script(fake, "print('one', file=sys.stderr)\nprint('two')\nprint(sys.argv[1:])")
    lines: list[str] = []
    deck = {"output": str(tmp_path / "out")}
    settings = {"disorder.seed": 7, "chain.sizes": [4, 6]}
    results = mblscale.run(deck, settings=settings, options=["--stale"], follow=lines.append)
    assert sorted(lines[:2]) == ["one", "two"]
    assert "'run'" in lines[2]
    assert "'--set=disorder.seed=7', '--set=chain.sizes=[4, 6]', '--stale'" in lines[2]
    assert results.directory == tmp_path / "out"


def test_a_daemon_that_outlives_the_program_is_not_waited_for(fake: Path, tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    script(fake, f"import subprocess; subprocess.Popen('sleep 20; touch {ended}', shell=True); print('last')")
    lines: list[str] = []
    mblscale.run({**DECK, "output": str(tmp_path / "out")}, follow=lines.append)
    assert lines == ["last"]
    assert not ended.exists(), "the run waited for the daemon"


def test_stages_run_one_after_the_other(fake: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    script(fake, "print(sys.argv[1])")
    mblscale.run({"output": str(tmp_path / "out")}, stages=["train", "scale"])
    assert capsys.readouterr().out == "train\nscale\n"
    with pytest.raises(ValueError, match='stage "trian" is unknown'):
        mblscale.run({"output": "out"}, stages=["trian"])


@pytest.mark.parametrize("code", [1, 2, 75])
def test_failures_have_the_message_and_the_exit_code(code: int, fake: Path) -> None:
    script(fake, f"print('begin')\nprint('error: no sun', file=sys.stderr)\nsys.exit({code})")
    with pytest.raises(mblscale.RunError, match=r"^error: no sun$") as failed:
        mblscale.run({"output": "out"}, follow=None)
    assert failed.value.code == code
    assert isinstance(failed.value, mblscale.Unfinished) == (code == 75)


def test_an_unfinished_run_says_how_to_go_on(fake: Path) -> None:
    said = ("warning: one", "begin", "warning: unfinished: run again")
    script(fake, f"print(*{said!r}, sep='\\n')\nsys.exit(75)")
    with pytest.raises(mblscale.Unfinished, match=r"^warning: unfinished: run again$"):
        mblscale.run({"output": "out"}, follow=None)


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MBLSCALE_BINARY", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(FileNotFoundError, match="name it in MBLSCALE_BINARY"):
        mblscale.run({"output": "out"})


def test_an_interrupt_stops_the_program(fake: Path, tmp_path: Path) -> None:
    done = tmp_path / "stopped"
    script(
        fake,
        "import signal, time\n"
        f"signal.signal(signal.SIGUSR1, lambda *_: (pathlib.Path({str(done)!r}).touch(), sys.exit(75)))\n"
        "print('begun', flush=True)\ntime.sleep(60)",
    )

    def interrupt(line: str) -> None:
        assert line == "begun"
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()

    # A shell starts what runs in its background with this signal ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            mblscale.run({"output": "out"}, follow=interrupt)
    finally:
        signal.signal(signal.SIGINT, before)
    assert done.exists()


@needs_program
@pytest.mark.parametrize("ranks", [1, 2])
def test_the_program_runs_a_dictionary(ranks: int, tmp_path: Path) -> None:
    lines: list[str] = []
    deck = DECK | {"output": tmp_path / "out"}
    results = mblscale.run(deck, ranks=ranks, follow=lines.append)
    assert any(line.startswith("generate: 4 realizations in ") for line in lines)
    assert results.deck["chain"]["sizes"] == [4]
    assert results.data.attributes["ranks"] == ranks
    assert np.isfinite(results.data[4, "test"]["gap_ratio"]).all()


@needs_program
@pytest.mark.parametrize("ranks", [1, 2])
def test_the_program_says_what_is_wrong(ranks: int, tmp_path: Path) -> None:
    deck = DECK | {"output": tmp_path / "out", "chain": {"sizs": [4]}}
    said = r'chain\.sizs: unknown key; did you mean "sizes"\?'
    with pytest.raises(mblscale.RunError, match=said) as failed:
        mblscale.run(deck, ranks=ranks, follow=None)
    assert failed.value.code == 1
    assert "----" not in str(failed.value)


@needs_program
def test_a_wrong_option_is_an_error_of_the_command_line(tmp_path: Path) -> None:
    with pytest.raises(mblscale.RunError) as failed:
        mblscale.run(DECK | {"output": tmp_path / "out"}, options=["--no-such"], follow=None)
    assert failed.value.code == 2
