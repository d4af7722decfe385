"""The log of a training job as the SageMaker SDK prints it: an ANSI colour around each event."""

import re
from collections.abc import Callable, Sequence

from metricparse.logs.envelopes.base import Text
from metricparse.logs.envelopes.line_decoder import lines_of

# The colours of the hosts, in the order in which the SDK gives them out; before 2019 the first was 31.
_COLOURS = (b"34", b"35", b"32", b"36", b"33")
# What the SDK prints itself, about the job: its states, dots in the meantime, and the bill.
_STATE = rb"\s*\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [A-Z][A-Za-z]* - [^\x1b\n]*"
_IS_STATE = re.compile(_STATE)
_OWN = re.compile(
    rb"%b\n?|[.\s]*|(?:Training|Billable) seconds: \d+\s*|Managed Spot Training savings: [0-9.]+%%\s*"
    % _STATE
)
_BEGIN = re.compile(rb"(?:%b|[.\s]*)\x1b\[(3[1-6])m" % _STATE)
_END = re.compile(rb"\x1b\[0m(?=\r?\n?\Z)")
_MAY_BE_END = re.compile(rb"\x1b(?:\[(?:0(?:m\r?)?)?)?\Z")
#: What the colour of an event begins with.
COLOUR = b"\x1b[3"
# Lines that may be something else: at the start of a log, and of so many events one between them.
_LEADING_LINES, _EVENTS_PER_LINE = 20, 20


def is_sdk(lines: Sequence[bytes]) -> bool:
    """Whether a log whose first lines are these is as the SDK prints it.

    Colours stand around whole events, those of the hosts in their order, and nearly all that
    stands between events is the SDK's own. Loggers that colour whole lines have a colour for each
    level, and what is not logged has none.
    """
    printed = SdkPrinted(lambda _: False)
    colours: set[bytes] = set()
    states = others = 0
    for place, line in enumerate(lines):
        if not printed.in_event:
            if begun := _BEGIN.match(line):
                colours.add(begun[1])
            else:
                states += bool(_IS_STATE.match(line))
                others += place >= _LEADING_LINES and not _OWN.fullmatch(line)
        printed.decode(line)
    if not printed.events or others > max(2, printed.events // _EVENTS_PER_LINE):
        return False
    return bool(states) or colours == set(_COLOURS[: len(colours)])


class SdkPrinted:
    """Events that the SDK printed, of one or more lines each.

    The colour is taken off an event, and what the SDK itself printed is taken out; the ends of its
    lines stay, so that a line has the number that it has in the log. What else stands between
    events is given as it is.

    events: how many have ended.
    """

    #: A line is decoded when it ends, or is as long as this.
    limit = 1 << 16
    invalid = 0

    def __init__(self, is_foreign: Callable[[bytes], bool]) -> None:
        self.in_event = False
        self.events = 0
        self._is_foreign = is_foreign
        self._held = b""  # what may be the colour's end

    @property
    def held(self) -> int:
        """Bytes that may be the end of an event's colour."""
        return len(self._held)

    @property
    def settled(self) -> bool:
        """Whether no event is begun."""
        return not self.in_event and not self._held

    def decode(self, block: bytes) -> tuple[list[Text], int]:
        """The text of the lines in `block`, up to one of another envelope, and where that is."""
        parts: list[bytes] = []
        position = 0
        for line in lines_of(block):
            if not self.in_event and self._is_foreign(line):
                break
            parts.append(self._text(line))
            position += len(line)
        return _texts(b"".join(parts)), position

    def go_on(self, data: bytes) -> list[Text]:
        """More of a line that is longer than the limit."""
        data, self._held = self._held + data, b""
        return _texts(self._without_end(data))

    def finish(self, *, more: bool) -> list[Text]:
        """What may have been the end of a colour and was not."""
        held, self._held = self._held, b""
        if _END.match(held):
            self._count(1)
            held = held.removeprefix(b"\x1b[0m")
        return _texts(held + b"\n" * (more and bool(held)))

    def go_on_after(self, line: bytes) -> None:
        """Nothing: these lines are not decoded elsewhere."""

    def _text(self, line: bytes) -> bytes:
        if self.in_event:
            return self._without_end(line)
        begun = _BEGIN.match(line)
        if begun:
            self.in_event = True
            return self._without_end(line[begun.end() :])
        return _line_end(line) if _OWN.fullmatch(line) else line

    def _without_end(self, text: bytes) -> bytes:
        if not self.in_event:
            return text
        if text.endswith(b"\n"):
            without, ends = _END.subn(b"", text)
            self._count(ends)
            return without
        begun = _MAY_BE_END.search(text)
        if begun:
            self._held, text = text[begun.start() :], text[: begun.start()]
        return text

    def _count(self, ends: int) -> None:
        self.in_event = not ends
        self.events += ends


def _line_end(line: bytes) -> bytes:
    return line[len(line.rstrip(b"\r\n")) :]


def _texts(data: bytes) -> list[Text]:
    return [Text(None, data)] if data else []
