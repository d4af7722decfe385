"""A scanner of logs that other processes and machines can be given."""

import os
import re
import secrets
from collections.abc import Iterable, Iterator

import pyarrow as pa

from metricparse.dataset.account import LogAccount
from metricparse.dataset.commit import Committer
from metricparse.dataset.store import store_of
from metricparse.errors import MetricparseError
from metricparse.logs.input.sources import LogSource, find_sources
from metricparse.records.plain import TimeUnit, plain
from metricparse.scanning.plan import ScanPlan
from metricparse.scanning.scan import Scan


class LogScanner(ScanPlan):
    """Definitions and options of a scan, to be given to the workers of an engine.

    definitions: whatever `load_definitions` takes; or a `CombinedPattern`. The options are those of
    `scan`.

    It pickles as the definitions, which each process that receives it compiles once.

    >>> scanner = mp.LogScanner("definitions.json")
    >>> next(scanner.batches("train.log"))["value"].to_pylist()
    [0.9, 0.5]
    """

    def batches(self, log: LogSource, unit: TimeUnit | str = "ns") -> Iterator[pa.RecordBatch]:
        """The records of a log with plain strings, and times of a unit: `s`, `ms`, `us` or `ns`.

        Spark knows no unit below `us`. Raises `LogError` if the log cannot be read.
        """
        kind = TimeUnit(unit)
        return (plain(batch, kind) for batch in Scan(find_sources([log]), self, threads=1))

    def scan_to(
        self,
        logs: LogSource | Iterable[LogSource],
        out: str | os.PathLike[str],
        *,
        job: str | None = None,
        resume: bool = True,
        unit: TimeUnit | str = "ns",
    ) -> list[LogAccount]:
        """Scan logs one by one, here, and commit each to a dataset; the account of each.

        The parameters are those of `scan_dataset`, which does so with many processes.
        """
        committer = self.committer(out, job, resume=resume, unit=unit)
        sources = committer.logs_of(find_sources(logs, record_errors=True))
        return list(committer.commit(sources))

    def committer(
        self,
        out: str | os.PathLike[str],
        job: str | None,
        *,
        resume: bool,
        unit: TimeUnit | str,
    ) -> Committer:
        """What commits logs to a dataset in a run of its own."""
        try:
            pattern = None if job is None else re.compile(job)
        except (re.error, TypeError) as error:
            raise MetricparseError(f"job: {job!r} does not compile: {error}") from None
        return Committer(self, store_of(out), pattern, TimeUnit(unit), secrets.token_hex(8), resume)
