"""What both sides of the training race are given: samples, decks, weights; and how each is run."""

import json
import os
import resource
import shutil
import subprocess
import time
from pathlib import Path

import h5py
import numpy as np
from safetensors.numpy import load_file, save_file

from contenders import HERE
from course import ALONE, Failure, run

TARGETS = ("first", "second", "third")
"""Smooth functions of the field: how long a step takes does not depend on values."""

LENGTHS = (10, 12)
STRENGTHS = np.linspace(0.5, 15.0, 30)
EPSILONS = np.linspace(0.1, 0.9, 9)
LENGTH_ASKED, EPSILONS_ASKED = 14, np.linspace(0.01, 1.0, 100)

DECK = """\
version = 1
name = "race"
output = "{output}"

[disorder]
strengths = {{ from = 1.0, to = 10.0, step = 1.0 }}
realizations = {{ test = 1 }}
seed = 1

[learn]
data = "{data}"
train_sizes = [10, 12]
targets = ["first", "second", "third"]
energy_density = 0.5
members = {members}
epochs = {epochs}
batch = {batch}
{more}

[learn.model]
features = {features}

[predict]
sizes = [14]
realizations = {asked}
"""


class Course:
    """Samples in a scratch directory, and mblscale's and PyTorch's runs on them."""

    def __init__(self, binary: Path, torch: str, scratch: Path, realizations: int) -> None:
        self._binary, self._torch, self._scratch = str(binary.resolve()), torch, scratch
        self._data, self.samples = scratch / "samples.h5", scratch / "samples.npz"
        self.count = len(LENGTHS) * len(STRENGTHS) * realizations
        self._write(realizations)

    def _write(self, realizations: int) -> None:
        """The same samples for both: HDF5 as docs/learning.md has it, and NumPy's arrays."""
        arrays = {"epsilons": EPSILONS}
        with h5py.File(self._data, "w") as file:
            file.attrs["file_type"], file.attrs["format_version"] = "mblscale-data", 1
            for sites in LENGTHS:
                shape = (len(STRENGTHS), realizations, sites)
                random = np.random.default_rng(sites)
                fields = random.uniform(-1, 1, shape) * STRENGTHS[:, None, None]
                step = np.abs(fields - np.roll(fields, -1, 2)).mean(2)[..., None] / 10
                values = [np.exp(-step), 1 / (1 + step), np.tanh(step)]
                targets = np.stack([one + (EPSILONS - 0.5) ** 2 for one in values], -1)
                write_group(file, sites, fields, targets)
                arrays[f"fields_{sites}"] = fields.reshape(-1, sites)
                arrays[f"all_targets_{sites}"] = targets.reshape(-1, *targets.shape[2:])
                middle = np.argmin(np.abs(EPSILONS - 0.5))
                arrays[f"targets_{sites}"] = arrays[f"all_targets_{sites}"][:, middle]
        np.savez(self.samples, **arrays)

    def torch(self, task: str, **problem) -> dict:
        """PyTorch's answer; see `torch_training.py` for the keys."""
        usual = {"start": None, "whole": False, "mixed": False, "threads": 1, "type": "float64", "members": 1}
        usual |= {"hidden": 10, "learning_rate": 1e-3, "batch": 128, "targets": len(TARGETS)}
        usual |= {"samples": str(self.samples), "keep": str(self._scratch / "kept-{}.npz")}
        command = [self._torch, str(HERE / "torch_training.py")]
        return run(command, json.dumps(usual | {"task": task} | problem))[0]

    def mblscale(
        self, stage: str, name: str, more: str = "", asked: int = 1, ranks: int = 1, **deck
    ) -> dict:
        """Runs a stage into the directory `name`: seconds of clock and of processor."""
        output = self._scratch / name
        if stage == "train":
            shutil.rmtree(output, ignore_errors=True)
        usual = {"members": 1, "epochs": 1, "batch": 128, "features": 2}
        text = DECK.format(
            output=output, data=self._data, more=more, asked=asked, **(usual | deck)
        )
        path = self._scratch / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        command = [self._binary, stage, str(path)]
        if ranks > 1:
            command = ["mpirun", "-n", str(ranks), "--bind-to", "core", *command]
        if stage == "predict":
            # The deck describes its own training, and predicts with the networks of another.
            command.append("--stale")
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=os.environ | ALONE
        )
        seconds = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            raise Failure(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
        processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return {"seconds": seconds, "processor": processor}

    def losses(self, name: str, training: str = "train") -> np.ndarray:
        """The losses (member, epoch) of a training of mblscale's."""
        lines = (self._scratch / name / "training.jsonl").read_text(encoding="utf-8").splitlines()
        own = [line for line in map(json.loads, lines) if line.get("training") == training]
        return np.array([line["members"] for line in own]).T

    def epochs(self, name: str) -> list[dict]:
        """The epochs of a training of mblscale's, as it reports them."""
        lines = (self._scratch / name / "training.jsonl").read_text(encoding="utf-8").splitlines()
        return [line for line in map(json.loads, lines) if "epoch" in line]

    def epoch_seconds(self, name: str) -> list[float]:
        """The seconds of each epoch of a training of mblscale's, by the clock."""
        return [epoch["seconds"] for epoch in self.epochs(name)]

    def weights(self, name: str, member: int) -> dict[str, np.ndarray]:
        """What mblscale trained."""
        return load_file(self._scratch / name / "models" / f"member-{member}.safetensors")

    def kept(self, member: int) -> dict[str, np.ndarray]:
        """What PyTorch trained."""
        with np.load(self._scratch / f"kept-{member}.npz") as arrays:
            return {name: arrays[name] for name in arrays.files}

    def hand_over(self, members: int) -> str:
        """PyTorch's weights as a directory that mblscale starts from."""
        directory = self._scratch / "start"
        directory.mkdir(exist_ok=True)
        for member in range(1, members + 1):
            save_file(self.kept(member), directory / f"member-{member}.safetensors")
        return str(directory)

    def hand_back(self, name: str, members: int) -> str:
        """mblscale's weights as files that PyTorch starts from."""
        for member in range(1, members + 1):
            np.savez(self._scratch / f"back-{member}.npz", **self.weights(name, member))
        return str(self._scratch / "back-{}.npz")

    def predictions(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """The fields (field, site) of predictions.h5, and the first member's (field, ε, target)."""
        with h5py.File(self._scratch / name / "predictions.h5") as file:
            group = file[f"L{LENGTH_ASKED:02}/test"]
            fields = group["field"][...].reshape(-1, LENGTH_ASKED)
            found = [group[f"{target}_members"][0] for target in TARGETS]
            return fields, np.stack(found, -1).reshape(len(fields), -1, len(TARGETS))


def write_group(file: h5py.File, sites: int, fields: np.ndarray, targets: np.ndarray) -> None:
    """Fields (h, realization, site) and targets (h, realization, ε, target) of a chain length."""
    group = file.create_group(f"L{sites:02}/train")
    group.attrs["sites"], group.attrs["split"] = sites, "train"
    axes = {"h": STRENGTHS, "realization": np.arange(fields.shape[1])}
    axes |= {"epsilon": EPSILONS, "site": np.arange(sites)}
    for name, values in axes.items():
        group[name] = values
        group[name].make_scale(name)
    quantities = {"field": (fields, "h realization site")}
    for number, name in enumerate(TARGETS):
        quantities[name] = (targets[..., number], "h realization epsilon")
    for name, (values, dimensions) in quantities.items():
        group[name] = values
        texts = {"units": "1", "description": name, "dimensions": dimensions}
        group[name].attrs.update(texts)
        for axis, dimension in enumerate(dimensions.split()):
            group[name].dims[axis].attach_scale(group[dimension])
