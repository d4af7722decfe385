"""What CloudWatch would hold of records: statistics of periods."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from metricparse._extension import kernel
from metricparse.cloudwatch.series import (
    GREATEST,
    LeftOut,
    Series,
    SeriesBatch,
    SeriesReader,
    reads,
)
from metricparse.errors import MetricparseError
from metricparse.records.batches import BATCH_ROWS
from metricparse.records.streams import Records

#: Seconds of the periods that CloudWatch knows below a minute; above, all multiples of a minute.
SHORT_PERIODS = (1, 5, 10, 20, 30)

_NANOSECONDS = 10**9
_NO_TIME = -(2**63)
#: Different values of a metric in a period up to which percentiles are exact.
_EXACT_VALUES = 1000


class Statistics(NamedTuple):
    """The statistics of a period: values, their number, and bounds."""

    sample_count: int
    sum: float
    minimum: float
    maximum: float

    def merged_with(self, other: "Statistics") -> "Statistics":
        """Those of both."""
        return Statistics(
            self.sample_count + other.sample_count,
            self.sum + other.sum,
            min(self.minimum, other.minimum),
            max(self.maximum, other.maximum),
        )

    @property
    def average(self) -> float:
        """The sum by the number of values."""
        return self.sum / self.sample_count


@dataclass
class PeriodStatistics:
    """Records gathered into periods.

    width: seconds of a period. series: in the order in which they turned up. periods: for each
    series the statistics by the start of the period, in seconds since 1970, in order.
    values: the same for the values of a period with their counts, where percentiles are wanted.
    left_out: how many records were not taken, by the reason.
    """

    width: int
    series: list[Series]
    periods: list[dict[int, Statistics]]
    values: dict[tuple[int, int], Counter[float]]
    left_out: dict[LeftOut, int] = field(default_factory=dict)


def aggregate(
    records: Records,
    *,
    period: int = 60,
    by_host: bool = False,
    percentiles: Sequence[float] = (),
) -> "Periods":
    """What CloudWatch would hold of records, as a lazy Arrow stream with its own schema.

    records: a scan or another Arrow stream of `SCHEMA`. Those without a time are left out and
    counted; `placed` gives them one.
    period: seconds: 1, 5, 10, 20, 30, or a multiple of 60.
    by_host: tell hosts apart, as the dimension `Host` does; else a metric's values of all sources
    are one series.
    percentiles: greater than 0, at most 100; each gives a column, such as `p99.9`.

    Raises `MetricparseError` for a period or percentile that is none.

    >>> periods = mp.aggregate(mp.scan("train.log", "definitions.json"))
    >>> periods.to_table().select(["metric", "sample_count", "average"]).to_pylist()
    [{'metric': 'loss', 'sample_count': 2, 'average': 0.7}]
    """
    if period not in SHORT_PERIODS and (period < 60 or period % 60):
        known = ", ".join(map(str, SHORT_PERIODS))
        raise MetricparseError(f"period: {known} or a multiple of 60 seconds, not {period}")
    for percentile in percentiles:
        if not 0 < percentile <= 100:
            raise MetricparseError(f"percentile: more than 0, at most 100, not {percentile:g}")
    return Periods(records, period, by_host, tuple(percentiles))


class Periods:
    """Statistics of periods: an iterable of `pyarrow.RecordBatch`, and an Arrow stream.

    A row a series and period, ordered by series, then time: `timestamp` (the period's start, UTC,
    in seconds), `metric`, `host` if asked for, `sample_count`, `average`, `sum`, `minimum`,
    `maximum`, and the percentiles asked for. The records are read when the first batch is wanted;
    memory is bounded by the number of periods.
    """

    def __init__(
        self,
        records: Records,
        period: int,
        by_host: bool,
        percentiles: tuple[float, ...],
    ) -> None:
        self._records = records
        self._period = period
        self._by_host = by_host
        self._percentiles = percentiles
        self._gathered: PeriodStatistics | None = None

    @property
    def schema(self) -> pa.Schema:
        """The schema of the batches."""
        text = pa.dictionary(pa.int32(), pa.string())
        statistics = ("average", "sum", "minimum", "maximum", *map(_name, self._percentiles))
        return pa.schema(
            [
                ("timestamp", pa.timestamp("s", tz="UTC")),
                ("metric", text),
                *([("host", text)] if self._by_host else []),
                ("sample_count", pa.int64()),
                *((name, pa.float64()) for name in statistics),
            ]
        )

    @property
    def gathered(self) -> PeriodStatistics:
        """The periods as plain data; reads the records if that was not done yet."""
        if self._gathered is None:
            self._gathered = gather(
                self._records, self._period, self._by_host, bool(self._percentiles)
            )
        return self._gathered

    @property
    def left_out(self) -> dict[LeftOut, int]:
        """How many records are in no period, by the reason."""
        return dict(self.gathered.left_out)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        rows: list[tuple[Any, ...]] = []
        for row in self._rows():
            rows.append(row)
            if len(rows) == BATCH_ROWS:
                yield self._batch(rows)
                rows = []
        if rows:
            yield self._batch(rows)

    def reads(self, path: str) -> bool:
        """Whether a path is one of the logs."""
        return reads(self._records, path)

    def __arrow_c_schema__(self) -> object:
        """The schema as a PyCapsule, which `pyarrow.schema` takes."""
        return self.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The Arrow PyCapsule stream, by which other libraries read the periods."""
        reader = pa.RecordBatchReader.from_batches(self.schema, iter(self))
        return reader.__arrow_c_stream__(requested_schema)

    def to_table(self) -> pa.Table:
        """All periods as an Arrow table."""
        return pa.Table.from_batches(list(self), self.schema)

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        gathered = self.gathered
        for place, (series, periods) in enumerate(
            zip(gathered.series, gathered.periods, strict=True)
        ):
            host = (series.host,) if self._by_host else ()
            for start, found in periods.items():
                percentiles = (
                    percentile(gathered.values[place, start], share) for share in self._percentiles
                )
                count, total, least, most = found
                yield (
                    start,
                    series.metric,
                    *host,
                    count,
                    found.average,
                    total,
                    least,
                    most,
                    *percentiles,
                )

    def _batch(self, rows: list[tuple[Any, ...]]) -> pa.RecordBatch:
        columns = zip(*rows, strict=True)
        arrays = [
            pa.array(column, kind) for column, kind in zip(columns, self.schema.types, strict=True)
        ]
        return pa.record_batch(arrays, schema=self.schema)


