"""A fit of the quality of collapse by mblscale and by pyfssa, to the same published gap ratios.

    python benches/peers/scaling_race.py --fssa-python PYTHON [--binary MBLSCALE] [--refits N]

PYTHON, or the environment variable FSSA_PYTHON, is an interpreter that has pyfssa, with a NumPy that it
runs on. Both look for h_c, ν and ζ; pyfssa starts at the optimum that mblscale finds without a start,
and at one off it. mblscale's time is processor time for `scale` with many refits less that with few,
for each of the others: a refit is a whole fit.
"""

import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TABLE = ROOT / "tests" / "data" / "gap_ratio_reference.csv"
SIZES, WINDOW = (14, 16, 18), (4.0, 9.5)

DECK = """version = 1
name = "race"
output = "{output}"
[scaling]
sources = ["{table}"]
targets = ["gap_ratio"]
window = [{window[0]}, {window[1]}]
sizes = {sizes}
bootstrap = {refits}
parameters = {{ zeta = {zeta} }}
"""

FEW = 10


def mblscale(binary: Path, refits: int, zeta: str) -> tuple[dict, float]:
    """The fit, and the processor time of the program with so many refits."""
    with tempfile.TemporaryDirectory() as directory:
        deck = Path(directory) / "deck.toml"
        names = {"output": directory, "table": TABLE, "window": WINDOW, "sizes": list(SIZES)}
        deck.write_text(DECK.format(refits=refits, zeta=zeta, **names), encoding="utf-8")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [binary, "scale", deck]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        scaling = json.loads((Path(directory) / "scaling.json").read_text(encoding="utf-8"))
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return scaling["fits"][0], seconds


def fssa(python: str, start: list[float], repeat: int) -> dict:
    """What pyfssa finds from a start."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    inside = [row for row in rows if WINDOW[0] <= float(row["h"]) <= WINDOW[1]]
    of_size = [[row for row in inside if int(row["L"]) == size] for size in SIZES]
    problem = {
        "L": SIZES,
        "h": [float(row["h"]) for row in of_size[0]],
        "mean": [[float(row["mean"]) for row in rows] for rows in of_size],
        "error": [[float(row["sem"]) for row in rows] for rows in of_size],
        "start": start,
        "repeat": repeat,
    }
    command = [python, HERE / "fssa_fit.py"]
    done = subprocess.run(
        command, input=json.dumps(problem), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{python} cannot run pyfssa:\n{done.stderr}")
    return json.loads(done.stdout)


def main() -> None:
    """The command line."""
    parser = ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--fssa-python", default=os.environ.get("FSSA_PYTHON"))
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    parser.add_argument("--binary", type=Path, default=Path(target) / "release" / "mblscale")
    parser.add_argument("--refits", type=int, default=200)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    if options.fssa_python is None:
        parser.error("name the Python that has pyfssa: --fssa-python, or FSSA_PYTHON")

    ours, race = None, []
    for _ in range(options.repeat):
        _, few = mblscale(options.binary, FEW, '"free"')
        ours, many = mblscale(options.binary, options.refits, '"free"')
        race.append((many - few) / (options.refits - FEW))
    place = [ours["h_c"]["value"], ours["nu"]["value"], ours["parameters"]["zeta"]["value"]]
    print(f"mblscale  {_place(place)}  S {ours['quality']:.4f}  {1e3 * min(race):8.1f} ms")
    for start in (place, [6.0, 1.0, 0.0]):
        peer = fssa(options.fssa_python, start, options.repeat)
        print(
            f"pyfssa    {_place(peer['place'])}  S {peer['quality']:.4f} "
            f"(its S of the start: {peer['quality_of_start']:.4f})  "
            f"{1e3 * peer['seconds']:8.1f} ms  {peer['seconds'] / min(race):.0f} × mblscale"
        )


def _place(place: list[float]) -> str:
    return "h_c {:.4f}  ν {:.4f}  ζ {:+.4f}".format(*place)


if __name__ == "__main__":
    main()
