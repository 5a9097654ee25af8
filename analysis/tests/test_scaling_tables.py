"""The program's smallest costs against the definition of C, and tables in the spelling of others.

Set MBLSCALE_BINARY to the program.
"""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from program import mblscale, needs_program

pytestmark = needs_program

SIZES = np.array([8, 10, 12, 14])
STRENGTHS = np.linspace(2, 10.25, 12)
GROWTHS = {"power law": (0.2, 5.0), "Kosterlitz–Thouless": (0.1, 30.0)}
FORMS = ["h* = w_0", "h* = w_0 + w_1 L", "h* = w_0 + w_1/L", "h* of each L"]
# A form, and one that contains it.
NESTED = [(0, 1), (0, 2), (1, 3), (2, 3)]


def abscissae(growth: str, critical: np.ndarray, parameter: float) -> np.ndarray:
    """x of every length (rows) and strength; h* of every length is `critical`."""
    distance = STRENGTHS - critical[:, None]
    with np.errstate(divide="ignore"):
        if growth == "power law":
            ratio = np.abs(distance) ** parameter
        else:
            ratio = np.exp(-parameter / np.sqrt(np.abs(distance)))
    return np.sign(distance) * SIZES[:, None] * ratio


def cost(growth: str, means: np.ndarray, critical: np.ndarray, parameter: float) -> float:
    """C by its definition."""
    order = np.argsort(abscissae(growth, critical, parameter), axis=None, kind="stable")
    return np.abs(np.diff(means.ravel()[order])).sum() / np.ptp(means) - 1


def critical_strengths(form: int, at: np.ndarray) -> np.ndarray:
    """h* of every length, with a drift of at[2] over the lengths."""
    short = 1 / SIZES if form == 2 else SIZES
    return at[0] + at[2] * (short - short[-1]) / (short[0] - short[-1])


def evolved(growth: str, form: int, means: np.ndarray, seed: int) -> float:
    """The smallest C of a differential evolution (rand/1/bin), for forms of up to three parameters."""
    random = np.random.default_rng(seed)
    low = np.array([2.0, np.log(GROWTHS[growth][0]), -8.25])
    high = np.array([10.25, np.log(GROWTHS[growth][1]), 8.25])
    if form == 0:
        low[2] = high[2] = 0

    def value(at: np.ndarray) -> float:
        critical = critical_strengths(form, at)
        inside = (critical >= 2) & (critical <= 10.25)
        return cost(growth, means, critical, np.exp(at[1])) if inside.all() else np.inf

    population = random.uniform(low, high, (45, 3))
    values = np.array([value(at) for at in population])
    for _ in range(100):
        for index, own in enumerate(population):
            base, ahead, behind = population[random.integers(len(population), size=3)]
            moved = base + random.uniform(0.5, 1) * (ahead - behind)
            trial = np.where(random.random(3) < 0.9, moved, own)
            trial = np.clip(trial, low, high)
            found = value(trial)
            if found <= values[index]:
                population[index], values[index] = trial, found
    return values.min()


def planted(seed: int) -> tuple[str, np.ndarray, np.ndarray, float]:
    """The growth, means, h* of every length and ν or b of a random table."""
    random = np.random.default_rng(seed)
    growth = list(GROWTHS)[seed % 2]
    parameter = random.uniform(0.7, 1.5) if seed % 2 == 0 else random.uniform(1.5, 4)
    critical = random.uniform(5, 7) + random.uniform(0, 0.15) * (SIZES - SIZES[-1])
    scaled = abscissae(growth, critical, parameter) / (12 if seed % 2 == 0 else 2)
    noise = random.normal(0, 0.002, scaled.shape)
    return growth, 0.46 - 0.07 * np.tanh(scaled) + noise, critical, parameter


def written(means: np.ndarray) -> list[tuple[str, ...]]:
    """The fields of a table."""
    lines = [("L", "h", "mean", "error")]
    for size, row in zip(SIZES, means, strict=True):
        lines += [
            (str(size), repr(float(h)), repr(float(mean)), "0.002")
            for h, mean in zip(STRENGTHS, row, strict=True)
        ]
    return lines


def run(scratch: Path, sources: list[str], method: str) -> subprocess.CompletedProcess:
    """Scales tables of the scratch folder."""
    deck = scratch / "deck.toml"
    deck.write_text(
        f'version = 1\nname = "table"\noutput = "{scratch / "out"}"\n[scaling]\n'
        f'sources = {json.dumps(sources)}\ntargets = ["gap_ratio"]\nwindow = [2.0, 10.25]\n'
        f'methods = ["{method}"]\nbootstrap = 3\n',
        encoding="utf-8",
    )
    return mblscale("scale", deck)


