"""What the figures of the networks and their data show."""

import json
from pathlib import Path

import h5py
import numpy as np
import pytest
import synthetic
from matplotlib.container import ErrorbarContainer
from xarray import Dataset

from mblscale import figures
from mblscale.figures import Missing
from mblscale.results import Results
from mblscale.tables import indicator
from mblscale.training import load_epochs


def test_indicators_show_the_moments_of_the_same_fields(output: Results) -> None:
    figure = figures.indicators.draw(output)
    assert len(figure.axes) == 9
    panel = figure.axes[2 * 3 + 1]  # L = 12, entanglement
    exact = indicator(output.data[12, "test"], "entanglement")
    network = indicator(output.predictions[12, "test"], "entanglement")
    np.testing.assert_allclose(panel.lines[0].get_ydata(), exact.mean(axis=1))
    (bars,) = (item for item in panel.containers if isinstance(item, ErrorbarContainer))
    mean, spread = network[:, :20].mean(axis=1), network[:, :20].std(axis=1, ddof=1)
    np.testing.assert_allclose(bars.lines[0].get_ydata(), mean)
    ends = np.array([segment[:, 1] for segment in bars.lines[2][0].get_segments()])
    np.testing.assert_allclose(ends, np.stack([mean - spread, mean + spread], axis=1))


def test_indicators_cope_with_names_of_all_kinds(directory: Path) -> None:
    names = ["participation_entropy", "entanglement_all_cuts", "purity"]
    with h5py.File(directory / "data.h5", "a") as file:
        for size in file.values():
            for group in size.values():
                for name in names:
                    group.copy("entanglement", name)
                    for axis, dimension in enumerate(("h", "realization", "epsilon")):
                        group[name].dims[axis].attach_scale(group[dimension])
    figure = figures.indicators.draw(Results(directory))
    first_row = [panel.get_ylabel() for panel in figure.axes[:6]]
    assert first_row[3:] == [
        r"entanglement, all cuts $\langle S\rangle\,/\,S_0$",
        r"participation entropy $S_p\,/\,S_{p,0}$",
        "purity",
    ]
    raw = indicator(Results(directory).data[8, "test"], "purity").mean(axis=1)
    np.testing.assert_allclose(figure.axes[5].lines[0].get_ydata(), raw)


def test_indicators_leave_unfinished_realizations_out(directory: Path) -> None:
    with h5py.File(directory / "data.h5", "a") as file:
        file["L08/test/gap_ratio"][0, 5:] = np.nan
        file["L08/test/gap_ratio"][3] = np.nan
    output = Results(directory)
    panel = figures.indicators.draw(output).axes[0]
    exact = indicator(output.data[8, "test"], "gap_ratio")
    network = indicator(output.predictions[8, "test"], "gap_ratio")
    assert panel.lines[0].get_ydata()[0] == pytest.approx(exact[0, :5].mean())
    assert np.isnan(panel.lines[0].get_ydata()[3])
    bars = panel.containers[0]
    assert bars.lines[0].get_ydata()[0] == pytest.approx(network[0, :5].mean())
    assert np.isnan(bars.lines[0].get_ydata()[3])


def test_indicators_need_fewer_predictions_than_data_to_be_no_error(directory: Path) -> None:
    synthetic.write_predictions(directory, realizations=7)
    output = Results(directory)
    bars = figures.indicators.draw(output).axes[0].containers[0]
    network = indicator(output.predictions[8, "test"], "gap_ratio")
    np.testing.assert_allclose(bars.lines[0].get_ydata(), network.mean(axis=1))


def test_determination_dashes_the_sizes_not_trained_on(output: Results) -> None:
    panels = figures.determination.draw(output).axes
    assert len(panels) == 3
    for panel in panels:
        baseline, *lines = panel.lines
        assert list(baseline.get_ydata()) == [0.5, 0.5]
        assert [line.get_linestyle() for line in lines] == ["-", "-", "--"]
        # Null in the file: a gap, not a zero.
        assert all(np.isnan(line.get_ydata()[0]) for line in lines)
        assert all(np.isfinite(line.get_ydata()[1:]).all() for line in lines)


