"""Compares networks on the long test chains: a table, and a figure of their errors against time.

    python examples/measured-chains/compare.py "exact=out/measured/alone" \\
        "exact and measured=out/measured/both" --figure out/measured/errors.png

Errors are root mean squares over test chains and networks, equally over disorder strengths. Those of the table
are over all times too.
"""

import argparse
import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

LENGTHS = (16, 18, 20)
TARGETS = {"quench_imbalance": "imbalance", "quench_entanglement": "entropy (nat)"}

Errors = dict[tuple[str, int], tuple[np.ndarray, np.ndarray]]
"""Times and mean squared errors, by target and length."""


def errors(output: Path, lengths: tuple[int, ...]) -> Errors:
    """The errors of the networks in an output directory."""
    scores = json.loads((output / "evaluation.json").read_text(encoding="utf-8"))["scores"]
    scores = [score for score in scores if score["split"] == "test"]
    found: Errors = {}
    for target in TARGETS:
        for sites in lengths:
            own = [it for it in scores if (it["target"], it["sites"]) == (target, sites)]
            times, squares = np.array([(it["time"], it["mse"]) for it in own]).T
            found[target, sites] = times, squares
    return found


def table(networks: dict[str, Errors], lengths: tuple[int, ...]) -> str:
    """A row for each training, a column for each target and length."""
    columns = [(target, sites) for target in TARGETS for sites in lengths]
    names = [f"{TARGETS[target].split()[0]}, L = {sites}" for target, sites in columns]
    lines = ["| trained on | " + " | ".join(names) + " |", "|---" * (1 + len(columns)) + "|"]
    for name, found in networks.items():
        values = [f"{np.sqrt(np.mean(found[column][1])):.3f}" for column in columns]
        lines.append(f"| {name} | " + " | ".join(values) + " |")
    return "\n".join(lines)


def draw(networks: dict[str, Errors], lengths: tuple[int, ...], path: Path) -> None:
    """The figure: a row for each target, a column for each length."""
    colors = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
    size = (2.3 * len(lengths) + 0.6, 4.2)
    figure, panels = plt.subplots(
        2, len(lengths), figsize=size, sharex=True, sharey="row", squeeze=False, layout="constrained"
    )
    for row, (target, label) in zip(panels, TARGETS.items(), strict=True):
        for panel, sites in zip(row, lengths, strict=True):
            for (name, found), color in zip(networks.items(), colors, strict=False):
                times, squares = found[target, sites]
                panel.semilogx(times, np.sqrt(squares), "o-", markersize=3, color=color, label=name)
        row[0].set_ylim(bottom=0)
        row[0].set_ylabel(f"error, {label}")
    for panel, sites in zip(panels[0], lengths, strict=True):
        panel.set_title(f"$L = {sites}$")
    for panel in panels[-1]:
        panel.set_xlabel("time $t\\,J$")
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels))
    figure.savefig(path, dpi=150)


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("networks", nargs="+", metavar="NAME=OUTPUT", help="a name and an output")
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS, help="lengths to compare")
    parser.add_argument("--figure", type=Path, help="file of the figure")
    arguments = parser.parse_args()
    lengths = tuple(arguments.lengths)
    networks = {}
    for entry in arguments.networks:
        name, output = entry.rsplit("=", 1)
        networks[name] = errors(Path(output), lengths)
    print(table(networks, lengths))
    if arguments.figure:
        draw(networks, lengths, arguments.figure)


if __name__ == "__main__":
    main()
