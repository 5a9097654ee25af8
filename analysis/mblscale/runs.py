"""Runs the program on a deck, and follows its progress.

    results = mblscale.run("input/demo.toml", ranks=2)

The program is the one that the variable MBLSCALE_BINARY names, or else `mblscale` on the PATH.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

from mblscale import decks
from mblscale.results import Results

STAGES = ("generate", "train", "predict", "scale")


class RunError(Exception):
    """The program could not do what it was asked. The message is that of the program."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code
        """The exit code: 1 for an error, 2 for a wrong command line, 75 for an unfinished run."""


class Unfinished(RunError):
    """The run stopped in time, and stored everything. The same call goes on (exit code 75)."""


def run(
    deck: str | Path | Mapping[str, Any],
    *,
    ranks: int = 1,
    stages: Sequence[str] | None = None,
    settings: Mapping[str, Any] | None = None,
    options: Sequence[str] = (),
    follow: Callable[[str], object] | None = print,
) -> Results:
    """Runs a deck on MPI ranks, and returns its results.

    `deck` is a path or a dictionary. `stages` are some of "generate", "train", "predict" and "scale"; without
    them, every stage that the deck describes runs. `settings` override entries of the deck, as in
    {"disorder.seed": 7}. `options` are further options, such as "--force". `follow` gets each line that
    the program prints while it runs, and `None` discards them.
    """
    settings = settings or {}
    with ExitStack() as scratch:
        if isinstance(deck, Mapping):
            entries = dict(deck)
            directory = Path(scratch.enter_context(tempfile.TemporaryDirectory(prefix="mblscale-")))
            path = directory / f"{deck.get('name', 'deck')}.toml"
            decks.write(deck, path)
        else:
            path = Path(deck)
            entries = decks.read(path)
        overrides = [f"--set={key}={decks.value(entry)}" for key, entry in settings.items()]
        for stage in _commands(stages):
            command = [*launcher(ranks), program(), stage, str(path), *overrides, *options]
            _execute(command, follow)
    return Results(settings.get("output", entries["output"]))


def program() -> str:
    """The path of the program."""
    found = os.environ.get("MBLSCALE_BINARY") or shutil.which("mblscale")
    if found is None:
        raise FileNotFoundError(
            "there is no program mblscale: build it, and name it in MBLSCALE_BINARY or put it on the PATH"
        )
    return found


def _commands(stages: Sequence[str] | None) -> Sequence[str]:
    if stages is None:
        return ("run",)
    for stage in stages:
        if stage not in STAGES:
            raise ValueError(f'stage "{stage}" is unknown; choose among {", ".join(STAGES)}')
    return stages


def launcher(ranks: int) -> list[str]:
    """What a command for so many ranks begins with."""
    return ["mpirun", "-n", str(ranks)] if ranks > 1 else []


def _execute(command: list[str], follow: Callable[[str], object] | None) -> None:
    """Runs a command, and raises its last message if it fails."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace"
    )
    received: Queue[str | None] = Queue()
    Thread(target=_read, args=(process.stdout, received), daemon=True).start()
    lines = []
    try:
        while (line := _next_line(process, received)) is not None:
            lines.append(line)
            if follow is not None:
                follow(line)
        code = process.wait()
    except BaseException:
        # mpirun passes this signal on. The program then stores what it has.
        process.send_signal(signal.SIGUSR1)
        process.wait()
        raise
    if code:
        failure = Unfinished if code == 75 else RunError
        raise failure(_message(lines) or f"{command[0]} ended with exit code {code}", code)


def _read(output: Iterable[str] | None, received: "Queue[str | None]") -> None:
    for line in output or ():
        received.put(line.rstrip("\n"))
    received.put(None)


def _next_line(process: "subprocess.Popen[str]", received: "Queue[str | None]") -> str | None:
    """The next line that the program prints, or `None` at its end.

    A daemon of MPI may keep the pipe open when the program has ended, so that the pipe has no end.
    """
    while process.poll() is None:
        try:
            return received.get(timeout=0.2)
        except Empty:
            continue
    try:
        return received.get(timeout=2)
    except Empty:
        return None


def _message(lines: list[str]) -> str:
    """What the program said from its first error on, or else its last warning."""
    starts = [place for place, line in enumerate(lines) if line.startswith("error")][:1]
    starts += [place for place, line in enumerate(lines) if line.startswith("warning")][-1:]
    said = lines[starts[0] :] if starts else lines[-5:]
    # mpirun adds words of its own behind a line.
    end = next((place for place, line in enumerate(said) if line.startswith("-----")), len(said))
    return "\n".join(said[:end]).strip()
