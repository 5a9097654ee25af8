"""Networks of mblscale as plain PyTorch modules.

    from networks import load
    network = load("out/demo/models/member-1.safetensors")
    indicators = network(fields)  # (sample, site) to (sample, target)

`python networks.py FILE` prints the modules of a file and the number of its parameters. Needs PyTorch
and safetensors.
"""

import json
import math
import sys

import torch
from safetensors import safe_open
from torch import Tensor, nn

FARTHEST = 4
"""Sites that are farther apart share a number in the attention of a transformer."""

CELLS = {"gru": nn.GRU, "lstm": nn.LSTM, "rnn": nn.RNN}


def load(path: str) -> "Network":
    """The network of a file, ready to predict."""
    with safe_open(path, "pt") as file:
        description = json.loads(file.metadata()["description"])
        weights = {name: file.get_tensor(name) for name in file.keys()}
    network = Network(description).double()
    network.load_state_dict(weights, strict=True)
    return network.eval()


class Network(nn.Module):
    """An extractor, a head, and the map from its outputs to indicators."""

    def __init__(self, description: dict) -> None:
        super().__init__()
        model = description["model"]
        self.maps, self.degree = description["maps"], model.get("degree_in_length", 0)
        self.centred = model.get("input") == "centred"
        self.conditioned = bool(description.get("energy_densities") or description.get("times"))
        self.dropout = nn.Dropout(model.get("dropout", 0.0))
        # The tensors of an extractor belong to the network, under the names of its parts.
        extractor = EXTRACTORS[model["kind"]](model)
        self.extractor = [extractor]
        for name, part in extractor.named_children():
            self.add_module(name, part)
        outputs = len(self.maps) * (1 + self.degree)
        outputs += len(self.maps) * (description.get("loss") == "beta-nll")
        inputs = extractor.features + self.conditioned
        hidden = model.get("hidden", 10)
        self.head = nn.Sequential(
            nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, outputs)
        )

    def forward(self, fields: Tensor, condition: float = 0.0) -> Tensor:
        """Indicators (sample, target) of fields (sample, site). A condition is ε − 1/2 or log₁₀ t."""
        if self.centred:
            fields = fields - fields.mean(1, keepdim=True)
        features = self.extractor[0](fields, self.dropout)
        if self.conditioned:
            column = torch.full_like(features[:, :1], condition)
            features = torch.cat([features, column], 1)
        outputs = self.head[2](self.dropout(self.head[1](self.head[0](features))))
        return self.indicators(outputs, fields.shape[1])

    def indicators(self, outputs: Tensor, sites: int) -> Tensor:
        """Targets of the head's outputs, which are coefficients of polynomials in the length."""
        count = len(self.maps)
        powers = [1.0, sites / 10] + [((sites - 10) / 4) ** k for k in range(2, self.degree + 1)]
        z = sum(powers[k] * outputs[:, k * count :][:, :count] for k in range(self.degree + 1))
        found = []
        for value, of_target in zip(z.T, self.maps, strict=True):
            if "linear" in of_target:
                found.append(of_target["linear"]["centre"] + of_target["linear"]["scale"] * value)
            else:
                low, high = of_target["bounded"]["low"], of_target["bounded"]["high"]
                found.append(low + (high - low) * value.sigmoid())
        return torch.stack(found, 1)


def tuples(fields: Tensor, width: int) -> Tensor:
    """Neighbouring sites together, round the ring: (sample, site, offset)."""
    return torch.stack([fields.roll(-offset, 1) for offset in range(width)], 2)


def given(model: dict, key: str, default: int) -> int:
    """An entry of the deck, or its default."""
    value = model.get(key)
    return default if value is None else value


class Recurrent(nn.Module):
    """Recurrent layers in one direction or, round the ring, in both."""

    def __init__(self, model: dict, cell: str, both: bool) -> None:
        super().__init__()
        self.tuple, self.n = given(model, "tuple", 2), given(model, "features", 2)
        self.rnn = CELLS[cell](
            self.tuple, self.n, given(model, "layers", 1), batch_first=True, bidirectional=both
        )
        self.rnn.dropout = model.get("dropout", 0.0) if self.rnn.num_layers > 1 else 0.0


class LastState(Recurrent):
    """The last state of layers that read the chain once."""

    def __init__(self, model: dict) -> None:
        super().__init__(model, model["kind"], both=False)
        self.features = self.n

    def forward(self, fields: Tensor, _: nn.Module) -> Tensor:
        return self.rnn(tuples(fields, self.tuple))[0][:, -1]


