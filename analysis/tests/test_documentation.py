"""The Python that the documents show must run, on an output directory that the program wrote.

That of the tutorial runs with its commands, in test_walkthrough.py.
"""

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


NAMES: dict[str, dict] = {}
"""What the blocks of each document have named so far."""


def blocks() -> list[tuple[str, str]]:
    """Each block of Python with the document that shows it."""
    pages = sorted(set((ROOT / "docs").glob("*.md")) - {ROOT / "docs/tutorial.md"})
    documents = [ROOT / "README.md", *pages]
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
    if "torch" in block:
        pytest.importorskip("torch", reason="PyTorch is not installed")
    if "mblscale.run" in block and "MBLSCALE_BINARY" not in os.environ:
        pytest.skip("MBLSCALE_BINARY names no program")
    monkeypatch.chdir(ROOT)
    # A block may use what the ones before it in its document have named.
    names = NAMES.setdefault(document, {})
    exec(compile(block.replace("out/demo", str(output)), document, "exec"), names)
