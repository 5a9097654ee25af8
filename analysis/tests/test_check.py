"""What `mblscale check` says of the files that a deck names, and of trainings, against what h5py counts
in the files and what the stages then do."""

import json
import re
import shutil
from collections import defaultdict
from pathlib import Path

import h5py
import numpy as np
import pytest
from program import ROOT, fail, mblscale, needs_program, succeed

pytestmark = needs_program

SMALL = ROOT / "input/small.toml"
STRENGTHS = [1.0, 2.5, 4.0]
REALIZATIONS = 20
DENSITIES = [0.3, 0.5]


def write_own(path: Path) -> None:
    """Fields with an indicator of ours and one of someone else's, and gaps in both."""
    random = np.random.default_rng(3)
    with h5py.File(path, "w") as file:
        file.attrs["file_type"], file.attrs["format_version"] = "mblscale-data", 1
        for sites in (6, 8, 10):
            for split in ("train", "test"):
                group = file.create_group(f"L{sites:02}/{split}")
                group.attrs["sites"], group.attrs["split"] = sites, split
                group["h"], group["epsilon"] = STRENGTHS, DENSITIES
                shape = (len(STRENGTHS), REALIZATIONS, sites)
                field = random.uniform(-1, 1, shape) * np.array(STRENGTHS)[:, None, None]
                values = {"field": field}
                for name in ("gap_ratio", "imbalance"):
                    values[name] = np.abs(field).mean(2)[..., None] * [1.0, 0.9]
                    values[name][random.random(values[name].shape) < 0.05] = np.nan
                field[0, :2, 1] = np.nan
                for name, value in values.items():
                    group[name] = value
                    last = "site" if name == "field" else "epsilon"
                    group[name].attrs["dimensions"] = f"h realization {last}"


def complete(path: Path, group: str, densities: list[float], targets: list[str]) -> int:
    """How many realizations have a field and the targets at these energy densities."""
    places = [DENSITIES.index(density) for density in densities]
    with h5py.File(path) as file:
        known = ~np.isnan(file[group]["field"][...]).any(axis=2)
        for name in targets:
            known &= ~np.isnan(file[group][name][...][..., places]).any(axis=2)
    return int(known.sum())


LEARN = """
version = 1
name = "own"
output = "own"

[learn]
data = "own.h5"
train_sizes = [6, 8]
targets = ["gap_ratio", "imbalance"]
members = 2
epochs = 3
batch = 16
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A directory with a file of one's own and a deck that learns from it."""
    write_own(tmp_path / "own.h5")
    (tmp_path / "deck.toml").write_text(LEARN)
    return tmp_path


def trainings(said: str) -> list[list[int]]:
    """Trainings, networks, parameters, samples, held out, steps, epochs of each line."""
    text = said.split("predicted\n", 1)[1].split("\n\n", 1)[0]
    return [[int(cell) for cell in line.split()[-8:-1]] for line in text.splitlines()]


def logged(output: Path) -> dict[str, list[dict]]:
    """The epochs of each training."""
    found = defaultdict(list)
    for line in (output / "training.jsonl").read_text().splitlines()[1:]:
        epoch = json.loads(line)
        found[epoch["training"]].append(epoch)
    return found


def agree(said: str, output: Path) -> list[list[int]]:
    """Checks that the trainings were as predicted; the prediction."""
    found, expected = list(logged(output).values()), []
    lines = trainings(said)
    for line in lines:
        expected += [line[1:]] * line[0]
    assert len(found) == len(expected)
    for epochs, (networks, _, samples, held_out, _, count) in zip(found, expected, strict=True):
        assert len(epochs) == epochs[0]["epochs"] == count
        assert len(epochs[0]["members"]) == networks
        assert round(epochs[0]["samples_per_second"] * epochs[0]["seconds"]) == samples
        assert bool(epochs[0]["validation"]) == bool(held_out)
    steps = sum(line[0] * line[5] * line[6] for line in lines)
    networks = sum(line[0] * line[1] for line in lines)
    assert re.search(rf"{len(found)} trainings? of {networks} networks? in {steps} steps", said)
    assert "the time is a prediction" in said
    return lines


