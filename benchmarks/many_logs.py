"""What many logs cost: `python -m benchmarks.many_logs`.

One scan on one thread and on all processors, and the same logs by each way into a dataset. The ways
take turns in several rounds; the least time of each counts, and the median stands beside it. Engines
are started and given something to do beforehand, and what that takes is told as well.
"""

import argparse
import gzip
import hashlib
import importlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import metricparse as mp
from benchmarks.generated import FORTY, write_log
from metricparse._extension import processors
from metricparse.dataset.parquet import ParquetFile, whole_parquet
from metricparse.dataset.store import Folder
from metricparse.records.plain import TimeUnit

#: Shares of lines with metrics that the logs take turns at.
_SHARES = (0.02, 0.1, 0.5, 0.9)
_JOB = r"job-(\d+)"
_UNIT = TimeUnit.NANOSECOND

#: What is called as `Executor.map` is.
Mapped = Callable[[Callable[[Any], Any], list[Any]], Iterable[Any]]


def write_logs(folder: Path, count: int, least: int, most: int) -> int:
    """Logs of so many bytes of text each, evenly spread over the decades, every other one gzip.

    Returns the bytes of text of all of them.
    """
    chooser = random.Random(1)
    texts = list(_texts(most))
    total = 0
    for number in range(count):
        size = round(least * (most / least) ** (number / (count - 1)))
        text = texts[number // 2 % len(texts)]
        start = text.find(b"\n", chooser.randrange(len(text) - size - 1000)) + 1
        part = text[start : text.find(b"\n", start + size - 1) + 1]
        total += len(part)
        job = folder / f"job-{number % 40}"
        job.mkdir(parents=True, exist_ok=True)
        if number % 2:
            (job / f"{number}.log.gz").write_bytes(gzip.compress(part, 6))
        else:
            (job / f"{number}.log").write_bytes(part)
    return total


def _texts(most: int) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "text.log")
        for share in _SHARES:
            write_log(path, 1.5 * most / 1e6 + 0.1, share)
            yield path.read_bytes()


def measure(
    logs: Path, engines: list[str], rounds: int
) -> tuple[dict[str, list[float]], dict[str, float]]:
    """The seconds of each way in all rounds, and those that starting took for some."""
    scanner = mp.LogScanner(FORTY)
    count = processors()
    seconds: dict[str, list[float]] = defaultdict(list)
    starts: dict[str, float] = {}
    with ExitStack() as stack:
        # Removed at the end, as file systems are slow where files were just removed.
        out = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        runs: dict[str, Callable[[], object]] = {
            "hashing on one thread": lambda: _hash(1),
            "hashing on all processors": lambda: _hash(count),
            "scan on one thread": lambda: _scan(logs, scanner, 1),
            "scan": lambda: _scan(logs, scanner, count),
            "scan, written to one file": lambda: _write(logs, scanner, out),
            "files alone, in one process": _files_alone(logs, scanner, out),
            "dataset, in this process": lambda: _dataset(logs, scanner, out, map),
        }
        for name in ("processes", *engines):
            mapped, starts[name] = _started(stack, name)
            runs[f"dataset, {name}"] = partial(_dataset, logs, scanner, out, mapped)
        for _ in range(rounds):
            for name, run in runs.items():
                seconds[name].append(_timed(run))
    return seconds, starts


def peak_memory(logs: Path) -> int:
    """Bytes that a process needs at most that scans the logs on all processors."""
    code = (
        "import sys, resource, metricparse as mp; from benchmarks.generated import FORTY\n"
        "for _ in mp.scan(sys.argv[1], FORTY): pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(logs)], check=True, capture_output=True, text=True
    )
    return int(done.stdout) * 1024


def _started(stack: ExitStack, name: str) -> tuple[Mapped, float]:
    """What maps tasks and has done so once, and the seconds that this took."""
    started = time.perf_counter()
    mapped = stack.enter_context(_RUNNING[name]())
    list(mapped(_warm, list(range(4 * processors()))))
    return mapped, time.perf_counter() - started


def _warm(_: object) -> int:
    """Have a worker import what it needs."""
    return len(mp.scan_text("loss: 1", FORTY).to_table())


