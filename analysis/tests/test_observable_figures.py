"""The decks of observables, run small, and their figures."""

from pathlib import Path

import numpy as np
import pytest
from program import ROOT, needs_program, succeed
from test_figures import assert_is_a_picture, draw

from mblscale import figures
from mblscale.figures.form_factor import ensemble, form_factors, thouless_time
from mblscale.figures.observed import observed
from mblscale.results import Results


def generate(deck: str, directory: Path, **values: object) -> Results:
    """Generates the data of a deck of input/ with other values."""
    return run_deck("generate", deck, directory, **values)


def run_deck(stage: str, deck: str, directory: Path, **values: object) -> Results:
    """Runs a deck of input/ with other values."""
    output = directory / "out"
    settings = [f"--set={key.replace('__', '.')}={value}" for key, value in values.items()]
    succeed(stage, ROOT / "input" / deck, f"--set=output={output}", *settings)
    return Results(output)


def assert_draws(output: Results, *names: str) -> None:
    finished = draw(output.directory)
    assert finished.returncode == 0, finished.stderr
    drawn = {Path(line).stem: Path(line) for line in finished.stdout.split()}
    for name in names:
        assert_is_a_picture(drawn[name])


@needs_program
def test_observables(tmp_path: Path) -> None:
    output = generate(
        "observables.toml",
        tmp_path,
        chain__sizes="[8, 10]",
        disorder__realizations="{ test = 10 }",
        disorder__strengths="[1.0, 4.0, 15.0]",
    )
    assert_draws(output, "gap_ratios", "dimensions", "states")
    dimensions = observed(output, "fractal_dimensions")[10].values
    # Larger at weak disorder, and smaller for higher orders of the same state.
    means = np.nanmean(dimensions, axis=(1, 2, 3))
    assert np.all(np.diff(means, axis=0) < 0)
    assert np.all(np.diff(dimensions, axis=-1) < 1e-12)


@needs_program
def test_levels(tmp_path: Path) -> None:
    output = generate(
        "levels.toml",
        tmp_path,
        chain__sizes="[8, 10]",
        disorder__realizations="{ test = 150 }",
        disorder__strengths="[2.0, 3.0, 4.0, 6.0]",
    )
    assert_draws(output, "form_factor")
    known = observed(output, "form_factor")[10]
    taus, means = known["tau"].values, form_factors(known).values
    # The ergodic side follows the ensemble, within the errors of 150 realizations.
    values = figures.form_factor.smoothed(taus, known.values)
    errors = values.std(axis=1, ddof=1) / np.sqrt(values.shape[1])
    late = (taus > 0.2) & (taus < 3.0)
    deviation = (means[0] - ensemble(taus))[late] / errors[0, late]
    assert np.abs(deviation).max() < 5.0
    assert np.abs(deviation.mean()) < 2.0
    # Strong disorder does not: K is 1 there, but for the last repulsion of levels.
    early = (taus > 0.05) & (taus < 0.15)
    assert np.all(means[3, early] > 2 * ensemble(taus[early]))
    times = np.array([thouless_time(taus, row) for row in means])
    known_times = times[~np.isnan(times)]
    assert len(known_times) >= 2
    assert np.all(np.diff(known_times) > 0)


@needs_program
def test_quenches(tmp_path: Path) -> None:
    output = generate(
        "quench.toml",
        tmp_path,
        chain__sizes="[6, 8]",
        disorder__realizations="{ test = 10 }",
        quench__times="{ from = 0.1, to = 1000.0, points = 13 }",
    )
    assert_draws(output, "quench", "spins")
    imbalance = figures.quench.curves(observed(output, "quench_imbalance")[8])["mean"].values
    # At h = 2 it decays, and at h = 12 half of it stays.
    assert imbalance[0, -1] < 0.3 < 0.45 < imbalance[2, -1]


@needs_program
def test_learned_quenches(tmp_path: Path) -> None:
    output = run_deck(
        "run",
        "quench.toml",
        tmp_path,
        chain__sizes="[6, 8]",
        disorder__realizations="{ train = 8, test = 4 }",
        quench__times="{ from = 0.1, to = 100.0, points = 5 }",
        learn='{ train_sizes = [6], targets = ["quench_imbalance", "quench_entanglement"], '
        'epochs = 3, members = 2, study = { kind = "end-to-end" } }',
        predict="{ sizes = [8, 10], realizations = 4 }",
    )
    assert_draws(output, "quench", "times", "determination", "training", "features", "spins")
    figure = figures.times.draw(output)
    above, below = figure.axes[1], figure.axes[3]
    scores = [score for score in output.evaluation["scores"] if score["sites"] == 8]
    own = [score for score in scores if score["target"] == "quench_imbalance"]
    _, line = above.lines
    assert np.allclose(line.get_xdata(), output.data[8, "test"]["time"].values)
    assert np.allclose(line.get_ydata(), [score["mse"] for score in own])
    assert len(below.lines) == 3
    # The panel of h = 2 has data of both lengths, and predictions of two.
    (panel, *_) = figures.quench.draw(output).axes
    dashed = [line for line in panel.lines if line.get_linestyle() == "--"]
    assert len(dashed) == 2 and len(panel.lines) == 4


def test_the_form_factor_of_the_ensemble() -> None:
    """Against random matrices of the ensemble, unfolded by the semicircle."""
    random = np.random.default_rng(3)
    size, taus = 200, np.linspace(0.1, 2.0, 20)
    sums = []
    for _ in range(400):
        matrix = random.standard_normal((size, size))
        energies = np.linalg.eigvalsh(matrix + matrix.T) / np.sqrt(8 * size)
        x = np.clip(energies, -1, 1)
        levels = size * (0.5 + (x * np.sqrt(1 - x**2) + np.arcsin(x)) / np.pi)
        weights = np.exp(-((levels - size / 2) ** 2) / (2 * (0.15 * size) ** 2))
        amplitude = np.exp(-2j * np.pi * np.outer(taus, levels)) @ weights
        sums.append(np.abs(amplitude) ** 2 / (weights**2).sum())
    mean, error = np.mean(sums, axis=0), np.std(sums, axis=0) / np.sqrt(len(sums))
    assert np.abs((mean - ensemble(taus)) / error).max() < 4.5


def test_the_thouless_time_is_where_the_form_factor_begins_to_follow() -> None:
    taus = np.geomspace(1e-3, 10, 200)
    expected = taus[np.searchsorted(taus, 0.03)]
    values = ensemble(taus) * np.where(taus < 0.03, 3.0, 1.05)
    assert thouless_time(taus, values) == expected
    assert np.isnan(thouless_time(taus, 2.0 * ensemble(taus)))
    assert np.isnan(thouless_time(taus, np.ones_like(taus) * 1.3))


@pytest.mark.parametrize("density", [figures.gap_ratios.ergodic, figures.gap_ratios.localized])
def test_limits_of_the_gap_ratio_are_normalised(density) -> None:
    ratios = np.linspace(0, 1, 10_001)
    assert np.trapezoid(density(ratios), ratios) == pytest.approx(1.0, abs=1e-7)
