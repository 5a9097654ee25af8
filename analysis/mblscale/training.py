"""Reads training.jsonl: the losses of every epoch."""

from pathlib import Path
from typing import Any

import xarray
from xarray import Dataset

from mblscale.formats import check, parse
from mblscale.records import Record, dataset

_EPOCHS = {
    "training": ("1", "training of a study"),
    "epoch": ("1", "epoch"),
    "loss": ("1", "loss, mean over the members"),
    "active": ("1", "members that still train"),
    "learning_rate": ("1", "step size at the end of the epoch"),
    "seconds": ("s", "time of the epoch"),
    "seconds_in_sums": ("s", "time of the epoch for sums of gradients over ranks, waiting included"),
    "samples_per_second": ("1/s", "samples trained on, over all ranks"),
}
_MEMBERS = {"member": ("1", "member of the ensemble"), "member_loss": ("1", "loss of each member")}
_HELD_OUT = {"sites": ("1", "number of sites L"), "validation_loss": ("1", "loss on held-out data")}


def load_training(path: str | Path) -> Dataset | None:
    """The losses over (training, epoch), of members and on held-out data; `None` without epochs.

    The loss of a member that has stopped is NaN.
    """
    epochs = load_epochs(path)
    if not epochs:
        return None
    parts = [dataset(epochs, ["training", "epoch"], _EPOCHS)]
    over = ("training", "epoch")
    members = [
        {key: epoch[key] for key in over} | {"member": number, "member_loss": loss or None}
        for epoch in epochs
        for number, loss in enumerate(epoch["members"], 1)
    ]
    parts.append(_part(members, "member", _MEMBERS))
    held_out = [
        {key: epoch[key] for key in over} | {"sites": own["sites"], "validation_loss": own["loss"]}
        for epoch in epochs
        for own in epoch.get("validation") or []
    ]
    if held_out:
        parts.append(_part(held_out, "sites", _HELD_OUT))
    return xarray.merge(parts, join="outer")


def load_epochs(path: str | Path) -> list[Record]:
    """An entry for each epoch, as in the file. Its type is checked.

    The first line says where the file comes from; older files have none. A killed run may leave a
    last line without an end, which is ignored.
    """
    path = Path(path)
    lines = [parse(path, line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]
    if lines and "file_type" in lines[0]:
        check(path, lines.pop(0), "mblscale-training")
    return [{"training": "train"} | line for line in lines]


def _part(records: list[Record], key: str, described: dict[str, Any]) -> Dataset:
    keys = ["training", "epoch", key]
    names = {name: _EPOCHS[name] for name in keys[:2]} | described
    return dataset(records, keys, names)
