"""Losses against the epoch: of each member of the ensemble thin, their mean thick.

Dashed is the mean loss on what was held out, one line for each chain length. A study, which trains
more than once, has a panel for each training; those that differ in their subset or energy density
alone share one.
"""

import re

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from figure import Missing, run_script, size_styles
from mblscale_results import Output

NAME = "training"

COLUMNS = 4
MEMBER = {"color": "#0072b2", "linewidth": 0.8, "alpha": 0.6}


def draw(output: Output) -> Figure:
    """The figure, of the epochs finished so far."""
    if not output.training:
        raise Missing("there is no training.jsonl with a finished epoch; run the train stage")
    groups: dict[str, dict[str, list[dict]]] = {}
    for entry in output.training:
        name = entry.get("training", "train")
        group = re.sub(", run .*", "", re.sub("ε = .*", "one ε", name))
        groups.setdefault(group, {}).setdefault(name, []).append(entry)
    columns = min(COLUMNS, len(groups))
    rows = -(-len(groups) // columns)
    figure, panels = plt.subplots(
        rows, columns, figsize=(2.3 * columns + 1.2, 2.0 * rows + 0.8), sharey=True, squeeze=False
    )
    for panel in panels.flat[len(groups) :]:
        panel.set_visible(False)
    for panel, (group, trainings) in zip(panels.flat, groups.items()):
        losses = [_members(entries) for entries in trainings.values()]
        for own in losses:
            panel.plot(np.arange(1, len(own) + 1), own, **MEMBER)
        shortest = min(len(own) for own in losses)
        together = np.concatenate([own[:shortest] for own in losses], axis=1)
        mean = np.nanmean(together, axis=1)
        panel.plot(np.arange(1, shortest + 1), mean, color="black", label="mean")
        _held_out(panel, next(iter(trainings.values())))
        count = f", {len(trainings)} trainings" if len(trainings) > 1 else ""
        panel.set_title(group.replace("_", " ") + count, fontsize=8.5)
        panel.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        panel.set_xlabel("epoch")
    panels[0, 0].set_yscale("log")
    for row in panels:
        row[0].set_ylabel("loss")
    panels[0, 0].plot([], [], label="members", **MEMBER)
    handles, names = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=len(names))
    return figure


def _members(entries: list[dict]) -> np.ndarray:
    """Losses over (epoch, member); NaN of a member that has stopped."""
    losses = np.array([entry["members"] for entry in entries], float)
    losses[losses == 0] = np.nan
    return losses


def _held_out(panel: Axes, entries: list[dict]) -> None:
    """The mean losses on what was held out."""
    known = entries[0].get("validation", [])
    styles = size_styles(own["sites"] for own in known)
    for place, own in enumerate(known):
        losses = [entry["validation"][place]["loss"] for entry in entries]
        colour = styles[own["sites"]]["color"]
        name = f"held out, $L = {own['sites']}$"
        panel.plot(np.arange(1, len(losses) + 1), losses, "--", color=colour, label=name)


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
