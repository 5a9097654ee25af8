"""The loader: what it reads, and what it says of files that are not right."""

from pathlib import Path

import h5py
import numpy as np
import pytest
import synthetic

from mblscale.formats import ResultError
from mblscale.normalisation import half_chain_entropy
from mblscale.results import Results
from mblscale.tables import indicator, indicators, open_data


def test_tables_are_found_by_size_and_split(output: Results) -> None:
    assert output.data.sizes("test") == [8, 10, 12]
    assert output.data.sizes("train") == [8, 10]
    table = output.data[10, "test"]
    assert indicators(table) == ["entanglement", "gap_ratio", "spin_fraction"]
    assert table["field"].dims == ("h", "realization", "site")
    np.testing.assert_array_equal(table["h"].values, synthetic.STRENGTHS)
    assert table["field"].values.shape == (10, 20, 10)
    assert output.data.attributes["version"] == "0.1.0"


def test_only_the_entanglement_is_normalised(output: Results, directory: Path) -> None:
    table = output.data[12, "test"]
    with h5py.File(directory / "data.h5") as file:
        raw = {name: file[f"L12/test/{name}"][:, :, 1] for name in indicators(table)}
    for normalisation in ("sector", "page", "paper"):
        expected = raw["entanglement"] / half_chain_entropy(12, normalisation)
        found = indicator(table, "entanglement", 0.5, normalisation)
        np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(indicator(table, "gap_ratio", 0.5), raw["gap_ratio"])


def test_a_failed_window_is_no_value_of_an_indicator(directory: Path) -> None:
    with h5py.File(directory / "data.h5", "a") as file:
        group = file["L10/test"]
        for name in ("gap_ratio", "entanglement", "spin_fraction"):
            group[name][2, 3, 1] = np.nan
        group["complete"][2, 3, 1] = 0
        reasons = np.full(group["complete"].shape, "", dtype=object)
        reasons[2, 3, 1] = "|VᵀV - 1| = 2.0e-10"
        failure = group.create_dataset("failure", data=reasons, dtype=h5py.string_dtype())
        failure.attrs["dimensions"] = "h realization epsilon"
    table = Results(directory).data[10, "test"]
    assert indicators(table) == ["entanglement", "gap_ratio", "spin_fraction"]
    assert list(np.argwhere(np.isnan(indicator(table, "gap_ratio", 0.5).values))[0]) == [2, 3]
    failure = table["failure"].values
    assert failure[2, 3, 1] == "|VᵀV - 1| = 2.0e-10"
    assert np.count_nonzero(failure != "") == 1


def test_predictions_show_the_ensemble_not_its_members_as_indicators(output: Results) -> None:
    table = output.predictions[16, "test"]
    assert indicators(table) == ["entanglement", "gap_ratio", "spin_fraction"]
    assert table["gap_ratio_members"].dims == ("member", "h", "realization", "epsilon")
    members = table["gap_ratio_members"].values
    np.testing.assert_allclose(members.mean(axis=0), table["gap_ratio"].values)


def test_missing_stages_are_none(tmp_path: Path) -> None:
    output = Results(tmp_path)
    assert output.data is None
    assert output.predictions is None
    assert output.evaluation is None
    assert output.training is None
    assert output.scaling is None


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="nowhere is not a directory; give the `output`"):
        Results(tmp_path / "nowhere")


def test_a_wrong_file_type_is_refused(directory: Path) -> None:
    (directory / "predictions.h5").rename(directory / "data.h5")
    with pytest.raises(
        ResultError, match=r'data\.h5 has file_type "mblscale-predictions" where "mblscale-data"'
    ):
        _ = Results(directory).data


def test_another_file_is_refused(tmp_path: Path) -> None:
    h5py.File(tmp_path / "data.h5", "w").close()
    with pytest.raises(ResultError, match='file_type "none"'):
        _ = Results(tmp_path).data


def test_a_newer_format_is_refused(directory: Path) -> None:
    with h5py.File(directory / "data.h5", "a") as file:
        file.attrs["format_version"] = 2
    with pytest.raises(ResultError, match="format_version 2; this reads version 1: use the"):
        _ = Results(directory).data


def test_a_newer_json_format_is_refused(directory: Path) -> None:
    path = directory / "scaling.json"
    path.write_text(path.read_text().replace('"format_version": 1', '"format_version": 3'))
    with pytest.raises(ResultError, match=r"scaling\.json has format_version 3"):
        _ = Results(directory).scaling


def test_broken_files_are_named(directory: Path) -> None:
    (directory / "data.h5").write_bytes(b"no HDF5")
    (directory / "evaluation.json").write_text('{"file_type":')
    with pytest.raises(ResultError, match=r"data\.h5 cannot be read as HDF5"):
        _ = Results(directory).data
    with pytest.raises(ResultError, match=r"evaluation\.json is not JSON"):
        _ = Results(directory).evaluation


def test_missing_groups_quantities_and_energies_are_named(output: Results) -> None:
    with pytest.raises(ResultError, match="holds no L14/test, only L08/test"):
        output.data[14, "test"]
    table = output.data[8, "train"]
    with pytest.raises(ResultError, match='L08/train holds no "purity", only complete, ent'):
        indicator(table, "purity")
    with pytest.raises(ResultError, match=r"holds no energy density 0\.7, only 0\.3, 0\.5"):
        indicator(table, "gap_ratio", 0.7)


def test_a_file_without_groups_is_empty_not_broken(tmp_path: Path) -> None:
    synthetic.write_tables(tmp_path / "data.h5", "mblscale-data", {}, [0.5])
    data = open_data(tmp_path / "data.h5", "mblscale-data")
    assert data.sizes("test") == []
    with pytest.raises(ResultError, match="only no groups"):
        data[8, "test"]


def test_text_attributes_of_fixed_length_are_read(directory: Path) -> None:
    with h5py.File(directory / "data.h5", "a") as file:
        file.attrs["file_type"] = np.bytes_("mblscale-data")
        file["L08/test"].attrs["split"] = np.bytes_("test")
    assert Results(directory).data[8, "test"].attrs["split"] == "test"


def test_the_first_line_of_the_training_says_what_it_is(directory: Path) -> None:
    path = directory / "training.jsonl"
    epochs = path.read_text()
    path.write_text('{"file_type": "mblscale-training", "format_version": 1}\n' + epochs)
    assert list(Results(directory).training["epoch"]) == list(range(1, 16))
    path.write_text('{"file_type": "mblscale-training", "format_version": 2}\n' + epochs)
    with pytest.raises(ResultError, match="format_version 2"):
        _ = Results(directory).training


def test_an_unfinished_line_of_the_training_is_ignored(directory: Path) -> None:
    with open(directory / "training.jsonl", "a", encoding="utf-8") as file:
        file.write('{"epoch": 16, "lo')
    assert list(Results(directory).training["epoch"]) == list(range(1, 16))
