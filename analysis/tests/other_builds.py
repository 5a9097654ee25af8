"""Programs of other builds compute the same bits as the one that is tested; see the Makefile."""

from pathlib import Path

import h5py
import numpy as np
import pytest

OUTPUT = Path(__file__).parents[2] / "out"
REFERENCE = OUTPUT / "test-these"


def numbers(path: Path) -> dict[str, np.ndarray]:
    """All numbers of a file, by their names."""
    found: dict[str, np.ndarray] = {}

    def add(name: str, item: h5py.Group | h5py.Dataset) -> None:
        if isinstance(item, h5py.Dataset) and item.dtype.kind in "fiu":
            found[name] = item[()]

    with h5py.File(path) as file:
        file.visititems(add)
    return found


@pytest.mark.parametrize("build", ["mpich", "alone"])
@pytest.mark.parametrize("name", ["data.h5", "predictions.h5"])
def test_another_build_computes_the_same_bits(build: str, name: str) -> None:
    expected, found = numbers(REFERENCE / name), numbers(OUTPUT / f"test-{build}" / name)
    assert len(expected) > 10
    assert found.keys() == expected.keys()
    for dataset, values in expected.items():
        assert found[dataset].tobytes() == values.tobytes(), dataset