def test_determination_without_test_scores_is_missing(output: Results) -> None:
    for score in output.evaluation["scores"]:
        score["split"] = "train"
    with pytest.raises(Missing, match="no scores on test data"):
        figures.determination.draw(output)


def test_training_shows_every_member_and_the_mean(output: Results) -> None:
    panel = figures.training.draw(output).axes[0]
    assert panel.get_yscale() == "log"
    members, (mean,) = panel.lines[:5], [it for it in panel.lines if it.get_label() == "mean"]
    losses = np.array([line.get_ydata() for line in members])
    np.testing.assert_allclose(losses.mean(axis=0), mean.get_ydata())
    assert list(mean.get_xdata()) == list(range(1, 16))


def test_held_out_losses_are_dashed(output: Results) -> None:
    (held_out,) = (
        line for line in figures.training.draw(output).axes[0].lines if line.get_linestyle() == "--"
    )
    expected = output.training["validation_loss"].sel(training="train", sites=12)
    assert held_out.get_label() == "held out, $L = 12$"
    np.testing.assert_array_equal(held_out.get_ydata(), expected)


def rewrite_training(directory: Path, epochs: list[dict]) -> None:
    lines = "".join(json.dumps(epoch) + "\n" for epoch in epochs)
    (directory / "training.jsonl").write_text(lines, encoding="utf-8")


def test_studies_have_a_panel_for_each_kind_of_training(directory: Path) -> None:
    entries = load_epochs(directory / "training.jsonl")
    every = list(entries)
    for number in (1, 2):
        every += [entry | {"training": f"N = 3, run {number}"} for entry in entries[: 5 + number]]
        every.append(entries[0] | {"training": f"head at ε = 0.{number}"})
    rewrite_training(directory, every)
    first, second, third = figures.training.draw(Results(directory)).axes
    assert third.get_title() == "head at one ε, 2 trainings"
    assert first.get_title() == "train"
    assert second.get_title() == "N = 3, 2 trainings"
    members = [line for line in second.lines if line.get_alpha() == figures.training.MEMBER["alpha"]]
    (mean,) = (line for line in second.lines if line.get_label() == "mean")
    assert [len(line.get_xdata()) for line in members] == [6] * 5 + [7] * 5
    # As far as all of them have come.
    assert list(mean.get_xdata()) == list(range(1, 7))
    np.testing.assert_allclose(mean.get_ydata(), [entry["loss"] for entry in entries[:6]])


def test_members_that_have_stopped_are_left_out_of_the_mean(directory: Path) -> None:
    epochs = load_epochs(directory / "training.jsonl")
    epochs[-1]["members"][0] = 0.0
    rewrite_training(directory, epochs)
    (panel,) = figures.training.draw(Results(directory)).axes
    first, *_ = panel.lines
    (mean,) = (line for line in panel.lines if line.get_label() == "mean")
    assert np.isnan(first.get_ydata()[-1])
    assert mean.get_ydata()[-1] == pytest.approx(np.mean(epochs[-1]["members"][1:]))


def test_determination_shows_the_spread_of_the_members(output: Results) -> None:
    panel = figures.determination.draw(output).axes[0]
    vertices = panel.collections[0].get_paths()[0].vertices
    value = panel.lines[1].get_ydata()[-1]
    at_strongest = vertices[vertices[:, 0] == synthetic.STRENGTHS[-1], 1]
    np.testing.assert_allclose([at_strongest.min(), at_strongest.max()], [value - 0.02, value + 0.02])


def test_features_cross_where_they_are_equal(output: Results) -> None:
    figure = figures.features.draw(output)
    titles = [panel.get_title() for panel in figure.axes]
    assert titles == ["member 1\ncrossings: 4.2, 4.2", "member 2\ncrossings: 5.2, 5.2"]
    panel = figure.axes[1]
    table = output.evaluation["features"][0]
    np.testing.assert_array_equal(panel.lines[0].get_ydata(), table["mean"][1][0])
    marks = [line.get_xdata()[0] for line in panel.lines[-2:]]
    np.testing.assert_allclose(marks, 5.2, atol=0.05)


