"""Draws every figure for which an output directory has data.

The output has the path of each figure, one a line. The error stream names the figures that the deck
describes but that cannot be drawn, with the reason. The exit code is 1 if a file is not valid.
"""

import sys
from argparse import ArgumentParser

import plot_collapse
import plot_cost
import plot_crossings
import plot_data_size
import plot_determination
import plot_dimensions
import plot_edge
import plot_features
import plot_form_factor
import plot_gap_ratios
import plot_heads
import plot_indicators
import plot_overview
import plot_phase_diagram
import plot_quench
import plot_scan
import plot_spins
import plot_states
import plot_times
import plot_training
import plot_transfer
from described import described
from figure import Missing, save
from mblscale_results import Output, ResultError

FIGURES = (
    plot_training,
    plot_indicators,
    plot_determination,
    plot_features,
    plot_phase_diagram,
    plot_transfer,
    plot_data_size,
    plot_heads,
    plot_collapse,
    plot_scan,
    plot_cost,
    plot_crossings,
    plot_edge,
    plot_overview,
    plot_gap_ratios,
    plot_dimensions,
    plot_states,
    plot_form_factor,
    plot_quench,
    plot_spins,
    plot_times,
)


def main() -> int:
    """Runs the command line and returns the exit code."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("output", metavar="OUTPUT_DIR", help="the `output` of the deck")
    directory = parser.parse_args().output
    try:
        output = Output(directory)
    except ResultError as error:
        sys.exit(str(error))
    failed, wanted = False, _described(output)
    for figure in FIGURES:
        try:
            print(save(figure.draw(output), output, figure.NAME))
        except Missing as reason:
            if figure.NAME in wanted:
                print(f"skipped {figure.NAME}: {reason}", file=sys.stderr)
        except ResultError as error:
            print(f"failed {figure.NAME}: {error}", file=sys.stderr)
            failed = True
    return 1 if failed else 0


def _described(output: Output) -> set[str]:
    """What the deck describes. A file that is not valid fails with its figures."""
    try:
        return described(output.deck)
    except ResultError:
        return set()


if __name__ == "__main__":
    sys.exit(main())
