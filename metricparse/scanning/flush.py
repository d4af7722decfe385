"""Records of live text, gathered into batches that are given out soon."""

import pyarrow as pa

from metricparse.records.batches import BatchBuilder, Columns
from metricparse.scanning.pipeline import Pipeline

#: Seconds between two flushes at the least, as long as records keep coming.
FLUSH_INTERVAL = 0.1


class Gathered:
    """What was found, and not given out yet."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._builder = BatchBuilder(pipeline.sources, pipeline.metrics)
        self._full: list[pa.RecordBatch] = []
        self._any = False
        self._taken = float("-inf")

    def add(self, columns: Columns | None) -> None:
        """Add records, or None for text that was read and has none."""
        self._any = True
        if columns:
            self._full += self._builder.add(columns)

    def is_due(self, now: float) -> bool:
        """Whether something was read, and the last flush was long enough ago."""
        return self._any and now - self._taken >= FLUSH_INTERVAL

    def take(self, now: float) -> list[pa.RecordBatch]:
        """All that is there."""
        taken = [*self._full, *self._builder.finish()]
        self._full, self._any, self._taken = [], False, now
        return taken
