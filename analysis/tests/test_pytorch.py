"""Weights go to PyTorch and come from it: the same outputs as the program's, to 1e-12.

Every kind by the modules of examples/pytorch, where PyTorch is installed; the GRU by its documented
formulas in NumPy wherever the program is.
"""

import importlib
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from own_data import mblscale, write_data
from program import ROOT, needs_program
from safetensors.numpy import load_file, save_file

pytestmark = needs_program

FEATURES, HIDDEN = 3, 5
KINDS = ("gru", "lstm", "rnn", "cnn", "ring-gru", "half-ring-gru")

Tensors = dict[str, np.ndarray]


def learn(kind: str, epochs: int, start: Path) -> str:
    """Lines of [learn] for a network of one member that starts from a file."""
    model = f'model = {{ kind = "{kind}", features = {FEATURES}, hidden = {HIDDEN} }}'
    return f'members = 1\nepochs = {epochs}\nstart = "{start}"\n{model}'


def outputs_of_mblscale(scratch: Path, kind: str, epochs: int) -> tuple[np.ndarray, np.ndarray]:
    """Fields (sample, site), and what mblscale predicts of them with what it trained."""
    lines = learn(kind, epochs, scratch / "weights.safetensors")
    for stage in ("train", "predict"):
        done = mblscale(stage, scratch, lines)
        assert done.returncode == 0, done.stderr
    with h5py.File(scratch / "own/predictions.h5") as file:
        group = file["L08/test"]
        return group["field"][...].reshape(-1, 8), group["imbalance_members"][0].ravel()


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def gru(tensors: Tensors, fields: np.ndarray) -> np.ndarray:
    """The formulas of torch.nn.GRU's documentation, then Linear – ReLU – Linear."""
    state = np.zeros((len(fields), FEATURES))
    for pair in np.stack([fields, np.roll(fields, -1, 1)], 2).transpose(1, 0, 2):
        given = pair @ tensors["rnn.weight_ih_l0"].T + tensors["rnn.bias_ih_l0"]
        kept = state @ tensors["rnn.weight_hh_l0"].T + tensors["rnn.bias_hh_l0"]
        (given_r, given_z, given_n), (kept_r, kept_z, kept_n) = (
            np.split(gates, 3, axis=1) for gates in (given, kept)
        )
        reset, update = sigmoid(given_r + kept_r), sigmoid(given_z + kept_z)
        candidate = np.tanh(given_n + reset * kept_n)
        state = (1 - update) * candidate + update * state
    hidden = np.maximum(state @ tensors["head.0.weight"].T + tensors["head.0.bias"], 0)
    return (hidden @ tensors["head.2.weight"].T + tensors["head.2.bias"]).ravel()


def random_gru() -> Tensors:
    random = np.random.default_rng(5)
    shapes = {
        "rnn.weight_ih_l0": (3 * FEATURES, 2),
        "rnn.weight_hh_l0": (3 * FEATURES, FEATURES),
        "rnn.bias_ih_l0": (3 * FEATURES,),
        "rnn.bias_hh_l0": (3 * FEATURES,),
        "head.0.weight": (HIDDEN, FEATURES),
        "head.0.bias": (HIDDEN,),
        "head.2.weight": (1, HIDDEN),
        "head.2.bias": (1,),
    }
    return {name: random.uniform(-1, 1, shape) for name, shape in shapes.items()}


@pytest.mark.parametrize("epochs", [0, 2])
def test_a_gru_by_its_formulas_predicts_the_same(epochs: int, tmp_path: Path) -> None:
    write_data(tmp_path)
    weights = random_gru()
    save_file(weights, tmp_path / "weights.safetensors")
    fields, found = outputs_of_mblscale(tmp_path, "gru", epochs)
    kept = load_file(tmp_path / "own/models/member-1.safetensors")
    moved = max(np.abs(kept[name] - weights[name]).max() for name in weights)
    assert (moved > 1e-3) == (epochs > 0)
    np.testing.assert_allclose(found, gru(kept, fields), rtol=0, atol=1e-12)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    write_data(tmp_path)
    save_file(random_gru(), tmp_path / "weights.safetensors")
    done = mblscale("train", tmp_path, learn("lstm", 1, tmp_path / "weights.safetensors"))
    assert done.returncode == 1
    for part in ("weights.safetensors", "its rnn.weight_ih_l0 is [9, 2]", "[12, 2]"):
        assert part in done.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_pytorch_computes_the_same(kind: str, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    sys.path.insert(0, str(ROOT / "examples" / "pytorch"))
    networks = importlib.import_module("networks")
    model = {"kind": kind, "features": FEATURES, "hidden": HIDDEN}
    torch.manual_seed(3)
    start = networks.Network({"model": model, "maps": [{"linear": {"centre": 0, "scale": 1}}]})
    tensors = {name: tensor.double().numpy() for name, tensor in start.state_dict().items()}
    write_data(tmp_path)
    save_file(tensors, tmp_path / "weights.safetensors")
    for epochs in (0, 2):
        fields, found = outputs_of_mblscale(tmp_path, kind, epochs)
        network = networks.load(tmp_path / "own/models/member-1.safetensors")
        with torch.no_grad():
            expected = network(torch.from_numpy(fields)).numpy().ravel()
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
        moved = network.state_dict()["head.2.bias"].numpy() - tensors["head.2.bias"]
        assert (np.abs(moved).max() > 0) == (epochs > 0)
