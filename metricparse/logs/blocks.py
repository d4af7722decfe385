"""Chunks of bytes to blocks that end where a line ends, or an event of a line."""

from metricparse.values import value

#: Bytes of a line that later blocks remember of it; enough for a time at its start.
HEAD_SIZE = 64


@value
class Stretch:
    """Consecutive bytes of a log, not copied from where they were read.

    chunk: bytes that were read together, of which those from `start` to `end` (None: its end) belong
    to it. begun: the bytes before `start`, held back from earlier chunks.
    """

    chunk: bytes
    begun: bytes = b""
    start: int = 0
    end: int | None = None

    @property
    def parts(self) -> tuple[bytes, bytes, int, int]:
        """What was held back, and the chunk with where its part starts and ends, for the kernel."""
        end = len(self.chunk) if self.end is None else self.end
        return self.begun, self.chunk, self.start, end

    @property
    def size(self) -> int:
        """How many bytes there are."""
        begun, _, start, end = self.parts
        return len(begun) + end - start

    @property
    def is_ended(self) -> bool:
        """Whether the last line is complete."""
        return self.chunk.endswith(b"\n", self.start, self.end)

    @property
    def last_line(self) -> bytes:
        """The last line, which is complete."""
        begun, chunk, start, end = self.parts
        before = chunk.rfind(b"\n", start, end - 1) + 1
        return chunk[before:end] if before else begun + chunk[start:end]

    @property
    def data(self) -> bytes:
        """All bytes as one object, copied unless they are exactly the chunk."""
        begun, chunk, start, end = self.parts
        if not begun and end - start == len(chunk):
            return chunk
        return b"".join((begun, memoryview(chunk)[start:end]))


@value
class Block(Stretch):
    """Lines with their `\\n`; the last has none at the end of the log, or of an event.

    head: the first bytes of the first line where the block starts in the middle of it.
    """

    head: bytes = b""


class BlockCutter:
    """Cuts bytes that come in, of any sizes, into blocks.

    A line that does not end within a chunk is held back until it does, or, with an `event_size`,
    until it is longer than that: then its whole events are given.
    """

    def __init__(self, event_size: int | None) -> None:
        self._event_size = event_size
        self._held: list[bytes] = []
        self._size = 0
        self._head = b""

    @property
    def in_line(self) -> bool:
        """Whether some of a line was given whose end was not."""
        return bool(self._head)

    def feed(self, chunk: bytes) -> Block | None:
        """What is complete with `chunk`, if anything is."""
        end = chunk.rfind(b"\n") + 1
        if end:
            block = Block(chunk, b"".join(self._held), end=end, head=self._head)
            self._hold(chunk[end:])
            self._head = b""
            return block
        self._held.append(chunk)
        self._size += len(chunk)
        end = _whole_events(self._size, self._event_size)
        if not end:
            return None
        text = b"".join(self._held)
        block = Block(text[:end], head=self._head)
        self._hold(text[end:])
        self._head = self._head or text[:HEAD_SIZE]
        return block

    def finish(self) -> Block | None:
        """What was held, at the end of the log."""
        text = b"".join(self._held)
        return Block(text, head=self._head) if text else None

    def _hold(self, rest: bytes) -> None:
        self._held, self._size = [rest], len(rest)


def _whole_events(size: int, event_size: int | None) -> int:
    """How many bytes of an unended line of that size are events that are sure not to be its last.

    What follows an event belongs to the line, so that at least one byte stays.
    """
    return (size - 1) // event_size * event_size if size and event_size else 0