class Ring(Recurrent):
    """Moments of the last lap in both directions, and for a half its outputs at the two ends."""

    def __init__(self, model: dict) -> None:
        super().__init__(model, "gru", both=True)
        self.laps, self.ends = given(model, "laps", 2), model["kind"] == "half-ring-gru"
        self.features = (7 if self.ends else 4) * self.n

    def forward(self, fields: Tensor, _: nn.Module) -> Tensor:
        sites, n = fields.shape[1], self.n
        outputs = self.rnn(tuples(fields, self.tuple).repeat(1, self.laps, 1))[0]
        there, back = outputs[:, -sites:, :n], outputs[:, :sites, n:]
        parts = [there, there.square(), back, back.square()]
        if self.ends:
            middle = self.tuple // 2
            across = [(sites - middle) % sites, (sites // 2 - middle) % sites]
            there, back = there[:, across], back[:, across]
            parts += [there, back, there * back]
        return torch.cat([part.mean(1) for part in parts], 1)


class Convolutions(nn.Module):
    """Circular convolutions, and a mean over the ring."""

    def __init__(self, model: dict) -> None:
        super().__init__()
        self.features, self.kernel = given(model, "features", 2), given(model, "kernel", 3)
        layers, n = given(model, "layers", 2), self.features
        parts = []
        for layer in range(layers):
            parts += [nn.Conv1d(n if layer else 1, n, self.kernel), nn.ReLU()]
        self.cnn = nn.Sequential(*parts)

    def forward(self, fields: Tensor, dropout: nn.Module) -> Tensor:
        sites, before = fields.shape[1], self.kernel // 2
        around = torch.arange(-before, sites + self.kernel - 1 - before) % sites
        signal = fields.unsqueeze(1)
        for number in range(0, len(self.cnn), 2):
            signal = self.cnn[number + 1](self.cnn[number](signal[:, :, around]))
            if number + 2 < len(self.cnn):
                signal = dropout(signal)
        return signal.mean(2)


class Transformer(nn.Module):
    """PyTorch's encoder, which knows two sites by their distance round the ring."""

    def __init__(self, model: dict) -> None:
        super().__init__()
        # Without gradients PyTorch 2.13 takes a faster path, which answers NaN for such a mask.
        torch.backends.mha.set_fastpath_enabled(False)
        self.features, self.heads = given(model, "features", 2), given(model, "heads", 4)
        n, share = self.features, model.get("dropout", 0.0)
        self.embedding = nn.Linear(1, n)
        self.distance = nn.Embedding(FARTHEST + 1, self.heads)
        layer = nn.TransformerEncoderLayer(
            n, self.heads, 2 * n, share, batch_first=True, norm_first=True
        )
        self.encoder = nn.TransformerEncoder(
            layer, given(model, "layers", 2), nn.LayerNorm(n), enable_nested_tensor=False
        )

    def forward(self, fields: Tensor, _: nn.Module) -> Tensor:
        samples, sites = fields.shape
        place = torch.arange(sites)
        apart = (place - place[:, None]).abs()
        near = torch.minimum(apart, sites - apart).clamp(max=FARTHEST)
        bias = self.distance(near).permute(2, 0, 1).repeat(samples, 1, 1)
        return self.encoder(self.embedding(fields.unsqueeze(2)), mask=bias).mean(1)


class DeepSets(nn.Module):
    """Layers over numbers of each site and its neighbours, then moments over the sites."""

    def __init__(self, model: dict) -> None:
        super().__init__()
        self.reach, n = given(model, "kernel", 3), given(model, "features", 2)
        self.features = 2 * n
        parts = []
        for layer in range(given(model, "layers", 2)):
            parts += [nn.Linear(n if layer else 1 + 2 * self.reach, n), nn.ReLU()]
        self.set = nn.Sequential(*parts)

    def forward(self, fields: Tensor, dropout: nn.Module) -> Tensor:
        numbers = [fields.abs()]
        for distance in range(1, self.reach + 1):
            other = fields.roll(-distance, 1)
            numbers += [(fields - other).abs(), fields * other]
        values = torch.stack(numbers, 2)
        for number in range(0, len(self.set), 2):
            values = self.set[number + 1](self.set[number](values))
            if number + 2 < len(self.set):
                values = dropout(values)
        return torch.cat([values.mean(1), values.square().mean(1)], 1)


EXTRACTORS = {
    "gru": LastState,
    "lstm": LastState,
    "rnn": LastState,
    "cnn": Convolutions,
    "ring-gru": Ring,
    "half-ring-gru": Ring,
    "transformer": Transformer,
    "deep-sets": DeepSets,
}


if __name__ == "__main__":
    found = load(sys.argv[1])
    print(found)
    print(sum(math.prod(tensor.shape) for tensor in found.parameters()), "parameters")
