"""Quenches by mblscale and by QuSpin's ExpmMultiplyParallel, on one core.

    python benches/peers/quench_race.py --quspin-python PYTHON [--binary MBLSCALE] [--sizes 12,14,16]

PYTHON, or the environment variable QUSPIN_PYTHON, is an interpreter that has QuSpin. Both start from the
same configurations in the same fields, and give the magnetization of every site at the same times. Times
are processor times. That of mblscale is of a realization more: a whole campaign, less one of a single
realization. That of QuSpin leaves out the matrix. The race needs h5py.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path

import h5py
import numpy as np

ROOT = Path(__file__).parents[2]

DECK = """version = 1
name = "race"
output = "{output}"
[chain]
sizes = [{sites}]
[disorder]
strengths = [6.0]
realizations = {{ test = {fields} }}
seed = 5
[quench]
initial = "random-product"
samples = {samples}
times = {{ from = 0.1, to = {end}, points = {points} }}
observables = ["magnetization"]
"""

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def mblscale(binary: Path, directory: Path, **case: object) -> dict:
    """The seconds of a realization, with what the other program has to do."""
    deck = directory / "deck.toml"
    deck.write_text(DECK.format(output=directory / "out", **case), encoding="utf-8")
    # Also measures the speed of the machine, where that is not known.
    seconds_of(binary, deck, directory / "first", 1)
    one = seconds_of(binary, deck, directory / "one", 1)
    many = seconds_of(binary, deck, directory / "out", case["fields"])
    with h5py.File(directory / "out" / "data.h5") as file:
        group = file[f"L{case['sites']:02}/test"]
        initial = group["quench_initial"][0]
        words = ((initial > 0) << np.arange(initial.shape[-1])).sum(axis=-1)
        return {
            "seconds": (many - one) / (case["fields"] - 1),
            "fields": group["field"][0].tolist(),
            "initial": words.tolist(),
            "times": group["time"][:].tolist(),
            "magnetization": np.moveaxis(group["quench_magnetization"][0], -1, -2),
            "error": float(group["quench_error"][0].max()),
        }


def seconds_of(binary: Path, deck: Path, output: Path, fields: int) -> float:
    """Processor time of a campaign of so many realizations."""
    sets = [f"output={output}", f"disorder.realizations.test={fields}"]
    options = [option for entry in sets for option in ("--set", entry)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [binary, "generate", deck, *options], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def quspin(python: str, sites: int, ours: dict) -> list[dict]:
    """The answer of QuSpin for each field."""
    answers = []
    for field, initial in zip(ours["fields"], ours["initial"], strict=True):
        problem = {"sites": sites, "times": ours["times"], "fields": [field], "initial": initial}
        command = [python, Path(__file__).parent / "quspin_quench.py"]
        done = subprocess.run(
            command,
            input=json.dumps(problem),
            env=os.environ | ONE_THREAD,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"{python} cannot run QuSpin:\n{done.stderr}")
        answers.append(json.loads(done.stdout))
    return answers


def main() -> None:
    """The command line."""
    parser = ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quspin-python", default=os.environ.get("QUSPIN_PYTHON"))
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    parser.add_argument("--binary", type=Path, default=Path(target) / "release" / "mblscale")
    parser.add_argument("--sizes", default="12,14,16")
    parser.add_argument("--samples", type=int, default=4)
    parser.add_argument("--fields", type=int, default=4)
    parser.add_argument("--end", type=float, default=100.0)
    parser.add_argument("--points", type=int, default=20)
    options = parser.parse_args()
    if options.quspin_python is None:
        parser.error("name the Python that has QuSpin: --quspin-python, or QUSPIN_PYTHON")
    print("| L | mblscale | QuSpin | ratio | deviation | error |")
    print("|---|---|---|---|---|---|")
    for sites in map(int, options.sizes.split(",")):
        with tempfile.TemporaryDirectory() as directory:
            ours = mblscale(
                options.binary,
                Path(directory),
                sites=sites,
                fields=options.fields,
                samples=options.samples,
                end=options.end,
                points=options.points,
            )
        theirs = quspin(options.quspin_python, sites, ours)
        found = np.array([answer["magnetization"] for answer in theirs])
        deviation = np.abs(found - ours["magnetization"]).max()
        seconds = ours["seconds"]
        processor = np.mean([answer["processor"] for answer in theirs])
        print(
            f"| {sites} | {seconds:.3g} s | {processor:.3g} s "
            f"| {processor / seconds:.1f} | {deviation:.0e} | {ours['error']:.0e} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
