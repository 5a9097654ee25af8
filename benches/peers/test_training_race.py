"""A short training race: both sides compute the same, and it is void where they do not.

Needs the program (MBLSCALE_BINARY, or the one that cargo built) and PyTorch.
"""

import importlib.util
import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from contenders import HERE, TARGET
from training_course import Course
from training_race import LIMIT, apart, fastest, head_differs, network_differs

BINARY = Path(os.environ.get("MBLSCALE_BINARY", TARGET / "release" / "mblscale"))

needs_both = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None or not BINARY.exists(),
    reason="PyTorch is not installed, or mblscale is not built",
)


def test_tensors_of_other_names_or_values_are_apart() -> None:
    one = {"weight": np.array([1.0, 2.0])}
    assert apart(one, {"weight": np.array([1.0, 2.5])}) == 0.5
    assert apart(one, {"bias": np.array([1.0, 2.0])}) == np.inf
    assert not apart(one, {"weight": np.array([1.0, np.nan])}) <= LIMIT


def test_starting_is_taken_off_the_fastest_run() -> None:
    times = [(5.0, 1.0), (4.0, 2.0)]
    runs = [(2.0, {"processor": much}, {"processor": few}) for much, few in times]
    assert fastest(runs, "processor") == 1.5, "not (4 − 2) / 2: that would flatter noise"


@needs_both
def test_another_step_size_is_seen(tmp_path: Path) -> None:
    course = Course(BINARY, sys.executable, tmp_path, 2)
    assert network_differs(course, 3, members=1) < LIMIT
    course.torch = partial(course.torch, learning_rate=1.001e-3)
    assert network_differs(course, 3, members=1) > LIMIT
    assert head_differs(course) > LIMIT


@needs_both
def test_a_short_race_agrees(tmp_path: Path) -> None:
    race = [sys.executable, str(HERE / "training_race.py"), "--binary", str(BINARY)]
    course = ["--repeat", "1", "--realizations", "2", "--epochs", "10", "--asked", "2"]
    done = subprocess.run(
        [*race, *course, "--output", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    content = json.loads((tmp_path / "training_race.json").read_text(encoding="utf-8"))
    assert len(content["differences"]) == 4
    assert max(content["differences"].values()) < 1e-11
    names = {row["name"] for row in content["rows"]}
    for contender in ("mblscale", "PyTorch"):
        for what in ("GRU-2, members: 5", "GRU-16, members: 1", "head", "prediction"):
            assert f"{contender} {what}" in names
