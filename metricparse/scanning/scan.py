"""The scan: what the service would publish for logs under definitions, as a lazy Arrow stream."""

import os
import time as clock
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from zoneinfo import ZoneInfo

import pyarrow as pa

from metricparse._extension import require
from metricparse.definitions.load import DefinitionSource, load_definitions
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.errors import LogError
from metricparse.logs.envelopes import Envelope
from metricparse.logs.input.sources import CHUNK_SIZE, LogSource, Source, find_sources
from metricparse.logs.line_times import TimeFormat, TimeSource
from metricparse.logs.views import View
from metricparse.matching.backend import Matcher
from metricparse.matching.combined_pattern import CombinedPattern
from metricparse.records.batches import SCHEMA, Columns
from metricparse.scanning.options import ScanOptions
from metricparse.scanning.pipeline import Pipeline
from metricparse.scanning.summary import Summary

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    from matplotlib.axes import Axes


def scan(
    logs: LogSource | Iterable[LogSource],
    definitions: DefinitionSource,
    *,
    view: View | str = View.SAGEMAKER,
    strip_ansi: bool = False,
    block_size: int = CHUNK_SIZE,
    matcher: Matcher | str | None = None,
    envelope: Envelope | str | None = None,
    time: TimeSource | TimeFormat | str = TimeSource.AUTO,
    time_zone: ZoneInfo | str = "UTC",
) -> "Scan":
    """What the service would publish for `logs` under `definitions`.

    logs: paths of files, directories (all files below) or glob patterns, URLs such as
    `s3://bucket/logs`, or binary file objects; they may be compressed (gzip, zstd, bzip2, xz).
    definitions: whatever `load_definitions` takes.
    view: what the regexes see of a line: `sagemaker` as CloudWatch shows it, `raw` as it is.
    strip_ansi: take ANSI colour codes out first.
    block_size: bytes read at a time; it bounds the memory and changes no result.
    matcher: `native` or `reference`, which give the same answers; by default what the environment
    variable `METRICPARSE_MATCHER` says, or else native where it was built.
    envelope: what stands around the lines of all logs; by default that is recognised in each.
    time: where the times of records come from: a `TimeSource`, a `TimeFormat`, or a format of
    `strptime` for the line's first words.
    time_zone: of times that name none, such as `Europe/Berlin`.

    Nothing is read yet: iterate over the scan, or hand it to anything that takes an Arrow stream.
    Raises `LogError` for a path that is not there, `DefinitionError` for definitions that cannot
    be used.

    >>> scan = mp.scan("train.log", [{"Name": "loss", "Regex": "loss: ([0-9.]+)"}])
    >>> scan.to_table()["value"].to_pylist()
    [0.9, 0.5]
    >>> scan.summary.lines
    4
    """
    loaded = load_definitions(definitions)
    one = isinstance(logs, str | os.PathLike) or hasattr(logs, "read")
    given = cast("list[LogSource]", [logs] if one else list(cast("Iterable[LogSource]", logs)))
    pattern = CombinedPattern(loaded, matcher)
    options = ScanOptions.of(view, strip_ansi, envelope, time, time_zone)
    reading = {
        "view": view,
        "strip_ansi": strip_ansi,
        "envelope": envelope,
        "time": time,
        "time_zone": time_zone,
    }
    asked = _Asked(given, loaded, reading)
    return Scan(find_sources(given), pattern, options, block_size, asked)


class _Asked(NamedTuple):
    """What a scan was asked for, to be asked for again."""

    logs: Sequence[LogSource]
    definitions: Sequence[MetricDefinition]
    reading: dict[str, Any]


class Scan:
    """A lazy scan: an iterable of `pyarrow.RecordBatch` of `SCHEMA`, in bounded memory.

    Each iteration reads the logs anew; a file object can be read once only. A log that is damaged
    gives its records up to there, a `DamagedLogWarning`, and a note in the summary.
    """

    live = False

    def __init__(
        self,
        sources: list[Source],
        pattern: CombinedPattern,
        options: ScanOptions,
        block_size: int,
        asked: _Asked,
    ) -> None:
        if block_size < 1:
            raise ValueError(f"block_size: at least 1 byte, not {block_size}")
        self._sources = sources
        self._pattern = pattern
        self._options = options
        self._block_size = block_size
        self._summary: Summary | None = None
        self._asked = asked

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        pipeline = self._pipeline()
        builder = pipeline.batch_builder()
        for columns in self._run(pipeline):
            yield from builder.add(columns)
        yield from builder.finish()

    def _pipeline(self) -> Pipeline:
        if self._summary is not None and any(source.once for source in self._sources):
            raise LogError("a file object can be scanned only once; keep the records of that scan")
        self._summary = Summary.empty(self._pattern)
        return Pipeline(self._pattern, self._options, self._summary)

    def _run(self, pipeline: Pipeline) -> Iterator[Columns]:
        summary, started = pipeline.summary, clock.perf_counter()
        for source in self._sources:
            for columns in pipeline.run(source, self._block_size):
                summary.seconds = clock.perf_counter() - started
                yield columns
        summary.seconds = clock.perf_counter() - started
        summary.complete = True

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The Arrow PyCapsule stream, by which other libraries read the records."""
        return self.to_reader().__arrow_c_stream__(requested_schema)

    def to_reader(self) -> pa.RecordBatchReader:
        """The records as a stream of record batches."""
        return pa.RecordBatchReader.from_batches(SCHEMA, iter(self))

    def to_table(self) -> pa.Table:
        """All records as an Arrow table."""
        return pa.Table.from_batches(list(self), SCHEMA)

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

        return mp.html_report(self._asked.logs, self._asked.definitions, **self._asked.reading)

    @property
    def log_count(self) -> int:
        """How many logs are read."""
        return len(self._sources)

    def plot(self, *metrics: str, by: str = "line") -> "list[Axes]":
        """Draw the curves of some metrics, or of all, one below the other, with matplotlib.

        by: what they are drawn over, `line` or `timestamp`. A curve for each log stream. Raises
        `MetricparseError` if matplotlib is not installed.
        """
        pyplot = require("matplotlib.pyplot", "matplotlib", "plot")
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
    def schema(self) -> pa.Schema:
        """`SCHEMA`."""
        return SCHEMA

    @property
    def progress(self) -> Summary:
        """What the iteration that is going on, or was the last, has counted so far."""
        return self._summary or Summary.empty(self._pattern)

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
