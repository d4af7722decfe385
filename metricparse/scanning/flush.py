"""Records of live text, given out in batches soon after they were found."""

from typing import TYPE_CHECKING

from metricparse.records.found import FoundRecords

if TYPE_CHECKING:
    import pyarrow as pa

    from metricparse.records.batches import BatchBuilder

#: Seconds between two flushes at least, as long as records keep coming.
FLUSH_INTERVAL = 0.1


class FlushBuffer:
    """What was found and not given out yet."""

    def __init__(self, builder: "BatchBuilder") -> None:
        self._builder = builder
        self._full: list[pa.RecordBatch] = []
        self._pending = False
        self._last_flush = float("-inf")

    def add(self, records: FoundRecords | None) -> None:
        """Add records, or None for text that was read and has none."""
        self._pending = True
        if records:
            self._full += self._builder.add(records.columns())

    def is_due(self, now: float) -> bool:
        """Whether something was read, and the last flush was long enough ago."""
        return self._pending and now - self._last_flush >= FLUSH_INTERVAL

    def flush(self, now: float) -> "list[pa.RecordBatch]":
        """All records that were added since the last flush."""
        batches = [*self._full, *self._builder.finish()]
        self._full, self._pending, self._last_flush = [], False, now
        return batches
