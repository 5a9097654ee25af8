"""Training loss of each member of the ensemble, and their mean, against the epoch.

Dashed is the mean loss on what was held out, one line for each chain length. Of a study, which
trains more than once, the first training is shown.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from figure import Missing, run_script
from mblscale_results import Output

NAME = "training"


def draw(output: Output) -> Figure:
    """The figure, of the epochs finished so far."""
    if not output.training:
        raise Missing("there is no training.jsonl with a finished epoch; run the train stage")
    first = output.training[0].get("training")
    entries = [entry for entry in output.training if entry.get("training") == first]
    epochs = [entry["epoch"] for entry in entries]
    mean = np.array([entry["loss"] for entry in entries], float)
    members = np.array([entry["members"] for entry in entries], float)
    members[members == 0] = np.nan  # of a member that has stopped

    figure, panel = plt.subplots(figsize=(4.6, 3.2))
    colours = plt.get_cmap("viridis")(np.linspace(0.0, 0.82, max(members.shape[1], 2)))
    for losses, colour in zip(members.T, colours):
        panel.plot(epochs, losses, color=colour, linewidth=1, marker=".", markersize=3)
    panel.plot([], [], color=colours[0], linewidth=1, marker=".", markersize=3, label="members")
    panel.plot(epochs, mean, color="black", linewidth=2.2, label="mean")
    for place, own in enumerate(entries[0].get("validation", [])):
        losses = [entry["validation"][place]["loss"] for entry in entries]
        panel.plot(epochs, losses, "--", color="0.4", label=f"held out, $L = {own['sites']}$")
    panel.set_yscale("log")
    panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    panel.set_xlabel("epoch")
    panel.set_ylabel("loss")
    panel.legend(loc="upper right")
    return figure


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
