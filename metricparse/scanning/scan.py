"""The scan: what the service would publish for logs under definitions, as a lazy Arrow stream."""

import os
import reprlib
import time as clock
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from metricparse._extension import processors, require
from metricparse.definitions.load import DefinitionSource
from metricparse.errors import LogError, MetricparseError
from metricparse.logs.envelopes import Envelope
from metricparse.logs.input.kept import KeptLog
from metricparse.logs.input.sources import (
    CHUNK_SIZE,
    LogSource,
    Source,
    find_sources,
    listed_logs,
)
from metricparse.logs.line_times import TimeFormat, TimeSource
from metricparse.logs.views import View
from metricparse.matching.backend import Matcher
from metricparse.matching.combined_pattern import CombinedPattern
from metricparse.records.found import FoundRecords
from metricparse.scanning.many import run_many
from metricparse.scanning.options import OnError
from metricparse.scanning.pipeline import Pipeline
from metricparse.scanning.plan import ScanPlan
from metricparse.scanning.summary import Summary

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from matplotlib.axes import Axes


def scan(
    logs: LogSource | Iterable[LogSource],
    definitions: DefinitionSource | CombinedPattern | ScanPlan,
    *,
    view: View | str = View.SAGEMAKER,
    strip_ansi: bool = False,
    block_size: int = CHUNK_SIZE,
    matcher: Matcher | str | None = None,
    envelope: Envelope | str | None = None,
    time: TimeSource | TimeFormat | str = TimeSource.AUTO,
    time_zone: "ZoneInfo | str" = "UTC",
    on_error: OnError | str = OnError.RAISE,
    threads: int | None = None,
) -> "Scan":
    """What the service would publish for `logs` under `definitions`.

    logs: paths of files, directories (all files below) or glob patterns, URLs such as
    `s3://bucket/logs`, binary file objects, or pairs of a name and such an object; they may be
    compressed (gzip, zstd, bzip2, xz).
    definitions: whatever `load_definitions` takes; or a `CombinedPattern`, or a `LogScanner`,
    which are compiled already. A `LogScanner` has its own options.
    view: what the regexes see of a line: `sagemaker` as CloudWatch shows it, `raw` as it is.
    strip_ansi: take ANSI colour codes out first.
    block_size: bytes read at a time; it bounds the memory and changes no result.
    matcher: `native` or `reference`, which give the same answers; by default what the environment
    variable `METRICPARSE_MATCHER` says, or else native where it was built.
    envelope: what stands around the lines of all logs; by default that is recognised in each.
    time: where the times of records come from: a `TimeSource`, a `TimeFormat`, or a format of
    `strptime` for the line's first words.
    time_zone: of times that name none, such as `Europe/Berlin`.
    on_error: `raise`: a log that cannot be read ends the scan with a `LogError`; `record`: its
    summary says so, the records before the error stay, and the scan goes on.
    threads: how many search at once; by default as many as there are processors.

    Nothing is read yet: iterate over the scan, or hand it to anything that takes an Arrow stream.
    Raises `LogError` for a path that is not there, unless that is to be noted, `DefinitionError`
    for definitions that cannot be used.

    >>> scan = mp.scan("train.log", [{"Name": "loss", "Regex": "loss: ([0-9.]+)"}])
    >>> scan.to_table()["value"].to_pylist()
    [0.9, 0.5]
    >>> scan.summary.lines
    4
    """
    given = listed_logs(logs)
    reading = (view, strip_ansi, matcher, envelope, time, time_zone)
    if isinstance(definitions, ScanPlan):
        plan = definitions
        if reading != (View.SAGEMAKER, False, None, None, TimeSource.AUTO, "UTC"):
            raise MetricparseError("a LogScanner has its own options; give them when it is made")
    else:
        plan = ScanPlan(
            definitions,
            view=view,
            strip_ansi=strip_ansi,
            matcher=matcher,
            envelope=envelope,
            time=time,
            time_zone=time_zone,
        )
    error = OnError(on_error)
    sources = find_sources(given, record_errors=error is OnError.RECORD)
    return Scan(sources, plan, logs=given, block_size=block_size, on_error=error, threads=threads)


def scan_text(
    text: str | bytes | Iterable[str | bytes],
    definitions: DefinitionSource | CombinedPattern | ScanPlan,
    *,
    name: str = "<text>",
    **reading: Any,
) -> "Scan":
    """What the service would publish for a text under `definitions`.

    text: a log as a string or as bytes, or its lines, with or without their ends; it is held in
    memory.
    name: what the records say that they come from. reading: as for `scan`.

    >>> mp.scan_text("loss: 0.5", "definitions.json").to_table()["value"].to_pylist()
    [0.5]
    """
    return scan(KeptLog(name, _as_bytes(text)), definitions, **reading)


def _as_bytes(text: str | bytes | Iterable[str | bytes]) -> bytes:
    match text:
        case str():
            return text.encode("utf-8", "replace")
        case bytes() | bytearray() | memoryview():
            return bytes(text)
        case Mapping():
            pass
        case Iterable():
            return b"".join(_as_bytes(line).removesuffix(b"\n") + b"\n" for line in _lines(text))
    raise LogError(f"{reprlib.repr(text)}: not a text; give a string, bytes, or a list of lines")


def _lines(lines: Iterable[object]) -> Iterator[str | bytes]:
    for line in lines:
        if not isinstance(line, str | bytes):
            raise LogError(f"{reprlib.repr(line)}: not a line; give strings or bytes")
        yield line


