"""Records: their schema, and the record batches that columns of matches become."""

from collections import deque
from collections.abc import Iterator, Sequence

import pyarrow as pa

from metricparse.records.arrays import as_strings
from metricparse.values import parts, value

#: Rows of a record batch at most.
BATCH_ROWS = 65_536

#: One row a number that the service would publish, ordered by source, line, piece of the line,
#: then definition. `timestamp` is null where the log tells no time; `line` is the 1-based line of
#: the source, the same for all pieces of a cut line.
SCHEMA = pa.schema(
    [
        ("timestamp", pa.timestamp("ns", tz="UTC")),
        ("source", pa.dictionary(pa.int32(), pa.string())),
        ("line", pa.int64()),
        ("metric", pa.dictionary(pa.int32(), pa.string())),
        ("value", pa.float64()),
    ]
)


@value
class Columns:
    """Records as Arrow arrays of equal length.

    timestamps: int64 nanoseconds since 1970, null where there is none. sources: int32 places in a
    list of names. lines: int64. definitions: their int32 numbers. values: float64.
    """

    timestamps: pa.Array
    sources: pa.Array
    lines: pa.Array
    definitions: pa.Array
    values: pa.Array

    def __len__(self) -> int:
        return len(self.values)

    def slice(self, start: int, length: int | None = None) -> "Columns":
        """Some of the rows, not copied."""
        return Columns(*(column.slice(start, length) for _, column in parts(self)))


_NO_NAMES = as_strings([])


class BatchBuilder:
    """Gathers columns into record batches of `BATCH_ROWS` rows.

    sources, metrics: the names that places stand for, those of metrics as strings of Arrow; more
    may be added to `sources` as they turn up, so that each batch's dictionary starts with that of
    the one before. metric_of: for each definition the place of its metric; int32.
    """

    def __init__(self, sources: Sequence[str], metrics: pa.Array, metric_of: pa.Array) -> None:
        self._sources = sources
        self._known = _NO_NAMES
        self._metrics = metrics
        # With a metric a definition, the definitions' numbers are the metrics' places.
        self._metric_of = metric_of if len(metrics) < len(metric_of) else None
        self._pending: deque[Columns] = deque()
        self._rows = 0

    def add(self, columns: Columns) -> Iterator[pa.RecordBatch]:
        """Add rows; gives the batches that they complete."""
        self._pending.append(columns)
        self._rows += len(columns)
        while self._rows >= BATCH_ROWS:
            yield self._batch(BATCH_ROWS)

    def finish(self) -> Iterator[pa.RecordBatch]:
        """The rows that are left, as a last batch."""
        if self._rows:
            yield self._batch(self._rows)

    def _batch(self, rows: int) -> pa.RecordBatch:
        """The first of the pending rows; they are copied only where they come of several columns."""
        parts = list(self._taken(rows))

        def joined(name: str) -> pa.Array:
            first, *others = (getattr(part, name) for part in parts)
            return pa.concat_arrays([first, *others]) if others else first

        if len(self._known) < len(self._sources):
            self._known = as_strings(self._sources)
        sources, metrics = self._known, joined("definitions")
        if self._metric_of is not None:
            metrics = self._metric_of.take(metrics)
        return pa.record_batch(
            [
                joined("timestamps").view(pa.timestamp("ns", tz="UTC")),
                pa.DictionaryArray.from_arrays(joined("sources"), sources, safe=False),
                joined("lines"),
                pa.DictionaryArray.from_arrays(metrics, self._metrics, safe=False),
                joined("values"),
            ],
            schema=SCHEMA,
        )

    def _taken(self, rows: int) -> Iterator[Columns]:
        self._rows -= rows
        while rows:
            columns = self._pending.popleft()
            if len(columns) > rows:
                self._pending.appendleft(columns.slice(rows))
                columns = columns.slice(0, rows)
            rows -= len(columns)
            yield columns
