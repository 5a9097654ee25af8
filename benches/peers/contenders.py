"""Who races against mblscale, how each is started, how far it goes, and how to get it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from glob import glob
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", HERE.parents[1] / "target"))
"""Where cargo puts what it builds."""


@dataclass(frozen=True)
class Peer:
    """A contender besides mblscale. It is not entered for chains longer than `largest`.

    It gets the first `fields` of the fields: few, if it is slow.
    """

    name: str
    title: str
    largest: int
    fields: int
    command: Callable[[], list[str] | None]
    """What starts it; `None` where it is not installed."""
    install: str


def _script(module: str, *arguments: str, needs: str = "") -> Callable[[], list[str] | None]:
    """A script beside this one, for the first Python that can import it and what it `needs`."""

    def command() -> list[str] | None:
        for python in (sys.executable, "/usr/bin/python3"):
            test = [python, "-c", f"import {module}; {needs and f'import {needs}'}"]
            if shutil.which(python) and _succeeds(test):
                return [python, str(HERE / f"{module}.py"), *arguments]
        return None

    return command


def _slepc() -> list[str] | None:
    """SLEPc, with the MUMPS that has SCOTCH before the one that PETSc was linked with."""
    command = _script("slepc")()
    libraries = sorted(glob("/usr/lib/*/lib*mumps*_scotch-?.?.so"))
    wanted = [name for name in libraries if "/libdmumps_" in name or "/libmumps_" in name]
    return command and ["env", f"LD_PRELOAD={':'.join(wanted)}", *command]


def _qmbed() -> list[str] | None:
    """Builds QMBED where there is cargo."""
    manifest = str(HERE / "qmbed" / "Cargo.toml")
    build = ["cargo", "build", "--release", "--quiet", "--locked", "--manifest-path", manifest]
    if not (shutil.which("cargo") and _succeeds([*build, "--target-dir", str(TARGET)])):
        return None
    return [str(TARGET / "release" / "qmbed-race")]


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, cwd=HERE, capture_output=True, check=False).returncode == 0


_SCIPY = "pip install -r benches/peers/requirements.txt"

PEERS = (
    Peer(
        name="lapack",
        title="LAPACK `dsyevd`, all pairs",
        largest=14,
        fields=1,
        command=_script("lapack", "full"),
        install="pip install numpy",
    ),
    Peer(
        name="lapack-subset",
        title="LAPACK `dsyevr`, a window",
        largest=14,
        fields=1,
        command=_script("lapack", "subset", needs="scipy"),
        install=_SCIPY,
    ),
    Peer(
        name="eigsh",
        title="SciPy `eigsh(sigma)`",
        largest=14,
        fields=10,
        command=_script("eigsh", "default"),
        install=_SCIPY,
    ),
    Peer(
        name="eigsh-tuned",
        title="SciPy `eigsh(sigma)`, symmetric mode",
        largest=16,
        fields=10,
        command=_script("eigsh", "tuned"),
        install=_SCIPY,
    ),
    Peer(
        name="slepc",
        title="SLEPc + MUMPS, tuned",
        largest=18,
        fields=100,
        command=_slepc,
        install="apt install python3-slepc4py-real libopenblas0-serial libmumps-scotch-5.5",
    ),
    Peer(
        name="qmbed",
        title="QMBED",
        largest=14,
        fields=5,
        command=_qmbed,
        install="install cargo; the race builds it from crates.io",
    ),
)
