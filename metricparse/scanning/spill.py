"""Rows that wait for those of earlier sources, in memory and then in a temporary file."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from metricparse.records.batches import Columns

#: Rows that wait in memory at most: some 9 MB.
ROWS_IN_MEMORY = 1 << 18

_SCHEMA = pa.schema(
    [
        ("timestamps", pa.int64()),
        ("sources", pa.int32()),
        ("lines", pa.int64()),
        ("definitions", pa.int32()),
        ("values", pa.float64()),
    ]
)


class SpilledRows:
    """Rows of several sources, given back source by source.

    More than `rows_in_memory` rows go to a temporary file, which is gone when it is closed.
    """

    def __init__(self, rows_in_memory: int = ROWS_IN_MEMORY) -> None:
        self._rows_in_memory = rows_in_memory
        self._waiting: defaultdict[int, list[pa.RecordBatch]] = defaultdict(list)
        self._rows = 0
        self._file: Any = None
        self._writer: Any = None
        self._written: defaultdict[int, list[int]] = defaultdict(list)
        self._batches = 0

    def add(self, source: int, columns: Columns) -> None:
        """Hold rows of a source."""
        arrays = [getattr(columns, name) for name in _SCHEMA.names]
        self._waiting[source].append(pa.record_batch(arrays, schema=_SCHEMA))
        self._rows += len(columns)
        if self._rows > self._rows_in_memory:
            self._write()

    def take(self, sources: Iterable[int]) -> Iterator[Columns]:
        """The rows of sources, those of each together, in that order."""
        reader = self._read_back()
        for source in sources:
            for number in self._written[source]:
                yield _columns(reader.get_batch(number))
            for batch in self._waiting[source]:
                yield _columns(batch)

    def close(self) -> None:
        """Let go of the rows, and of the file."""
        self._waiting.clear()
        if self._file is not None:
            self._file.close()

    def _read_back(self) -> Any:
        if self._writer is None:
            return None
        self._writer.close()
        return pa.ipc.open_file(self._file)

    def _write(self) -> None:
        if self._writer is None:
            import tempfile

            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - `close` closes it
            self._writer = pa.ipc.new_file(self._file, _SCHEMA)
        for source, batches in self._waiting.items():
            self._writer.write_table(pa.Table.from_batches(batches).combine_chunks())
            self._written[source].append(self._batches)
            self._batches += 1
        self._waiting.clear()
        self._rows = 0


def _columns(batch: pa.RecordBatch) -> Columns:
    return Columns(*batch.columns)
