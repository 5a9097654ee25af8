"""The scores and the features of evaluation.json and study.json as datasets of xarray."""

import xarray
from xarray import Dataset, Variable

from mblscale.formats import Document
from mblscale.records import Record, dataset, numbers

_KEYS = {
    "target": ("1", "target"),
    "sites": ("1", "number of sites L"),
    "split": ("1", "split of the data"),
    "energy_density": ("1", "energy density ε"),
    "time": ("1/J", "time after the quench"),
    "h": ("J", "disorder strength h"),
}
_MEANS = {
    "mse": ("1", "mean squared error, mean over the disorder strengths"),
    "r2_norm": ("1", "R²_norm, mean over the disorder strengths"),
    "seen": ("1", "whether the network was trained on the length"),
}
_STRENGTHS = {
    "mse_h": ("1", "mean squared error"),
    "r2_h": ("1", "coefficient of determination R²"),
    "r2_norm_h": ("1", "R²_norm = 1/(2 − R²)"),
    "r2_norm_deviation": ("1", "standard deviation of R²_norm over the members"),
}


def scores(records: list[Record], learned: float | None = None) -> Dataset:
    """Scores over target, length, split and energy density, and over the strength too.

    Scores of quenches are over time. Records without an energy density are at the `learned` one.
    """
    axis = "time" if any("time" in record for record in records) else "energy_density"
    records = [{axis: learned} | record for record in records]
    keys = ["target", "sites", "split", axis]
    described = {key: _KEYS[key] for key in keys}
    each = [
        {key: record[key] for key in keys}
        | {"h": own["h"], "mse_h": own["mse"], "r2_h": own.get("r2"), "r2_norm_h": own["r2_norm"]}
        | {"r2_norm_deviation": own.get("r2_norm_deviation")}
        for record in records
        for own in record["by_strength"]
    ]
    means = dataset(records, keys, described | _MEANS)
    by_strength = dataset(each, [*keys, "h"], described | {"h": _KEYS["h"]} | _STRENGTHS)
    return xarray.merge([means, by_strength], join="outer")


def features(records: list[Document]) -> Dataset:
    """Means of the features over (sites, member, feature, h), with standard errors over realizations."""
    attributes = {"units": "1", "long_name": "mean feature"}
    parts = []
    for record in records:
        axes = ("member", "feature", "h")
        mean, error = (numbers(record[name]) for name in ("mean", "error"))
        members, count, _ = mean.shape
        part = Dataset(
            {
                "mean": (axes, mean, attributes),
                "error": (axes, error, attributes | {"long_name": "standard error of the mean feature"}),
            },
            {
                "sites": Variable((), record["sites"], {"units": "1", "long_name": "number of sites L"}),
                "member": range(1, members + 1),
                "feature": range(1, count + 1),
                "h": ("h", record["h"], {"units": "J", "long_name": "disorder strength h"}),
            },
        )
        parts.append(part)
    return xarray.concat(parts, "sites", join="outer").sortby("sites")
