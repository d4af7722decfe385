"""Bytes that are taken out of a log before it is cut into lines, each with its reason."""

import re
from enum import StrEnum
from typing import Protocol

#: The longest line that the raw view searches, in bytes.
RAW_LINE_LIMIT = 16 << 20

# `kernel/src/colours.rs` has the same grammar in Rust; the cases of `ansi.toml` run on both.
# Its parameters are bounded, so that what may be a code's beginning need not be held for long.
_BEGINNING = rb"\x1b\[[0-9;:]{0,64}"
_LONGEST_BEGINNING = 66
_COLOUR = re.compile(_BEGINNING + b"m")
_COLOUR_BEGUN = re.compile(rb"\x1b\Z|" + _BEGINNING + rb"\Z")


class SkipReason(StrEnum):
    """Why no regex saw some bytes of a log."""

    COLOUR_CODES = "ANSI colour codes"
    BEYOND_LINE_LIMIT = f"beyond the first {RAW_LINE_LIMIT >> 20} MiB of a line"
    ENVELOPE = "envelope"
    INCOMPLETE_LINE = "incomplete line before the damage"
    UNENDED_LINE = "line that has not ended"


class Filter(Protocol):
    """A stream of bytes to a shorter one."""

    #: Why bytes were taken out.
    reason: SkipReason
    #: How many were, so far.
    skipped: int

    def feed(self, chunk: bytes) -> bytes:
        """What is left of the bytes so far, as far as it is certain."""
        ...

    def finish(self) -> bytes:
        """What was held, at the end of the log."""
        ...


class ColourFilter:
    """Takes out ANSI colour codes: `ESC [ digits and ; m`."""

    reason = SkipReason.COLOUR_CODES

    def __init__(self) -> None:
        self.skipped = 0
        self._held = b""

    def feed(self, chunk: bytes) -> bytes:
        """The bytes without colour codes; what may be the beginning of one is held."""
        text = self._held + chunk
        begun = _COLOUR_BEGUN.search(text, max(0, len(text) - _LONGEST_BEGINNING))
        end = begun.start() if begun else len(text)
        self._held = text[end:]
        return self._without_colours(text[:end])

    def finish(self) -> bytes:
        """What was no colour code."""
        return self._held

    def _without_colours(self, text: bytes) -> bytes:
        if b"\x1b" not in text:
            return text
        plain = _COLOUR.sub(b"", text)
        self.skipped += len(text) - len(plain)
        return plain


class LineLimitFilter:
    """Takes out what is longer than a line that can be held in memory."""

    reason = SkipReason.BEYOND_LINE_LIMIT

    def __init__(self, limit: int = RAW_LINE_LIMIT) -> None:
        self.skipped = 0
        self._limit = limit
        self._length = 0

    def feed(self, chunk: bytes) -> bytes:
        """Of each line the first `limit` bytes and its `\\n`."""
        if self._length + len(chunk) <= self._limit:
            end = chunk.rfind(b"\n") + 1
            self._length = len(chunk) - end + (0 if end else self._length)
            return chunk
        return b"".join(map(self._limited, re.findall(rb"[^\n]*\n|[^\n]+", chunk)))

    def finish(self) -> bytes:
        """Nothing: nothing is held."""
        return b""

    def _limited(self, piece: bytes) -> bytes:
        """A line's next piece, as much of it as there is room for."""
        text = piece.removesuffix(b"\n")
        room = max(0, self._limit - self._length)
        self.skipped += len(text[room:])
        self._length = 0 if text is not piece else self._length + len(text)
        return text[:room] + piece[len(text) :]
