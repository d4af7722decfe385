"""Records for the CloudWatch stand-in, made by hand."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from metricparse.records.batches import SCHEMA

START = datetime(2026, 11, 22, 10, tzinfo=UTC)
MOST = 2.0**360
"""The greatest magnitude that CloudWatch takes."""

Row = tuple[int | None, str, int, str, float]


def records(rows: Iterable[Row], batch: int = 7) -> pa.RecordBatchReader:
    """Records from time in nanoseconds, source, line, metric and value."""
    columns = list(zip(*rows, strict=True)) or [()] * 5
    table = pa.table(
        [
            pa.array(columns[0], pa.int64()).cast(pa.timestamp("ns", tz="UTC")),
            pa.array(columns[1], pa.string()).dictionary_encode(),
            pa.array(columns[2], pa.int64()),
            pa.array(columns[3], pa.string()).dictionary_encode(),
            pa.array(columns[4], pa.float64()),
        ],
        schema=SCHEMA,
    )
    return table.to_reader(max_chunksize=batch)


def nanoseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000


def at(seconds: float) -> int:
    return nanoseconds(START + timedelta(seconds=seconds))


ROWS: list[Row] = [
    (at(0), "job/algo-1-17", 1, "loss", 4.0),
    (at(0), "job/algo-1-17", 1, "lr", 0.1),
    (at(59.9), "job/algo-1-17", 2, "loss", 2.0),
    (at(61), "job/algo-2-17", 3, "loss", 1.0),
    (at(30), "job/algo-2-17", 4, "loss", 3.0),
    (None, "job/algo-2-17", 5, "loss", 9.0),
    (at(62), "job/algo-2-17", 6, "loss", math.nan),
    (at(62), "job/algo-2-17", 7, "loss", 2 * MOST),
]
