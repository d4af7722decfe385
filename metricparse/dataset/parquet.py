"""A log's records as Parquet: names as plain strings, times in the unit asked for."""

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from metricparse.records.plain import TimeUnit, in_unit, schema_in
from metricparse.sinks.formats import parquet_writer

# A log has most metrics, and values of all sizes, so that their bounds tell readers little, and
# they take long to find.
_BOUNDED = ["timestamp", "source"]
_GROWING = dict.fromkeys(["timestamp", "line"], "DELTA_BINARY_PACKED")


class ParquetFile:
    """Writes the records of a log to a file, batch by batch; closed at its end."""

    def __init__(self, file: Any, unit: TimeUnit, *, compression: str = "zstd") -> None:
        self._unit = unit
        self._writer: pq.ParquetWriter = parquet_writer(
            file,
            schema_in(unit),
            compression=compression,
            column_encoding=_GROWING,
            write_statistics=_BOUNDED,
            store_schema=False,  # readers are to find plain strings, not Arrow's dictionaries
        )

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write the rows of a batch."""
        self._writer.write_batch(in_unit(batch, self._unit))

    def close(self) -> None:
        """Write what the format has at its end."""
        self._writer.close()


def whole_parquet(batch: pa.RecordBatch, unit: TimeUnit) -> memoryview:
    """The records of a small log, which are one batch, as a file.

    They are not compressed, as that takes longer than to scan the log: numbers that grow, and
    names, are small by their encodings.
    """
    file = pa.BufferOutputStream()
    parquet = ParquetFile(file, unit, compression="none")
    parquet.write_batch(batch)
    parquet.close()
    return memoryview(file.getvalue())
