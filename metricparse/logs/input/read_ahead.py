"""Chunks that are made on a thread of their own, some of them before they are asked for."""

from collections.abc import Generator
from contextlib import closing
from queue import SimpleQueue
from threading import Event, Thread

# Chunks between the two threads.
_AHEAD = 4


def read_ahead(chunks: Generator[bytes]) -> Generator[bytes]:
    """The same chunks, and what is raised in making them, as the next of them are being made.

    Whoever stops early does not wait for those; the generator is closed once they are made.
    """
    made: SimpleQueue[bytes | BaseException | None] = SimpleQueue()
    asked: SimpleQueue[None] = SimpleQueue()
    stopped = Event()

    def make() -> None:
        with closing(chunks):
            chunk: bytes | BaseException | None = b""
            while isinstance(chunk, bytes):
                asked.get()
                if stopped.is_set():
                    return
                try:
                    chunk = next(chunks, None)
                except BaseException as error:  # noqa: BLE001 - it is raised to the one who asks
                    chunk = error
                made.put(chunk)

    Thread(target=make, name="read ahead").start()
    try:
        for _ in range(_AHEAD):
            asked.put(None)
        while (chunk := made.get()) is not None:
            if isinstance(chunk, BaseException):
                raise chunk
            asked.put(None)
            yield chunk
    finally:
        stopped.set()
        asked.put(None)
