"""Races mblscale's training and predictions against PyTorch's, on one core and the same samples.

    python benches/peers/training_race.py --torch-python PYTHON

The networks are those of arXiv:2202.08853 with 2 and with 16 features, batches of 128, Adam at 1e-3,
double precision, chains of 10 and 12 sites. Contenders run in turn, each in a process of its own; the
fastest run of each counts. First both train from the same weights with batches of all samples,
where order does not matter: if losses, weights or predictions differ by more than 1e-9, the race is
void and the exit code 1.
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
from training_course import EPSILONS, EPSILONS_ASKED, LENGTH_ASKED, Course

LIMIT = 1e-9
"""Losses, weights and predictions may differ by this."""

STEPS = 5
"""Steps of the comparison, of batches of all samples."""

FEW, STRENGTHS_ASKED = 2, 10
"""Epochs, and realizations of a strength, of the run that tells the cost of starting."""

NOTHING = {"processor": 0.0, "seconds": 0.0}
"""What a run took that PyTorch did not time."""

CONDITIONED = 'study = {{ kind = "conditioned", epochs = {}, learning_rate = {} }}'


def main() -> int:
    """The command line; returns the exit code."""
    arguments = parse()
    cores = os.sched_getaffinity(0)
    with tempfile.TemporaryDirectory() as scratch:
        course = Course(
            arguments.binary, arguments.torch_python, Path(scratch), arguments.realizations
        )
        try:
            differences = {
                "network of 2 features": network_differs(course, 2),
                "network of 16 features": network_differs(course, 16),
                "head": head_differs(course),
                "predictions": predictions_differ(course),
            }
            void = [what for what, most in differences.items() if not most <= LIMIT]
            os.sched_setaffinity(0, {max(cores)})
            rows = [] if void else race(course, arguments, cores)
        except Failure as failure:
            sys.exit(str(failure))
    for what, most in differences.items():
        print(f"{what}: differ by {most:.0e}{' (VOID)' if what in void else ''}")
    text = markdown(rows)
    print(f"\n{text}")
    content = {"file_type": "mblscale-training-race", "format_version": 1, "machine": machine()}
    content |= {"differences": differences, "rows": rows}
    arguments.output.mkdir(parents=True, exist_ok=True)
    path = arguments.output / "training_race.json"
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
    return int(bool(void))


def parse() -> Namespace:
    """The command line's arguments."""
    parser = ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--torch-python", default=sys.executable, help="a Python with PyTorch")
    parser.add_argument("--repeat", type=int, default=3, help="rounds; the fastest run counts")
    parser.add_argument("--realizations", type=int, default=128, help="of a length and strength")
    parser.add_argument("--epochs", type=int, default=50, help="of mblscale; PyTorch trains for 2")
    parser.add_argument("--asked", type=int, default=1000, help="fields to predict, in tens")
    parser.add_argument("--binary", type=Path, default=TARGET / "release" / "mblscale")
    parser.add_argument("--output", type=Path, default=Path("out/race"), help="directory")
    arguments = parser.parse_args()
    if not arguments.binary.exists():
        parser.error(f"--binary: {arguments.binary} is not there; build it: cargo build --release")
    return arguments


