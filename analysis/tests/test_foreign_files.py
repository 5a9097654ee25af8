"""Files of the same data as h5py, xarray, netCDF4, MATLAB, Julia and C write them."""

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import program
import pytest
import xarray
from h5py import h5a, h5s, h5t
from own_data import mblscale, write_data
from program import needs_program

from mblscale.results import Results
from mblscale.tables import open_data

pytestmark = needs_program


def info(path: Path) -> str:
    """What the program says of a file, without its name."""
    done = program.mblscale("info", path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.replace(str(path), "")


def fixed(padding: int, characters: int, spare: int) -> Callable[[str], tuple]:
    """A type of fixed length for a text, and its bytes."""

    def make(text: str) -> tuple[h5t.TypeStringID, np.ndarray]:
        kind = h5t.C_S1.copy()
        kind.set_size(len(text) + spare)
        kind.set_strpad(padding)
        kind.set_cset(characters)
        fill = b" " if padding == h5t.STR_SPACEPAD else b"\0"
        return kind, np.frombuffer(text.encode() + fill * spare, dtype=f"S{len(text) + spare}")

    return make


def put(item: h5py.HLObject, name: str, kind: h5t.TypeStringID, bytes_: np.ndarray, space) -> None:
    if name in item.attrs:
        del item.attrs[name]
    h5a.create(item.id, name.encode(), kind, space).write(bytes_, mtype=kind)


def text_attributes(file: h5py.File) -> list[tuple[h5py.HLObject, str, str]]:
    found = [(file, "file_type", file.attrs["file_type"])]
    for split in ("train", "test"):
        for name in ("field", "imbalance"):
            dataset = file[f"L08/{split}/{name}"]
            found.append((dataset, "dimensions", dataset.attrs["dimensions"]))
    return found


@pytest.mark.parametrize(
    ("padding", "spare"),
    [
        (h5t.STR_NULLTERM, 1),  # C, MATLAB
        (h5t.STR_NULLTERM, 0),  # Julia: no place for the NUL
        (h5t.STR_NULLPAD, 0),  # netCDF4
        (h5t.STR_NULLPAD, 7),
        (h5t.STR_SPACEPAD, 5),  # Fortran
    ],
)
@pytest.mark.parametrize("characters", [h5t.CSET_ASCII, h5t.CSET_UTF8])
@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_texts_of_fixed_length(
    padding: int, spare: int, characters: int, shape: tuple[int, ...], tmp_path: Path
) -> None:
    data = write_data(tmp_path)
    expected = info(data)
    with h5py.File(data, "r+") as file:
        for item, name, text in text_attributes(file):
            space = h5s.create_simple(shape) if shape else h5s.create(h5s.SCALAR)
            put(item, name, *fixed(padding, characters, spare)(text), space)
    assert info(data) == expected


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
@pytest.mark.parametrize("shape", [(), (1,)])
def test_texts_of_variable_length(encoding: str, shape: tuple[int, ...], tmp_path: Path) -> None:
    data = write_data(tmp_path)
    expected = info(data)
    with h5py.File(data, "r+") as file:
        for item, name, text in text_attributes(file):
            item.attrs.create(name, text, shape, h5py.string_dtype(encoding))
    assert info(data) == expected


@pytest.mark.parametrize("dtype", [h5py.string_dtype(), "S11"])
def test_a_name_for_each_axis(dtype: object, tmp_path: Path) -> None:
    data = write_data(tmp_path)
    expected = info(data)
    with h5py.File(data, "r+") as file:
        for item, name, text in text_attributes(file):
            if name == "dimensions":
                item.attrs.create(name, np.array(text.split(), dtype=object).astype(dtype))
    assert info(data) == expected


@pytest.mark.parametrize("dtype", ["i1", "u2", ">i4", "u8", "f2", ">f4", "f8", "f16"])
@pytest.mark.parametrize("shape", [(), (1,)])
def test_numbers_of_any_width(dtype: str, shape: tuple[int, ...], tmp_path: Path) -> None:
    data = write_data(tmp_path)
    expected = info(data)
    with h5py.File(data, "r+") as file:
        file.attrs.create("format_version", 1, shape, dtype)
        for split in ("train", "test"):
            group = file[f"L08/{split}"]
            group.attrs.create("sites", 8, shape, dtype)
            h = group["h"][...]
            del group["h"]
            group["h"] = h.astype(dtype)
    assert info(data) == expected


def score(data: Path) -> float:
    """The error of a network that was trained for an epoch."""
    done = mblscale("train", data.parent, "epochs = 1")
    assert done.returncode == 0, done.stderr
    (found,) = Results(data.parent / "own").evaluation["scores"]
    return found["mse"]


@pytest.mark.parametrize("named_by", ["attribute", "scales", "labels"])
def test_names_order_the_axes(named_by: str, tmp_path: Path) -> None:
    data = write_data(tmp_path)
    expected = score(data)
    table = open_data(data, "mblscale-data")[8, "train"]
    usual = {name: table[name].values for name in ("field", "imbalance")}
    with h5py.File(data, "r+") as file:
        for split in ("train", "test"):
            group = file[f"L08/{split}"]
            lengths = {"h": 2, "realization": 200, "epsilon": 1, "site": 8}
            for name, length in lengths.items():
                scale = group.require_dataset(name, (length,), "f8")
                if named_by == "scales":
                    scale.make_scale(name)
            for name, order in (("field", (2, 0, 1)), ("imbalance", (1, 2, 0))):
                names = group[name].attrs["dimensions"].split()
                values = group[name][...].transpose(order)
                names = [names[axis] for axis in order]
                del group[name]
                group[name] = values
                for axis, dimension in enumerate(names):
                    if named_by == "scales":
                        group[name].dims[axis].attach_scale(group[dimension])
                    elif named_by == "labels":
                        group[name].dims[axis].label = dimension
                if named_by == "attribute":
                    group[name].attrs["dimensions"] = " ".join(names)
    assert score(data) == expected
    table = open_data(data, "mblscale-data")[8, "train"]
    for name, values in usual.items():
        np.testing.assert_array_equal(table[name].values, values)


@pytest.mark.parametrize("engine", ["h5netcdf", "netcdf4"])
def test_a_round_trip_through_xarray(engine: str, tmp_path: Path) -> None:
    data = write_data(tmp_path)
    expected, numbers = info(data), score(data)
    with h5py.File(data, "r+") as file:
        for split in ("train", "test"):
            group = file[f"L08/{split}"]
            for name, length in {"realization": 200, "site": 8}.items():
                group[name] = np.arange(length)
            for name in ("h", "realization", "epsilon", "site"):
                group[name].make_scale(name)
            for item in (group["field"], group["imbalance"]):
                for axis, dimension in enumerate(item.attrs["dimensions"].split()):
                    item.dims[axis].attach_scale(group[dimension])
    tree = xarray.open_datatree(data, engine="h5netcdf").load()
    tree.close()
    tree.to_netcdf(data, engine=engine)
    assert (info(data), score(data)) == (expected, numbers)

    # The names of the scales stay true when axes move, those of the attribute do not.
    moved = tree.map_over_datasets(lambda group: group.transpose())
    moved.to_netcdf(data, engine=engine)
    refused = mblscale("train", tmp_path, "epochs = 1")
    assert refused.returncode == 1
    assert "correct the attribute, or delete it" in refused.stderr
    for group in moved.leaves:
        for name in ("field", "imbalance"):
            del group[name].attrs["dimensions"]
    moved.to_netcdf(data, engine=engine)
    assert score(data) == numbers


def test_packed_numbers(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    with h5py.File(data) as file:
        imbalance = file["L08/train/imbalance"][...]
    imbalance[1, 3, 0] = np.nan
    packed = np.where(np.isnan(imbalance), -1, np.rint(imbalance * 1000)).astype("i2")
    plain = np.where(packed < 0, np.nan, packed / 1000)
    found = {}
    for kind, values in {"packed": packed, "plain": plain}.items():
        with h5py.File(data, "r+") as file:
            del file["L08/train/imbalance"]
            dataset = file["L08/train"].create_dataset("imbalance", data=values)
            dataset.attrs["dimensions"] = "h realization epsilon"
            if kind == "packed":
                dataset.attrs["scale_factor"], dataset.attrs["_FillValue"] = 0.001, np.int16(-1)
        found[kind] = score(data)
    np.testing.assert_allclose(found["packed"], found["plain"], rtol=1e-9)


def test_reasons_of_failures_survive_xarray(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    with h5py.File(data, "r+") as file:
        group = file["L08/train"]
        reasons = np.full(group["imbalance"].shape, "", dtype=object)
        reasons[1, 3, 0] = "too dark: ‖r‖ = 2"
        group.create_dataset("failure", data=reasons, dtype=h5py.string_dtype())
        for name in ("failure", "imbalance"):
            group[name].attrs["dimensions"] = "h realization epsilon"
        group["realization"] = np.arange(200)
        for axis, name in enumerate(("h", "realization", "epsilon")):
            group[name].make_scale(name)
            for dataset in (group["failure"], group["imbalance"]):
                dataset.dims[axis].attach_scale(group[name])
    expected = info(data)
    assert "first L08/train, h = 4, realization 3, ε = 0.5: too dark: ‖r‖ = 2" in expected
    for engine in ("h5netcdf", "netcdf4"):
        tree = xarray.open_datatree(data, engine="h5netcdf").load()
        tree.close()
        tree.to_netcdf(data, engine=engine)
        assert info(data) == expected


def test_a_file_held_open_is_named_with_a_remedy(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    with h5py.File(data, "r+"):
        done = mblscale("train", tmp_path)
    assert done.returncode == 1
    assert f"cannot read {data}" in done.stderr
    assert "another program has the file open: close it there" in done.stderr
