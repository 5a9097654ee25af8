"""Output directories for the tests."""

from collections.abc import Iterator
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import pytest
import synthetic

from mblscale.figures import STYLE
from mblscale.results import Results

matplotlib.use("Agg")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An output directory of a run of every stage."""
    synthetic.write_all(tmp_path)
    return tmp_path


@pytest.fixture
def output(directory: Path) -> Results:
    """The same, loaded."""
    return Results(directory)


@pytest.fixture(autouse=True)
def _style_of_figures() -> Iterator[None]:
    with plt.rc_context(STYLE):
        yield
    plt.close("all")
