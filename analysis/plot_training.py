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

from figure import Missing, run_script, size_styles
from mblscale_results import Output
from panels import entries, legend_above, panel_grid, rows_for

NAME = "training"

COLUMNS = 4
MEMBER = {"color": "#0072b2", "linewidth": 0.8, "alpha": 0.6}


def draw(output: Output) -> Figure:
    """The figure, of the epochs finished so far."""
    if not output.training:
        raise Missing("there is no training.jsonl with a finished epoch; run the train stage")
    groups = _groups(output.training)
    columns = min(COLUMNS, len(groups))
    rows = rows_for(len(groups), columns)
    figure, panels = panel_grid(rows, columns, (2.3, 2.0), (1.2, 0.8), sharey=True)
    for panel in panels.flat[len(groups) :]:
        panel.set_visible(False)
    for panel, (group, trainings) in zip(panels.flat, groups.items()):
        _losses(panel, list(trainings.values()))
        _held_out(panel, next(iter(trainings.values())))
        count = f", {len(trainings)} trainings" if len(trainings) > 1 else ""
        panel.set_title(group.replace("_", " ") + count, fontsize=8.5)
        panel.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        panel.set_xlabel("epoch")
    panels[0, 0].set_yscale("log")
    for row in panels:
        row[0].set_ylabel("loss")
    panels[0, 0].plot([], [], label="members", **MEMBER)
    legend_above(figure, *entries(panels.flat))
    return figure


def _groups(epochs: list[dict]) -> dict[str, dict[str, list[dict]]]:
    """The epochs of each training, by panel and by training."""
    groups: dict[str, dict[str, list[dict]]] = {}
    for epoch in epochs:
        name = epoch.get("training", "train")
        group = re.sub(", run .*", "", re.sub("ε = .*", "one ε", name))
        groups.setdefault(group, {}).setdefault(name, []).append(epoch)
    return groups


def _losses(panel: Axes, trainings: list[list[dict]]) -> None:
    """The losses of all members, and their mean over the epochs that all trainings have."""
    losses = [_members(epochs) for epochs in trainings]
    for own in losses:
        panel.plot(np.arange(1, len(own) + 1), own, **MEMBER)
    shortest = min(len(own) for own in losses)
    together = np.concatenate([own[:shortest] for own in losses], axis=1)
    mean = np.nanmean(together, axis=1)
    panel.plot(np.arange(1, shortest + 1), mean, color="black", label="mean")


def _members(epochs: list[dict]) -> np.ndarray:
    """Losses over (epoch, member). Those of a member that has stopped are NaN."""
    losses = np.array([epoch["members"] for epoch in epochs], float)
    losses[losses == 0] = np.nan
    return losses


def _held_out(panel: Axes, epochs: list[dict]) -> None:
    """The mean losses on held-out data."""
    losses: dict[int, list[float]] = {}
    for epoch in epochs:
        for own in epoch.get("validation", []):
            losses.setdefault(own["sites"], []).append(own["loss"])
    styles = size_styles(losses)
    for sites, of_size in losses.items():
        name = f"held out, $L = {sites}$"
        colour = styles[sites]["color"]
        panel.plot(np.arange(1, len(of_size) + 1), of_size, "--", color=colour, label=name)


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
