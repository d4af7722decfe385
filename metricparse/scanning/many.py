"""Many logs at once: some are searched on threads of their own, and all come in their order."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from metricparse.logs.input.sources import Source
from metricparse.records.batches import Columns
from metricparse.scanning.pipeline import Pipeline, SearchedLog

if TYPE_CHECKING:
    from concurrent.futures import Future

#: Bytes of a log, as it is stored, that is searched by one thread beside others. What is less takes
#: longer to hand to a thread than to search; what is more is divided among threads itself, and would
#: fill the memory with records that wait for their turn.
LEAST_APART, MOST_APART = 1 << 18, 1 << 20

_Turn: TypeAlias = "Source | Future[SearchedLog]"


def run_many(
    sources: Sequence[Source],
    pipeline: Pipeline,
    block_size: int,
    threads: int,
    begin: Callable[[], Pipeline],
) -> Iterator[Columns]:
    """The records of logs, log by log, all of them counted in the summary of `pipeline`.

    begin: makes a pipeline, with one thread and a summary of its own, for a log that is searched
    apart.
    """
    if threads == 1 or len(sources) == 1:
        for source in sources:
            yield from pipeline.run(source, block_size)
        return

    from concurrent.futures import ThreadPoolExecutor

    def search(source: Source) -> SearchedLog:
        apart = begin()
        columns = list(apart.run(source, block_size))
        return SearchedLog(apart.summary, columns)

    pool = ThreadPoolExecutor(threads)
    turns: deque[_Turn] = deque()
    begun = 0
    try:
        for source in sources:
            size = source.stored_size
            apart = size is not None and LEAST_APART <= size <= MOST_APART
            turns.append(pool.submit(search, source) if apart else source)
            begun += apart
            while turns and (begun > threads or not begun):
                turn = turns.popleft()
                begun -= not isinstance(turn, Source)
                yield from _taken(turn, pipeline, block_size)
        for turn in turns:
            yield from _taken(turn, pipeline, block_size)
    finally:
        # Whoever stops early does not wait for what was begun.
        pool.shutdown(wait=False, cancel_futures=True)


def _taken(turn: _Turn, pipeline: Pipeline, block_size: int) -> Iterator[Columns]:
    if isinstance(turn, Source):
        return pipeline.run(turn, block_size)
    return pipeline.collect(turn.result())
