"""Regexes that run away on hostile lines of a long log, beside definitions that are well."""

import tempfile
import time
from pathlib import Path

import metricparse as mp
from metricparse.diagnosis.findings import findings_of
from metricparse.diagnosis.kinds import Kind
from proof.run import Run, main

_HEALTHY_LINES, _HOSTILE_LINES = 1_000_000, 10_000
_NAMES = ("loss", "acc", "lr", "val_loss", "val_acc", "grad", "f1", "auc", "mse", "mae")
#: Exponential, then polynomial ones.
_HOSTILE = (
    r"(a+)+$",
    r"(a|aa)+$",
    r"((?:\d|\d\d)+)(?:;|$)",
    r"^(?:.*?,){12}(\d+)$",
    r"(.*a){12}$",
    r"(?:\s*\w+\s*)+[?;](\d)",
    r"(\w+\s?)+[?;]$",
    r"(\d+)\d+\d+$",
    r"(\w+)\w+\w+[?;]",
    r"(.*),.*,.*,.*,.*[?;]",
)
_LINES = ("a" * 5000 + "!", "1," * 60 + "x", "1" * 60 + "x", "word " * 50 + "!", "1" * 3000 + "-")


def prove(run: Run) -> None:
    """Scan 1,000,000 healthy lines and 10,000 hostile ones for ten runaway and ten other metrics."""
    definitions = [{"Name": f"m{n}", "Regex": regex} for n, regex in enumerate(_HOSTILE)]
    definitions += [{"Name": name, "Regex": rf" {name}=([0-9.]+)"} for name in _NAMES]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "train.log"
        _write(run, log)
        started, of_processors = time.monotonic(), time.process_time()
        summary = mp.scan(log, definitions).summary
        run.counts["ms of the scan"] = round((time.monotonic() - started) * 1000)
        of_processors = time.process_time() - of_processors
        run.counts["ms of processor time"] = round(of_processors * 1000)
    hostile, others = summary.definitions[: len(_HOSTILE)], summary.definitions[len(_HOSTILE) :]
    run.counts["lines"] = summary.lines
    run.counts["definitions that run away"] = len(hostile)
    run.counts["of them set aside"] = sum(bool(each.set_aside_at) for each in hostile)
    run.counts["values of the others"] = sum(each.emitted for each in others)
    named = {each.where for each in findings_of(summary) if each.kind is Kind.SET_ASIDE}
    if named != {each.name for each in hostile if each.set_aside_at}:
        run.fail(f"the findings name {sorted(named)}")
    if any(each.emitted * len(_NAMES) != _HEALTHY_LINES or each.slow for each in others):
        run.fail(repr([(each.name, each.emitted) for each in others]))


def _write(run: Run, log: Path) -> None:
    every = _HEALTHY_LINES // _HOSTILE_LINES
    with log.open("w", encoding="ascii") as file:
        for number in range(_HEALTHY_LINES):
            if number % every == 0:
                file.write(f"{_LINES[number // every % len(_LINES)]}\n")
            name, value = _NAMES[number % len(_NAMES)], run.random.random()
            file.write(f"2026-11-22 10:00:00 step {number} {name}={value:.4f}\n")


if __name__ == "__main__":
    main("budgets", prove)
