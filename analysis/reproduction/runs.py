"""The runs of the reproduction in their order, and what each scale replaces in their decks."""

from dataclasses import dataclass, field

from mblscale.decks import Deck

ADAM = {"learn.optimizer": "adam", "learn.momentum": None, "learn.learning_rate": 1e-3}
"""The optimizer of the paper's text, instead of that of its code."""


@dataclass(frozen=True)
class Run:
    """A run of a deck of input/paper, as it is or with changes that have a name."""

    deck: str
    variant: str = ""
    changes: Deck = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The directory of its output."""
        return f"{self.deck}-{self.variant}" if self.variant else self.deck


RUNS = (
    Run("data"),
    Run("figure-4"),
    Run("figure-4", "adam", ADAM),
    Run("figure-4", "longer"),
    Run("figure-3"),
    Run("figure-8"),
    Run("figure-5"),
    Run("figure-5", "one-target", {"learn.learning_rate": 0.128}),
    Run("figure-5", "adam", ADAM | {"learn.study.learning_rate": 1e-4}),
    Run("figure-9"),
    Run("figure-9", "adam", ADAM),
    Run("figure-9", "longer"),
    Run("loss"),
    Run("loss", "adam", ADAM),
    Run("ring"),
    Run("appendix-c"),
    Run("drift"),
    Run("long"),
    Run("energies"),
    Run("figure-6"),
    Run("ring-energies"),
    Run("edge"),
)

Scale = dict[str, Deck]
"""Changes by the name of a run or of its deck; "" is every run. The name of a run counts most."""

_FEW = {
    "learn.train_sizes": [6, 8],
    "disorder.strengths": [1.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0],
}
_THREE, _FOUR = {"predict.sizes": [6, 8, 10]}, {"predict.sizes": [6, 8, 10, 12]}
_COARSE = {
    "predict.strengths": [2.0, 4.0, 6.0, 8.0, 10.0],
    "predict.energy_densities": [0.2, 0.5, 0.8],
}

SCALES: dict[str, Scale] = {
    # Half an hour to an hour on two cores.
    "full": {
        "figure-4-longer": {"learn.epochs": 60},
        "figure-9-longer": {"learn.epochs": 6},
    },
    # Ten minutes on two cores: a tenth of the realizations, and as many optimizer steps.
    "small": {
        "data": {"disorder.realizations": {"train": 100, "test": 50}},
        "figure-3": {"learn.epochs": 150},
        "figure-4": {"learn.epochs": 150},
        "figure-4-longer": {"learn.epochs": 600},
        "figure-5": {"learn.epochs": 150, "learn.study.epochs": 300},
        "figure-8": {"learn.epochs": 150},
        "figure-9": {"learn.epochs": 30},
        "figure-9-longer": {"learn.epochs": 60},
        "loss": {"learn.epochs": 60, "learn.validation.fraction": 0.5},
        "ring": {"learn.epochs": 40},
        "long": {
            "chain.sizes": [16],
            "disorder.strengths": [4.0, 6.0, 8.0],
            "disorder.realizations": {"test": 10},
        },
        "energies": {
            "disorder.strengths": {"from": 1.0, "to": 15.0, "step": 1.0},
            "disorder.realizations": {"train": {10: 50, 12: 50, 14: 0}, "test": 20},
            "spectrum.energy_densities": {"from": 0.05, "to": 0.95, "step": 0.15},
        },
        "figure-6": {"learn.study.epochs": 2400, "predict.realizations": 50},
        "ring-energies": {"learn.epochs": 300},
    },
    # A minute on one core, for tests: numbers that mean nothing.
    "tiny": {
        "": _FEW | {"learn.epochs": 3, "scaling.sizes": [6, 8, 10], "scaling.bootstrap": 3},
        "data": {"chain.sizes": [6, 8, 10], "disorder.realizations": {"train": 20, "test": 10}},
        "figure-5": {"learn.study.epochs": 3},
        "figure-9": {"learn.members": 3, "learn.study.realizations": [1, 3, 10]},
        "figure-8": {"learn.members": 3},
        "loss": {"learn.epochs": 4, "learn.validation.fraction": 0.5},
        "ring": _FOUR | {"predict.realizations": 20},
        "appendix-c": _FOUR | {"predict.realizations": 20, "learn.epochs": 0},
        "drift": {"scaling.sizes": []},
        "long": {
            "chain.sizes": [12],
            "disorder.strengths": [4.0, 6.0],
            "disorder.realizations": {"test": 5},
        },
        "energies": {
            "chain.sizes": [6, 8, 10],
            "disorder.realizations": {"train": 6, "test": 5},
            "spectrum.energy_densities": [0.2, 0.5, 0.8],
        },
        "figure-6": _THREE
        | _COARSE
        | {"learn.epochs": 0, "learn.study.epochs": 3, "predict.realizations": 5},
        "ring-energies": _THREE | {"predict.realizations": 5},
    },
}

SCALE_NAMES = {
    "full": "the whole of input/paper, by `make paper`",
    "small": "a tenth of the realizations, by `make paper SCALE=small`",
    "tiny": "which tests the scripts and means nothing else",
}


def changes(run: Run, scale: str) -> Deck:
    """What a run replaces in its deck at a scale."""
    known = SCALES[scale]
    common = known.get("", {}) | known.get(run.deck, {})
    return run.changes | common | known.get(run.name, {})
