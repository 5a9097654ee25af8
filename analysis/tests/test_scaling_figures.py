"""What the figures of scaling, and the overview, show."""

from pathlib import Path

import numpy as np
import pytest
import synthetic

from mblscale import figures
from mblscale.figures import Missing
from mblscale.results import Results
from mblscale.tables import indicator


def test_collapse_has_a_row_for_each_indicator_and_the_sources_side_by_side(output: Results) -> None:
    axes = np.reshape(figures.collapse.draw(output).axes, (3, 4))
    symbols = [left.get_ylabel().rsplit("$")[-2] for left in axes[:, 0]]
    assert symbols == ["r", r"S\,/\,S_0", r"\mathcal{F}"]
    assert [left.get_ylabel() for left in axes[:, 2]] == [left.get_ylabel() for left in axes[:, 0]]
    named = {text.get_text(): panel for panel in axes.flat for text in panel.texts}
    assert named == {"Exact diagonalization": axes[0, 0], "Network": axes[0, 2]}


def test_collapse_of_one_source_has_no_room_for_another(output: Results) -> None:
    fits = output.scaling["fits"]
    output.scaling["fits"] = [fit for fit in fits if fit["source"] == "predicted"]
    axes = figures.collapse.draw(output).axes
    assert len(axes) == 6
    assert [text.get_text() for text in axes[0].texts] == ["Network"]


def test_collapse_leaves_what_a_source_has_not_blank(output: Results) -> None:
    # The data have two energy densities, the network has learned one.
    more = [
        fit | {"energy_density": 0.3}
        for fit in output.scaling["fits"]
        if fit["source"] == "exact"
    ]
    output.scaling["fits"] += more
    axes = np.reshape(figures.collapse.draw(output).axes, (6, 4))
    assert [left.get_title(loc="left") for left in axes[:2, 0]] == [
        r"$\epsilon = 0.3$",
        r"$\epsilon = 0.5$",
    ]
    shown = [[panel.get_visible() for panel in row] for row in axes]
    assert shown == [[True, True, False, False], [True] * 4] * 3
    assert [text.get_text() for text in axes[1, 2].texts] == ["Network"]


def test_collapse_maps_the_curves_of_all_sizes_onto_one(output: Results) -> None:
    axes = np.reshape(figures.collapse.draw(output).axes, (3, 4))
    right = axes[2, 1]  # data, spin fraction
    assert len(right.containers) == 3
    for bars, sites in zip(right.containers, synthetic.SIZES, strict=True):
        x, y = np.array(bars.lines[0].get_data(), float)
        strengths = x / sites ** (1 / synthetic.EXPONENT) + synthetic.CRITICAL
        np.testing.assert_allclose(strengths, np.arange(2, 9))
        # The synthetic master curve.
        np.testing.assert_allclose(y, 1 / (1 + np.exp(0.08 * x)))


def test_collapse_states_its_results_and_warnings(output: Results) -> None:
    output.scaling["fits"][1]["warnings"] = ["Another.", "Only 3 sizes."]
    for fit in output.scaling["fits"][2:]:
        fit["warnings"] = []
    output.scaling["fits"][0]["warnings"] = ["Only 3 sizes."]
    figure = figures.collapse.draw(output)
    titles = [panel.get_title(loc="right") for panel in np.reshape(figure.axes, (3, 4))[:, 1]]
    assert "h_c = 5.00^{+0.30}_{-0.20}" in titles[0]
    assert r"\nu = 1.00^{+0.20}_{-0.10}" in titles[0]
    assert titles[0].endswith("quality 1.23  [1]")
    assert titles[1].endswith("quality 1.23  [1, 2]")
    assert titles[2].endswith("quality 1.23")
    assert figure.get_supxlabel() == "[1]  Only 3 sizes.\n[2]  Another."


