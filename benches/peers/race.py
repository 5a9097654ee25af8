"""Races mblscale against its peers, on one core and the same fields.

    python benches/peers/race.py --sizes 12,14,16 --repeat 3

Everyone finds the 100 levels nearest the middle of the spectrum (ε = 0.5) of periodic chains at
h = 6, with the ends of the spectrum before and the residuals after. Prints a table and writes
race.json and race.md. A contender is void, and the exit code 1, where one of its energies differs
from mblscale's by more than 1e-9 of the spectrum's width, or a residual is larger than that.
"""

import json
import os
import shlex
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from datetime import date
from pathlib import Path

from contenders import PEERS, TARGET
from course import Course, Failure
from standings import Answers, Standing, markdown, standing_of_mblscale, standing_of_peer


def main() -> int:
    """The command line; returns the exit code."""
    arguments = parse()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    commands = installed(arguments.peers)
    standings: list[Standing] = []
    with tempfile.TemporaryDirectory() as scratch:
        for sites in arguments.sizes:
            course = Course(sites, arguments, Path(scratch))
            try:
                standings += race(course, commands, arguments.repeat)
            except Failure as failure:
                sys.exit(f"mblscale, L = {sites}: {failure}")
            write(standings, arguments.output)  # after each length: the next takes ten times as long
    return int(any(standing.void for standing in standings))


def parse() -> Namespace:
    """The command line's arguments."""
    parser = ArgumentParser(description=__doc__.split("\n")[0])
    names = ",".join(peer.name for peer in PEERS)
    parser.add_argument("--sizes", type=_sizes, default=[12, 14, 16], help="chain lengths L")
    parser.add_argument("--peers", type=lambda text: text.split(","), help=f"of {names}")
    parser.add_argument("--repeat", type=int, default=3, help="runs; the fastest counts")
    parser.add_argument("--fields", type=int, help="realizations; the first is not timed")
    parser.add_argument("--states", type=int, default=100, help="levels of a window")
    parser.add_argument(
        "--certificate", choices=["run", "inertia"], default="run", help="how mblscale proves windows"
    )
    parser.add_argument("--binary", type=Path, default=TARGET / "release" / "mblscale")
    parser.add_argument("--output", type=Path, default=Path("out/race"), help="directory")
    arguments = parser.parse_args()
    unknown = set(arguments.peers or []) - {peer.name for peer in PEERS}
    if unknown:
        parser.error(f"--peers: nobody is called {', '.join(sorted(unknown))}, only {names}")
    if arguments.fields is not None and arguments.fields < 2:
        parser.error("--fields: the first is not timed, so at least 2 are needed")
    if not arguments.binary.exists():
        parser.error(f"--binary: {arguments.binary} is not there; build it: cargo build --release")
    return arguments


def _sizes(text: str) -> list[int]:
    return [int(sites) for sites in text.split(",")]


def installed(wanted: list[str] | None) -> dict[str, list[str]]:
    """What starts each peer; says how to get those that are missing."""
    commands = {}
    for peer in PEERS:
        if wanted is not None and peer.name not in wanted:
            continue
        command = peer.command()
        if command is None:
            print(f"skipped {peer.name}: not installed ({peer.install})", file=sys.stderr)
        else:
            commands[peer.name] = command
    return commands


def race(course: Course, commands: dict[str, list[str]], repeat: int) -> list[Standing]:
    """One chain length: everyone in turn, `repeat` times. mblscale comes first."""
    entered = [peer for peer in PEERS if peer.name in commands and course.sites <= peer.largest]
    ours: list[Answers] = []
    theirs: dict[str, list[Answers]] = {peer.name: [] for peer in entered}
    failures: dict[str, str] = {}
    for turn in range(repeat):
        ours.append(course.mblscale())
        reference = course.reference()
        for peer in entered:
            if peer.name in failures:
                continue
            print(f"L = {course.sites}, run {turn + 1}: {peer.name}", file=sys.stderr)
            some = reference.first(peer.fields)
            try:
                theirs[peer.name].append(course.peer(commands[peer.name], some))
            except Failure as failure:
                failures[peer.name] = str(failure)
    standings = [standing_of_mblscale(course.sites, ours, reference)]
    for peer in entered:
        identity = (course.sites, peer.name, peer.title)
        if peer.name in failures:
            standings.append(Standing(*identity, failure=failures[peer.name]))
        else:
            some = reference.first(peer.fields)
            standings.append(standing_of_peer(*identity, theirs[peer.name], some))
    print(markdown(standings))
    return standings


def write(standings: list[Standing], directory: Path) -> None:
    """race.json, with everything; race.md, with the table and where it was measured."""
    directory.mkdir(parents=True, exist_ok=True)
    facts = {
        "machine": machine(),
        "date": date.today().isoformat(),
        "command": shlex.join(["python", *sys.argv]),
    }
    content = {"file_type": "mblscale-race", "format_version": 1, **facts}
    content["standings"] = [asdict(standing) for standing in standings]
    (directory / "race.json").write_text(json.dumps(content, indent=1), encoding="utf-8")
    libraries = {standing.title: ", ".join(standing.libraries) for standing in standings}
    text = "".join(f"- {name}: {fact}\n" for name, fact in {**facts, **libraries}.items())
    (directory / "race.md").write_text(f"{text}\n{markdown(standings)}", encoding="utf-8")


def machine() -> str:
    """The processor, its cores and the memory."""
    processor = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            processor = line.split(":", 1)[1].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{processor}, {os.cpu_count()} cores, {memory:.0f} GiB"


if __name__ == "__main__":
    sys.exit(main())
