"""Times for records of logs that tell none."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from metricparse.cloudwatch.series import reads
from metricparse.errors import MetricparseError
from metricparse.records.batches import SCHEMA
from metricparse.records.streams import Records, RecordStream, batches_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Nanoseconds since 1970 are 64 bits.
_LAST_YEAR = 2262


@dataclass(frozen=True, slots=True)
class AssumedTimes:
    """Times for records that have none: line 1 at `start`, each next line `interval` later.

    start: with a time zone. interval: not negative.
    """

    start: datetime
    interval: timedelta = timedelta()

    def __post_init__(self) -> None:
        if self.start.tzinfo is None:
            raise MetricparseError("assumed times: the start needs a time zone, such as +00:00")
        if not _EPOCH.year <= self.start.year < _LAST_YEAR:
            raise MetricparseError(
                f"assumed times: the start is to be in the years {_EPOCH.year} to {_LAST_YEAR - 1}"
            )
        if self.interval < timedelta():
            raise MetricparseError("assumed times: the interval is to be 0 or more")

    def of_lines(self, lines: pa.Array) -> pa.Array:
        """The times of lines, int64 nanoseconds since 1970."""
        start, interval = map(_nanoseconds, (self.start - _EPOCH, self.interval))
        try:
            after = pc.multiply_checked(pc.subtract(lines, 1), interval)
            return pc.add_checked(after, start)
        except (pa.ArrowInvalid, OverflowError):
            raise MetricparseError(
                f"assumed times: with {self.interval} a line, the log ends after the year "
                f"{_LAST_YEAR}; give a shorter interval"
            ) from None


def placed(records: Records, times: AssumedTimes) -> "Placed":
    """Records with assumed times where they have none, as a lazy Arrow stream of `SCHEMA`."""
    return Placed(records, times)


class Placed:
    """Records with assumed times: an iterable of `pyarrow.RecordBatch`, and an Arrow stream.

    It can be read as often as the records can.
    """

    def __init__(self, records: Records, times: AssumedTimes) -> None:
        self._records = records
        self._times = times

    @property
    def live(self) -> bool:
        """Whether the records come while the logs are being written."""
        return isinstance(self._records, RecordStream) and self._records.live

    @property
    def schema(self) -> pa.Schema:
        """`SCHEMA`."""
        return SCHEMA

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        kind = SCHEMA.field("timestamp").type
        for batch in batches_of(self._records):
            known, (_, *others) = batch["timestamp"], batch.columns
            if known.null_count:
                known = pc.coalesce(known, self._times.of_lines(batch["line"]).view(kind))
            yield pa.record_batch([known, *others], schema=SCHEMA)

    def reads(self, path: str) -> bool:
        """Whether a path is one of the logs."""
        return reads(self._records, path)

    def __arrow_c_schema__(self) -> object:
        """The schema as a PyCapsule, which `pyarrow.schema` takes."""
        return SCHEMA.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The Arrow PyCapsule stream, by which other libraries read the records."""
        reader = pa.RecordBatchReader.from_batches(SCHEMA, iter(self))
        return reader.__arrow_c_stream__(requested_schema)


def _nanoseconds(span: timedelta) -> int:
    return span // timedelta(microseconds=1) * 1000
