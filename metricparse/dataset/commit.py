"""Committing logs to a dataset: the records of each in a file, then its account."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import chain
from time import time_ns
from typing import NamedTuple, TypeAlias
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc

from metricparse.dataset.account import LogAccount
from metricparse.dataset.packed import PackedSummary, definitions_as_json
from metricparse.dataset.parquet import ParquetFile, whole_parquet
from metricparse.dataset.store import Folder, Prefix
from metricparse.errors import LogError, OutputError
from metricparse.logs.input.sources import BinaryLogError, Source
from metricparse.records.batches import BATCH_ROWS
from metricparse.records.plain import TimeUnit
from metricparse.scanning.each import scan_each
from metricparse.scanning.plan import ScanPlan
from metricparse.scanning.summary import Summary
from metricparse.values import replaced

# What Hive, Spark, Arrow and DuckDB read as null.
_NO_JOB = "__HIVE_DEFAULT_PARTITION__"
_NOT_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 80
# Of what records mean; accounts have a version of their own.
_VERSION = "1"
# Logs that are committed together, and bytes of their text, so that whoever dies over them has lost
# little.
_AT_ONCE, _MOST_BYTES = 32, 4 << 20

# Nanoseconds for which a log of another machine may change without that its time does.
_JUST_WRITTEN = 60 * 10**9

#: A log's size, and the time of its last change in nanoseconds since 1970.
Identity: TypeAlias = tuple[int, int]


class _Left(NamedTuple):
    """A log that is to be committed.

    path: that of its records, below the dataset's folder. identity, tag: as an account has them.
    earlier: its account of an earlier run.
    """

    source: Source
    job: str | None
    path: str
    identity: Identity | None
    tag: str | None
    earlier: LogAccount | None


class _Written(NamedTuple):
    """Records in a file: how many, its bytes, and the earliest of their times, in nanoseconds."""

    rows: int = 0
    size: int = 0
    time: int | None = None


class _Scanned(NamedTuple):
    """A log that was scanned.

    batch: its records, if they are still to be written; written: those that were.
    error: why it could not be read.
    """

    log: _Left
    summary: Summary
    batch: pa.RecordBatch | None = None
    written: _Written = _Written()
    error: LogError | None = None


@dataclass(frozen=True)
class Committer:
    """Scans logs and commits each of them: its records whole, then its account. It pickles.

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

    def logs_of(self, sources: Iterable[Source]) -> list[Source]:
        """Sources without the dataset's own files, which are no logs though they lie among them.

        What is no text is not left out as by a scan of a directory, as each log has an account.
        """
        return [
            replaced(each, listed=False) if each.listed else each
            for each in sources
            if not (each.listed and self.store.holds(each.log))
        ]

    def commit(self, sources: Sequence[Source]) -> Iterator[LogAccount]:
        """Scan logs whose accounts do not hold; the account of each log."""
        accounts = self.accounts(sources)
        held = self.held(sources, accounts)
        committed = self._commit(
            [
                self._left(source, earlier)
                for source, earlier, account in zip(sources, accounts, held, strict=True)
                if not account
            ]
        )
        for account in held:
            yield account or next(committed)

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
                    "another folder, remove this one, or write all anew with resume=False"
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
        if account.file not in {None, self._path_of(source.name)}:
            return False
        if account.run == self.run:
            return True
        settled = account.error is None or account.final
        known = account.identity is not None and account.identity == _identity(source)
        return self.resume and settled and known and account.tag in {None, _tag(source)}

    def _left(self, source: Source, earlier: LogAccount | None) -> _Left:
        """A log to commit, as it is before it is read, so that a change meanwhile is found later."""
        name, identity = source.name, _identity(source)
        # S3 tells times in seconds, by its own clock.
        new = identity is not None and time_ns() - identity[1] < _JUST_WRITTEN
        tag = _tag(source) if new else None
        return _Left(source, self._job_of(name), self._path_of(name), identity, tag, earlier)

    def _commit(self, left: Sequence[_Left]) -> Iterator[LogAccount]:
        """Scan logs and commit them, small ones some at a time."""
        waiting: list[_Scanned] = []
        rows = size = 0
        scans = scan_each([log.source for log in left], self.plan)
        for log, (summary, records) in zip(left, scans, strict=True):
            waiting.append(self._scan(log, summary, records))
            rows += summary.records
            size += summary.bytes_in
            if len(waiting) == _AT_ONCE or rows >= BATCH_ROWS or size >= _MOST_BYTES:
                yield from self._write(waiting)
                waiting, rows, size = [], 0, 0
        yield from self._write(waiting)

    def _scan(self, log: _Left, summary: Summary, records: Iterator[pa.RecordBatch]) -> _Scanned:
        """Scan a log; records that are more than a batch are written meanwhile."""
        # Before the records, so that they are never there twice.
        if log.earlier and log.earlier.file not in {None, log.path}:
            self.store.remove(str(log.earlier.file))
        try:
            batch, following = next(records, None), next(records, None)
            if following is None:
                return _Scanned(log, summary, batch)
            written = self._write_large(log.path, chain([batch, following], records))
        except LogError as error:
            return _Scanned(log, summary, error=error)
        return _Scanned(log, summary, written=written)

    def _write_large(self, path: str, batches: Iterable[pa.RecordBatch]) -> _Written:
        """Write records batch by batch."""
        rows, times = 0, []
        with self.store.writing(path) as file:
            parquet = ParquetFile(file, self.unit)
            for batch in batches:
                rows += batch.num_rows
                times += _earliest(batch)
                parquet.write_batch(batch)
            parquet.close()
            return _Written(rows, file.tell(), min(times, default=None))

    def _write(self, scanned: Sequence[_Scanned]) -> Iterator[LogAccount]:
        """Commit logs that were scanned.

        A step is done for all of them before the next one: it takes a third less than log by log,
        as the processor has the code of one step at hand, not that of all.
        """
        files = [
            None if each.batch is None else whole_parquet(each.batch, self.unit) for each in scanned
        ]
        accounts = [self._account(*each) for each in zip(scanned, files, strict=True)]
        texts = [account.to_json() for account in accounts]
        for each, file, account, text in zip(scanned, files, accounts, texts, strict=True):
            earlier, path = each.log.earlier, each.log.path
            if file is not None:
                self.store.write(path, file)
            elif account.file is None and earlier and earlier.file == path:
                self.store.remove(path)
            self.store.write(_account_path(account.log), text)
            yield account

    def _account(self, scanned: _Scanned, file: memoryview | None) -> LogAccount:
        """The account of a log; file: its records, if they are still to be written."""
        log, summary, batch, (rows, size, time), error = scanned
        name, identity = log.source.name, log.identity
        told = partial(
            LogAccount, name, log.job, self._scanned_as, self.run, identity=identity, tag=log.tag
        )
        if error:
            reason = str(error).removeprefix(f"{name}: ")
            return told(error=reason, final=isinstance(error, BinaryLogError))
        if batch is not None and file is not None:
            rows, size, time = batch.num_rows, len(file), min(_earliest(batch), default=None)
        if time is None and identity and summary.lines:
            time = identity[1]
        return told(
            rows=rows,
            damage=next((each.damage for each in summary.damaged), None),
            packed=PackedSummary.of(summary, self._definitions),
            file=log.path if rows else None,
            file_size=size,
            time=time,
        )

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

    def _path_of(self, log: str) -> str:
        """Where the records of a log are, below the dataset's folder."""
        job, file = self._job_of(log), f"{_file_name(log)}.parquet"
        if self.job is None:
            return file
        return f"job={_NO_JOB if job is None else quote(job, safe='')}/{file}"


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


def _tag(source: Source) -> str | None:
    try:
        return source.tag
    except LogError:
        return None


def _account_path(log: str) -> str:
    return f"_logs/{_file_name(log)}.json"


@lru_cache(maxsize=1024)
def _file_name(log: str) -> str:
    """The end of a log's name, and a hash of all of it."""
    digest = hashlib.sha256(log.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    end = _NOT_IN_FILE_NAMES.sub("-", log.rstrip("/").rpartition("/")[2])[-_LONGEST_NAME:]
    return f"{end.lstrip('._')}-{digest}"  # what begins so is no file to readers of datasets


def _earliest(batch: pa.RecordBatch) -> list[int]:
    times = batch.column(0)
    return [] if times.null_count == len(times) else [pc.min(times).value]
