"""Chunks of bytes to blocks that end where a line ends, or an event of a line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: Bytes of a line that later blocks remember of it; enough for a time at its start.
HEAD_SIZE = 64


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive bytes of a log that end where a line ends, or an event of a line.

    data: lines with their `\\n`; the last has none at the end of the log, or of an event.
    head: the first bytes of the first line where the block starts in the middle of it.
    """

    data: bytes
    head: bytes = b""


def cut_blocks(chunks: Iterable[bytes], event_size: int | None) -> Iterator[Block]:
    """Cut the bytes in `chunks`, of any sizes, into blocks; each chunk gives at most one.

    A line that does not end within a chunk is held back until it does, or, with an `event_size`,
    until it is longer than that: then its whole events are given.
    """
    pending, head = b"", b""
    for chunk in chunks:
        end = chunk.rfind(b"\n") + 1
        if end:
            data, pending = b"".join((pending, memoryview(chunk)[:end])), chunk[end:]
            yield Block(data, head)
            head = b""
            continue
        pending += chunk
        end = _whole_events(len(pending), event_size)
        if end:
            data, pending = pending[:end], pending[end:]
            yield Block(data, head)
            head = head or data[:HEAD_SIZE]
    if pending:
        yield Block(pending, head)


def _whole_events(size: int, event_size: int | None) -> int:
    """How many bytes of an unended line of that size are events that are sure not to be its last.

    What follows an event belongs to the line, so that at least one byte stays.
    """
    return (size - 1) // event_size * event_size if size and event_size else 0
