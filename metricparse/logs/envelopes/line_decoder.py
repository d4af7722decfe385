"""Envelopes around single lines: bytes to whole lines, and from one envelope to another."""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Protocol

from metricparse.logs.envelopes import Envelope
from metricparse.logs.envelopes.base import Text

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")


def lines_of(block: bytes) -> "list[bytes]":
    """The lines of a block, with their `\\n`."""
    return _LINE.findall(block)


def first_lines_of(block: bytes, count: int) -> "list[bytes]":
    """The same, so many at most."""
    return [line[0] for line in islice(_LINE.finditer(block), count)]


class LineEnvelope(Protocol):
    """An envelope around each line of a log."""

    invalid: int

    @property
    def limit(self) -> int:
        """Bytes by which a line's envelope can be told, if the line has not ended by then."""
        ...

    @property
    def held(self) -> int:
        """Bytes of text that wait for more."""
        ...

    @property
    def settled(self) -> bool:
        """Whether nothing is held, and no line is begun."""
        ...

    def decode(self, block: bytes) -> tuple[list[Text], int]:
        """The text of the lines in `block`, up to one of another envelope, and where that is.

        The last line may go on, if it is longer than the limit.
        """
        ...

    def go_on(self, data: bytes) -> list[Text]:
        """More of the last line, up to its end at the most."""
        ...

    def finish(self, *, more: bool) -> list[Text]:
        """What was held; its last line has an end if there is more to come."""
        ...

    def go_on_after(self, line: bytes) -> None:
        """The line before the next one, which was decoded elsewhere."""
        ...


class LineDecoder:
    """The `Decoder` of envelopes around single lines.

    envelope: the first one.
    make: what reads the lines of an envelope.
    certain: the envelope that a line can only be of, if any. Where a line is not valid in the
    present one, the log is read as that from there on.
    """

    #: Lines do not tell where a log should end.
    cut_off = False

    def __init__(
        self,
        envelope: Envelope,
        make: Callable[[Envelope], LineEnvelope],
        certain: Callable[[bytes], Envelope | None],
    ) -> None:
        self.envelope = envelope
        self._lines = make(envelope)
        self._make = make
        self._certain = certain
        self._invalid = 0
        self._fed = self._given = 0
        self._begun: list[bytes] = []
        self._begun_size = 0
        self._in_line = False

    @property
    def invalid(self) -> int:
        """Lines that were not valid in the envelope, and given out as they stood."""
        return self._invalid + self._lines.invalid

    @property
    def skipped(self) -> int:
        """Bytes that were the envelope's own."""
        return self._fed - self._given - self.held

    @property
    def held(self) -> int:
        """Bytes that were fed and wait for more: an unended line, and pieces of lines."""
        return self._begun_size + self._lines.held

    @property
    def settled(self) -> bool:
        """Whether a new decoder of the envelope could go on here, fed the held bytes again."""
        return self._lines.settled and not self._in_line

    def feed(self, data: bytes) -> Iterator[Text]:
        """What is complete with `data`."""
        self._fed += len(data)
        yield from self._counted(self._fed_with(data))

    def finish(self) -> Iterator[Text]:
        """What was held, at the end of the log."""
        yield from self._counted(self._finished())

    def skip_decoded(self, size: int, last: bytes, given: int) -> None:
        """Go on after whole lines that were decoded elsewhere, to so many bytes of text.

        size: bytes of the lines. last: the last of them.
        """
        self._fed += size
        self._given += given
        self._lines.go_on_after(last)

    def _fed_with(self, data: bytes) -> Iterator[Text]:
        if self._in_line:
            end = data.find(b"\n") + 1 or len(data)
            yield from self._lines.go_on(data[:end])
            self._in_line = not data[:end].endswith(b"\n")
            data = data[end:]
        end = data.rfind(b"\n") + 1
        if end:
            yield from self._decoded(self._taken(data[:end]))
        if end < len(data):
            self._begun.append(data[end:])
            self._begun_size += len(data) - end
        if self._begun_size > self._lines.limit:
            yield from self._decoded(self._taken(b""))
            self._in_line = True

    def _taken(self, data: bytes) -> bytes:
        block = b"".join((*self._begun, data))
        self._begun, self._begun_size = [], 0
        return block

    def _decoded(self, block: bytes) -> Iterator[Text]:
        while block:
            texts, end = self._lines.decode(block)
            yield from texts
            block = block[end:]
            if block:
                yield from self._lines.finish(more=True)
                self._invalid += self._lines.invalid
                envelope = self._certain(block[: block.find(b"\n") + 1 or None])
                assert envelope
                self.envelope = envelope
                self._lines = self._make(envelope)

    def _finished(self) -> Iterator[Text]:
        yield from self._decoded(self._taken(b""))
        yield from self._lines.finish(more=False)

    def _counted(self, texts: Iterator[Text]) -> Iterator[Text]:
        for text in texts:
            self._given += len(text.data)
            yield text