def test_collapse_of_a_failed_fit_shows_the_curves(output: Results) -> None:
    for fit in output.scaling["fits"]:
        fit["h_c"] = {"value": None, "low": None, "high": None}
        fit["quality"] = None
        for curve in fit["data"]:
            curve["x"] = []
    left, right, *_ = figures.collapse.draw(output).axes
    assert len(left.containers) == 3
    assert len(left.get_yticks()) > 1
    assert right.texts[0].get_text() == "no fit"


def test_overview_shows_the_network_against_the_data_of_the_same_fields(output: Results) -> None:
    curves, scatter, collapse, _bar = figures.overview.draw(output).axes
    assert len(curves.containers) == len(collapse.containers) == 3
    assert scatter.get_title(loc="left") == "(b) $L = 12$, never seen"
    exact = indicator(output.data[12, "test"], "entanglement")
    network = indicator(output.predictions[12, "test"], "entanglement")[:, : exact.shape[1]]
    (points,) = scatter.collections
    expected = np.stack([exact.values.ravel(), network.values.ravel()], 1)
    np.testing.assert_allclose(points.get_offsets(), expected)
    np.testing.assert_array_equal(
        points.get_array().reshape(exact.shape)[:, 0], synthetic.STRENGTHS
    )
    assert "h_c = 5.00^{+0.30}_{-0.20}" in collapse.get_title(loc="right")


def test_overview_says_whether_the_network_was_trained_on_the_length(directory: Path) -> None:
    def title() -> str:
        return figures.overview.draw(Results(directory)).axes[1].get_title(loc="left")

    path = directory / "evaluation.json"
    path.write_text(path.read_text().replace('"train_sizes": [8, 10]', '"train_sizes": [8, 12]'))
    assert title() == "(b) $L = 12$, trained on"
    path.unlink()
    assert title() == "(b) $L = 12$"


def test_overview_is_of_what_was_learned(output: Results) -> None:
    fits = [fit for fit in output.scaling["fits"] if fit["source"] == "exact"]
    for fit in fits:
        if fit["target"] == "entanglement":
            fit["energy_density"] = 0.9  # known of the data only
    curves, *_ = figures.overview.draw(output).axes
    assert "gap ratio" in curves.get_ylabel()
    for fit in fits:
        fit["energy_density"] = 0.9
    with pytest.raises(Missing, match="no fit to exact data is of what was learned"):
        figures.overview.draw(output)


def test_collapse_names_methods_and_parts_joint_fits(output: Results) -> None:
    exact = [fit for fit in output.scaling["fits"] if fit["source"] == "exact"]
    joint = exact[0] | {
        "target": "gap_ratio+spin_fraction",
        "method": "process",
        "data": exact[0]["data"] + exact[2]["data"],
    }
    crossings = exact[0] | {
        "method": "crossings",
        "ansatz": "degree 3",
        "energy_density": None,
        "parameters": {"h_8_10": {"value": 4.5, "low": 4.0, "high": 5.0}},
    }
    output.scaling["fits"] = [exact[0], joint, crossings]
    axes = np.reshape(figures.collapse.draw(output).axes, (4, 2))
    assert [left.get_title(loc="left") for left in axes[:, 0]] == [
        "crossings, degree 3",
        r"$\epsilon = 0.5$",
        r"$\epsilon = 0.5$, process, joint",
        r"$\epsilon = 0.5$, process, joint",
    ]
    (mark,) = [line for line in axes[0, 0].lines if line.get_ydata()[1] == 0.08]
    assert mark.get_xdata()[0] == 4.5
    assert axes[3, 0].get_ylabel() == r"spin fraction $\mathcal{F}$"


def test_collapse_multiplies_indicators_that_grow(output: Results) -> None:
    output.scaling["fits"] = output.scaling["fits"][:1]
    for curve in output.scaling["fits"][0]["data"]:
        curve["factor"] = 2.0
    right = figures.collapse.draw(output).axes[1]
    curve = output.scaling["fits"][0]["data"][0]
    np.testing.assert_allclose(
        right.containers[0].lines[0].get_ydata(), 2 * np.array(curve["mean"])
    )


