"""Builds the site of the pages in this checkout, strictly: a link that leads nowhere is an error.

Usage: build.py TARGET RUSTDOC

Pages and the files that they link to are gathered in TARGET/source, in the order of the checkout.
Sphinx makes TARGET/html of them. RUSTDOC is what `cargo doc` has made; it becomes TARGET/html/rust.
"""

import importlib
import re
import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import build_main

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

FILES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "CITATION.cff", "LICENSE")
DIRECTORIES = (
    "analysis/notebooks",
    "benches",
    "docs",
    "examples",
    "input",
    "jobscripts",
    "packaging",
)

LINK = re.compile(r"\]\(([^()\s#:]+)\)")
"""A link to a file or a directory, without an anchor and without a scheme."""

LANGUAGES = {".csv": "text", ".py": "python", ".rs": "rust", ".sh": "sh", ".toml": "toml"}


def gather(source: Path) -> None:
    """Copies what the site shows, and makes pages of what has none."""
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    for name in FILES:
        shutil.copy2(ROOT / name, source / name)
    for name in filter(lambda name: (ROOT / name).is_dir(), DIRECTORIES):
        ignored = shutil.ignore_patterns("site", "__pycache__", ".*")
        shutil.copytree(ROOT / name, source / name, ignore=ignored)
    for page in sorted(source.rglob("*.md")):
        pieces = LINK.split(page.read_text(encoding="utf-8"))
        # Every second piece is the target of a link.
        pieces[1::2] = [f"]({shown(page, target)})" for target in pieces[1::2]]
        page.write_text("".join(pieces), encoding="utf-8")
    for addition in (HERE / "additions").glob("**/*.md"):
        page = source / addition.relative_to(HERE / "additions")
        with page.open("a", encoding="utf-8") as file:
            file.write("\n" + addition.read_text(encoding="utf-8"))


def shown(page: Path, target: str) -> str:
    """The target of a link, with a directory as its page: the README, or a listing."""
    directory = page.parent / target
    if not directory.is_dir():
        return target
    if (directory / "README.md").exists():
        return f"{target}/README.md"
    (directory / "index.md").write_text(listing(directory), encoding="utf-8")
    return f"{target}/index.md"


def listing(directory: Path) -> str:
    """A page with the text of each file of a directory."""
    # An orphan needs no place in the navigation, but may have one.
    parts = [f"---\norphan: true\n---\n\n# Files of {directory.resolve().name}\n"]
    for file in sorted(directory.iterdir()):
        if file.is_dir():
            parts.append(f"- [{file.name}]({shown(directory / 'index.md', file.name)})\n")
        elif language := LANGUAGES.get(file.suffix):
            block = f"```{{literalinclude}} {file.name}\n:language: {language}\n```\n"
            parts.append(f"## {file.name}\n\n{block}")
        elif file.suffix != ".md":
            parts.append(f"- [{file.name}]({file.name})\n")
    return "\n".join(parts)


def python_reference(source: Path) -> None:
    """Adds the docstrings of the Python package to its page."""
    try:
        figures = importlib.import_module("mblscale.figures")
    except ModuleNotFoundError as missing:
        if missing.name != "mblscale":
            raise
        print(f"site: without the reference of the Python package: {missing}")
        return
    members = dict.fromkeys(("mblscale", "mblscale.decks", "mblscale.figures"), "")
    members |= {f"mblscale.figures.{name}": " draw, panel" for name in sorted(figures.FIGURES)}
    with (source / "docs/python.md").open("a", encoding="utf-8") as page:
        for module, names in members.items():
            directive = f".. automodule:: {module}\n   :members:{names}\n"
            page.write(f"\n## {module}\n\n```{{eval-rst}}\n{directive}```\n")


def rust_reference(rustdoc: Path, source: Path, html: Path) -> None:
    """Adds the pages of `cargo doc`, and a link to them."""
    if not (rustdoc / "mblscale/index.html").exists():
        sys.exit(f"site: no Rust API in {rustdoc}: run `cargo doc --release --no-deps` first")
    shutil.copytree(rustdoc, html / "rust", dirs_exist_ok=True)
    with (source / "docs/rust-api.md").open("a", encoding="utf-8") as page:
        page.write('\n<a href="../rust/mblscale/index.html">The Rust API of this version</a>\n')


def main() -> int:
    """Builds the site and returns the exit code of Sphinx."""
    target, rustdoc = Path(sys.argv[1]), Path(sys.argv[2])
    source, html = target / "source", target / "html"
    sys.path.insert(0, str(ROOT / "analysis"))
    gather(source)
    python_reference(source)
    shutil.rmtree(html, ignore_errors=True)
    rust_reference(rustdoc, source, html)
    options = ["-q", "-W", "--keep-going", "-c", str(HERE), "-d", str(target / "doctrees")]
    code = build_main([*options, str(source), str(html)])
    if code == 0:
        # Servers look for this name first.
        shutil.copy2(html / "README.html", html / "index.html")
        print(f"site: {html / 'index.html'}")
    return code


if __name__ == "__main__":
    sys.exit(main())
