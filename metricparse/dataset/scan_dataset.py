"""Many logs into one Parquet dataset."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from metricparse.dataset.account import LogAccount
from metricparse.dataset.commit import Committer
from metricparse.dataset.log_scanner import LogScanner
from metricparse.dataset.packed import Sums
from metricparse.dataset.processes import map_in_processes
from metricparse.dataset.result import ScannedDataset
from metricparse.dataset.tasks import Task, is_of_shard, run_task, tasks_of
from metricparse.definitions.load import DefinitionSource
from metricparse.errors import MetricparseError
from metricparse.logs.input.sources import LogSource, Source, find_sources
from metricparse.matching.combined_pattern import CombinedPattern
from metricparse.records.plain import TimeUnit
from metricparse.scanning.plan import ScanPlan
from metricparse.scanning.summary import Summary

#: Given a function and tasks, the results, in any order; both pickle.
TaskMap: TypeAlias = Callable[
    [Callable[[Task], list[LogAccount]], list[Task]], Iterable[list[LogAccount]]
]


def scan_dataset(
    logs: LogSource | Iterable[LogSource],
    definitions: DefinitionSource | CombinedPattern | ScanPlan,
    out: str | os.PathLike[str],
    *,
    job: str | None = None,
    map: TaskMap | None = None,  # noqa: A002 - what executors call it
    resume: bool = True,
    shard: tuple[int, int] | None = None,
    unit: TimeUnit | str = "ns",
    on_log: Callable[[LogAccount], object] | None = None,
    **reading: Any,
) -> ScannedDataset:
    """Scan many logs into a Parquet dataset, a file a log, by many processes or machines.

    logs: as for `scan`; other processes must be able to read them, so that file objects are refused.
    definitions: as for `scan`, or a `LogScanner`. reading: options, as for `scan`.
    out: a folder, or a URL such as `s3://bucket/metrics`. A log's records are in
    `out/job=JOB/LOG-HASH.parquet`, which is whole or absent, and its account, written last, in
    `out/_logs/LOG-HASH.json`; a log without records has an account alone.
    job: a regex that finds the job in a log's name: its group 1, or all of the match. Without, there
    are no folders `job=`.
    map: what hands out tasks, called as `Executor.map` is; by default processes of this machine, one
    a processor. Modules of `metricparse.engines` have one for Ray, Spark and Dask each.
    resume: do not read again what an earlier run has committed, unless the log has changed, in size
    or time of its last change. Otherwise all logs are read anew. Logs that could not be read are
    tried again, but for those that are no text.
    shard: `(3, 8)` for the third of eight runs that share the logs among them, by their names.
    unit: of the records' times: `s`, `ms`, `us` or `ns`.
    on_log: called with the account of each log once it is known.

    A log that cannot be read is noted in its account, and has no records in the dataset. A run that
    ended early, however it did, goes on where it was when it is started again.

    Raises `OutputError` if the dataset cannot be written, or holds records of the same logs with
    other definitions or options; `DefinitionError` for definitions that cannot be used.

    >>> dataset = mp.scan_dataset(["train.log", "bare.log"], "definitions.json", "out")
    >>> dataset.summary.records, len(dataset.read)
    (4, 2)
    """
    started = time.perf_counter()
    if isinstance(definitions, LogScanner) and not reading:
        scanner = definitions
    elif isinstance(definitions, ScanPlan):
        raise MetricparseError("a LogScanner has its own options; give them when it is made")
    else:
        scanner = LogScanner(definitions, **reading)
    if map is not None and not callable(map):
        raise MetricparseError(f"map: {map!r}: give what is called as `Executor.map` is")
    committer = scanner.committer(out, job, resume=resume, unit=unit)
    sources = committer.logs_of(find_sources(logs, record_errors=True))
    if streams := [source.name for source in sources if source.once]:
        raise MetricparseError(
            f"{streams[0]}: an open file is for one process alone; give paths or URLs"
        )
    sources = list({source.name: source for source in sources}.values())
    if shard is not None:
        _check(shard)
        sources = [source for source in sources if is_of_shard(source, shard)]
    known: dict[str, LogAccount] = {}
    places = {source.name: place for place, source in enumerate(sources)}
    sums = Sums(Summary.empty(scanner.pattern).definitions)
    for accounts in _results(sources, committer, map or map_in_processes):
        for account in accounts:
            if account.log in known:  # its task was done twice
                continue
            known[account.log] = account
            if account.packed:
                sums.add(places[account.log], account.packed)
            if on_log:
                on_log(account)
    if missing := [source.name for source in sources if source.name not in known]:
        raise MetricparseError(
            f"{missing[0]}: map gave no result for the task that it is in; it must for all of them"
        )
    return ScannedDataset(
        os.fspath(out),
        [known[source.name] for source in sources],
        sums.summary(),
        time.perf_counter() - started,
        sums.emitted,
    )


def _results(
    sources: list[Source], committer: Committer, map_: TaskMap
) -> Iterator[Iterable[LogAccount]]:
    """The accounts of logs that hold, and then those of what is committed now."""
    held = committer.held(sources, committer.accounts(sources))
    yield [account for account in held if account]
    left = [source for source, account in zip(sources, held, strict=True) if not account]
    if left:
        yield from map_(run_task, tasks_of(left, committer))


def _check(shard: tuple[int, int]) -> None:
    match shard:
        case (int(number), int(count)):
            if not 1 <= number <= count:
                raise MetricparseError(
                    f"shard: {number}/{count}: give one from 1/{count} to {count}/{count}"
                )
        case _:
            raise MetricparseError(f"shard: {shard!r}: give (3, 8) for the third of eight")