def test_features_that_differ_by_chance_do_not_cross() -> None:
    h = [1.0, 2.0, 3.0, 4.0, 5.0]
    gap = np.array([-1.0, 0.02, -0.01, 0.02, 1.0])

    def table(mean: np.ndarray, error: float) -> Dataset:
        axes = ("feature", "h")
        found = {"mean": (axes, [mean]), "error": (axes, [[error] * len(h)])}
        return Dataset(found, {"feature": [1], "h": h})

    zero = np.zeros(len(h))
    exact = figures.features.crossings(table(gap, 0.0), table(zero, 0.0))
    assert len(exact) == 3
    assert exact[0] == (0, pytest.approx(1 + 1 / 1.02))
    # One crossing: of the three that were, the one that leaves the least on the wrong side.
    noisy = figures.features.crossings(table(gap, 0.02), table(zero, 0.0))
    assert noisy == exact[:1]
    assert figures.features.crossings(table(-gap[::-1], 0.02), table(zero, 0.0)) == [
        (0, pytest.approx(6 - exact[0][1]))
    ]
    assert figures.features.crossings(table(gap, 0.5), table(zero, 0.0)) == []


def test_many_members_are_named_as_not_all_shown(output: Results) -> None:
    for table in output.evaluation["features"]:
        table["mean"], table["error"] = table["mean"] * 4, table["error"] * 4
    figure = figures.features.draw(output)
    assert len(figure.axes) == figures.features.MOST
    assert figure.legends[0].get_title().get_text() == "the first 6 of 8 members"


def test_the_phase_diagram_shows_means_over_fields(output: Results) -> None:
    figure = figures.phase_diagram.draw(output)
    titles = [panel.get_title() for panel in figure.axes[:3]]
    assert titles == [
        "exact, $L = 12$",
        "network, $L = 12$ (not trained on)",
        "network, $L = 16$ (not trained on)",
    ]
    # The second row is the entropy, normalised as the network's scores are.
    output.evaluation["normalisation"] = "paper"
    row = figures.phase_diagram.draw(output).axes[3:6]
    tables = [output.data[12, "test"], *(output.predictions[sites, "test"] for sites in (12, 16))]
    for panel, table in zip(row, tables, strict=True):
        shown = panel.collections[0].get_array().reshape(len(synthetic.EPSILONS), -1)
        for line, epsilon in zip(shown, synthetic.EPSILONS, strict=True):
            expected = indicator(table, "entanglement", epsilon, "paper").mean(axis=1)
            np.testing.assert_allclose(line, expected)
        # Where the network's mean is halfway, on the line at the first energy density.
        (line,) = (path.vertices for path in panel.collections[1].get_paths())
        middle = indicator(table, "entanglement", 0.3, "paper").mean(axis=1)
        place = np.flatnonzero(middle > 0.5)[-1]
        expected = np.interp(-0.5, -middle[place : place + 2], table["h"].values[place : place + 2])
        assert line[np.argmin(line[:, 1]), 0] == pytest.approx(expected)
    limits = [panel.collections[0].get_clim() for panel in row]
    assert limits[0] == limits[1] == limits[2]


def test_the_phase_diagram_finds_the_data_that_were_learned_from(directory: Path) -> None:
    elsewhere = directory / "data.h5"
    moved = elsewhere.rename(directory / "measured.h5")
    with h5py.File(directory / "predictions.h5", "a") as file:
        file.attrs["deck_resolved"] = f'[learn]\ndata = "{moved}"'
    output = Results(directory)
    assert output.data.path == moved
    assert figures.phase_diagram.draw(output).axes[0].get_title() == "exact, $L = 12$"


def test_indicators_pair_strengths_of_a_finer_grid(directory: Path) -> None:
    with h5py.File(directory / "data.h5", "a") as file:
        for name in ("gap_ratio", "entanglement", "spin_fraction", "field"):
            group = file["L08/test"]
            values = group[name][1::2]
            del group[name]
            group[name] = values
        strengths = group["h"][1::2]
        del group["h"]
        group["h"] = strengths
        group["h"].make_scale("h")
        for name in ("gap_ratio", "entanglement", "spin_fraction", "field"):
            dimensions = "h", "realization", "site" if name == "field" else "epsilon"
            group[name].attrs["dimensions"] = " ".join(dimensions)
            for axis, dimension in enumerate(dimensions):
                group[name].dims[axis].attach_scale(group[dimension])
    output = Results(directory)
    bars = figures.indicators.draw(output).axes[0].containers[0]
    network = indicator(output.predictions[8, "test"], "gap_ratio")[1::2, :20]
    np.testing.assert_array_equal(bars.lines[0].get_xdata(), synthetic.STRENGTHS[1::2])
    np.testing.assert_allclose(bars.lines[0].get_ydata(), network.mean(axis=1))


