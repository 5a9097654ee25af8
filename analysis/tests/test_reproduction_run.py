"""The whole reproduction at its smallest scale. Its numbers are computed again from the files.

It is one test, so that it runs once however many processes share the tests.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from layout import assert_all_is_readable
from program import ROOT, needs_program

from mblscale import figures
from reproduction import document, pictures, sections
from reproduction.results import Results
from reproduction.runner import Runner
from reproduction.runs import RUNS

pytestmark = needs_program

PROGRAM = Path(os.environ.get("MBLSCALE_BINARY", "")).resolve()
CLOSE = {"rel": 2e-4}
"""The summary has five digits."""


def reproduce(cwd: Path) -> None:
    """Runs the command as a user does."""
    command = [sys.executable, ROOT / "analysis/reproduce.py", "--scale=tiny"]
    command += ["--program", PROGRAM]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_everything_is_reproduced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reproduce(tmp_path)
    root = tmp_path / "out/paper-tiny"
    summary = sections.read(root / "reproduction/summary.json")
    scores_are_those_of_the_program(root, summary)
    moments_are_those_of_the_files(root, summary)
    subsets_are_those_of_the_study(root, summary)
    transfer_is_that_of_the_study(root, summary)
    fits_are_those_of_the_program(root, summary)
    longer_chains_are_compared_with_their_predictions(root, summary)

    page = (root / "reproduction.md").read_text(encoding="utf-8")
    assert document.stale(page, sections.tables(summary)) == []
    drawn = {path.stem for path in (root / "reproduction").glob("*.png")}
    assert drawn == pictures.PICTURES.keys()
    monkeypatch.chdir(tmp_path)
    for run, kind in pictures.PICTURES.values():
        assert_all_is_readable(figures.draw(kind, Results(root)[run]))

    again = Runner(str(PROGRAM), 1, "tiny", Path("out/paper-tiny"))
    again.run_all()
    assert capsys.readouterr().out.count("finished before") == len(RUNS)


def scores(root: Path, run: str) -> list[dict]:
    found = json.loads((root / run / "evaluation.json").read_text())["scores"]
    return [score for score in found if score["split"] == "test"]


def scores_are_those_of_the_program(root: Path, summary: dict) -> None:
    """The program scores networks itself, on the same fields."""
    for run, lengths in summary["figure-4"].items():
        for sites, found in lengths.items():
            own = [score for score in scores(root, run) if score["sites"] == int(sites)]
            assert found["mse"][0] == pytest.approx(
                np.mean([score["mse"] for score in own]), **CLOSE
            )
            for score in own:
                by_strength = {entry["h"]: entry["r2_norm"] for entry in score["by_strength"]}
                target = found[score["target"]]
                middle = [value for h, value in by_strength.items() if 4 <= h <= 6]
                assert target["middle"][0] == pytest.approx(np.mean(middle), **CLOSE)
                assert target["highest"] == pytest.approx(max(by_strength.values()), **CLOSE)
                assert by_strength[target["at"]] == max(by_strength.values())


def moments_are_those_of_the_files(root: Path, summary: dict) -> None:
    """The divisor of the entropy at L = 10 is that of docs/theory.md, worked out here."""
    n = 2**5
    bits = sum(1 / k for k in range(n + 1, n**2 + 1)) / np.log(2) - (n - 1) / (2 * n)
    divisors = {"gap_ratio": 1, "entanglement": bits * np.log(2), "spin_fraction": 1}
    with (
        h5py.File(root / "data/data.h5") as data,
        h5py.File(root / "figure-3/predictions.h5") as predictions,
    ):
        assert np.array_equal(data["L10/test/field"], predictions["L10/test/field"])
        for target, divisor in divisors.items():
            found = summary["figure-3"][target]["10"]
            for name, file in (("exact", data), ("network", predictions)):
                values = file["L10/test"][target][:, :, 0] / divisor
                assert found[name] == pytest.approx(values.mean(axis=1), **CLOSE)
                assert found[f"{name}_deviation"] == pytest.approx(
                    values.std(axis=1, ddof=1), **CLOSE
                )


def subsets_are_those_of_the_study(root: Path, summary: dict) -> None:
    findings = json.loads((root / "figure-9/study.json").read_text())["findings"]
    own = [
        np.mean([score["mse"] for score in finding["scores"] if score["sites"] == 10])
        for finding in findings
        if finding["realizations"] == 3
    ]
    found = summary["figure-9"]["figure-9"]["test"]["10"]["3"]
    assert len(own) == 3
    expected = [np.mean(own), np.std(own, ddof=1) / 3**0.5]
    assert found["mean"] == pytest.approx(expected, **CLOSE)
    assert found["median"] == pytest.approx(sorted(own)[1], **CLOSE)


def transfer_is_that_of_the_study(root: Path, summary: dict) -> None:
    findings = json.loads((root / "figure-5/study.json").read_text())["findings"]
    findings = [finding for finding in findings if finding["training"] != "scratch"]
    one_target = json.loads((root / "figure-5-one-target/study.json").read_text())["findings"]
    means = {}
    for finding in findings + [own for own in one_target if own["training"] == "scratch"]:
        for score in finding["scores"]:
            if (score["target"], score["sites"]) == ("spin_fraction", 10):
                values = [it["r2_norm"] for it in score["by_strength"] if it["h"] >= 3]
                means[finding["training"]] = np.mean(values)
    found = summary["figure-5"]["figure-5"]["spin_fraction"]["10"]
    for way, mean in means.items():
        assert found[way] == pytest.approx(mean, **CLOSE)
    difference = means["transfer"] - means["scratch"]
    assert found["difference"][0] == pytest.approx(difference, abs=1e-4)


def fits_are_those_of_the_program(root: Path, summary: dict) -> None:
    for run, sources in (("appendix-c", 3), ("edge", 3), ("drift", 3)):
        fits = json.loads((root / run / "scaling.json").read_text())["fits"]
        found = summary["appendix-c"][run]
        assert len(found) == len(fits)
        assert len({fit["source"] for fit in found}) == sources
        for own, fit in zip(found, fits, strict=True):
            assert own["target"] == fit["target"]
            for value, end in zip(own["h_c"], ("value", "low", "high"), strict=True):
                known = fit["h_c"][end]
                assert (value is None) == (known is None)
                assert value is None or value == pytest.approx(known, **CLOSE)


def longer_chains_are_compared_with_their_predictions(root: Path, summary: dict) -> None:
    """The exact fields are the first ones predicted."""
    with h5py.File(root / "long/data.h5") as data, h5py.File(root / "ring/predictions.h5") as file:
        exact, predicted = data["L12/test"], file["L12/test"]
        rows = np.searchsorted(predicted["h"], exact["h"])
        fields = exact["field"].shape[1]
        assert np.array_equal(predicted["field"][...][rows, :fields], exact["field"])
        difference = (
            predicted["spin_fraction"][...][rows, :fields, 0] - exact["spin_fraction"][:, :, 0]
        )
    found = summary["long"]["12"]["ring"]["spin_fraction"]
    assert found["fields"] == fields == 5
    assert [mean for mean, _ in found["difference"]] == pytest.approx(
        difference.mean(axis=1), rel=1e-3
    )
    assert found["rmse"] == pytest.approx(np.sqrt(np.mean(difference**2)), **CLOSE)
