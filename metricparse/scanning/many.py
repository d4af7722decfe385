"""Many logs at once: some are searched before their turn, and all come in their order."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from metricparse.logs.input.sources import Source
from metricparse.records.found import FoundRecords
from metricparse.scanning.pipeline import Pipeline

if TYPE_CHECKING:
    from concurrent.futures import Future

    from metricparse.scanning.reading import BegunLog

#: Bytes of a log, as it is stored, that is begun before its turn though the kernel does not search
#: it by itself. What is less takes longer to hand to a thread than to search.
LEAST_AHEAD = 1 << 16


def run_many(
    sources: Sequence[Source], pipeline: Pipeline, block_size: int
) -> Iterator[Iterator[FoundRecords]]:
    """For each log its records, which are to be taken before the next log is asked for."""
    ahead = pipeline.search_ahead(sources, block_size)
    begun: dict[int, Future[BegunLog]] = {}
    try:
        for place, source in enumerate(sources):
            matches = ahead.next() if ahead else None
            for other in ahead.refused() if ahead and pipeline.in_parallel else ():
                if other > place and (sources[other].stored_size or 0) >= LEAST_AHEAD:
                    begun[other] = pipeline.begin(sources[other], block_size)
            if matches:
                yield pipeline.run_whole(source, matches)
            else:
                yield pipeline.run(source, block_size, begun.pop(place, None))
    finally:
        # Whoever stops early does not wait for what was begun.
        pipeline.close()
