"""Views: what the regexes see of a raw line."""

from bisect import bisect_right
from enum import StrEnum

from metricparse.logs.blocks import HEAD_SIZE, Block
from metricparse.values import value

#: Raw bytes after which the service cuts a line into events (seen in its output).
EVENT_SIZE = 16_384

#: All bytes but control characters other than the line end.
_OTHERS = bytes({0x0A, *range(0x20, 0x7F), *range(0x80, 0x100)})

#: A control character, as CloudWatch shows it.
ESCAPED_CONTROL = r"#(?:0[0-3][0-7]|177)"
#: What follows the escape character in an ANSI colour code.
COLOUR_PARAMETERS = r"\[[0-9;]*m"


class View(StrEnum):
    """What the regexes see of a raw line.

    SAGEMAKER: the log as CloudWatch shows it. Lines are cut into events of 16,384 bytes, control
    characters become `#` and three octal digits.
    RAW: the line as it is.
    """

    SAGEMAKER = "sagemaker"
    RAW = "raw"

    @property
    def event_size(self) -> int | None:
        """Raw bytes of an event at most; None where lines are not cut."""
        return EVENT_SIZE if self is View.SAGEMAKER else None

    @property
    def colour_code(self) -> str:
        """A regex for an ANSI colour code, as the regexes see it."""
        escape = "#033" if self is View.SAGEMAKER else r"\x1b"
        return escape + COLOUR_PARAMETERS

    def of(self, block: Block) -> "Events":
        """The events of a block, as the regexes see them."""
        if self is View.RAW:
            return Events(block.data, (), block.head)
        text, cuts = _cut_events(block.data)
        return Events(_escape_controls(text), cuts, block.head)


@value
class Events:
    """The events of a block: lines, or pieces of lines, as the regexes see them.

    text: events in UTF-8 (which may be invalid), `\\n` between them and perhaps after the last.
    cuts: the places, from 0, of the events that go on with the line of the event before.
    head: the first bytes of the first event's line, where the event is not the line's first.
    """

    text: bytes
    cuts: tuple[int, ...]
    head: bytes

    @property
    def count(self) -> int:
        """How many events there are."""
        unended = bool(self.text) and not self.text.endswith(b"\n")
        return self.text.count(b"\n") + unended

    def line_of(self, event: int) -> int:
        """The line that an event belongs to, counted from 0 in the block."""
        return event - bisect_right(self.cuts, event)

    def head_of_line(self, event: int, start: int) -> bytes:
        """The first bytes of the line of an event that starts at the byte `start`."""
        while event in self.cuts:
            start = self.text.rfind(b"\n", 0, start - 1) + 1
            event -= 1
        if event == 0 and self.head:
            return self.head
        return self.text[start : start + HEAD_SIZE]


def _cut_events(data: bytes) -> tuple[bytes, tuple[int, ...]]:
    pieces: list[bytes] = []
    cuts: list[int] = []
    event = piece = position = 0
    while position + EVENT_SIZE < len(data):
        newline = data.rfind(b"\n", position, position + EVENT_SIZE + 1)
        if newline >= 0:
            position = newline + 1
            continue
        position += EVENT_SIZE
        event += data.count(b"\n", piece, position) + 1
        cuts.append(event)
        pieces.append(data[piece:position])
        piece = position
    if not cuts:
        return data, ()
    return b"\n".join((*pieces, data[piece:])), tuple(cuts)


def _escape_controls(text: bytes) -> bytes:
    for code in {*text.translate(None, _OTHERS)}:
        text = text.replace(bytes([code]), b"#%03o" % code)
    return text