def gather(
    records: Records, period: int, by_host: bool = False, with_values: bool = False
) -> PeriodStatistics:
    """Gather records into periods; see `aggregate` for the arguments."""
    reader = SeriesReader(records, by_host=by_host)
    builder = PeriodBuilder(period, with_values)
    for batch in reader:
        builder.add(batch)
    return builder.statistics(reader.series)


class PeriodBuilder:
    """Periods of records that come batch by batch."""

    def __init__(self, period: int, with_values: bool = False) -> None:
        self._period = period
        self._with_values = with_values
        self._totals: dict[tuple[int, int], Statistics] = {}
        self._values: defaultdict[tuple[int, int], Counter[float]] = defaultdict(Counter)
        self._coarse: set[tuple[int, int]] = set()
        self._left_out: Counter[LeftOut] = Counter()

    def add(self, batch: SeriesBatch) -> None:
        """Take the records of a batch."""
        taken = 0
        for series, number, count, *others in _gather_batch(batch, self._period * _NANOSECONDS):
            key, found = (series, number * self._period), Statistics(count, *others)
            taken += count
            known = self._totals.get(key)
            self._totals[key] = known.merged_with(found) if known else found
        without_time = batch.times.null_count
        self._left_out[LeftOut.NO_TIME] += without_time
        self._left_out[LeftOut.NOT_TAKEN] += len(batch) - without_time - taken
        if self._with_values:
            self._add_values(batch)

    def _add_values(self, batch: SeriesBatch) -> None:
        """Take the values for percentiles, to fewer digits once there are too many different ones."""
        taken = pc.and_kleene(
            pc.is_valid(batch.times), pc.less_equal(pc.abs(batch.values), GREATEST)
        )
        width = self._period * _NANOSECONDS
        columns = (column.filter(taken).to_pylist() for column in batch[:3])
        for series, time, value in zip(*columns, strict=True):
            key = series, time // width * self._period
            kept = self._values[key]
            kept[_coarsened(value) if key in self._coarse else value] += 1
            if len(kept) > _EXACT_VALUES and key not in self._coarse:
                self._coarse.add(key)
                self._values[key] = _all_coarsened(kept)

    def statistics(self, series: list[Series]) -> PeriodStatistics:
        """What was taken so far, of these series."""
        periods: list[dict[int, Statistics]] = [{} for _ in series]
        for place, start in sorted(self._totals):
            periods[place][start] = self._totals[place, start]
        reasons = {reason: count for reason, count in self._left_out.items() if count}
        return PeriodStatistics(self._period, series, periods, self._values, reasons)


def _gather_batch(
    batch: SeriesBatch, width: int
) -> Sequence[tuple[int, int, int, float, float, float]]:
    """Series, number of the period, count, sum, minimum and maximum."""
    times = pc.fill_null(batch.times, _NO_TIME) if batch.times.null_count else batch.times
    columns = (_bytes(batch.series, 4), _bytes(times, 8), _bytes(batch.values, 8))
    return (kernel.gather_periods if kernel else gather_in_python)(*columns, width)


def _bytes(column: pa.Array, width: int) -> bytes:
    start = column.offset * width
    return bytes(memoryview(column.buffers()[1])[start : start + len(column) * width])


def gather_in_python(
    series: bytes, times: bytes, values: bytes, width: int
) -> list[tuple[int, int, int, float, float, float]]:
    """What the kernel does, where there is none."""
    found: dict[tuple[int, int], Statistics] = {}
    columns = (
        memoryview(series).cast("i"),
        memoryview(times).cast("q"),
        memoryview(values).cast("d"),
    )
    for place, time, value in zip(*columns, strict=True):
        if time != _NO_TIME and abs(value) <= GREATEST:
            key, one = (place, time // width), Statistics(1, value, value, value)
            found[key] = found[key].merged_with(one) if key in found else one
    return [(*key, *statistics) for key, statistics in found.items()]


def _all_coarsened(values: Counter[float]) -> Counter[float]:
    coarse: Counter[float] = Counter()
    for value, count in values.items():
        coarse[_coarsened(value)] += count
    return coarse


def _coarsened(value: float) -> float:
    """A value to 11 binary digits, 0.05%, so that a period's different ones are bounded."""
    mantissa, exponent = math.frexp(value)
    return math.ldexp(round(mantissa * 2048), exponent - 11)


def percentile(values: Counter[float], share: float) -> float:
    """The least value that so many percent of the values do not exceed."""
    rank = math.ceil(values.total() * share / 100)
    seen = 0
    for value in sorted(values):
        seen += values[value]
        if seen >= rank:
            return value
    raise ValueError("no values")


def _name(percentile: float) -> str:
    return f"p{percentile:g}"
