"""What the pages tell a reader to type can be typed: commands, options, targets of make, files.

These commands are only read, because many take long. test_walkthrough.py runs those whose output a
page shows, and test_documentation.py runs the Python.
"""

import re
import shlex
from functools import cache
from pathlib import Path

import pytest
from program import ROOT, needs_program, succeed

PAGES = sorted(
    page
    for pattern in ("*.md", "benches/*.md", "docs/*.md", "jobscripts/*.md", "packaging/*.md")
    for page in ROOT.glob(pattern)
    if page.name != "CHANGELOG.md"
)

FENCE = re.compile(r"^```(\S*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
IMAGE = re.compile(r"!\[.+\]\((.+)\)")
FOLDERS = "analysis|benches|docs|examples|input|jobscripts|packaging|src|tests"
# The tutorial stands beside the checkout, which is then the folder mblscale.
FILE = re.compile(rf"(?<![\w/.-])(?:mblscale/)?((?:{FOLDERS})/[\w./-]*\w)")
SEPARATORS = {";", "&&", "||", "|", "&", "(", ")", "do", "done"}


def typed(text: str) -> list[str]:
    """Each line of the commands in a text, with the lines that go on it."""
    blocks = [block for language, block in FENCE.findall(text) if language == "sh"]
    return [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]


def written(page: Path) -> list[str]:
    """Each line of the page's commands, and each piece of code in its text."""
    text = page.read_text(encoding="utf-8")
    return [*typed(text), *INLINE.findall(FENCE.sub("", text))]


def commands(line: str, program: str) -> list[list[str]]:
    """The arguments of each call of `program` in a line for a shell: not of a folder or a module."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    found: list[list[str]] = []
    inside, before = False, ""
    for word in lexer:
        if word in SEPARATORS:
            inside = False
        elif inside:
            found[-1].append(word)
        elif word == program and before not in ("-C", "-m"):
            found.append([])
            inside = True
        before = word
    return found


def calls(program: str) -> list[tuple[str, list[str]]]:
    """Each call of `program` on the pages, with the page's name."""
    start = re.compile(rf"(^|[\s;|(]){program} ")
    lines = [(page.name, line) for page in PAGES for line in written(page) if start.search(line)]
    return [(page, call) for page, line in lines for call in commands(line, program)]


@cache
def options(command: str) -> dict[str, bool]:
    """The options of a command, and whether each has a value."""
    named = re.findall(r"^ +(?:-\w, )?(--[\w-]+)( <)?", succeed(command, "--help"), re.MULTILINE)
    return {option: bool(value) for option, value in named}


@cache
def subcommands() -> set[str]:
    """The commands of the program."""
    listed = succeed("--help").split("Commands:")[1].split("Options:")[0]
    return set(re.findall(r"^  (\w+) ", listed, re.MULTILINE))


def test_the_pages_have_commands() -> None:
    assert len(calls("mblscale")) > 40
    assert len(calls("make")) > 10


@needs_program
@pytest.mark.parametrize(("page", "call"), calls("mblscale"))
def test_a_command_of_the_program_parses(page: str, call: list[str]) -> None:
    # A general word such as COMMAND, as in `mblscale COMMAND --help`, stands for all of them.
    command, *rest = call
    if command.isupper() or command.startswith("-"):
        return
    assert command in subcommands(), f"{page}: mblscale has no command {command}"
    files = []
    words = iter(rest)
    for word in words:
        name, _, value = word.partition("=")
        if not name.startswith("--"):
            files.append(word)
            continue
        assert name in options(command), f"{page}: {command} has no option {name}"
        if options(command)[name] and not value:
            assert next(words, None), f"{page}: {name} has no value"
    assert len(files) <= 1, f"{page}: {command} takes one path, not {files}"


@pytest.mark.parametrize(("page", "call"), calls("make"))
def test_a_target_of_make_exists(page: str, call: list[str]) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    words = [word for word in call if "=" not in word and word not in ("-C", "mblscale", "…")]
    assert set(words) <= targets, f"{page}: no target {words}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_files_named_exist(page: Path) -> None:
    named = {name for line in written(page) for name in FILE.findall(line)}
    missing = [name for name in sorted(named) if not re.search(r"[A-Z]{3}", name)]
    missing = [name for name in missing if not (ROOT / name).exists()]
    assert not missing, f"{page.name} names files that are not there: {missing}"


def test_the_gallery_shows_each_figure_with_its_commands() -> None:
    docs = ROOT / "docs"
    gallery, paper = ((docs / name).read_text(encoding="utf-8") for name in ("gallery.md", "reproduction.md"))
    shown, of_paper = IMAGE.findall(gallery), IMAGE.findall(paper)
    every = {path.relative_to(docs).as_posix() for path in docs.rglob("*.png")}
    assert len(shown) == len(set(shown))
    assert set(shown) | set(of_paper) == every
    assert {path.name for path in docs.glob("*.png")} <= set(shown)
    assert set(of_paper) == {name for name in every if name.startswith("reproduction/")}
    for section in gallery.split("\n## ")[1:]:
        assert IMAGE.search(section), section
        lines = typed(section)
        assert any(commands(line, "mblscale") or commands(line, "make") for line in lines), section
        assert re.search(r"^\| decks? \| .*\]\(.+\)", section, re.MULTILINE), section


def test_the_exit_codes_are_those_of_the_program() -> None:
    page = (ROOT / "docs/command-line.md").read_text(encoding="utf-8")
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    source = (ROOT / "src/error/mod.rs").read_text(encoding="utf-8")
    assert listed == {0, *map(int, re.findall(r"pub const [A-Z]+: u8 = (\d+);", source))}


@needs_program
def test_the_page_of_commands_lists_all_of_them() -> None:
    page = (ROOT / "docs/command-line.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `mblscale (\w+)", page, re.MULTILINE)) == subcommands()
    rows = re.findall(r"^\| `(--[\w-]+)[^|]*\|([^|]*)\|", page, re.MULTILINE)
    listed = {option: set(re.findall(r"`(\w+)`", having)) for option, having in rows}
    known: dict[str, set[str]] = {}
    for command in subcommands() - {"help"}:
        for option in options(command).keys() - {"--help"}:
            known.setdefault(option, set()).add(command)
    assert listed == known
