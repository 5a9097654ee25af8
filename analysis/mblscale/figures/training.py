"""Losses against the epoch: thin for each member of the ensemble, thick for their mean.

Dashed lines are mean losses on held-out data, one for each chain length. A study has several
trainings, and a panel for each. Trainings that differ only in subset or energy density share a
panel.
"""

import re

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from xarray import DataArray, Dataset

from mblscale.figures.panels import entries, keep_outer_labels, legend_above, panels_for
from mblscale.figures.style import Missing, Style, size_styles
from mblscale.results import Results

COLUMNS = 4
MEMBER: Style = {"color": "#0072b2", "linewidth": 0.8, "alpha": 0.6}


def draw(results: Results) -> Figure:
    """The figure, of the epochs finished so far."""
    groups = _groups(results)
    figure, panels = panels_for(len(groups), COLUMNS, (2.3, 2.0), (1.2, 0.8), sharey=True)
    for axes, group in zip(panels.flat, groups, strict=False):
        panel(axes, results, group)
    keep_outer_labels(panels, x=False)
    panels[0, 0].plot([], [], label="members", **MEMBER)
    legend_above(figure, *entries(panels.flat))
    return figure


def panel(axes: Axes, results: Results, group: str | None = None) -> None:
    """The losses of a training, or of a group of them, such as "N = 3"; without a name, of the first."""
    groups = _groups(results)
    group = next(iter(groups)) if group is None else group
    trainings = groups[group]
    _losses(axes, [training["member_loss"].dropna("epoch", how="all") for training in trainings])
    if "validation_loss" in trainings[0]:
        _held_out(axes, trainings[0]["validation_loss"])
    count = f", {len(trainings)} trainings" if len(trainings) > 1 else ""
    axes.set_title(group.replace("_", " ") + count, fontsize=8.5)
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.set_yscale("log")
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss")


def _groups(results: Results) -> dict[str, list[Dataset]]:
    """The trainings of each panel."""
    if results.training is None:
        raise Missing("there is no training.jsonl with a finished epoch; run the train stage")
    groups: dict[str, list[Dataset]] = {}
    for name in results.training["training"].values:
        group = re.sub(", run .*", "", re.sub("ε = .*", "one ε", name))
        groups.setdefault(group, []).append(results.training.sel(training=name))
    return groups


def _losses(axes: Axes, losses: list[DataArray]) -> None:
    """The losses of all members, and their mean over the epochs that all trainings have."""
    for own in losses:
        axes.plot(own["epoch"], own.transpose("epoch", "member"), **MEMBER)
    shortest = min(own.sizes["epoch"] for own in losses)
    together = np.concatenate([own.transpose("epoch", "member")[:shortest] for own in losses], axis=1)
    mean = np.nanmean(together, axis=1)
    axes.plot(losses[0]["epoch"][:shortest], mean, color="black", label="mean")


def _held_out(axes: Axes, losses: DataArray) -> None:
    """The mean losses on held-out data."""
    known = losses.dropna("sites", how="all")
    for sites, style in size_styles(known["sites"].values.tolist()).items():
        own = known.sel(sites=sites).dropna("epoch")
        name = f"held out, $L = {sites}$"
        axes.plot(own["epoch"], own, "--", color=style["color"], label=name)
