"""Records without what some readers lack: plain strings, and times of the unit asked for."""

from enum import StrEnum

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


def plain_schema(unit: TimeUnit) -> pa.Schema:
    """`SCHEMA` with plain strings, and times of a unit."""
    kinds = {
        "timestamp": pa.timestamp(unit.value, tz="UTC"),
        "source": pa.string(),
        "metric": pa.string(),
    }
    return pa.schema([(each.name, kinds.get(each.name, each.type)) for each in SCHEMA])


def plain(batch: pa.RecordBatch, unit: TimeUnit) -> pa.RecordBatch:
    """A record batch of `SCHEMA` in the plain schema; what is finer than the unit is cut off."""
    schema = plain_schema(unit)
    columns = [
        column if column.type == kind else column.cast(kind, safe=False)
        for column, kind in zip(batch.columns, schema.types, strict=True)
    ]
    return pa.record_batch(columns, schema=schema)
