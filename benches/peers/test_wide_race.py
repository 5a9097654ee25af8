"""The table of the race of wide networks, and a short race where a program with libtorch is built.

Needs the program (MBLSCALE_BINARY, or the one that cargo built) and PyTorch.
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from contenders import HERE, TARGET
from wide_race import markdown

BINARY = Path(os.environ.get("MBLSCALE_BINARY", TARGET / "release" / "mblscale"))


def test_ratios_are_to_the_same_network_by_pytorch() -> None:
    columns = {"features": 16, "precision": "double", "members": 1, "ranks": 1, "share_of_sums": 0}
    rows = [
        columns | {"name": "mblscale, native", "seconds": 1e-6, "share_of_sums": 0.123},
        columns | {"name": "PyTorch", "seconds": 4e-6},
        columns | {"name": "PyTorch", "seconds": 9e-6, "features": 64},
    ]
    lines = markdown(rows).splitlines()
    assert lines[2] == "| 16 | double | mblscale, native | 1 | 1 | 1 | 4.00 | 12% |"
    assert lines[3].endswith("| 4 | 1.00 | 0% |")
    assert lines[4].endswith("| 9 | 1.00 | 0% |")


@pytest.mark.skipif(
    importlib.util.find_spec("torch") is None or not BINARY.exists(),
    reason="PyTorch is not installed, or mblscale is not built",
)
def test_a_short_race_is_not_void(tmp_path: Path) -> None:
    command = [sys.executable, str(HERE / "wide_race.py"), "--output", str(tmp_path)]
    command += ["--repeat", "1", "--realizations", "1", "--epochs", "1", "--widths", "8"]
    command += ["--binary", str(BINARY)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "without libtorch" in done.stderr:
        pytest.skip("mblscale is built without libtorch")
    assert done.returncode == 0, done.stderr
    rows = json.loads((tmp_path / "wide_race.json").read_text(encoding="utf-8"))["rows"]
    assert {row["name"] for row in rows} > {"mblscale, native", "mblscale, torch", "PyTorch"}
