"""The race of one chain length: mblscale draws the fields, peers are started on them."""

import json
import os
import shutil
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import h5py

from contenders import HERE
from standings import Answers, Reference

FIELDS = {12: 31, 14: 11, 16: 4}
"""Realizations of each length, two for others. The first is not timed."""

DENSITY = 0.5
"""The energy density ε of the target."""

DECK = """\
version = 1
name = "race"
output = "{output}"

[chain]
sizes = [{sites}]

[disorder]
strengths = [6.0]
realizations = {{ test = {fields} }}
seed = 2022

[spectrum]
energy_densities = [{density}]
states = {states}
certificate = "{certificate}"
indicators = ["gap_ratio"]
store_energies = true
"""

ALONE = {
    f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "BLIS", "RAYON")
} | {
    # Open MPI does not start as root, as in a container, unless told twice.
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
}
"""One thread for everyone."""


class Failure(Exception):
    """A contender did not answer; the message is its last word."""


class Course:
    """One chain length's deck and directories, in a scratch directory."""

    def __init__(self, sites: int, arguments: Namespace, scratch: Path) -> None:
        self.sites = sites
        self._binary = str(arguments.binary.resolve())
        self._one, self._many = scratch / f"one-{sites}", scratch / f"many-{sites}"
        self._deck = scratch / f"race-{sites}.toml"
        self._deck.write_text(
            DECK.format(
                output=self._many,
                sites=sites,
                fields=arguments.fields or FIELDS.get(sites, 2),
                density=DENSITY,
                states=arguments.states,
                certificate=arguments.certificate,
            ),
            encoding="utf-8",
        )

    def mblscale(self) -> Answers:
        """Runs mblscale, from nothing."""
        for output in (self._one, self._many):
            shutil.rmtree(output, ignore_errors=True)
        paths = [self._binary, *map(str, (self._deck, self._one, self._many))]
        return run([sys.executable, str(HERE / "mblscale.py"), *paths], "")

    def reference(self) -> Reference:
        """What mblscale found for all fields but the first."""
        with h5py.File(self._many / "data.h5") as file:
            group = file[f"L{self.sites:02}/test"]
            return Reference(
                version=f"{file.attrs['version']}, commit {file.attrs['commit']}",
                fields=group["field"][0, 1:],
                lowest=group["energy_min"][0, 1:],
                highest=group["energy_max"][0, 1:],
                energies=group["energy"][0, 1:, 0],
                residuals=group["residual"][0, 1:, 0],
            )

    def peer(self, command: list[str], reference: Reference) -> Answers:
        """Runs a peer on the reference's fields."""
        problem = {
            "sites": self.sites,
            "states": reference.energies.shape[1],
            "epsilon": DENSITY,
            "fields": reference.fields.tolist(),
        }
        return run(command, json.dumps(problem))


def run(command: list[str], problem: str) -> Answers:
    """Runs a contender in a process of its own."""
    done = subprocess.run(
        command, input=problem, capture_output=True, text=True, env=os.environ | ALONE, check=False
    )
    if done.returncode != 0:
        last = done.stderr.strip().rsplit("\n", 1)[-1]
        raise Failure(f"failed with {done.returncode}: {last}")
    return [json.loads(line) for line in done.stdout.splitlines()]
