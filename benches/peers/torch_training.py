"""PyTorch's side of the training race: nn.GRU and a head, trained as one would.

Reads a problem from standard input (JSON, see `training_course.py`) and answers with one line of
JSON. Members of an ensemble are trained one after the other, by loops over slices of shuffled
tensors; the samples of a batch are of one length, so that each is one call of nn.GRU. Needs
PyTorch, NumPy and h5py alone.
"""

import copy
import json
import sys
import time
from collections.abc import Callable

import h5py
import numpy as np
import torch
from torch import nn

Groups = list[tuple[torch.Tensor, torch.Tensor]]
"""Of each chain length the inputs, samples first, and their targets."""


class Network(nn.Module):
    """The network of arXiv:2202.08853: pairs of neighbours, a GRU, its last state, a head."""

    def __init__(self, problem: dict, inputs: int = 0) -> None:
        super().__init__()
        features, hidden = problem["features"], problem["hidden"]
        self.rnn = nn.GRU(2, features, batch_first=True)
        self.head = nn.Sequential(
            nn.Linear(features + inputs, hidden),
            nn.ReLU(),
            nn.Linear(hidden, problem["targets"]),
        )

    def forward(self, pairs: torch.Tensor) -> torch.Tensor:
        """Indicators of pairs (sample, site, 2)."""
        return self.head(self.rnn(pairs)[1][0])


def pairs(fields: torch.Tensor) -> torch.Tensor:
    """(h_i, h_{i+1}) round the ring."""
    return torch.stack([fields, fields.roll(-1, 1)], 2)


def train(
    forward: Callable, parameters: list, groups: Groups, problem: dict, whole: bool = False
) -> list[float]:
    """Trains; the mean loss of each epoch. With `whole` a batch is all samples of all lengths."""
    optimizer = torch.optim.Adam(parameters, lr=problem["learning_rate"])
    squared = nn.MSELoss()
    count = sum(len(inputs) for inputs, _ in groups)
    losses = []
    for _ in range(problem["epochs"]):
        total = torch.zeros(())
        cut = mixed if problem["mixed"] else batches
        for batch in [groups] if whole else cut(groups, problem["batch"]):
            optimizer.zero_grad()
            size = sum(len(inputs) for inputs, _ in batch)
            loss = sum(
                squared(forward(inputs), targets) * (len(inputs) / size)
                for inputs, targets in batch
            )
            loss.backward()
            optimizer.step()
            total += loss.detach() * (size / count)
        losses.append(total.item())
    return losses


def batches(groups: Groups, size: int) -> list[Groups]:
    """The samples in random order, cut into batches of one length each, these in random order."""
    cut = [
        (number, places)
        for number, (inputs, _) in enumerate(groups)
        for places in torch.randperm(len(inputs)).split(size)
    ]
    order = torch.randperm(len(cut)).tolist()
    chosen = [(groups[cut[k][0]], cut[k][1]) for k in order]
    return [[(inputs[places], targets[places])] for (inputs, targets), places in chosen]


def mixed(groups: Groups, size: int) -> list[Groups]:
    """The samples in random order, cut into batches, each of which has samples of all lengths."""
    lengths = torch.tensor([len(inputs) for inputs, _ in groups])
    group = torch.repeat_interleave(torch.arange(len(groups)), lengths)
    place = torch.cat([torch.arange(length) for length in lengths])
    found = []
    for numbers in torch.randperm(len(place)).split(size):
        of_batch = [
            (number, place[numbers[group[numbers] == number]]) for number in range(len(groups))
        ]
        found.append(
            [
                (groups[number][0][places], groups[number][1][places])
                for number, places in of_batch
                if len(places)
            ]
        )
    return found


def starts(problem: dict, inputs: int = 0) -> list[Network]:
    """The members, from the weights of the problem or PyTorch's own."""
    networks = []
    for member in range(problem["members"]):
        torch.manual_seed(member)
        network = Network(problem, inputs)
        if problem["start"]:
            with np.load(problem["start"].format(member + 1)) as weights:
                tensors = {name: torch.from_numpy(weights[name]) for name in weights.files}
            network.load_state_dict(tensors)
        networks.append(network)
    return networks


def keep(networks: list[Network], problem: dict) -> None:
    """Writes the weights where the problem wants them."""
    for number, network in enumerate(networks, 1):
        tensors = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
        np.savez(problem["keep"].format(number), **tensors)


