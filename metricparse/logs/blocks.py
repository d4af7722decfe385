"""Chunks of bytes to blocks that end where a line ends, or an event of a line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: Bytes of a line that later blocks remember of it; enough for a time at its start.
HEAD_SIZE = 64


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive bytes of a log that end where a line ends, or an event of a line.

    data: lines with their `\\n`; the last has none at the end of the log, or of an event.
    line: the 1-based number of the first line.
    head: the first bytes of that line where the block starts in the middle of it; else empty.
    """

    data: bytes
    line: int
    head: bytes = b""

    @property
    def last_line(self) -> int:
        """The number of the last line."""
        return self.line + self.data.count(b"\n") - self.data.endswith(b"\n")


def cut_blocks(chunks: Iterable[bytes], event_size: int | None) -> Iterator[Block]:
    """Cut the bytes in `chunks`, of any sizes, into blocks; each chunk gives at most one.

    A line that does not end within a chunk is held back until it does, or, with an `event_size`,
    until it is longer than that: then its whole events are given.
    """
    pending = bytearray()
    line, head = 1, b""
    for chunk in chunks:
        end = chunk.rfind(b"\n") + 1
        end += len(pending) if end else 0
        pending += chunk
        if not end and event_size is not None and pending:
            end = (len(pending) - 1) // event_size * event_size
        if not end:
            continue
        data = bytes(pending[:end])
        del pending[:end]
        yield Block(data, line, head)
        if data.endswith(b"\n"):
            head = b""
        elif not head:
            head = data[:HEAD_SIZE]
        line += data.count(b"\n")
    if pending:
        yield Block(bytes(pending), line, head)
