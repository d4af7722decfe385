"""Records that wait for those of earlier sources, in memory and then in a temporary file."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from metricparse.records.found import FoundRecords

if TYPE_CHECKING:
    import pyarrow as pa

    from metricparse.records.batches import Columns

#: Records that wait in memory at most: some 9 MB.
RECORDS_IN_MEMORY = 1 << 18


class SpilledRecords:
    """Records of several sources, given back source by source.

    More than `records_in_memory` go to a temporary file, which is gone when it is closed.
    """

    def __init__(self, records_in_memory: int = RECORDS_IN_MEMORY) -> None:
        self._records_in_memory = records_in_memory
        self._waiting: defaultdict[int, list[FoundRecords]] = defaultdict(list)
        self._records = 0
        self._file: Any = None
        self._writer: Any = None
        self._written: defaultdict[int, list[int]] = defaultdict(list)
        self._batches = 0

    def add(self, records: FoundRecords) -> None:
        """Hold records of a source."""
        self._waiting[records.source].append(records)
        self._records += records.count
        if self._records > self._records_in_memory:
            self._write()

    def take(self, sources: Iterable[int]) -> Iterator[FoundRecords]:
        """The records of sources, those of each together, in that order."""
        reader = self._read_back()
        for source in sources:
            for number in self._written[source]:
                batch = reader.get_batch(number)
                yield FoundRecords(source, len(batch), partial(_columns, batch))
            yield from self._waiting[source]

    def close(self) -> None:
        """Let go of the records, and of the file."""
        self._waiting.clear()
        if self._file is not None:
            self._file.close()

    def _read_back(self) -> Any:
        if self._writer is None:
            return None
        import pyarrow as pa

        self._writer.close()
        return pa.ipc.open_file(self._file)

    def _write(self) -> None:
        import pyarrow as pa

        for source, records in self._waiting.items():
            table = pa.Table.from_batches([_batch(each.columns()) for each in records])
            if self._writer is None:
                import tempfile

                self._file = tempfile.TemporaryFile()  # noqa: SIM115 - `close` closes it
                self._writer = pa.ipc.new_file(self._file, table.schema)
            self._writer.write_table(table.combine_chunks())
            self._written[source].append(self._batches)
            self._batches += 1
        self._waiting.clear()
        self._records = 0


def _batch(columns: "Columns") -> "pa.RecordBatch":
    import pyarrow as pa

    from metricparse.values import parts

    return pa.RecordBatch.from_pydict(dict(parts(columns)))


def _columns(batch: "pa.RecordBatch") -> "Columns":
    from metricparse.records.batches import Columns

    return Columns(*batch.columns)