def test_own_data_are_counted(own: Path) -> None:
    said = succeed("check", "deck.toml", cwd=own)
    targets = ["gap_ratio", "imbalance"]
    assert "\nlearn.data own.h5\n" in said
    counts = {}
    for group in ("L06/train", "L06/test", "L08/train", "L08/test", "L10/test"):
        counts[group] = complete(own / "own.h5", group, [0.5], targets)
        assert counts[group] < 60
        have = f"{group}: {counts[group]} of 60 realizations have the targets"
        assert f"{have}; 3 strengths, ε = 0.3, 0.5" in said, said
    assert "L10/train" not in said
    samples = counts["L06/train"] + counts["L08/train"]
    succeed("train", "deck.toml", cwd=own)
    (line,) = agree(said, own / "own")
    assert line == [1, 2, line[2], samples, 0, -(-samples // 16), 3]
    evaluation = json.loads((own / "own/evaluation.json").read_text())
    assert evaluation["samples"] == samples
    description = succeed("info", "own/models", cwd=own)
    assert f" {line[2]} parameters" in description


VALIDATION = "learn.validation={ fraction = 0.3 }"
STUDIES = {
    "multitask": ["kind = 'multitask'", VALIDATION],
    "size": ["kind = 'multitask'", "learn.validation={ size = 10 }"],
    "conditioned": ["kind = 'conditioned', epochs = 4, heads = true"],
    "end-to-end": ["kind = 'end-to-end'", VALIDATION],
    "transfer": ["kind = 'transfer', epochs = 2"],
    "data-size": ["kind = 'data-size', realizations = [2, 7]"],
}


@pytest.mark.parametrize("name", STUDIES)
def test_studies_take_what_was_said(own: Path, name: str) -> None:
    study, *more = STUDIES[name]
    options = [f"--set=learn.study={{ {study} }}", *(f"--set={entry}" for entry in more)]
    said = succeed("check", "deck.toml", *options, cwd=own)
    succeed("train", "deck.toml", *options, cwd=own)
    agree(said, own / "own")


@pytest.mark.parametrize("name", STUDIES)
def test_data_that_are_not_there_yet_are_counted(tmp_path: Path, name: str) -> None:
    """The deck generates them. Which fields are held out is known before."""
    study, *more = STUDIES[name]
    options = [f"--set=learn.study={{ {study} }}", *(f"--set={entry}" for entry in more)]
    said = succeed("check", SMALL, *options, "--set=learn.epochs=2", cwd=tmp_path)
    assert not (tmp_path / "out").exists()
    for stage in ("generate", "train"):
        succeed(stage, SMALL, *options, "--set=learn.epochs=2", cwd=tmp_path)
    agree(said, tmp_path / "out/small")


def test_more_ranks_take_less_time(own: Path) -> None:
    """A batch of 16 has a chunk for each of two lengths, and there are two networks: four parts."""
    said = succeed("check", "deck.toml", "--ranks", 4, cwd=own)
    assert "on 4 ranks of one thread each" in said


PREDICT = """
[predict]
data = "own.h5"
sizes = [6, 10]
"""

SCALE = """
version = 1
name = "scale"
output = "scale"

[scaling]
sources = ["own.h5", "means.csv"]
targets = ["gap_ratio"]
window = [1.0, 4.0]
bootstrap = 10
"""


def test_fields_and_sources_are_counted(own: Path) -> None:
    (own / "deck.toml").write_text(LEARN + PREDICT)
    said = succeed("check", "deck.toml", cwd=own)
    for sites in (6, 10):
        assert f"L = {sites}: 58 of 60 fields are complete; 3 strengths" in said
    assert "L = 8:" not in said

    (own / "means.csv").write_text(
        "L,h,mean,error\n"
        + "".join(f"{size},{h},0.{size}{h},0.1\n" for size in (8, 12) for h in range(1, 5))
    )
    (own / "scale.toml").write_text(SCALE)
    said = succeed("check", "scale.toml", cwd=own)
    assert "gap_ratio: L = 8 (4 strengths), L = 12 (4 strengths)" in said
    with h5py.File(own / "own.h5") as file:
        for place, density in enumerate(DENSITIES):
            for sites in (6, 8, 10):
                known = sum(
                    int((~np.isnan(file[f"L{sites:02}/{split}/gap_ratio"][..., place])).sum())
                    for split in ("train", "test")
                )
                (line,) = [it for it in said.splitlines() if f"  gap_ratio at ε = {density}: L" in it]
                assert f"L = {sites} (3 strengths, {known} realizations)" in line
    assert f"warning: gap_ratio at ε = {DENSITIES[0]}" in said


def test_networks_to_start_from_must_fit(own: Path) -> None:
    succeed("train", "deck.toml", cwd=own)
    start = ["--set=learn.start=own/models", "--set=output=again"]
    said = succeed("check", "deck.toml", *start, cwd=own)
    assert "\nlearn.start own/models\n           2 networks with the tensors of learn.model" in said
    stage = "start from own/models/member-1.safetensors: its rnn.weight_ih_l0 is [6, 2]"
    wide = [*start, "--set=learn.model.features=3"]
    assert stage in fail("train", "deck.toml", *wide, cwd=own)
    assert f"learn.start: cannot {stage}" in fail("check", "deck.toml", *wide, cwd=own)
    said = fail("check", "deck.toml", *start, "--set=learn.members=3", cwd=own)
    assert "member-3.safetensors: No such file" in said
    # Also where there are no data yet.
    said = fail("check", SMALL, "--set=learn.start=nowhere", cwd=own)
    assert "learn.start: cannot read nowhere" in said
    assert "; name the networks of a train stage, or leave it out" in said


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def rename(path: Path) -> None:
    with h5py.File(path, "a") as file:
        for size in file.values():
            for group in size.values():
                group.move("imbalance", "other")


def at_other_density(path: Path) -> None:
    with h5py.File(path, "a") as file:
        for size in file.values():
            for group in size.values():
                group["epsilon"][...] = [0.1, 0.9]


def without_length(path: Path) -> None:
    with h5py.File(path, "a") as file:
        del file["L08"]


def all_missing(path: Path) -> None:
    with h5py.File(path, "a") as file:
        file["L08/train/imbalance"][...] = np.nan


BAD_DATA = [
    (Path.unlink, [], "there is no such file; name a file in the layout of data.h5"),
    (cut, [], "cannot read own.h5: "),
    (rename, [], "imbalance"),
    (at_other_density, ["--set=learn.energy_density=0.5"], "0.5"),
    (without_length, [], "there is no finished realization of L08/train"),
    (all_missing, [], "there is no finished realization of L08/train"),
]


@pytest.mark.parametrize("damage, options, expected", BAD_DATA)
def test_data_that_training_refuses_are_refused(own: Path, damage, options, expected) -> None:
    """With the message of the stage, and the line of the deck before it."""
    damage(own / "own.h5")
    said = fail("check", "deck.toml", *options, cwd=own)
    assert "deck.toml:7: learn.data: " in said and expected in said, said
    stage = fail("train", "deck.toml", *options, cwd=own)
    message = stage.splitlines()[-1].removeprefix("error: ")
    assert message in said, (message, said)


@pytest.mark.parametrize("damage", [Path.unlink, cut, without_length])
def test_fields_that_predict_refuses_are_refused(own: Path, damage) -> None:
    shutil.copy(own / "own.h5", own / "fields.h5")
    predict = PREDICT.replace("own.h5", "fields.h5").replace("[6, 10]", "[6, 8]")
    (own / "deck.toml").write_text(LEARN + predict)
    succeed("train", "deck.toml", cwd=own)
    damage(own / "fields.h5")
    said = fail("check", "deck.toml", cwd=own)
    stage = fail("predict", "deck.toml", cwd=own).splitlines()[-1].removeprefix("error: ")
    assert f"predict.data: {stage}" in said, (stage, said)


def test_energy_densities_that_networks_do_not_know(own: Path) -> None:
    (own / "deck.toml").write_text(LEARN + PREDICT + "energy_densities = [0.3, 0.5]\n")
    said = fail("check", "deck.toml", cwd=own)
    assert "predict.energy_densities: the networks know ε = 0.5 only" in said
    study = "--set=learn.study={ kind = 'end-to-end' }"
    succeed("check", "deck.toml", study, cwd=own)


BAD_SOURCES = {
    '"none.csv"': "none.csv",
    '"none.h5"': "there is no such file; name a .csv file of means",
    '"own.h5", "./own.h5"': '"own.h5" and "./own.h5" are the same file; name it once',
    '"words.csv"': "words.csv",
}


@pytest.mark.parametrize("sources", BAD_SOURCES)
def test_sources_that_scale_refuses_are_refused(own: Path, sources: str) -> None:
    (own / "words.csv").write_text("L,h,mean\n8,one,0.4\n")
    text = SCALE.replace('"own.h5", "means.csv"', sources)
    (own / "scale.toml").write_text(text)
    said = fail("check", "scale.toml", cwd=own)
    assert "scale.toml:7: scaling.sources: " in said and BAD_SOURCES[sources] in said, said
    stage = fail("scale", "scale.toml", cwd=own).splitlines()[-1].removeprefix("error: ")
    stage = stage.removeprefix("scaling.sources: ")
    assert stage in said, (stage, said)


def test_a_window_without_data_is_refused(own: Path) -> None:
    narrow = SCALE.replace(', "means.csv"', "").replace("1.0, 4.0", "5.0, 6.0")
    (own / "scale.toml").write_text(narrow)
    said = fail("check", "scale.toml", cwd=own)
    stage = fail("scale", "scale.toml", cwd=own).splitlines()[-1].removeprefix("error: ")
    assert f"scaling.sources: {stage}" in said


def test_every_wrong_file_is_named_at_once(own: Path) -> None:
    deck = LEARN.replace("own.h5", "a.h5") + PREDICT.replace("own.h5", "b.h5")
    deck += SCALE[SCALE.index("[scaling]") :].replace('"own.h5", "means.csv"', '"c.csv", "d.h5"')
    (own / "deck.toml").write_text(deck)
    said = fail("check", "deck.toml", cwd=own)
    for key, name in [
        ("learn.data", "a.h5"),
        ("predict.data", "b.h5"),
        ("scaling.sources", "c.csv"),
        ("scaling.sources", "d.h5"),
    ]:
        assert re.search(rf"deck\.toml:\d+: {key}: .*{name}", said), (key, said)


def test_what_other_decks_make_is_no_error(own: Path) -> None:
    """A deck of one stage in the output directory of another deck."""
    for table, words in [
        (LEARN.replace('data = "own.h5"\n', "").replace(', "imbalance"', ""), "generate it"),
        (SCALE.replace('"own.h5", "means.csv"', '"exact", "predicted"'), "with another deck"),
    ]:
        (own / "deck.toml").write_text(table)
        done = mblscale("check", "deck.toml", cwd=own)
        assert done.returncode == 0 and "it is not there yet: " in done.stdout, done.stderr
        assert words in done.stdout
    # Nor what the deck itself makes, under its own name.
    sources = '--set=scaling.sources=["exact", "predicted"]'
    succeed("check", SMALL, sources, cwd=own)
    succeed("check", SMALL, "--set=learn.data=out/small/data.h5", cwd=own)
