"""What a study of the network compared.

Transfer and conditioned networks (Fig. 5 of arXiv:2202.08853): R²_norm against disorder, a panel for
each indicator, a colour for each way to train, mean over the energy densities; dashed where the
length was not trained on. Data size (Fig. 9): mean squared errors on training and test data
against the realizations trained on, mean over the runs.
"""

from collections import defaultdict

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figure import STRENGTH, Missing, in_order, label, run_script, size_styles
from mblscale_results import Output

NAME = "study"


def draw(output: Output) -> Figure:
    """The figure that belongs to the study's kind."""
    if output.study is None:
        raise Missing("there is no study.json; run the train stage with a learn.study")
    if output.study["study"]["kind"] == "data-size":
        return data_size(output.study["findings"])
    return ways_to_train(output.study)


def ways_to_train(study: dict) -> Figure:
    """R²_norm of each way to train."""
    curves = defaultdict(list)
    for finding in study["findings"]:
        for score in finding["scores"]:
            key = (score["target"], finding["training"], score["sites"], score["seen"])
            curves[key].append(score["by_strength"])
    targets = in_order(target for target, *_ in curves)
    trainings = list(dict.fromkeys(finding["training"] for finding in study["findings"]))
    colours = dict(zip(trainings, plt.get_cmap("viridis")(np.linspace(0, 0.82, len(trainings)))))
    figure, panels = plt.subplots(
        1, len(targets), figsize=(3.0 * len(targets) + 0.6, 3.2), sharey=True, squeeze=False
    )
    for panel, target in zip(panels[0], targets, strict=True):
        panel.axhline(0.5, color="0.3", linestyle=":", linewidth=1.2)
        for (own, training, _, seen), entries in curves.items():
            if own == target:
                h = [entry["h"] for entry in entries[0]]
                # The score is null where the data do not vary.
                values = [[entry["r2_norm"] for entry in each] for each in entries]
                mean = np.mean(np.array(values, float), axis=0)
                panel.plot(h, mean, "-" if seen else "--", color=colours[training])
        panel.set_title(label(target, study["normalisation"]))
        panel.set_xlabel(STRENGTH)
    panels[0, 0].set_ylim(0, 1)
    panels[0, 0].set_ylabel(r"$R^2_\mathrm{norm}$")
    handles = [plt.Line2D([], [], color=colour) for colour in colours.values()]
    figure.legend(handles, trainings, loc="outside upper center", ncols=len(trainings))
    return figure


def data_size(findings: list[dict]) -> Figure:
    """Errors against the realizations trained on."""
    test, training = defaultdict(list), defaultdict(list)
    for finding in findings:
        errors = defaultdict(list)
        for score in finding["scores"]:
            errors[score["sites"]].append(score["mse"])
        for sites, own in errors.items():
            test[sites, finding["realizations"]].append(np.mean(own))
        for sites, error in finding["training_mse"]:
            training[sites, finding["realizations"]].append(error)
    styles = size_styles(sites for sites, _ in test)
    figure, panel = plt.subplots(figsize=(4.6, 3.2))
    for sites, style in styles.items():
        _curve(panel, test, sites, label=f"$L = {sites}$, test", **style)
        style = style | {"linestyle": ":", "markerfacecolor": "none"}
        _curve(panel, training, sites, label=f"$L = {sites}$, training", **style)
    panel.set_xscale("log")
    panel.set_xlabel("realizations of each size and strength")
    panel.set_ylabel("mean squared error")
    panel.legend()
    return figure


def _curve(panel: Axes, errors: dict, sites: int, **style: object) -> None:
    counts = sorted(count for own, count in errors if own == sites)
    if counts:
        panel.plot(counts, [np.mean(errors[sites, count]) for count in counts], **style)


if __name__ == "__main__":
    run_script(draw, NAME, __doc__)
