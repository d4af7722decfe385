"""Logs for a dataset, what it holds of them, and workers that die over it."""

import gzip
import os
import signal
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

import metricparse as mp
from metricparse.dataset import tasks

DEFINITIONS = [
    {"Name": "loss", "Regex": r"loss: (\S+)"},
    {"Name": "acc", "Regex": r"acc: ([0-9.]+)"},
    {"Name": "never", "Regex": r"never: (\d+)"},
]
JOB = r"logs/([^/]+)/"


def write(path: Path, text: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text, 1) if path.suffix == ".gz" else text)


def write_logs(folder: Path) -> list[str]:
    """Logs of three decades of size, and those that are odd; all but two can be read."""
    names = []
    for number in range(24):
        lines = 10 ** (number % 3 + 1)
        text = b"".join(
            b"2026-11-%02dT10:00:00.123456789Z step %d loss: %d.5%s\n"
            % (number + 1, line, line, b" acc: 0.5" * (number < 12))
            for line in range(lines)
        )
        names.append(f"logs/job-{number // 2}/{number}.log" + ".gz" * (number % 2))
        write(folder / names[-1], text)
    mpi = b"".join(b"[1,%d]<stdout>:loss: %d\n" % (line % 4, line) for line in range(100))
    write(folder / "logs/mpi/algo-1.log", mpi)
    write(folder / "logs/same/a/algo-1.log", b"loss: 1\n")
    write(folder / "logs/same/b/algo-1.log", b"loss: 2\n")
    write(folder / "logs/empty/algo-1.log", b"")
    (folder / "logs/cut").mkdir()
    cut = gzip.compress(b"loss: 3\n" * 50_000)[:-9]
    (folder / "logs/cut/algo-1.log.gz").write_bytes(cut)
    write(folder / "logs/elf/algo-1.log", b"\x7fELF" + bytes(range(256)) * 8)
    odd = ["mpi", "same/a", "same/b", "empty", "elf", "missing"]
    return names + [f"logs/{name}/algo-1.log" for name in odd] + ["logs/cut/algo-1.log.gz"]


def rows_of(table: pa.Table) -> list[tuple[Any, ...]]:
    names = ["source", "line", "metric", "value"]
    kind = pa.int64()
    columns = [table[name].to_pylist() for name in names]
    return sorted(zip(*columns, table["timestamp"].cast(kind).to_pylist(), strict=True), key=str)


def rows_in(out: str) -> list[tuple[Any, ...]]:
    return rows_of(ds.dataset(out, partitioning="hive", exclude_invalid_files=False).to_table())


def told(summary: mp.Summary) -> dict[str, Any]:
    series = [each.series for each in summary.definitions]
    return {**summary.to_dict(), "seconds": None, "series": series}


def _kill_a_worker(died: str, task: tasks.Task) -> list[mp.LogAccount]:
    """Commit a task, and be killed once, which `died` tells."""
    try:
        with open(died, "x", encoding="utf-8"):
            pass
    except FileExistsError:
        return tasks.run_task(task)
    next(task.committer.commit(task.sources))  # half of the task
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def with_a_death(mapped: Any) -> Any:
    return lambda _, given: mapped(partial(_kill_a_worker, os.path.abspath("died")), given)
