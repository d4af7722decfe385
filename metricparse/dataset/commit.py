"""Committing logs to a dataset: the records of each in a file, then its account."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import NamedTuple, TypeAlias
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc

from metricparse.dataset.account import LogAccount, PackedSummary, definitions_as_json
from metricparse.dataset.parquet import ParquetFile, whole_parquet
from metricparse.dataset.store import Folder, Prefix
from metricparse.errors import LogError, OutputError
from metricparse.logs.input.sources import BinaryLogError, Source
from metricparse.records.batches import BATCH_ROWS
from metricparse.records.plain import TimeUnit
from metricparse.scanning.each import scan_each
from metricparse.scanning.plan import ScanPlan
from metricparse.scanning.summary import Summary

# What Hive, Spark, Arrow and DuckDB read as null.
_NO_JOB = "__HIVE_DEFAULT_PARTITION__"
_NOT_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 80
# Of what records mean; accounts have a version of their own.
_VERSION = "1"

#: A log's size, and the time of its last change in nanoseconds since 1970.
Identity: TypeAlias = tuple[int, int]


class _Written(NamedTuple):
    """Records in a file: how many, its bytes, and the earliest of their times, in nanoseconds."""

    rows: int
    size: int
    time: int | None


@dataclass(frozen=True)
class Committer:
    """Scans logs one by one and commits each: its records whole, then its account. It pickles.

    job: finds the job in a log's name: group 1, or all of the match; None if there are no jobs.
    unit: of the records' times. run: a name for this run. resume: what an earlier run has committed
    and has not changed since is not read again.
    """

    plan: ScanPlan
    store: Folder | Prefix
    job: "re.Pattern[str] | None"
    unit: TimeUnit
    run: str
    resume: bool

    def commit(self, sources: Sequence[Source]) -> Iterator[LogAccount]:
        """Scan logs whose accounts do not hold; the account of each log."""
        accounts = self.accounts(sources)
        held = self.held(sources, accounts)
        left = [source for source, account in zip(sources, held, strict=True) if not account]
        # Told before any is read, so that one that changes meanwhile is read again.
        identities = iter([_identity(source) for source in left])
        scanned = scan_each(left, self.plan)
        for source, earlier, account in zip(sources, accounts, held, strict=True):
            yield account or self._commit(source, earlier, next(identities), *next(scanned))

    def accounts(self, sources: Sequence[Source]) -> list[LogAccount | None]:
        """The accounts of logs, as far as there are any.

        Raises `OutputError` for one of other definitions or options, if accounts are to be kept.
        """
        found = self.store.read([_account_path(source.name) for source in sources])
        accounts = [None if text is None else _parsed(text) for text in found]
        for account in accounts:
            if self.resume and account and account.scanned_as != self._scanned_as:
                raise OutputError(
                    f"{account.log}: was committed with other definitions or options; write to "
                    "another folder, or everything anew with resume=False"
                )
        return accounts

    def held(
        self, sources: Sequence[Source], accounts: Sequence[LogAccount | None]
    ) -> list[LogAccount | None]:
        """The accounts that hold: the log is as it was, and its records are there."""
        files = [account.file for account in accounts if account and account.file]
        sizes = dict(zip(files, self.store.sizes(files), strict=True))
        return [
            account
            if account
            and self._holds(source, account)
            and (account.file is None or sizes[account.file] == account.file_size)
            else None
            for source, account in zip(sources, accounts, strict=True)
        ]

    def _holds(self, source: Source, account: LogAccount) -> bool:
        """Whether a log would be scanned to the same account again."""
        if account.scanned_as != self._scanned_as or account.job != self._job_of(source.name):
            return False
        if account.run == self.run:
            return True
        settled = account.error is None or account.final
        known = account.identity is not None and account.identity == _identity(source)
        return self.resume and settled and known

    def _commit(
        self,
        source: Source,
        earlier: LogAccount | None,
        identity: Identity | None,
        summary: Summary,
        records: Iterator[pa.RecordBatch],
    ) -> LogAccount:
        job = self._job_of(source.name)
        path = f"{self._partition(job)}{_file_name(source.name)}.parquet"
        # Before the records, so that they are never there twice.
        if earlier and earlier.file not in {None, path}:
            self.store.remove(str(earlier.file))
        told = partial(LogAccount, source.name, job, self._scanned_as, self.run, identity=identity)
        try:
            written = self._write(records, path)
        except LogError as error:
            reason = str(error).removeprefix(f"{source.name}: ")
            account = told(error=reason, final=isinstance(error, BinaryLogError))
        else:
            account = told(
                rows=written.rows,
                damage=next((each.damage for each in summary.damaged), None),
                packed=PackedSummary.of(summary, self._definitions),
                file=path if written.rows else None,
                file_size=written.size,
                time=identity[1] if written.time is None and identity else written.time,
            )
        if earlier and earlier.file == path and account.file is None:
            self.store.remove(path)
        self.store.write(_account_path(source.name), account.to_json())
        return account

    def _write(self, records: Iterator[pa.RecordBatch], path: str) -> "_Written":
        """Write a log's records, if it has any."""
        rows = size = 0
        times: list[int] = []
        parquet: ParquetFile | None = None
        with ExitStack() as stack:
            for batch in records:
                rows += batch.num_rows
                times += _earliest(batch)
                if parquet is None and batch.num_rows < BATCH_ROWS:  # it is the only one
                    size = self.store.write(path, whole_parquet(batch, self.unit))
                    continue
                if parquet is None:
                    file = stack.enter_context(self.store.writing(path))
                    parquet = ParquetFile(file, self.unit)
                parquet.write_batch(batch)
            if parquet:
                parquet.close()
                size = file.tell()
        return _Written(rows, size, min(times, default=None))

    @cached_property
    def _definitions(self) -> bytes:
        return definitions_as_json(Summary.empty(self.plan.pattern).definitions)

    @cached_property
    def _scanned_as(self) -> str:
        """A digest of what the records depend on besides the logs."""
        parts = f"{_VERSION}\n{self.unit.value}\n{self.plan.digest}"
        return hashlib.sha256(parts.encode("utf-8", "backslashreplace")).hexdigest()[:16]

    def _job_of(self, log: str) -> str | None:
        found = self.job.search(log) if self.job else None
        return None if found is None else found[min(1, found.re.groups)]

    def _partition(self, job: str | None) -> str:
        if self.job is None:
            return ""
        return f"job={_NO_JOB if job is None else quote(job, safe='')}/"


def _parsed(text: bytes) -> LogAccount | None:
    """An account; None for what was not written to its end, as the machine failed."""
    try:
        return LogAccount.from_json(text)
    except (ValueError, KeyError):
        return None


def _identity(source: Source) -> Identity | None:
    try:
        return source.identity
    except LogError:
        return None


def _account_path(log: str) -> str:
    return f"_logs/{_file_name(log)}.json"


@lru_cache(maxsize=1024)
def _file_name(log: str) -> str:
    """The end of a log's name, and a hash of all of it."""
    digest = hashlib.sha256(log.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    end = _NOT_IN_FILE_NAMES.sub("-", log.rstrip("/").rpartition("/")[2]).lstrip("._")
    return f"{end[-_LONGEST_NAME:]}-{digest}"


def _earliest(batch: pa.RecordBatch) -> list[int]:
    times = batch.column(0)
    return [] if times.null_count == len(times) else [pc.min(times).value]
