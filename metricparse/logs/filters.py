"""Bytes that are taken out of a log before it is cut into lines, each with its reason."""

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

#: The longest line that the raw view searches, in bytes.
RAW_LINE_LIMIT = 16 << 20

# Their parameters are bounded, so that what may be a code's beginning need not be held for long.
_COLOUR = re.compile(rb"\x1b\[[0-9;:]{0,64}m")
_COLOUR_BEGUN = re.compile(rb"\x1b(?:\[[0-9;:]{0,64})?\Z")
_LONGEST_BEGINNING = 66


class Filter(Protocol):
    """A stream of bytes to a shorter one."""

    #: Why bytes were taken out, in words for people.
    reason: str
    #: How many were, so far.
    skipped: int

    def apply(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The bytes in `chunks` without those that are taken out."""
        ...


class ColourFilter:
    """Takes out ANSI colour codes: `ESC [ digits and ; m`."""

    reason = "ANSI colour codes"

    def __init__(self) -> None:
        self.skipped = 0

    def apply(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The bytes in `chunks` without colour codes, also those that two chunks share."""
        held = b""
        for chunk in chunks:
            text = held + chunk
            begun = _COLOUR_BEGUN.search(text, max(0, len(text) - _LONGEST_BEGINNING))
            end = begun.start() if begun else len(text)
            held = text[end:]
            yield self._without_colours(text[:end])
        yield held

    def _without_colours(self, text: bytes) -> bytes:
        if b"\x1b" not in text:
            return text
        plain = _COLOUR.sub(b"", text)
        self.skipped += len(text) - len(plain)
        return plain


class LineLimitFilter:
    """Takes out what is longer than a line that can be held in memory."""

    reason = f"beyond the first {RAW_LINE_LIMIT >> 20} MiB of a line"

    def __init__(self, limit: int = RAW_LINE_LIMIT) -> None:
        self.skipped = 0
        self._limit = limit
        self._length = 0

    def apply(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The bytes in `chunks`, of each line the first `limit` ones and its `\\n`."""
        for chunk in chunks:
            if self._length + len(chunk) <= self._limit:
                end = chunk.rfind(b"\n") + 1
                self._length = len(chunk) - end + (0 if end else self._length)
                yield chunk
            else:
                yield b"".join(map(self._limited, re.findall(rb"[^\n]*\n|[^\n]+", chunk)))

    def _limited(self, piece: bytes) -> bytes:
        """A line's next piece, as much of it as there is room for."""
        text = piece.removesuffix(b"\n")
        room = max(0, self._limit - self._length)
        self.skipped += len(text[room:])
        self._length = 0 if text is not piece else self._length + len(text)
        return text[:room] + piece[len(text) :]