def scaled(scratch: Path, table: str, text: str, method: str) -> dict:
    """scaling.json of a table."""
    (scratch / table).write_bytes(text.encode())
    ended = run(scratch, [table], method)
    assert ended.returncode == 0, ended.stderr
    return json.loads((scratch / "out/scaling.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("seed", range(6))
def test_costs_are_nested_and_lowest(seed: int, tmp_path: Path) -> None:
    growth, means, critical, parameter = planted(seed)
    text = "\n".join(",".join(fields) for fields in written(means))
    results = scaled(tmp_path, "table.csv", text, "cost")
    costs = {fit["ansatz"]: fit["cost"] for fit in results["fits"]}
    for name in GROWTHS:
        found = [costs[f"{name}, {form}"] for form in FORMS]
        for narrow, wide in NESTED:
            assert found[wide] <= found[narrow] * (1 + 1e-9), (name, found)
        assert found[0] <= evolved(name, 0, means, seed) + 1e-9, name
        # No search of jumping costs is certain to find the lowest of many valleys.
        for form in (1, 2):
            assert found[form] <= evolved(name, form, means, seed) + 0.01, (name, form)
    truth = cost(growth, means, critical, parameter)
    assert costs[f"{growth}, {FORMS[1]}"] <= truth + 1e-9
    for comparison in results["comparisons"]:
        shares = [one["best_of_refits"] for one in comparison["candidates"]]
        assert sum(shares) == pytest.approx(1)


def test_the_cost_is_that_of_the_parameters(tmp_path: Path) -> None:
    _, means, _, _ = planted(0)
    text = "\n".join(",".join(fields) for fields in written(means))
    for fit in scaled(tmp_path, "table.csv", text, "cost")["fits"]:
        growth, form = fit["ansatz"].split(", ")
        own = fit["parameters"]
        names = [f"h_{size}" for size in SIZES]
        values = [own[name]["value"] if name in own else fit["h_c"]["value"] for name in names]
        parameter = fit["nu"]["value"] if growth == "power law" else own["b"]["value"]
        expected = cost(growth, means, np.array(values), parameter)
        assert fit["cost"] == pytest.approx(expected, abs=1e-12), form


def test_tables_of_other_programs_are_the_same(tmp_path: Path) -> None:
    _, means, _, _ = planted(0)
    lines = written(means)
    plain = scaled(tmp_path, "table.csv", "\n".join(map(",".join, lines)), "quality")
    names = [("L", "h", "mean", "std_err"), *lines[1:]]
    comma = [tuple(field.replace(".", ",") for field in fields) for fields in names]
    floats = [lines[0]] + [(f"{size}.0", *rest) for size, *rest in lines[1:]]
    spellings = {
        "semicolons.csv": "\ufeff" + "\r\n".join(map(";".join, comma)),
        "tabs.tsv": "# a comment\n" + "\n".join(map("\t".join, comma)),
        "blanks.dat": "\n".join("  ".join(fields) for fields in names),
        "numpy.txt": "# " + "\n".join(map(" ".join, names)),
        "floats.csv": "\n".join(map(",".join, floats)),
    }
    for name, text in spellings.items():
        found = scaled(tmp_path, name, text, "quality")["fits"][0]
        for key in ("h_c", "nu", "quality", "points"):
            assert found[key] == plain["fits"][0][key], name


def test_a_missing_mean_is_left_out_and_counted(tmp_path: Path) -> None:
    lines = written(planted(0)[1])
    lines[5] = (*lines[5][:2], "", lines[5][3])
    fit = scaled(tmp_path, "table.csv", "\n".join(map(",".join, lines)), "quality")["fits"][0]
    assert fit["points"] == len(lines) - 2
    assert "left out 1 of 48 lines of the table, without mean: line 6" in fit["warnings"]


def test_one_file_under_two_names_is_refused(tmp_path: Path) -> None:
    text = "\n".join(map(",".join, written(planted(0)[1])))
    scaled(tmp_path, "table.csv", text, "quality")
    ended = run(tmp_path, ["table.csv", "./table.csv"], "quality")
    assert ended.returncode == 1
    assert '"table.csv" and "./table.csv" are the same file; name it once' in ended.stderr
