"""Records without what some readers lack: plain strings, and times of the unit asked for."""

from enum import StrEnum
from functools import cache

import pyarrow as pa

from metricparse.records.batches import SCHEMA


class TimeUnit(StrEnum):
    """The unit of times: seconds, milliseconds, microseconds (all that Spark knows), nanoseconds."""

    SECOND = "s"
    MILLISECOND = "ms"
    MICROSECOND = "us"
    NANOSECOND = "ns"

    @property
    def nanoseconds(self) -> int:
        """How many nanoseconds it has."""
        return {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}[self.value]


@cache
def schema_in(unit: TimeUnit) -> pa.Schema:
    """`SCHEMA` with times of a unit."""
    return SCHEMA.set(0, SCHEMA.field(0).with_type(pa.timestamp(unit.value, tz="UTC")))


def in_unit(batch: pa.RecordBatch, unit: TimeUnit) -> pa.RecordBatch:
    """A record batch with times of a unit; what is finer is cut off."""
    return batch if unit is TimeUnit.NANOSECOND else _cast(batch, schema_in(unit))


def plain(batch: pa.RecordBatch, unit: TimeUnit) -> pa.RecordBatch:
    """The same with plain strings."""
    schema = schema_in(unit)
    for place, each in enumerate(schema):
        if pa.types.is_dictionary(each.type):
            schema = schema.set(place, each.with_type(pa.string()))
    return _cast(batch, schema)


def _cast(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = [
        column if column.type == kind else column.cast(kind, safe=False)
        for column, kind in zip(batch.columns, schema.types, strict=True)
    ]
    return pa.record_batch(columns, schema=schema)
