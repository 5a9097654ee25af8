"""Figures can be read whatever the numbers of targets, lengths, members and fits."""

from pathlib import Path

import h5py
import numpy as np
import pytest
import synthetic
from layout import assert_all_is_readable

from mblscale import figures
from mblscale.results import Results

LENGTHS = ((8,), (8, 10, 12), (4, 6, 8, 10, 12, 14, 16, 18))
TARGETS = (("gap_ratio",), tuple(synthetic.TARGETS))
OTHER = "/scratch/project/one-more/another/predictions.h5"
LONG = "/scratch/project/a-directory-with-a-long-name/another/predictions.h5"


def scores(targets: tuple[str, ...], lengths: tuple[int, ...]) -> list[dict]:
    return [
        synthetic.score(target, sites) | {"energy_density": 0.5, "seen": sites < 12}
        for target in targets
        for sites in lengths
    ]


@pytest.mark.parametrize("lengths", LENGTHS, ids=len)
@pytest.mark.parametrize("targets", TARGETS, ids=len)
def test_figures_of_scores(
    output: Results, targets: tuple[str, ...], lengths: tuple[int, ...]
) -> None:
    own = scores(targets, lengths)
    output.evaluation["scores"] = own
    assert_all_is_readable(figures.determination.draw(output))
    output.study["findings"] = [
        synthetic.finding(way, own) for way in ("transfer", "scratch", "multitask")
    ]
    assert_all_is_readable(figures.transfer.draw(output))
    output.study["study"]["kind"] = "data-size"
    training = [(sites, 0.001) for sites in lengths]
    output.study["findings"] = [
        synthetic.finding("", own, realizations=count, training_mse=training) for count in (1, 30)
    ]
    assert_all_is_readable(figures.data_size.draw(output))
    output.study["study"]["kind"] = "conditioned"
    output.study["findings"] = [synthetic.finding(way, own) for way in ("conditioned", "own head")]
    assert_all_is_readable(figures.heads.draw(output))


@pytest.mark.parametrize("members", [1, 2, 8])
@pytest.mark.parametrize("features", [1, 2, 16])
def test_each_feature_has_its_colour(output: Results, members: int, features: int) -> None:
    for table in output.evaluation["features"]:
        for key in ("mean", "error"):
            of_member = [table[key][0][index % 2] for index in range(features)]
            table[key] = [of_member] * members
    figure = figures.features.draw(output)
    assert_all_is_readable(figure)
    drawn = min(features, figures.features.MOST)
    lines = figure.axes[0].lines[: 3 * drawn]
    colours = [line.get_color()[:3] for line in lines]
    # Three lengths, in three shades of the hue of the feature, which no other feature has.
    assert len(set(colours)) == 3 * drawn
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == [f"feature {k + 1}" for k in range(drawn)] + ["$L = 8$", "$L = 10$", "$L = 12$"]
    title = figure.legends[0].get_title().get_text()
    assert ("the first 6 of 16 features" in title) == (features == 16)


def test_scaled_means_have_an_axis_of_their_own(output: Results) -> None:
    first, *others = output.scaling["fits"]
    zeta = {"value": -1.0, "low": -1.1, "high": -0.9}
    scaled = [curve | {"factor": float(curve["L"])} for curve in first["data"]]
    first |= {"parameters": {"zeta": zeta}, "data": scaled}
    output.scaling["fits"] = [first, *others]
    figure = figures.collapse.draw(output)
    assert_all_is_readable(figure)
    axes = np.reshape(figure.axes, (3, 4))
    raw, collapse = axes[0, :2]
    assert collapse.get_ylabel() == r"$L^{-\zeta/\nu}\times$ gap ratio $r$"
    # The raw means are at most 0.54, and those of L = 12 are multiplied by 12.
    assert raw.get_ylim()[1] < 0.6
    assert collapse.get_ylim()[1] > 12 * 0.5
    # Means without a factor share their axis with the curves before scaling.
    assert axes[1, 0].get_ylim() == axes[1, 1].get_ylim() == axes[1, 3].get_ylim()
    assert axes[1, 1].get_ylabel() == ""


def test_figures_of_fits_with_long_names(output: Results) -> None:
    fits = [fit for fit in output.scaling["fits"] if fit["target"] == "gap_ratio"]
    fits += [fit | {"source": source} for fit in fits[:1] for source in (LONG, OTHER)]
    pair = {"h_8_10": {"value": 4.5, "low": 4.0, "high": 5.0}}
    output.scaling["fits"] = fits
    assert_all_is_readable(figures.collapse.draw(output))
    output.scaling["fits"] = [fit | {"method": "crossings", "parameters": pair} for fit in fits]
    assert_all_is_readable(figures.crossings.draw(output))
    output.scaling["fits"] = [
        fit | {"energy_density": density} for fit in fits for density in (0.3, 0.5)
    ]
    figure = figures.edge.draw(output)
    assert_all_is_readable(figure)
    # Directories tell sources of one name apart.
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "exact, quality",
        "predicted, quality",
        "a-directory-with-a-long-name/another/predictions, quality",
        "one-more/another/predictions, quality",
    ]
    output.scaling["fits"] = [form for fit in fits for form in synthetic.cost_fits(fit)]
    assert_all_is_readable(figures.cost.draw(output))
    windows = [[low, 8.0] for low in np.arange(1.0, 4.0, 0.1)]
    output.scaling["scan"] = [fit | {"window": window} for fit in fits for window in windows]
    assert_all_is_readable(figures.scan.draw(output))


def test_one_indicator_of_one_length(tmp_path: Path) -> None:
    groups = {(8, "test"): 5}
    for name, kind in (("data.h5", "mblscale-data"), ("predictions.h5", "mblscale-predictions")):
        synthetic.write_tables(tmp_path / name, kind, groups, [0.5])
        with h5py.File(tmp_path / name, "a") as file:
            for indicator in ("entanglement", "spin_fraction"):
                del file["L08/test"][indicator]
    figure = figures.indicators.draw(Results(tmp_path))
    assert len(figure.axes) == 1
    assert_all_is_readable(figure)
