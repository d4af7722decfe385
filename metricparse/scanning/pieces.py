"""What is searched of a log at a time: blocks of its text, or lines and events as they are."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO, TypeAlias

from metricparse._extension import kernel
from metricparse.logs.blocks import Stretch
from metricparse.logs.envelopes import Envelope
from metricparse.logs.intake import Intake, StreamBlock
from metricparse.matching.native import Segment
from metricparse.values import value

#: Bytes of an unfinished line or event that are held back before they are passed on.
_LONGEST_BEGUN = 1 << 20


@value
class RawLines:
    """Lines in an envelope, or events, as they are."""

    envelope: Envelope
    lines: Stretch


Piece: TypeAlias = StreamBlock | RawLines


def pieces_of(
    intake: Intake, chunks: Iterator[bytes], natively: frozenset[Envelope]
) -> Iterator[Piece]:
    """What is to be searched of a log whose envelope is known.

    natively: the envelopes whose lines are given as they are, as the kernel decodes them: the
    intake is fed where they are collected, and not here.
    """
    envelope = intake.envelope
    if envelope is None or envelope not in natively:
        for chunk in chunks:
            yield from intake.feed(chunk)
    elif envelope is Envelope.CLOUDWATCH:
        yield from _events_in(chunks)
    else:
        yield from _lines_in(envelope, chunks)


def _lines_in(envelope: Envelope, chunks: Iterator[bytes]) -> Iterator[RawLines]:
    """Whole lines, and parts of those that are very long."""
    begun = b""
    for chunk in chunks:
        end = chunk.rfind(b"\n") + 1 or len(chunk) * (len(begun) >= _LONGEST_BEGUN)
        if end:
            yield RawLines(envelope, Stretch(chunk, begun, end=end))
            begun = chunk[end:]
        else:
            begun += chunk
    if begun:
        yield RawLines(envelope, Stretch(begun))


def lines_of(file: BinaryIO, segment: Segment, position: int) -> Iterator[bytes]:
    """The lines that start in a segment, in blocks of them; position: where the first one starts.

    A line that is longer than a block comes in parts; its end may be left to the next segment.
    """
    while position < segment.end:
        file.seek(position)
        block = file.read(_LONGEST_BEGUN)
        end = block.rfind(b"\n") + 1
        if position + end >= segment.end:
            end = block.find(b"\n", max(0, segment.end - 1 - position)) + 1
        block = block[: end or None]
        if not block:
            return
        position += len(block)
        yield block


def divided(lines: bytes, size: int) -> Iterator[bytes]:
    """Lines in blocks of about that size, each with whole lines."""
    start = 0
    while start < len(lines):
        end = lines.rfind(b"\n", start, start + size) + 1
        end = end or lines.find(b"\n", start) + 1 or len(lines)
        yield lines[start:end]
        start = end


def _events_in(chunks: Iterable[bytes]) -> Iterator[RawLines]:
    """Documents of events in parts, of which most are whole events."""
    begun = b""
    for chunk in chunks:
        start = 0
        for end in kernel.event_cuts(chunk):
            yield RawLines(Envelope.CLOUDWATCH, Stretch(chunk, begun, start, end))
            start, begun = end, b""
        begun += chunk[start:]
        if len(begun) > _LONGEST_BEGUN:
            yield RawLines(Envelope.CLOUDWATCH, Stretch(begun))
            begun = b""
    if begun:
        yield RawLines(Envelope.CLOUDWATCH, Stretch(begun))
