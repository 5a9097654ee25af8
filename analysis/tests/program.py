"""The program and small decks, for tests that run it."""

import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

needs_program = pytest.mark.skipif(
    "MBLSCALE_BINARY" not in os.environ, reason="MBLSCALE_BINARY names no program"
)


PROVENANCE = {
    "version",
    "commit",
    "command",
    "host",
    "ranks",
    "started",
    "finished",
    "deck",
    "deck_overrides",
    "deck_resolved",
}
"""Where a result comes from: the names that every file has."""

# The machine is measured once for all tests, whatever the user knows of it.
CACHE = tempfile.TemporaryDirectory()


def mblscale(
    *arguments: object, cwd: Path | None = None, limit: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs the program, after `limit` in its process."""
    # As root, in a container, Open MPI starts only when told twice.
    twice = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    return subprocess.run(
        [os.environ["MBLSCALE_BINARY"], *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        preexec_fn=limit,
        env=os.environ | twice | {"XDG_CACHE_HOME": CACHE.name},
    )


def succeed(*arguments: object, cwd: Path | None = None) -> str:
    """What a run that must succeed prints."""
    done = mblscale(*arguments, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout


def fail(*arguments: object, cwd: Path) -> str:
    """The message of a run that must fail with an error, and not with a panic."""
    done = mblscale(*arguments, cwd=cwd)
    assert done.returncode == 1, (done.returncode, done.stdout, done.stderr)
    assert "panicked" not in done.stderr, done.stderr
    return done.stderr