class Scan:
    """A lazy scan: an iterable of `pyarrow.RecordBatch` of `SCHEMA`, in bounded memory.

    Each iteration reads the logs anew; a file object can be read once only. A log that is damaged
    gives its records up to there, a `DamagedLogWarning`, and a note in the summary.

    logs: the names of the logs, in their order.
    """

    live = False

    def __init__(
        self,
        sources: Sequence[Source],
        plan: ScanPlan,
        *,
        logs: Sequence[LogSource] = (),
        block_size: int = CHUNK_SIZE,
        on_error: OnError = OnError.RAISE,
        threads: int | None = None,
    ) -> None:
        if block_size < 1:
            raise ValueError(f"block_size: at least 1 byte, not {block_size}")
        if threads is not None and threads < 1:
            raise ValueError(f"threads: at least 1, not {threads}")
        self.logs = [source.name for source in sources]
        self._on_error = on_error
        self._threads = threads or processors()
        self._sources = sources
        self._plan = plan
        self._given = logs
        self._block_size = block_size
        self._summary: Summary | None = None

    def __iter__(self) -> "Iterator[pa.RecordBatch]":
        pipeline = self._pipeline()
        return pipeline.batches(self._run(pipeline))

    def _pipeline(self) -> Pipeline:
        if self._summary is not None and any(source.once for source in self._sources):
            raise LogError("a file object can be scanned only once; keep the records of that scan")
        self._summary = Summary.empty(self._plan.pattern)
        return Pipeline(
            self._plan.pattern,
            self._plan.options,
            self._summary,
            threads=self._threads,
            on_error=self._on_error,
        )

    def _run(self, pipeline: Pipeline) -> Iterator[FoundRecords]:
        summary, started = pipeline.summary, clock.perf_counter()
        for found in run_many(self._sources, pipeline, self._block_size):
            for records in found:
                summary.seconds = clock.perf_counter() - started
                yield records
        for source in summary.sources:
            source.warn_of_damage()
        summary.seconds = clock.perf_counter() - started
        summary.complete = True

    def __arrow_c_schema__(self) -> object:
        """The schema as a PyCapsule, which `pyarrow.schema` takes."""
        return self.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The Arrow PyCapsule stream, by which other libraries read the records."""
        return self.to_reader().__arrow_c_stream__(requested_schema)

    def to_reader(self) -> "pa.RecordBatchReader":
        """The records as a stream of record batches."""
        import pyarrow as pa

        return pa.RecordBatchReader.from_batches(self.schema, iter(self))

    def to_table(self) -> "pa.Table":
        """All records as an Arrow table."""
        import pyarrow as pa

        return pa.Table.from_batches(list(self), self.schema)

    def to_pandas(self) -> "pd.DataFrame":
        """All records as a pandas dataframe."""
        require("pandas", "pandas", "pandas")
        frame: pd.DataFrame = self.to_table().to_pandas()
        return frame

    def to_polars(self) -> "pl.DataFrame":
        """All records as a Polars dataframe."""
        return require("polars", "polars", "polars").DataFrame(self)  # type: ignore[no-any-return] # it is one

    def to_html(self) -> str:
        """A page with what was found, its curves, and what a diagnosis says; see `html_report`.

        The logs are read anew, so that a file object must not have been read yet.
        """
        import metricparse as mp

        definitions = self._plan.metric_definitions
        return mp.html_report(self._given, definitions, **self._plan.reading)

    def plot(self, *metrics: str, by: str = "line") -> "list[Axes]":
        """Draw the curves of some metrics, or of all, one below the other, with matplotlib.

        by: what they are drawn over, `line` or `timestamp`. A curve for each log stream. Raises
        `MetricparseError` if matplotlib is not installed.
        """
        pyplot = require("matplotlib.pyplot", "matplotlib", "plot")
        import pyarrow as pa
        import pyarrow.compute as pc

        table = self.to_table()
        wanted = metrics or tuple(dict.fromkeys(table["metric"].to_pylist()))
        _, rows = pyplot.subplots(
            len(wanted), 1, squeeze=False, figsize=(8, 2.4 * len(wanted)), layout="constrained"
        )
        axes: list[Axes] = list(rows[:, 0])
        for name, axis in zip(wanted, axes, strict=True):
            of_metric = table.filter(pc.equal(table["metric"].cast(pa.string()), name))
            sources = of_metric["source"].cast(pa.string())
            for source in pc.unique(sources).to_pylist():
                own = of_metric.filter(pc.equal(sources, source))
                axis.plot(own[by].to_pylist(), own["value"].to_pylist(), label=source)
            axis.set_ylabel(name)
            if len(pc.unique(sources)) > 1:
                axis.legend()
        axes[-1].set_xlabel(by)
        return axes

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        import metricparse as mp

        return mp.as_html(self)

    def reads(self, path: str) -> bool:
        """Whether a path is one of the logs."""
        logs = (source.log for source in self._sources if isinstance(source.log, str))
        return os.path.exists(path) and any(os.path.samefile(log, path) for log in logs)

    @property
    def schema(self) -> "pa.Schema":
        """`SCHEMA`."""
        from metricparse.records.batches import SCHEMA

        return SCHEMA

    @property
    def progress(self) -> Summary:
        """What the iteration that is going on, or was the last, has counted so far."""
        return self._summary or Summary.empty(self._plan.pattern)

    @property
    def summary(self) -> Summary:
        """The accounting of the last iteration, as far as it has come.

        If there was none yet, the logs are scanned for it.
        """
        if self._summary is None:
            for _ in self._run(self._pipeline()):
                pass  # of records nothing is made
        assert self._summary is not None
        return self._summary

    @property
    def bytes_read(self) -> int:
        """Bytes of the logs that were read so far, after decompression."""
        return self._summary.bytes_in if self._summary else 0

    @property
    def bytes_to_read(self) -> int | None:
        """Bytes of all logs, where that can be told beforehand."""
        sizes = [source.size for source in self._sources]
        return None if None in sizes else sum(size or 0 for size in sizes)
