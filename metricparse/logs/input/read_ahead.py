"""Chunks that are made on a thread of their own, some of them before they are asked for."""

from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor

# Chunks between the two threads.
_AHEAD = 4


def read_ahead(chunks: Generator[bytes]) -> Generator[bytes]:
    """The same chunks, and what is raised in making them, as the next of them are being made.

    Whoever stops early does not wait for those; the generator is closed once they are made.
    """
    maker = ThreadPoolExecutor(1)
    made: deque[Future[bytes | None]] = deque()
    try:
        made.extend(maker.submit(next, chunks, None) for _ in range(_AHEAD))
        while (chunk := made.popleft().result()) is not None:
            made.append(maker.submit(next, chunks, None))
            yield chunk
    finally:
        for each in made:
            each.cancel()
        maker.submit(chunks.close)
        maker.shutdown(wait=False)
