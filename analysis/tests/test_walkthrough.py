"""The tutorial and the README work as they are written, and print what they show.

A block of commands is run if its output is shown in the block behind it. Of the output only the
first word of each line must agree: times, sizes and digits depend on the machine.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from program import ROOT, needs_program

pytestmark = needs_program

FENCE = re.compile(r"^```(toml|python|sh|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory with the program and Python on the path, and the checkout beside it."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/mblscale").symlink_to(Path(os.environ["MBLSCALE_BINARY"]).resolve())
    for name, target in (("mblscale", ROOT), ("input", ROOT / "input")):
        (tmp_path / name).symlink_to(target)
    path = [str(tmp_path / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]
    monkeypatch.setenv("PATH", os.pathsep.join(path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    # A container's root, and fewer cores than ranks.
    for name in ("ALLOW_RUN_AS_ROOT", "ALLOW_RUN_AS_ROOT_CONFIRM", "MCA_rmaps_base_oversubscribe"):
        monkeypatch.setenv(f"OMPI_{name}", "1")
    return tmp_path


def run(command: list[str], directory: Path) -> str:
    """What a command prints."""
    done = subprocess.run(
        command,
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command[-1]}\n{done.stdout}"
    return done.stdout


def labels(output: str) -> set[str]:
    """The first word of each line, whatever its digits."""
    return {re.sub(r"\d+", "#", line.split()[0]) for line in output.splitlines() if line.strip()}


def follow(page: str, directory: Path) -> int:
    """Does what a page tells its reader to do; returns how many outputs were compared."""
    blocks = FENCE.findall(page)
    deck = directory / "deck.toml"
    compared = 0
    for (language, block), (following, shown) in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        if language == "toml":
            # A block without a name goes on with the deck before it.
            name = re.search(r'^name = "(.*)"$', block, re.MULTILINE)
            deck = directory / f"{name[1]}.toml" if name else deck
            with deck.open("a", encoding="utf-8") as file:
                file.write(block)
        elif following == "console":
            interpreter = {"sh": ["bash", "-ec"], "python": [sys.executable, "-c"]}[language]
            printed = run([*interpreter, block], directory)
            assert labels(shown) <= labels(printed), f"{block}\nprints\n{printed}"
            compared += 1
    return compared


def smaller(page: str, *changes: tuple[str, str]) -> str:
    """The page with numbers that are quicker to compute."""
    for shown, quicker in changes:
        assert shown in page, f"the page shows no {shown}"
        page = page.replace(shown, quicker)
    return page


def test_the_tutorial(directory: Path) -> None:
    page = (ROOT / "docs/tutorial.md").read_text(encoding="utf-8")
    first, diagram = page.split("## 9.")
    diagram = smaller(diagram, ("train = 20, test = 10", "train = 2, test = 2"), ("= 300", "= 10"))
    outputs = follow(f"{first}## 9.{diagram}", directory)
    commands = len(re.findall(r"^```(sh|python)$", page, re.MULTILINE))
    assert outputs == commands > 0, "a command of the tutorial shows no output"


def test_the_readme(directory: Path) -> None:
    few = "disorder.realizations={ train = 2, test = 2 }"
    run(["mblscale", "run", "input/demo.toml", "--set", few], directory)
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    assert follow(page, directory) > 0, "the README shows no output"