def fields_and_targets(problem: dict) -> Groups:
    """The samples of the whole network, in the type asked for."""
    with np.load(problem["samples"]) as arrays:
        lengths = [name.removeprefix("fields_") for name in arrays.files if "fields" in name]
        tensors = [
            [torch.from_numpy(arrays[f"{kind}_{length}"]) for kind in ("fields", "targets")]
            for length in lengths
        ]
    kind = torch.get_default_dtype()
    return [(pairs(fields).to(kind), targets.to(kind)) for fields, targets in tensors]


def frozen(network: Network, problem: dict) -> Groups:
    """Features and ε − 1/2 of every sample at every energy density, with its targets."""
    with np.load(problem["samples"]) as arrays, torch.no_grad():
        epsilons = torch.from_numpy(arrays["epsilons"]) - 0.5
        groups = []
        for name in arrays.files:
            if name.startswith("fields"):
                features = network.rnn(pairs(torch.from_numpy(arrays[name])))[1][0]
                column = epsilons.repeat(len(features)).unsqueeze(1)
                rows = torch.cat([features.repeat_interleave(len(epsilons), 0), column], 1)
                targets = torch.from_numpy(arrays[name.replace("fields", "all_targets")])
                groups.append((rows, targets.flatten(0, 1)))
    # Features have no length: they make one group.
    return [tuple(torch.cat(parts) for parts in zip(*groups, strict=True))]


def predict(networks: list[Network], problem: dict) -> torch.Tensor:
    """Indicators over (member, field, ε, target): the features of a field once for all its ε."""
    with np.load(problem["samples"]) as arrays, torch.no_grad():
        fields, epsilons = (torch.from_numpy(arrays[name]) for name in ("asked", "epsilons"))
        found = []
        for network in networks:
            features = network.rnn(pairs(fields))[1][0]
            column = (epsilons - 0.5).repeat(len(features)).unsqueeze(1)
            rows = torch.cat([features.repeat_interleave(len(epsilons), 0), column], 1)
            found.append(network.head(rows).view(len(fields), len(epsilons), -1))
        return torch.stack(found)


def warm_up(network: nn.Module, groups: Groups, problem: dict) -> None:
    """Two steps of a copy, before the clock starts: the first loads half of PyTorch."""
    copied = copy.deepcopy(network)
    few = [(inputs[:2], targets[:2]) for inputs, targets in groups]
    train(copied, list(copied.parameters()), few, problem | {"epochs": 2}, whole=True)


def timed(work: Callable[[], object]) -> dict[str, float]:
    """Seconds of clock and of processor."""
    seconds, processor = time.perf_counter(), time.process_time()
    work()
    return {
        "processor": time.process_time() - processor,
        "seconds": time.perf_counter() - seconds,
    }


def predictions(networks: list[Network], problem: dict) -> dict:
    """Times of predictions, left in memory and written as mblscale writes them."""
    path = problem["keep"]
    np.save(path, predict(networks, problem).numpy())  # the first is to warm up, too

    def written() -> None:
        found = predict(networks, problem).numpy()
        with h5py.File(f"{path}.h5", "w") as file, np.load(problem["samples"]) as arrays:
            file["field"] = arrays["asked"]
            for target in range(problem["targets"]):
                file[f"{target}_members"] = found[..., target]
                file[f"{target}"] = found[..., target].mean(0)

    return timed(lambda: predict(networks, problem)) | {"written": timed(written)}


def training(networks: list[Network], problem: dict) -> dict:
    """Time and losses (member, epoch) of trainings, one after the other; weights are kept."""
    if problem["task"] == "network":
        groups, parts = fields_and_targets(problem), networks
    else:
        groups, parts = frozen(networks[0], problem), [network.head for network in networks]
    warm_up(parts[0], groups, problem)
    losses: list[list[float]] = []

    def train_all() -> None:
        for part in parts:
            parameters = list(part.parameters())
            losses.append(train(part, parameters, groups, problem, problem["whole"]))

    answer = timed(train_all) | {"losses": losses}
    keep(networks, problem)
    return answer


def main() -> None:
    """Answers a problem."""
    problem = json.load(sys.stdin)
    torch.set_num_threads(problem["threads"])
    torch.set_default_dtype(getattr(torch, problem["type"]))
    networks = starts(problem, inputs=int(problem["task"] != "network"))
    answer = predictions if problem["task"] == "predict" else training
    print(json.dumps({"version": torch.__version__} | answer(networks, problem)))


if __name__ == "__main__":
    main()
