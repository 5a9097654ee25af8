"""Races trainings of wide networks: mblscale's kernels, mblscale with libtorch, and PyTorch.

    python benches/peers/wide_race.py --torch-python PYTHON

The networks are gated recurrent units with a head, batches of 128, Adam at 1e-3, chains of 10 and 12
sites in each batch, one thread. PyTorch also trains on batches of one length, which takes fewer calls. Contenders run in turn, each in a process of its own; the fastest run of each counts.
First mblscale with libtorch and PyTorch train from the same weights with batches of all samples. If
losses or weights differ by more than 1e-9, the race is void and the exit code 1. Needs a program with
libtorch (`make TORCH=1 build`).
"""

import json
import os
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

import numpy as np

from contenders import TARGET
from course import Failure
from race import machine
from training_course import Course
from training_race import LIMIT, STEPS, apart

WIDTHS = (16, 64, 256, 512)
"""Features of the networks."""

NATIVE = 64
"""The most features of mblscale's own kernels."""

EPOCHS = 2
"""Epochs of PyTorch, all of which count: it has warmed up before."""

PRECISIONS = {"double": "float64", "single": "float32"}
"""By mblscale's and by PyTorch's names."""


def main() -> int:
    """The command line; returns the exit code."""
    arguments = parse()
    with tempfile.TemporaryDirectory() as scratch:
        course = Course(
            arguments.binary, arguments.torch_python, Path(scratch), arguments.realizations
        )
        try:
            most = difference(course, arguments.widths[0])
            rows = race(course, arguments) if most <= LIMIT else []
        except Failure as failure:
            sys.exit(str(failure))
    print(f"mblscale with libtorch and PyTorch differ by {most:.0e}{'' if rows else ' (VOID)'}")
    print(f"\n{markdown(rows)}")
    content = {"file_type": "mblscale-wide-race", "format_version": 1, "machine": machine()}
    content |= {"difference": most, "rows": rows}
    arguments.output.mkdir(parents=True, exist_ok=True)
    path = arguments.output / "wide_race.json"
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
    return int(not rows)


def parse() -> Namespace:
    """The command line's arguments."""
    parser = ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--torch-python", default=sys.executable, help="a Python with PyTorch")
    parser.add_argument("--repeat", type=int, default=3, help="rounds; the fastest run counts")
    parser.add_argument("--realizations", type=int, default=16, help="of a length and strength")
    parser.add_argument("--epochs", type=int, default=4, help="of mblscale; the fastest counts")
    parser.add_argument("--widths", type=int, nargs="+", default=WIDTHS, help="features")
    parser.add_argument("--binary", type=Path, default=TARGET / "release" / "mblscale")
    parser.add_argument("--output", type=Path, default=Path("out/race"), help="directory")
    return parser.parse_args()


def learn(backend: str, precision: str) -> str:
    """Lines of [learn]."""
    return f'backend = "{backend}"\nprecision = "{precision}"'


def difference(course: Course, features: int) -> float:
    """Both train the whole network from PyTorch's weights, with batches of all samples."""
    course.torch("network", features=features, epochs=0)
    start = course.hand_over(1)
    deck = {"features": features, "batch": course.count, "epochs": STEPS}
    more = f'{learn("torch", "double")}\nstart = "{start}"'
    course.mblscale("train", "check", more=more, **deck)
    answer = course.torch("network", **deck, whole=True)
    most = float(np.abs(course.losses("check") - answer["losses"]).max())
    return max(most, apart(course.weights("check", 1), course.kept(1)))


def race(course: Course, arguments: Namespace) -> list[dict]:
    """All that is timed, in turn; seconds of the clock for a sample, in the fastest epoch."""
    runs: dict[tuple, list[tuple[float, float]]] = {}
    cores = os.sched_getaffinity(0)

    def ours(
        features: int, backend: str, precision: str, members: int = 1, ranks: int = 1
    ) -> None:
        deck = {"features": features, "members": members, "ranks": ranks}
        more = learn(backend, precision)
        course.mblscale("train", "timed", epochs=arguments.epochs, more=more, **deck)
        key = (features, f"mblscale, {backend}", precision, members, ranks)
        fastest = min(course.epochs("timed"), key=lambda epoch: epoch["seconds"])
        share = fastest["seconds_in_sums"] / fastest["seconds"]
        seconds = fastest["seconds"] / (course.count * members)
        runs.setdefault(key, []).append((seconds, share))

    def pytorch(features: int, precision: str, mixed: bool) -> None:
        usual = {"epochs": EPOCHS, "type": PRECISIONS[precision], "mixed": mixed}
        answer = course.torch("network", features=features, **usual)
        name = "PyTorch" if mixed else "PyTorch, batches of one length"
        seconds = answer["seconds"] / EPOCHS / course.count
        runs.setdefault((features, name, precision, 1, 1), []).append((seconds, 0.0))

    for _ in range(arguments.repeat):
        for features in arguments.widths:
            os.sched_setaffinity(0, {max(cores)})
            if features <= NATIVE:
                ours(features, "native", "double")
            for precision in PRECISIONS:
                ours(features, "torch", precision)
                pytorch(features, precision, mixed=True)
                pytorch(features, precision, mixed=False)
            os.sched_setaffinity(0, cores)
            if len(cores) > 1:
                for ranks in (1, 2):
                    ours(features, "torch", "double", members=5, ranks=ranks)
            print(f"{features} features: done", file=sys.stderr)
    columns = ("features", "name", "precision", "members", "ranks")
    timed = ("seconds", "share_of_sums")
    return [
        dict(zip(columns + timed, key + min(own), strict=True)) for key, own in runs.items()
    ]


def markdown(rows: list[dict]) -> str:
    """The table: microseconds for a sample and member, how many times as fast as PyTorch, and the
    share of the time in which gradients are added up over ranks."""
    header = "| features | precision | contender | members | ranks | µs | × PyTorch | sums |"
    lines = [header, "|---|---|---|---|---|---|---|---|"]
    pytorch = {
        (row["features"], row["precision"]): row["seconds"]
        for row in rows
        if row["name"] == "PyTorch"
    }
    for row in sorted(rows, key=lambda row: (row["features"], row["precision"], row["members"])):
        ratio = pytorch[row["features"], row["precision"]] / row["seconds"]
        cells = [row["features"], row["precision"], row["name"], row["members"], row["ranks"]]
        cells += [f"{row['seconds'] * 1e6:.3g}", f"{ratio:.2f}", f"{row['share_of_sums']:.0%}"]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
