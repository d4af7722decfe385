"""Seeded logs and definitions for the benchmarks."""

import random
from collections.abc import Callable
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
FORTY = [
    *DEFINITIONS,
    *(
        {"Name": f"{part}:{name}", "Regex": rf"{part}_{name}=([0-9.]+)"}
        for part in ("train", "validation", "test")
        for name in NAMES
    ),
]
NEVER_MATCHING = [
    *DEFINITIONS,
    *({"Name": f"other {n}", "Regex": rf"other_metric_{n}=([0-9.]+)"} for n in range(30)),
]
NO_LITERAL = [
    {"Name": "first number", "Regex": r"([0-9]+)"},
    {"Name": "last number", "Regex": r"([0-9.]+)$"},
    {"Name": "word and number", "Regex": r"^[a-zA-Z]+ \S+ [a-z]+ [a-z]+ ([0-9]+)"},
]

_OTHER = (
    "INFO worker.data fetched shard {a} of 4096 in {b} ms from cache",
    "DEBUG comm.nccl channel {a} ring 0 connected to rank {b} via P2P",
    "WARNING loader queue at {a} of {b} batches, waiting for workers",
    "INFO checkpoint step {a} written to /opt/ml/checkpoints/step-{b}.pt",
)
_KINDS = 4000


def write_log(
    path: Path, megabytes: float, share: float, *, dressed: Callable[[str], str] = str
) -> None:
    """A log of about so many MB, with metrics on a `share` of its lines.

    dressed: what becomes of a line, such as a progress bar around it.
    """
    chooser = random.Random(1)
    # A few thousand different lines, drawn again and again: making each anew takes minutes.
    metrics = [dressed(_metrics(chooser)) + "\n" for _ in range(_KINDS)]
    other = [dressed(_other(chooser)) + "\n" for _ in range(_KINDS)]
    with path.open("w", encoding="utf-8", newline="") as log:
        while log.tell() < megabytes * 1e6:
            kinds = chooser.choices((metrics, other), (share, 1 - share), k=1000)
            log.writelines(kind[int(chooser.random() * _KINDS)] for kind in kinds)


def as_progress_bar(line: str) -> str:
    """A line that redraws itself a hundred times, as tqdm does it in a file."""
    return "".join(f"\r{percent:3}% {line}" for percent in range(100))


def with_blocks(line: str) -> str:
    """A line with the bar of a progress bar, which is not ASCII."""
    return f"{line} |██████▌   | époque"


def with_time(line: str) -> str:
    """A line after the time at which it was printed, as Python's logging has it."""
    return f"2026-11-22 10:{sum(line.encode()) % 60:02}:{len(line) % 60:02} {line}"


def _metrics(chooser: random.Random) -> str:
    chosen = chooser.sample(NAMES, 4)
    values = ", ".join(f"{name}: {_value(chooser)}" for name in chosen)
    return f"[{chooser.randrange(100_000)}] {values},"


def _value(chooser: random.Random) -> str:
    value = chooser.random() * 10.0 ** chooser.randrange(-6, 3)
    return f"{value:.4e}" if value < 1e-4 else f"{value:.5f}"


def _other(chooser: random.Random) -> str:
    template = chooser.choice(_OTHER)
    return template.format(a=chooser.randrange(4096), b=chooser.randrange(4096))