def test_transfer_has_a_curve_for_each_way_to_train(output: Results) -> None:
    panels = np.reshape(figures.transfer.draw(output).axes, (3, 2))
    assert panels[0, 1].get_title(loc="left").endswith("\n$L = 8$ (trained on)")
    assert panels[2, 1].get_title(loc="left") == "$L = 12$ (not trained on)"
    baseline, *curves = panels[2, 1].lines  # L = 12, entanglement
    assert list(baseline.get_ydata()) == [0.5, 0.5]
    assert [line.get_linestyle() for line in curves] == ["--"] * 3
    for place, line in enumerate(curves):
        expected = [None] + [0.9 - (2 + place / 4) / (h + 3) for h in synthetic.STRENGTHS[1:]]
        np.testing.assert_allclose(line.get_ydata(), np.array(expected, float))
    assert len({line.get_color() for line in curves}) == 3
    with pytest.raises(Missing, match='no study "data-size"'):
        figures.data_size.draw(output)


def test_data_size_shows_runs_and_their_quartiles(output: Results) -> None:
    def run(count: int, mse: float) -> dict:
        scores = [
            synthetic.score(target, sites) | {"mse": own}
            for sites in (8, 12)
            for target, own in (("gap_ratio", mse), ("entanglement", 3 * mse))
        ]
        return synthetic.finding("", scores, realizations=count, training_mse=[(8, mse / 2)])

    output.study["study"]["kind"] = "data-size"
    few = [run(1, mse) for mse in (0.1, 0.2, 0.3, 0.4, 2.5)]
    output.study["findings"] = [*few, run(10, 0.01)]
    left, right = figures.data_size.draw(output).axes
    assert left.get_title() == "$L = 8$ (trained on)"
    assert right.get_title() == "$L = 12$ (not trained on)"
    test, training = left.containers
    np.testing.assert_allclose(np.array(test.lines[0].get_data(), float), [[1, 10], [0.6, 0.02]])
    np.testing.assert_allclose(np.array(training.lines[0].get_ydata(), float), [0.15, 0.005])
    ends = [segment[:, 1] for segment in test.lines[2][0].get_segments()]
    np.testing.assert_allclose(ends, [[0.4, 0.8], [0.02, 0.02]])
    assert sorted(left.lines[0].get_ydata()) == pytest.approx([0.2, 0.4, 0.6, 0.8, 5.0])
    names = [line.get_label() for line in left.figure.legends[0].get_lines()]
    assert names == ["test data", "training data"]
    assert len(right.containers) == 1


def test_heads_show_errors_against_the_energy_density(output: Results) -> None:
    def at(density: float, mse: float) -> list[dict]:
        own = {"energy_density": density, "mse": mse}
        return [synthetic.score("entanglement", sites) | own for sites in (8, 12)]

    output.study["study"]["kind"] = "conditioned"
    output.study["findings"] = [
        synthetic.finding("conditioned", at(0.5, 0.002)),
        synthetic.finding("own head", at(0.5, 0.001)),
        synthetic.finding("conditioned", at(0.3, 0.004)),
        synthetic.finding("own head", at(0.3, 0.003)),
    ]
    panels = figures.heads.draw(output).axes
    assert len(panels) == 2
    for panel in panels:
        conditioned, own = panel.lines
        np.testing.assert_allclose(np.array(conditioned.get_data()), [[0.3, 0.5], [4, 2]])
        np.testing.assert_allclose(np.array(own.get_data()), [[0.3, 0.5], [3, 1]])
    output.study["findings"] = [synthetic.finding("conditioned", at(0.5, 0.002))]
    with pytest.raises(Missing, match="no heads to compare"):
        figures.heads.draw(output)
