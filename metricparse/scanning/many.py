"""Many logs at once: some are begun on threads before their turn, and all come in their order."""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from metricparse.logs.input.sources import Source
from metricparse.records.batches import Columns
from metricparse.scanning.pipeline import Pipeline

if TYPE_CHECKING:
    from concurrent.futures import Future

    from metricparse.scanning.reading import BegunLog

#: Bytes of a log, as it is stored, that is begun before its turn has come. What is less takes longer
#: to hand to a thread than to search.
LEAST_AHEAD = 1 << 16
#: Logs that are begun before their turn, besides one for each thread.
_WAITING = 2


def run_many(
    sources: Sequence[Source], pipeline: Pipeline, block_size: int, threads: int
) -> Iterator[Columns]:
    """The records of logs, log by log, all of them counted in the summary of the pipeline."""
    turns: deque[tuple[Source, Future[BegunLog] | None]] = deque()
    begun = 0
    at_once = threads + _WAITING if pipeline.in_parallel and len(sources) > 1 else 0
    try:
        for source in sources:
            size = source.stored_size if at_once else None
            ahead = size is not None and size >= LEAST_AHEAD
            turns.append((source, pipeline.begin(source, block_size) if ahead else None))
            begun += ahead
            while turns and (begun > at_once or not begun):
                turn, log = turns.popleft()
                begun -= log is not None
                yield from pipeline.run(turn, block_size, log)
        for turn, log in turns:
            yield from pipeline.run(turn, block_size, log)
    finally:
        # Whoever stops early does not wait for what was begun.
        pipeline.close()
