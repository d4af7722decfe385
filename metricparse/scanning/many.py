"""Many logs at once: some are begun on threads before their turn, and all come in their order."""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from metricparse.logs.input.sources import Source
from metricparse.records.batches import Columns
from metricparse.scanning.pipeline import AHEAD, Pipeline

if TYPE_CHECKING:
    from concurrent.futures import Future

    from metricparse.scanning.reading import BegunLog

#: Bytes of a log, as it is stored, that is begun before its turn has come. What is less takes longer
#: to hand to a thread than to search.
LEAST_AHEAD = 1 << 16
#: Logs of which so much was searched that may wait for their turn, besides one for each thread.
_WAITING = 2
#: Bytes of text that a stored one may stand for, which is how much a log is taken to be.
_TEXT_OF_BYTE = 8


def run_many(
    sources: Sequence[Source], pipeline: Pipeline, block_size: int, threads: int
) -> Iterator[Columns]:
    """The records of logs, log by log, all of them counted in the summary of the pipeline."""
    turns: deque[tuple[Source, int, Future[BegunLog] | None]] = deque()
    searched = 0
    room = (threads + _WAITING) * AHEAD if pipeline.in_parallel and len(sources) > 1 else 0
    try:
        for source in sources:
            size = (source.stored_size if room else None) or 0
            ahead = min(size * _TEXT_OF_BYTE, AHEAD) if size >= LEAST_AHEAD else 0
            turns.append((source, ahead, pipeline.begin(source, block_size) if ahead else None))
            searched += ahead
            while turns and (searched > room or not searched):
                turn, ahead, log = turns.popleft()
                searched -= ahead
                yield from pipeline.run(turn, block_size, log)
        for turn, _, log in turns:
            yield from pipeline.run(turn, block_size, log)
    finally:
        # Whoever stops early does not wait for what was begun.
        pipeline.close()
