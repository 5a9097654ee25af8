"""Reproduces every figure of arXiv:2202.08853, and writes the tables of docs/reproduction.md.

It runs the decks of input/paper, and continues where it was interrupted. The page, its summary and its
figures go to the directory of the outputs, or with `--publish` to docs. With `--check` nothing runs.
The exit code is then 1 if the tables of the page are not those of its summary.
"""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from reproduction import document, pictures, sections
from reproduction.decks import ROOT
from reproduction.results import Results
from reproduction.runner import Runner
from reproduction.runs import SCALES

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "reproduction.md"
SUMMARY = "reproduction/summary.json"


def main() -> int:
    """Runs the command line and returns the exit code."""
    arguments = _arguments()
    if arguments.check:
        return _check()
    own = ROOT if arguments.scale == "full" else f"{ROOT}-{arguments.scale}"
    root = Path(arguments.output or own)
    Runner(arguments.program, arguments.ranks, arguments.scale, root).run_all()
    results = Results(root)
    target = DOCS if arguments.publish else root
    summary = sections.measure(results, arguments.scale)
    sections.write(summary, target / SUMMARY)
    page = document.filled(PAGE.read_text(encoding="utf-8"), sections.tables(summary))
    (target / PAGE.name).write_text(page, encoding="utf-8")
    pictures.draw(results, target / "reproduction")
    print(target / PAGE.name)
    return 0


def _check() -> int:
    summary = sections.read(DOCS / SUMMARY)
    names = document.stale(PAGE.read_text(encoding="utf-8"), sections.tables(summary))
    if names:
        print(f"{PAGE}: not as in the summary: {', '.join(names)}", file=sys.stderr)
    return 1 if names else 0


def _arguments() -> Namespace:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--scale", choices=SCALES, default="full")
    parser.add_argument("--program", default="mblscale", help="the program, by default mblscale")
    parser.add_argument("--ranks", type=int, default=1, help="of MPI, by default one without it")
    parser.add_argument("--output", help="directory of all outputs, by default one in out")
    parser.add_argument("--publish", action="store_true", help="write the page in docs")
    parser.add_argument("--check", action="store_true", help="only compare page and summary")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
