"""Seeded logs and definitions for the benchmarks."""

import random
from collections.abc import Iterator
from pathlib import Path

NAMES = ("loss", "eval_loss", "lr", "acc", "val_acc", "grad_norm", "epoch", "auc", "f1", "speed")

#: What public lists of definitions look like: most start with the metric's name.
DEFINITIONS = [
    {"Name": "loss", "Regex": r"\bloss: ([0-9.]+)"},
    {"Name": "eval_loss", "Regex": r"eval_loss: ([0-9.]+)"},
    {"Name": "lr", "Regex": r"lr: ([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"},
    {"Name": "acc", "Regex": r"\bacc: ([0-9.]+)"},
    {"Name": "val_acc", "Regex": r".*val_acc: ([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?).*"},
    {"Name": "grad_norm", "Regex": r"grad_norm: (\S+?),"},
    {"Name": "epoch", "Regex": r"epoch: ([0-9.]+)"},
    {"Name": "auc", "Regex": r".*\[[0-9]+\].*auc: ([-+]?[0-9]*\.?[0-9]+).*"},
    {"Name": "f1", "Regex": r"f1: (.*?),"},
    {"Name": "speed", "Regex": r"speed: ([0-9.]+)"},
]

_OTHER = (
    "INFO worker.data fetched shard {a} of 4096 in {b} ms from cache",
    "DEBUG comm.nccl channel {a} ring 0 connected to rank {b} via P2P",
    "WARNING loader queue at {a} of {b} batches, waiting for workers",
    "INFO checkpoint step {a} written to /opt/ml/checkpoints/step-{b}.pt",
)


def write_log(path: Path, megabytes: float, share: float, seed: int = 1) -> None:
    """A log of about so many MB, with metrics on a `share` of its lines."""
    chooser = random.Random(seed)
    # A few thousand different lines, drawn again and again: making each anew takes minutes.
    metrics = [_metrics(chooser) for _ in range(4000)]
    other = [_other(chooser) for _ in range(4000)]
    with path.open("w", encoding="utf-8") as log:
        for lines in _drawn(chooser, metrics, other, share):
            log.writelines(lines)
            if log.tell() >= megabytes * 1e6:
                return


def _drawn(
    chooser: random.Random, metrics: list[str], other: list[str], share: float
) -> Iterator[list[str]]:
    while True:
        kinds = chooser.choices((metrics, other), (share, 1 - share), k=10_000)
        yield [kind[int(chooser.random() * len(kind))] for kind in kinds]


def _metrics(chooser: random.Random) -> str:
    chosen = chooser.sample(NAMES, 4)
    values = ", ".join(f"{name}: {_value(chooser)}" for name in chosen)
    return f"[{chooser.randrange(100_000)}] {values},\n"


def _value(chooser: random.Random) -> str:
    value = chooser.random() * 10.0 ** chooser.randrange(-6, 3)
    return f"{value:.4e}" if value < 1e-4 else f"{value:.5f}"


def _other(chooser: random.Random) -> str:
    template = chooser.choice(_OTHER)
    return template.format(a=chooser.randrange(4096), b=chooser.randrange(4096)) + "\n"