def test_scan_shows_every_shortest_length_with_its_interval(output: Results) -> None:
    figure = figures.scan.draw(output)
    upper, *_ = figure.axes
    assert len(figure.axes) == 6
    exact, network = upper.containers
    np.testing.assert_allclose(np.array(exact.lines[0].get_xdata(), float), [7.97, 9.97])
    assert list(exact.lines[0].get_ydata()) == [synthetic.CRITICAL] * 2
    ends = [segment[:, 1] for segment in exact.lines[2][0].get_segments()]
    np.testing.assert_allclose(ends, [[4.8, 5.3]] * 2)
    assert network.get_label() == "predicted, quality, $h = 2$ to 8"
    output.scaling["scan"] = []
    with pytest.raises(Missing, match="there is no scan"):
        figures.scan.draw(output)


def test_cost_shows_every_form_at_its_number_of_parameters(output: Results) -> None:
    with pytest.raises(Missing, match='no fits by "cost"'):
        figures.cost.draw(output)
    output.scaling["fits"] += synthetic.cost_fits(output.scaling["fits"][0])
    (panel,) = figures.cost.draw(output).axes
    points = [(line.get_xdata()[0], line.get_ydata()[0]) for line in panel.lines]
    assert points == [(2, 0.3), (3, 0.1), (3, 0.2)]
    assert panel.lines[1].get_label() == "power law, h* = w_0 + w_1 L"


def test_edge_shows_h_c_against_the_energy_density(output: Results) -> None:
    with pytest.raises(Missing, match="one energy density"):
        figures.edge.draw(output)
    more = [
        fit | {"energy_density": 0.3, "h_c": {"value": 4.0, "low": 3.9, "high": 4.2}}
        for fit in output.scaling["fits"]
    ]
    output.scaling["fits"] += more
    panels = figures.edge.draw(output).axes
    assert len(panels) == 3
    for panel in panels:
        assert len(panel.containers) == 2
        for bars in panel.containers:
            assert list(bars.lines[0].get_xdata()) == [4.0, 5.0]
            assert list(bars.lines[0].get_ydata()) == [0.3, 0.5]
    for fit in more:
        fit["h_c"]["value"] = fit["window"][0]
    panel = figures.edge.draw(output).axes[0]
    assert [list(bars.lines[0].get_ydata()) for bars in panel.containers] == [[0.5]] * 2
    hollow = [line for line in panel.lines if line.get_markerfacecolor() == "none"]
    assert [list(line.get_ydata()) for line in hollow] == [[0.3]] * 2


def test_crossings_are_shown_at_the_mean_length_of_their_pair(output: Results) -> None:
    with pytest.raises(Missing, match='no fits by "crossings"'):
        figures.crossings.draw(output)
    h_10_12 = {"value": 5.0, "low": 4.5, "high": 6.0}
    h_8_10 = {"value": 4.0, "low": None, "high": None}
    exponent = {"value": 1.0, "low": 0.9, "high": 1.1}
    parameters = {"h_10_12": h_10_12, "h_8_10": h_8_10, "nu_8_10": exponent}
    found = {"method": "crossings", "parameters": parameters}
    output.scaling["fits"] = [fit | found for fit in output.scaling["fits"]]
    panels = figures.crossings.draw(output).axes
    assert len(panels) == 3
    for panel in panels:
        assert len(panel.containers) == 2
        for bars, aside in zip(panel.containers, (-0.075, 0.075), strict=True):
            x, y = np.array(bars.lines[0].get_data(), float)
            np.testing.assert_allclose(x, [9 + aside, 11 + aside])
            assert list(y) == [4.0, 5.0]
            ends = [segment[:, 1] for segment in bars.lines[2][0].get_segments()]
            np.testing.assert_allclose(ends, [[4.0, 4.0], [4.5, 6.0]])
    output.scaling["fits"] += [fit | {"energy_density": 0.9} for fit in output.scaling["fits"]]
    assert len(figures.crossings.draw(output).axes[0].containers) == 2