def apart(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> float:
    """The largest difference of two sets of tensors; infinite if they are not of the same names."""
    if one.keys() != other.keys():
        return np.inf
    return max(float(np.abs(one[name] - other[name]).max()) for name in one)


def network_differs(course: Course, features: int, members: int = 2) -> float:
    """Both train the whole network from PyTorch's weights, with batches of all samples."""
    course.torch("network", features=features, members=members, epochs=0)
    start = course.hand_over(members)
    deck = {"features": features, "members": members, "batch": course.count, "epochs": STEPS}
    course.mblscale("train", "check", more=f'start = "{start}"', **deck)
    answer = course.torch("network", **(deck | {"whole": True}))
    most = float(np.abs(course.losses("check") - answer["losses"]).max())
    weights = (apart(course.weights("check", k + 1), course.kept(k + 1)) for k in range(members))
    return max(most, *weights)


def head_differs(course: Course) -> float:
    """The same for a head behind frozen features, from mblscale's weights."""
    batch = course.count * len(EPSILONS)
    # Steps of no length leave the head where it started.
    course.mblscale("train", "still", more=CONDITIONED.format(1, "1e-300"), batch=batch)
    start = course.hand_back("still", 1)
    course.mblscale("train", "check", more=CONDITIONED.format(STEPS, "1e-3"), batch=batch)
    answer = course.torch("head", features=2, whole=True, epochs=STEPS, start=start)
    most = float(np.abs(course.losses("check", "head") - answer["losses"]).max())
    return max(most, apart(course.weights("check", 1), course.kept(1)))


def predictions_differ(course: Course) -> float:
    """mblscale's predictions by its last head, beside PyTorch's for the same fields and weights."""
    ask(course, "check", 1)
    fields, ours = course.predictions("check")
    theirs = predict(course, "check", fields)[1]
    return float(np.abs(ours - theirs[0]).max())


def ask(course: Course, name: str, realizations: int) -> dict:
    """mblscale predicts fields of ten strengths at a hundred energy densities."""
    grid = "energy_densities = { from = 0.01, to = 1.0, step = 0.01 }"
    return course.mblscale("predict", name, asked=f"{realizations}\n{grid}")


def predict(course: Course, name: str, fields: np.ndarray) -> tuple[dict, np.ndarray]:
    """PyTorch predicts the same."""
    problem = course.samples.with_name("asked.npz")
    np.savez(problem, asked=fields, epsilons=EPSILONS_ASKED)
    found = course.samples.with_name("found.npy")
    start = course.hand_back(name, 1)
    files = {"samples": str(problem), "keep": str(found), "start": start}
    return course.torch("predict", features=2, **files), np.load(found)


def race(course: Course, arguments: Namespace, cores: set[int]) -> list[dict]:
    """All that is timed, in turn; processor and clock seconds for a sample and member."""
    runs: dict[str, list[tuple[float, dict, dict]]] = {}

    def note(name: str, work: float, much: dict, little: dict = NOTHING) -> None:
        runs.setdefault(name, []).append((work, much, little))
        print(f"{name}: {fastest(runs[name], 'processor') * 1e6:.3f} µs", file=sys.stderr)

    def ours(name: str, work: int, epochs: int, decks: tuple[dict, dict]) -> None:
        little, much = (course.mblscale("train", "timed", **deck) for deck in decks)
        note(name, work * (epochs - FEW), much, little)

    for _ in range(arguments.repeat):
        for features, members in [(2, 5), (2, 1), (16, 5), (16, 1)]:
            epochs = arguments.epochs if features == 2 else max(FEW + 1, arguments.epochs // 5)
            deck = {"features": features, "members": members}
            decks = (deck | {"epochs": FEW}, deck | {"epochs": epochs})
            what = f"GRU-{features}, members: {members}"
            ours(f"mblscale {what}", course.count * members, epochs, decks)
            answer = course.torch("network", **deck, epochs=FEW)
            note(f"PyTorch {what}", course.count * members * FEW, answer)
        head = tuple({"more": CONDITIONED.format(k, "1e-3")} for k in (FEW, arguments.epochs))
        count = course.count * len(EPSILONS)
        ours("mblscale head", count, arguments.epochs, head)
        start = course.hand_back("timed", 1)
        answer = course.torch("head", features=2, epochs=1, start=start)
        note("PyTorch head", count, answer)
        little, much = ask(course, "timed", 1), ask(course, "timed", arguments.asked)
        fields, _ = course.predictions("timed")
        work = len(fields) * len(EPSILONS_ASKED)
        note("mblscale prediction", work, much, little)
        answer, _ = predict(course, "timed", fields)
        note("PyTorch prediction", work, answer)
        note("PyTorch prediction, written", work, answer["written"])
    # Once, to know that nothing better was left out.
    single = {"features": 2, "epochs": FEW}
    work = course.count * FEW
    answer = course.torch("network", **single, type="float32")
    note("PyTorch GRU-2, members: 1, float32", work, answer)
    os.sched_setaffinity(0, cores)
    answer = course.torch("network", **single, threads=2)
    note("PyTorch GRU-2, members: 1, 2 threads", work, answer)
    clocks = ("processor", "seconds")
    return [
        {"name": name} | {clock: fastest(own, clock) for clock in clocks}
        for name, own in runs.items()
    ]


def fastest(runs: list[tuple[float, dict, dict]], clock: str) -> float:
    """Seconds for one of the work of runs: of the fastest, less the fastest that did almost none."""
    work = runs[0][0]
    return (min(much[clock] for _, much, _ in runs) - min(few[clock] for *_, few in runs)) / work


def markdown(rows: list[dict]) -> str:
    """The table: each of PyTorch's beside mblscale's."""
    lines = ["| contender | µs | by the clock | × mblscale |", "|---|---|---|---|"]
    times = {row["name"]: row["processor"] for row in rows}
    for row in rows:
        name = row["name"]
        same = [key for key in times if name.replace("PyTorch", "mblscale").startswith(key)]
        own = times[same[0]] if same else None
        ratio = f"{row['processor'] / own:.1f}" if own and "PyTorch" in name else ""
        clocks = f"{row['processor'] * 1e6:.3g} | {row['seconds'] * 1e6:.3g}"
        lines.append(f"| {name} | {clocks} | {ratio} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
