"""Output directories for the tests."""

from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
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


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    plt.close("all")
