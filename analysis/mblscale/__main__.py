"""The command line of the package: `python -m mblscale draw OUTPUT_DIR`.

Without `--figure`, it draws every figure for which the output directory has data. The output has the
path of each figure, one a line. The error stream names the figures that the deck describes but that
cannot be drawn, with the reason. The exit code is 1 if a file is not valid, or a figure that was named
cannot be drawn.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

import matplotlib

from mblscale.figures import FIGURES, Missing, save
from mblscale.figures.described import described
from mblscale.formats import ResultError
from mblscale.results import Results


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns the exit code."""
    parser = ArgumentParser(prog="python -m mblscale", description=__doc__.split("\n", 1)[0])
    commands = parser.add_subparsers(required=True)
    drawing = commands.add_parser("draw", help="draw figures", description="Draws figures.")
    drawing.add_argument("output", metavar="OUTPUT_DIR", help="the `output` of the deck")
    drawing.add_argument("--figure", choices=FIGURES, action="append", help="draw this one only")
    chosen = parser.parse_args(arguments)
    # There need not be a screen.
    matplotlib.use("Agg")
    try:
        results = Results(chosen.output)
    except ResultError as error:
        print(error, file=sys.stderr)
        return 1
    return _draw_named(results, chosen.figure) if chosen.figure else _draw_all(results)


def _draw_named(results: Results, names: Sequence[str]) -> int:
    failed = False
    for name in names:
        try:
            print(save(name, results))
        except (Missing, ResultError) as error:
            print(f"{name}: {error}", file=sys.stderr)
            failed = True
    return int(failed)


def _draw_all(results: Results) -> int:
    failed, wanted = False, _described(results)
    for name in FIGURES:
        try:
            print(save(name, results))
        except Missing as reason:
            if name in wanted:
                print(f"skipped {name}: {reason}", file=sys.stderr)
        except ResultError as error:
            print(f"failed {name}: {error}", file=sys.stderr)
            failed = True
    return int(failed)


def _described(results: Results) -> set[str]:
    """What the deck describes. A file that is not valid fails with its figures."""
    try:
        return described(results.deck)
    except ResultError:
        return set()


if __name__ == "__main__":
    sys.exit(main())
