"""Plays the experiment, and puts its chains beside the exact ones.

    python examples/measured-chains/measure.py

An experiment takes snapshots: after a time t, each spin of the chain is found up or down. Here the spins of
a snapshot are drawn one by one from the exact ⟨σᶻ_i(t)⟩ of long.toml. The imbalance of a chain is the mean
over its snapshots, and is all that the experiment knows of it. The file that this writes holds

- the exact chains of exact.toml, with imbalance and entanglement,
- the measured chains as training data with the imbalance alone, as often as `--copies` says,
- the other long chains as test data, with both.

A network minds each chain alike. Copies give the few measured chains more weight.
"""

import argparse
from pathlib import Path

import h5py
import numpy as np

ROOT = Path("out/measured")


def snapshots(chain: h5py.Group, shots: int, random: np.random.Generator) -> np.ndarray:
    """The measured imbalance over (h, realization, sample, time)."""
    magnetization = chain["quench_magnetization"][...]  # (h, realization, sample, site, time)
    pattern = chain["quench_initial"][...][..., None]
    up = random.binomial(shots, np.clip((1 + magnetization) / 2, 0, 1))
    return np.mean(pattern * (2 * up / shots - 1), axis=3)


def write_measured(
    group: h5py.Group, chain: h5py.Group, imbalance: np.ndarray, copies: int
) -> None:
    """A group of chains of which only the field and the imbalance are known."""
    group.attrs["sites"], group.attrs["split"] = chain.attrs["sites"], "train"
    for name in ("h", "epsilon", "time"):
        group[name] = chain[name][...]
    group["field"] = np.repeat(chain["field"][...], copies, axis=1)
    group["field"].attrs["dimensions"] = "h realization site"
    group["quench_imbalance"] = np.repeat(imbalance, copies, axis=1)
    group["quench_imbalance"].attrs["dimensions"] = "h realization sample time"


def main(shots: int, copies: int, seed: int, root: Path) -> None:
    """Writes measured.h5 beside the outputs of the two decks."""
    random = np.random.default_rng(seed)
    path = root / "measured.h5"
    with (
        h5py.File(root / "exact/data.h5") as exact,
        h5py.File(root / "long/data.h5") as long,
        h5py.File(path, "w") as file,
    ):
        file.attrs["file_type"], file.attrs["format_version"] = "mblscale-data", 1
        for size in exact:
            exact.copy(size, file)
        chains = 0
        for size in long:
            measured = snapshots(long[size]["train"], shots, random)
            group = file.create_group(f"{size}/train")
            write_measured(group, long[size]["train"], measured, copies)
            long.copy(f"{size}/test", file[size])
            chains += measured.shape[0] * measured.shape[1]
    print(f"{path}: {chains} measured chains, {shots} snapshots at each time and initial state")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--shots", type=int, default=100, help="snapshots (default: 100)")
    parser.add_argument("--copies", type=int, default=20, help="of each chain (default: 20)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the snapshots (default: 1)")
    parser.add_argument("--root", type=Path, default=ROOT, help=f"directory (default: {ROOT})")
    arguments = parser.parse_args()
    main(arguments.shots, arguments.copies, arguments.seed, arguments.root)
