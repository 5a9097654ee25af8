"""Writes pytorch_networks.json: what PyTorch computes for networks of every kind.

    python tests/data/pytorch_networks.py

Tests hold the program against that file. Needs PyTorch. Weights and fields follow from formulas, so
that the file holds results alone.
"""

import json
import sys
from pathlib import Path

import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "examples" / "pytorch"))

from networks import Network  # noqa: E402

MODELS = [
    {"kind": "gru", "features": 2},
    {"kind": "gru", "features": 3, "layers": 2, "tuple": 1},
    {"kind": "lstm", "features": 3, "layers": 2},
    {"kind": "rnn", "features": 3, "layers": 3, "tuple": 3},
    {"kind": "cnn", "features": 3, "layers": 3, "kernel": 4},
    {"kind": "ring-gru", "features": 2, "layers": 2, "laps": 3},
    {"kind": "half-ring-gru", "features": 2, "layers": 2, "tuple": 3},
    {"kind": "transformer", "features": 6, "heads": 2},
    {"kind": "transformer", "features": 4, "layers": 1, "input": "centred"},
    {"kind": "deep-sets", "features": 3, "kernel": 2, "layers": 3},
]

SITES, SAMPLES, CONDITION = 10, 3, 0.25
"""The fields, and the further input of the head."""


def main() -> None:
    """Writes the file."""
    torch.set_default_dtype(torch.float64)
    place = torch.arange(SITES * SAMPLES, dtype=torch.float64)
    fields = 4.0 * torch.sin(1.3 * place).reshape(SAMPLES, SITES)
    maps = [{"linear": {"centre": 0.3, "scale": 2.0}}, {"bounded": {"low": -0.5, "high": 1.5}}]
    cases = []
    for model in MODELS:
        model |= {"hidden": 4, "degree_in_length": 2}
        network = Network({"model": model, "maps": maps, "energy_densities": [0.5]}).eval()
        weights = network.state_dict()
        for number, tensor in enumerate(weights.values()):
            values = torch.arange(tensor.numel(), dtype=torch.float64)
            tensor.copy_(0.4 * torch.sin(values + 0.7 * number).reshape(tensor.shape))
        shapes = [[name, list(tensor.shape)] for name, tensor in weights.items()]
        with torch.no_grad():
            found = network(fields, CONDITION).tolist()
        cases.append({"model": model, "tensors": shapes, "indicators": found})
    content = {"pytorch": torch.__version__, "condition": CONDITION, "cases": cases}
    text = json.dumps(content, indent=1)
    (HERE / "pytorch_networks.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