@contextmanager
def _processes() -> Iterator[Mapped]:
    with ProcessPoolExecutor(processors(), mp_context=get_context("spawn")) as pool:
        yield pool.map


@contextmanager
def _ray() -> Iterator[Mapped]:
    import ray

    ray.init(num_cpus=processors(), include_dashboard=False, log_to_driver=False)
    yield _map_of("ray")
    ray.shutdown()


@contextmanager
def _dask() -> Iterator[Mapped]:
    import distributed

    cluster: Any = distributed.LocalCluster
    client: Any = distributed.Client
    workers = processors()
    with (
        cluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as local,
        client(local),
    ):
        yield _map_of("dask")


@contextmanager
def _spark() -> Iterator[Mapped]:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master(f"local[{processors()}]")
    session = builder.config("spark.ui.enabled", "false").getOrCreate()
    yield _map_of("spark")
    session.stop()


_RUNNING = {"processes": _processes, "ray": _ray, "dask": _dask, "spark": _spark}


def _map_of(engine: str) -> Mapped:
    mapped: Mapped = importlib.import_module(f"metricparse.engines.{engine}").map_tasks
    return mapped


def _timed(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _hash(threads: int) -> None:
    """Work that tells how many processors there are at the moment."""
    data = bytes(10_000_000)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: hashlib.sha256(data).digest(), range(16)))


def _scan(logs: Path, scanner: mp.LogScanner, threads: int) -> None:
    for _ in mp.scan(logs, scanner, threads=threads):
        pass


def _write(logs: Path, scanner: mp.LogScanner, out: Path) -> None:
    mp.write(mp.scan(logs, scanner), f"{_below(out)}/records.parquet")


def _dataset(logs: Path, scanner: mp.LogScanner, out: Path, mapped: Mapped) -> None:
    dataset = mp.scan_dataset(logs, scanner, _below(out), job=_JOB, map=mapped)
    assert dataset.summary.records


def _files_alone(logs: Path, scanner: mp.LogScanner, out: Path) -> Callable[[], None]:
    """What writes the records of each log to a file, and another file, without a scan."""
    records = [list(mp.scan(path, scanner)) for path in logs.rglob("*.log*")]

    def write() -> None:
        store = Folder(_below(out))
        for number, batches in enumerate(records):
            if len(batches) == 1:
                store.write(f"{number}.parquet", whole_parquet(batches[0], _UNIT))
            else:
                with store.writing(f"{number}.parquet") as file:
                    parquet = ParquetFile(file, _UNIT)
                    for batch in batches:
                        parquet.write_batch(batch)
                    parquet.close()
            store.write(f"{number}.json", bytes(8000))

    return write


def _below(out: Path) -> str:
    return tempfile.mkdtemp(dir=out)


def main() -> None:
    """Make the logs, measure all ways, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--logs", type=int, default=400, help="how many")
    parser.add_argument("--least", type=int, default=10_000, help="bytes of the shortest")
    parser.add_argument("--most", type=int, default=10_000_000, help="bytes of the longest")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engines", nargs="*", choices=("ray", "dask", "spark"), default=[])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        logs = Path(folder)
        size = write_logs(logs, arguments.logs, arguments.least, arguments.most)
        memory = peak_memory(logs)
        seconds, starts = measure(logs, arguments.engines, arguments.rounds)
    print(f"{arguments.logs} logs, {size / 1e6:.0f} MB of text; a scan takes {memory >> 20} MiB")
    print("\n| | least | times the first of its kind | median | times it | own start |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, taken in seconds.items():
        base = seconds[_base_of(name)]
        own = starts.get(name.removeprefix("dataset, "))
        figures = [
            figure
            for of in (min, median)
            for figure in (f"{of(taken):.2f}", f"{of(taken) / of(base):.2f}")
        ]
        print("|", " | ".join([name, *figures, "" if own is None else f"{own:.1f}"]), "|")


def _base_of(name: str) -> str:
    """What a way is held against."""
    if "hashing" in name:
        return "hashing on one thread"
    written = "dataset" in name or "file" in name
    return "scan, written to one file" if written else "scan on one thread"


if __name__ == "__main__":
    main()
