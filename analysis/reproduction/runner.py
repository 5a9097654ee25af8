"""Runs the decks one after another. A run that is finished is not repeated."""

import hashlib
import json
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mblscale import decks
from mblscale.runs import launcher
from reproduction.decks import ROOT, changed, moved, read_by, settings
from reproduction.runs import RUNS, Run, changes

DECKS = Path(__file__).parents[2] / "input/paper"
STAMP = "reproduced.json"
"""A file in the output of a run: the key of what was run, whether it finished, and the time it took."""


@dataclass(frozen=True)
class Runner:
    """Where and with which program decks run."""

    program: str
    ranks: int
    scale: str
    root: Path

    def run_all(self) -> None:
        """Runs what is not finished. The same command continues after an interruption."""
        keys: dict[str, str] = {}
        version = self._version()
        for number, run in enumerate(RUNS, 1):
            command, keys[run.name] = self._prepare(run, version, keys)
            heading = f"[{number}/{len(RUNS)}] {run.name}"
            before = read_stamp(self.root / run.name)
            if before.get("key") != keys[run.name]:
                before = {}
            if before.get("finished"):
                print(f"{heading}: finished before", flush=True)
                continue
            print(f"{heading}: {shlex.join(command)}", flush=True)
            seconds = self._run(run, command, {"seconds": 0.0} | before | {"key": keys[run.name]})
            print(f"{heading}: finished after {seconds} s", flush=True)

    def _run(self, run: Run, command: list[str], stamp: dict[str, Any]) -> float:
        """Runs a deck and stamps its output, with the time of all attempts."""
        started, code = time.monotonic(), 1
        try:
            code = subprocess.run(command, check=False).returncode
        finally:
            stamp["finished"] = code == 0
            stamp["seconds"] = round(stamp["seconds"] + time.monotonic() - started, 1)
            directory = self.root / run.name
            directory.mkdir(parents=True, exist_ok=True)
            (directory / STAMP).write_text(json.dumps(stamp))
        if code:
            sys.exit(f"{run.name} ended with exit code {code}; the same command continues")
        return float(stamp["seconds"])

    def _prepare(self, run: Run, version: str, keys: dict[str, str]) -> tuple[list[str], str]:
        """The command of a run, and a key that changes with all that it depends on."""
        path = DECKS / f"{run.deck}.toml"
        deck = decks.read(path)
        wanted = changed(deck, changes(run, self.scale) | {"output": f"{ROOT}/{run.name}"})
        options = settings(deck, moved(wanted, str(self.root)))
        read = [keys[name] for name in sorted(read_by(wanted))]
        text = json.dumps([version, path.read_text(encoding="utf-8"), options, read])
        key = hashlib.sha256(text.encode()).hexdigest()[:16]
        return [*launcher(self.ranks), self.program, "run", str(path), *options], key

    def _version(self) -> str:
        done = subprocess.run(
            [self.program, "--version"], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()


def read_stamp(directory: Path) -> dict[str, Any]:
    """What the stamp of a run says; nothing if it has not started."""
    path = directory / STAMP
    stamp: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return stamp
