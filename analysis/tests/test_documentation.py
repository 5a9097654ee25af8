"""The Python that the documents show must run, on an output directory that the program wrote."""

import os
import re
from pathlib import Path

import matplotlib
import pytest

matplotlib.use("Agg")

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(
    "MBLSCALE_OUTPUT" not in os.environ,
    reason="MBLSCALE_OUTPUT names no output directory written by the program",
)


def blocks() -> list[tuple[str, str]]:
    """Each block of Python with the document that shows it."""
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [
        (document.name, block)
        for document in documents
        for block in re.findall(r"```python\n(.*?)```", document.read_text(encoding="utf-8"), re.S)
    ]


def test_there_are_blocks() -> None:
    assert len(blocks()) >= 3


@pytest.mark.parametrize(("document", "block"), blocks())
def test_block_runs(document: str, block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    output = Path(os.environ["MBLSCALE_OUTPUT"]).resolve()
    if "models/" in block and not (output / "models").exists():
        pytest.skip("the program was built without libtorch")
    monkeypatch.chdir(ROOT)
    exec(compile(block.replace("out/demo", str(output)), document, "exec"), {})
