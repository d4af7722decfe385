"""Logs in memory: a text, or what was read of a log that can be read once only."""

import io
from typing import Any, BinaryIO

# Bytes that are kept of a log.
_KEPT = 16 << 20


class KeptLog(io.BytesIO):
    """The beginning of a log, to be read again.

    name: what the log is called. complete: it is all of it.
    """

    def __init__(self, name: str, data: bytes = b"") -> None:
        super().__init__(data)
        self.name = name
        self.complete = True

    def keep(self, data: bytes) -> None:
        """Add what was read next, as long as there is room."""
        room = _KEPT - self.tell()
        self.write(data[:room])
        self.complete = self.complete and len(data) <= room


class RecordedStream(io.RawIOBase):
    """A stream that is read once, and what of it is kept."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        super().__init__()
        self.name = name
        self.kept = KeptLog(name)
        self._stream = stream

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read bytes as they come, and keep them."""
        view = memoryview(buffer)
        data = self._stream.read1(len(view))  # type: ignore[attr-defined] # standard input has it
        view[: len(data)] = data
        self.kept.keep(data)
        return len(data)
