"""The figures come out as pictures, one by one and together."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import h5py
import matplotlib.image
import numpy as np
import pytest
import synthetic

ALWAYS = (
    "training",
    "indicators",
    "determination",
    "features",
    "phase_diagram",
    "transfer",
    "collapse",
    "scan",
    "overview",
)
"""The figures of a run of every stage with the usual deck."""


def draw(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Runs the command line."""
    command = [sys.executable, "-m", "mblscale", "draw", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def assert_is_a_picture(path: Path) -> None:
    assert path.read_bytes().startswith(b"\x89PNG")
    pixels = matplotlib.image.imread(path)[..., :3]
    drawn = np.any(pixels < 0.95, axis=-1)
    assert drawn.mean() > 0.01
    # Marks all over, not in one corner.
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    assert np.ptp(rows) > 0.8 * drawn.shape[0]
    assert np.ptp(columns) > 0.8 * drawn.shape[1]


def test_figures_can_be_drawn_by_name(directory: Path) -> None:
    finished = draw(directory, "--figure", "indicators", "--figure", "scan")
    assert finished.returncode == 0, finished.stderr
    paths = [directory / "figures" / f"{name}.png" for name in ("indicators", "scan")]
    assert finished.stdout.split() == [str(path) for path in paths]
    assert sorted((directory / "figures").iterdir()) == paths
    for path in paths:
        assert_is_a_picture(path)


def test_a_named_figure_without_data_is_an_error(directory: Path) -> None:
    finished = draw(directory, "--figure", "cost")
    assert finished.returncode == 1
    assert finished.stdout == ""
    assert finished.stderr.startswith('cost: there are no fits by "cost"')


def test_draw_draws_all(directory: Path) -> None:
    finished = draw(directory)
    assert finished.returncode == 0, finished.stderr
    expected = [str(directory / "figures" / f"{name}.png") for name in ALWAYS]
    assert finished.stdout.split() == expected
    for path in expected:
        assert_is_a_picture(Path(path))


@pytest.mark.parametrize("stage", synthetic.WRITERS, ids=lambda stage: stage.__name__)
def test_draw_copes_with_a_single_stage(stage: Callable[[Path], None], tmp_path: Path) -> None:
    stage(tmp_path)
    finished = draw(tmp_path)
    assert finished.returncode == 0, finished.stderr
    drawn = {
        "write_data": ["indicators"],
        "write_predictions": ["phase_diagram"],
        "write_evaluation": ["determination", "features"],
        "write_study": ["transfer"],
        "write_scaling": ["collapse", "scan"],
        "write_training": ["training"],
    }[stage.__name__]
    assert [Path(line).stem for line in finished.stdout.split()] == drawn
    # The deck of the synthetic files describes nothing, so that nothing is missing.
    assert finished.stderr == ""


def test_draw_names_what_the_deck_describes_but_has_no_data(tmp_path: Path) -> None:
    synthetic.write_data(tmp_path)
    with h5py.File(tmp_path / "data.h5", "a") as file:
        file.attrs["deck_resolved"] = """
            [chain]
            [learn]
            study = { kind = "transfer" }
            [scaling]
            methods = ["quality", "crossings"]
        """
    finished = draw(tmp_path)
    assert finished.returncode == 0
    assert [Path(line).stem for line in finished.stdout.split()] == ["indicators"]
    lines = finished.stderr.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "skipped training",
        "skipped determination",
        "skipped features",
        "skipped transfer",
        "skipped collapse",
        "skipped crossings",
    ]
    assert all("run the" in line for line in lines)


def test_draw_fails_on_a_wrong_file_but_draws_the_rest(directory: Path) -> None:
    (directory / "evaluation.json").write_text('{"file_type": "notes"}')
    finished = draw(directory)
    assert finished.returncode == 1
    assert [Path(line).stem for line in finished.stdout.split()] == [
        "training",
        "transfer",
        "collapse",
        "scan",
    ]
    assert 'evaluation.json has file_type "notes"' in finished.stderr


def test_draw_names_a_missing_directory(tmp_path: Path) -> None:
    finished = draw(tmp_path / "nowhere")
    assert finished.returncode == 1
    assert "nowhere is not a directory" in finished.stderr
    assert "Traceback" not in finished.stderr
