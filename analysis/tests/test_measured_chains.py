"""The example of measured chains, run small."""

import json
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
from program import ROOT, needs_program, succeed
from test_figures import assert_is_a_picture

EXAMPLE = ROOT / "examples/measured-chains"
SHOTS = 50


@needs_program
def test_measured_chains_are_learned_beside_exact_ones(tmp_path: Path) -> None:
    times = "quench.times={ from = 1.0, to = 10.0, points = 3 }"
    succeed(
        "run",
        EXAMPLE / "exact.toml",
        f"--set=output={tmp_path / 'exact'}",
        "--set=chain.sizes=[4, 6]",
        "--set=disorder.strengths=[2.0, 8.0]",
        "--set=disorder.realizations={ train = 8, test = 4 }",
        f"--set={times}",
    )
    succeed(
        "run",
        EXAMPLE / "long.toml",
        f"--set=output={tmp_path / 'long'}",
        "--set=chain.sizes=[8, 10]",
        "--set=disorder.realizations={ train = { 8 = 2, 10 = 1 }, test = 2 }",
        f"--set={times}",
    )
    said = run_script("measure.py", "--root", tmp_path, f"--shots={SHOTS}", "--copies=3")
    assert "15 measured chains, 50 snapshots" in said
    assert_snapshots(tmp_path)
    learn = EXAMPLE / "learn.toml"
    succeed(
        "run",
        learn,
        f"--set=output={tmp_path / 'both'}",
        f"--set=learn.data={str(tmp_path / 'measured.h5')!r}",
        f"--set=predict.data={str(tmp_path / 'measured.h5')!r}",
        "--set=learn.train_sizes=[4, 6, 8, 10]",
        "--set=predict.sizes=[8, 10]",
        "--set=learn.epochs=2",
        "--set=learn.members=2",
    )
    evaluation = json.loads((tmp_path / "both/evaluation.json").read_text())
    # 4 lengths × 2 targets × 3 times; the measured lengths are tested on exact entanglement too.
    assert len(evaluation["scores"]) == 24
    assert {score["seen"] for score in evaluation["scores"]} == {True}
    figure = tmp_path / "errors.png"
    said = run_script("compare.py", f"both={tmp_path / 'both'}", "--lengths=10", "--figure", figure)
    assert_is_a_picture(figure)
    name, *cells = said.splitlines()[-1].strip("| ").split(" | ")
    squares = [
        np.mean([it["mse"] for it in evaluation["scores"] if it["sites"] == 10 and it["target"] == target])
        for target in ("quench_imbalance", "quench_entanglement")
    ]
    assert name == "both" and cells == [f"{value:.3f}" for value in np.sqrt(squares)]


def run_script(name: str, *arguments: object) -> str:
    """What a script of the example prints."""
    command = [sys.executable, EXAMPLE / name, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def assert_snapshots(root: Path) -> None:
    """The measured imbalance has the noise of independent spins, and nothing else is measured."""
    with h5py.File(root / "measured.h5") as file, h5py.File(root / "long/data.h5") as exact:
        assert set(file) == {"L04", "L06", "L08", "L10"}
        assert "quench_entanglement" in file["L10/test"]
        deviations = []
        for size in ("L08", "L10"):
            measured, known = file[size]["train"], exact[size]["train"]
            assert set(measured) == {"h", "epsilon", "time", "field", "quench_imbalance"}
            spins = known["quench_magnetization"][...]
            variance = np.sum(1 - spins**2, axis=3) / SHOTS / spins.shape[3] ** 2
            assert np.all(measured["field"][...] == np.repeat(known["field"][...], 3, axis=1))
            difference = measured["quench_imbalance"][:, ::3] - known["quench_imbalance"][...]
            deviations.append((difference / np.sqrt(variance)).ravel())
        deviations = np.concatenate(deviations)
    count = len(deviations)
    assert abs(np.mean(deviations)) < 4 / np.sqrt(count)
    assert abs(np.var(deviations) - 1) < 4 * np.sqrt(2 / count)
