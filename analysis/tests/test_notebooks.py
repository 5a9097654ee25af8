"""The notebooks run from their first cell to their last."""

import os
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from program import CACHE, ROOT, needs_program

NOTEBOOKS = sorted((ROOT / "analysis/notebooks").glob("*.ipynb"))


def test_the_notebooks_are_here() -> None:
    assert [path.stem for path in NOTEBOOKS] == [
        "campaign-left-behind",
        "from-deck-to-figure",
        "own-data",
        "scaling-of-a-table",
    ]


@needs_program
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs for cell in code), "notebooks are kept without outputs"
    for name in ("ALLOW_RUN_AS_ROOT", "ALLOW_RUN_AS_ROOT_CONFIRM", "MCA_rmaps_base_oversubscribe"):
        monkeypatch.setenv(f"OMPI_{name}", "1")
    monkeypatch.setenv("MBLSCALE_BINARY", str(Path(os.environ["MBLSCALE_BINARY"]).resolve()))
    monkeypatch.setenv("XDG_CACHE_HOME", CACHE.name)
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()
    assert any("image/png" in output.get("data", {}) for cell in code for output in cell.outputs)
