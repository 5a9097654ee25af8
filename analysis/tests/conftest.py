"""Output directories for the tests."""

from pathlib import Path

import pytest
import synthetic

from mblscale_results import Output


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An output directory of a run of every stage."""
    synthetic.write_all(tmp_path)
    return tmp_path


@pytest.fixture
def output(directory: Path) -> Output:
    """The same, loaded."""
    return Output(directory)
