"""What gives out records, as those see it who pass them on."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Protocol, TypeAlias, runtime_checkable

import pyarrow as pa

from metricparse.errors import MetricparseError
from metricparse.records.batches import BATCH_ROWS, SCHEMA

#: A scan, what is followed, record batches, or anything that gives Arrow data: a table of pyarrow or
#: Polars, a dataframe of pandas, a relation of DuckDB.
Records: TypeAlias = Any


@runtime_checkable
class RecordStream(Protocol):
    """Gives out record batches of `SCHEMA`.

    live: they come while the logs are being written, and are to be passed on at once.
    """

    live: bool

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """The record batches."""
        ...


@runtime_checkable
class ResumableStream(RecordStream, Protocol):
    """A live stream that can go on after a stop, where its records ended, if it is `resumable`."""

    @property
    def resumable(self) -> bool:
        """Whether it can go on."""
        ...

    @property
    def digest(self) -> dict[str, Any]:
        """What the records depend on besides the logs: others must not be mixed with them."""
        ...

    def flushes(self) -> Iterator[list[pa.RecordBatch]]:
        """The record batches as they come; after each list, `state` tells where it ended."""
        ...

    def begin(self) -> None:
        """Open the logs that there are, so that `state` tells where all of it begins."""
        ...

    def state(self) -> dict[str, Any] | None:
        """Where the records given out so far end; None where the stream cannot go on."""
        ...

    def resume(self, state: dict[str, Any]) -> None:
        """Go on where a `state` was taken."""
        ...

    def leave_out(self, path: str) -> None:
        """Do not read a file, as the records are written to it."""
        ...


def batches_of(records: Records) -> Iterator[pa.RecordBatch]:
    """Record batches of `SCHEMA`, whatever the records come as.

    Raises `MetricparseError` for what gives no such columns.
    """
    if isinstance(records, RecordStream):
        yield from records
        return
    try:
        for batch in stream_of(records)[1]:
            given = _cast(batch, SCHEMA)
            # What is looked at several times stays in the processor's cache.
            for start in range(0, len(given), BATCH_ROWS):
                yield given.slice(start, BATCH_ROWS)
    except (TypeError, KeyError, ValueError, pa.ArrowNotImplementedError) as error:
        advice = "give a scan, or another Arrow stream with the columns of metricparse.SCHEMA"
        raise MetricparseError(f"records: {error}; {advice}") from error


def stream_of(data: Records) -> tuple[pa.Schema, Iterable[pa.RecordBatch]]:
    """Arrow data of any kind as record batches of one schema, strings as plain ones.

    Raises `TypeError` for what is none.
    """
    if hasattr(data, "__arrow_c_stream__"):
        reader = pa.RecordBatchReader.from_stream(data)
        schema = _without_views(reader.schema)
        return schema, (_cast(batch, schema) for batch in reader)
    if hasattr(data, "fetch_record_batch"):
        return stream_of(data.fetch_record_batch())
    if isinstance(data, pa.RecordBatch):
        data = [data]
    batches = iter(data)
    first = next(batches, None)
    if first is None:
        return SCHEMA, ()
    if not isinstance(first, pa.RecordBatch):
        raise TypeError(f"{type(data).__name__} holds no record batches")
    schema = _without_views(first.schema)
    return schema, (_cast(batch, schema) for batch in chain([first], batches))


def _without_views(schema: pa.Schema) -> pa.Schema:
    return pa.schema([each.with_type(_without_view(each.type)) for each in schema])


def _without_view(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        values = _without_view(kind.value_type)
        return kind if values == kind.value_type else pa.dictionary(pa.int32(), values)
    return {pa.string_view(): pa.string(), pa.binary_view(): pa.binary()}.get(kind, kind)


def _cast(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = [batch[each.name] for each in schema]
    cast = [_as_type(*pair) for pair in zip(columns, schema.types, strict=True)]
    return pa.record_batch(cast, schema=schema)


def _as_type(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if column.type == kind:
        return column
    if not pa.types.is_dictionary(kind):
        return column.cast(kind)
    if not pa.types.is_dictionary(column.type):
        column = column.cast(kind.value_type).dictionary_encode()
    values = column.dictionary.cast(kind.value_type)
    return pa.DictionaryArray.from_arrays(column.indices.cast(kind.index_type), values)
