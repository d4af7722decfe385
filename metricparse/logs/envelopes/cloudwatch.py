"""CloudWatch's JSON: the documents of `get-log-events` and `filter-log-events`, page after page."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, Any

from metricparse._extension import kernel
from metricparse.logs.envelopes import Envelope
from metricparse.logs.envelopes.base import Text, Times, utf_8
from metricparse.logs.envelopes.line_joiner import HELD_LIMIT

if TYPE_CHECKING:
    import pyarrow as pa

_SPACE = re.compile(r"[ \t\r\n,]*")
_COLON = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_PAGE = re.compile(r'\{[ \t\r\n]*"events"[ \t\r\n]*:[ \t\r\n]*\[')
_PAGE_BYTES = re.compile(_PAGE.pattern.encode())
# A document that has a message is an event itself.
_EVENT_MEMBERS = {"message", "timestamp", "logStreamName"}
_decode = json.JSONDecoder().raw_decode

# What may be missing at the end of JSON that is cut off, besides a text, before `json` can tell.
_CUT = 16
_MILLISECOND = 10**6
_INT64_SIZE = 8
# Text that is so short is copied before it is read.
_SHORT_REST = 1 << 12
# The last time that nanoseconds reach.
_LATEST = 2**63 // _MILLISECOND


class _Place(Enum):
    """Where in a document the next value stands."""

    BETWEEN = "between documents, or in an array of events"
    DOCUMENT = "in a document, whose members are read one by one"
    EVENTS = "in the array of events of a document"


class _CutError(Exception):
    """The value goes on behind what is there."""


class CloudWatch:
    """The `Decoder` of documents of events, of arrays of events, and of events on their own.

    An event is one or more lines. What is no JSON is given out as it stands, up to the end of its
    line, and counted as one invalid line; behind it the next event is looked for. threads: how many
    decode at once.
    """

    envelope = Envelope.CLOUDWATCH

    def __init__(self, threads: int = 1) -> None:
        self.invalid = 0
        self._threads = threads
        self._fed = self._given = 0
        self._parts: list[bytes] = []
        self._held = 0
        self._place = _Place.BETWEEN
        self._arrays = 0
        self._cut_before = False
        self._members: dict[str, Any] = {}
        self._in_line = False
        self._lines: defaultdict[str | None, _Lines] = defaultdict(_Lines)

    @property
    def skipped(self) -> int:
        """Bytes that were the envelope's own; events without a newline are given one."""
        return self._fed - self._given - self._held

    @property
    def held(self) -> int:
        """Bytes that were fed and wait for more."""
        return self._held

    @property
    def settled(self) -> bool:
        """Whether a new decoder of the envelope could go on here, fed the held bytes again."""
        return self._place is _Place.BETWEEN and not self._in_line

    @property
    def cut_off(self) -> bool:
        """Whether a document ended too early, or the log would if it ended here."""
        return self._cut_before or self._place is not _Place.BETWEEN or self._arrays > 0

    @property
    def is_between_events(self) -> bool:
        """Whether the next event of an array may be decoded elsewhere, as nothing waits for more."""
        return self._place is _Place.EVENTS and not self._in_line and not self._held

    def skip_decoded(self, size: int, last: bytes, given: int) -> None:
        """Go on after whole events that were decoded elsewhere, to so many bytes of text.

        size: bytes of the events. last: nothing.
        """
        del last
        self._fed += size
        self._given += given

    def feed(self, data: bytes) -> Iterator[Text]:
        """The events that are complete with `data`."""
        self._fed += len(data)
        self._held += len(data)
        self._parts.append(data)
        # An event ends with a brace. To read what is held again without one would be for nothing.
        if self._in_line or self._held > HELD_LIMIT or b"}" in data:
            self._read(ended=False)
            yield from self._complete()

    def finish(self) -> Iterator[Text]:
        """What was held, at the end of the log."""
        self._read(ended=True)
        yield from self._complete()

    def _read(self, *, ended: bool) -> None:
        """Read all that is there, as Latin-1, in which a byte is a character."""
        data = b"".join(self._parts)
        start = self._read_events(data)
        text = data[start:].decode("latin-1")
        position = self._rest_of_line(text, 0) if self._in_line else 0
        try:
            while (position := _space(text, position)) < len(text):
                position = self._read_value(text, position, ended=ended)
        except _CutError:
            pass
        self._parts = [text[position:].encode("latin-1")]
        self._held = len(text) - position

    def _read_events(self, data: bytes) -> int:
        """Read the events that a page goes on with, as they mostly are; the place after them."""
        if not kernel or self._place is not _Place.EVENTS or self._in_line:
            return 0
        start = len(data) - len(data.lstrip(b" \t\r\n,")) if data[:1] in b" \t\r\n," else 0
        if data[start : start + 1] != b"{" or _PAGE_BYTES.match(data, start):
            return 0
        return start + self._take_ordinary(data, start)

    def _take_ordinary(self, data: bytes, start: int) -> int:
        """Take ordinary events; how many bytes they have."""
        runs, size = kernel.decode_events(data, start, self._threads)
        for stream, text, times in runs:
            lines = self._lines[stream.decode() if stream is not None else None]
            lines.add_decoded(text, times)
        return size

    def _read_value(self, text: str, position: int, *, ended: bool) -> int:
        """Read what stands there; the place behind it."""
        try:
            return self._step(text, position)
        except _CutError:
            if not ended and len(text) - position <= HELD_LIMIT:
                raise
        except (ValueError, RecursionError):
            pass
        self.invalid += 1
        return self._rest_of_line(text, position)

    def _step(self, text: str, position: int) -> int:
        sign = text[position]
        if self._place is _Place.EVENTS:
            return self._step_in_events(text, position, sign)
        if self._place is _Place.DOCUMENT:
            return self._step_in_document(text, position, sign)
        if sign not in "[]{":
            raise ValueError("no document")
        if sign == "{":
            self._place, self._members = _Place.DOCUMENT, {}
        else:
            self._arrays = max(0, self._arrays + (1 if sign == "[" else -1))
        return position + 1

    def _step_in_events(self, text: str, position: int, sign: str) -> int:
        if sign == "]":
            self._place = _Place.DOCUMENT
            return position + 1
        if sign != "{":
            raise ValueError("no event")
        if _PAGE.match(text, position):
            self._cut_before = True
            self._place, self._members = _Place.DOCUMENT, {}
            return position + 1
        end = self._read_ordinary_events(text, position)
        if end > position:
            return end
        event, end = _value(text, position)
        if "message" in event:
            self._give(event)
        else:
            self.invalid += 1
            plain = text[position:end].encode("latin-1") + b"\n"
            self._lines[None].add_plain(plain, starts=plain.count(b"\n"))
        return end

    def _read_ordinary_events(self, text: str, position: int) -> int:
        """Read events that are as they mostly are, one after the other; the place after them."""
        if kernel and len(text) - position <= HELD_LIMIT:
            return position + self._take_ordinary(text[position:].encode("latin-1"), 0)
        return self._read_ascii_events(text, position) if text.isascii() else position

    def _read_ascii_events(self, text: str, position: int) -> int:
        try:
            while text[position] == "{":
                event, end = _decode(text, position)
                if type(event.get("message")) is not str or end - position > HELD_LIMIT:
                    break
                self._give(event)
                position = _space(text, end)
        except (IndexError, ValueError, RecursionError):
            pass
        return position

    def _step_in_document(self, text: str, position: int, sign: str) -> int:
        if sign == "}":
            self._place = _Place.BETWEEN
            if "message" in self._members:
                self._give(self._members)
            return position + 1
        if sign != '"':
            raise ValueError("no name")
        name, end = _value(text, position)
        colon = _COLON.match(text, end)
        if colon is None and end < len(text):
            raise ValueError("no value")
        if colon is None or colon.end() == len(text):
            raise _CutError
        if name == "events" and text[colon.end()] == "[":
            self._place = _Place.EVENTS
            return colon.end() + 1
        value, end = _value(text, colon.end())
        if end == len(text):
            raise _CutError  # a number may go on
        if name in _EVENT_MEMBERS:
            self._members[name] = value
        return end

    def _rest_of_line(self, text: str, position: int) -> int:
        """Give out what stands there, up to the end of the line."""
        end = text.find("\n", position) + 1
        plain = text[position : end or None].encode("latin-1")
        self._lines[None].add_plain(plain, starts=0 if self._in_line else 1)
        self._in_line = not end
        return end or len(text)

    def _give(self, event: dict[str, Any]) -> None:
        message, time = event["message"], event.get("timestamp")
        stream = event.get("logStreamName")
        lines = self._lines[stream if type(stream) is str else None]
        lines.messages.append(message if type(message) is str else json.dumps(message))
        lines.times.append(time if type(time) is int and -_LATEST < time < _LATEST else None)

    def _complete(self) -> Iterator[Text]:
        streams, self._lines = self._lines, defaultdict(_Lines)
        for stream, lines in streams.items():
            text = lines.text(stream)
            self._given += len(text.data)
            yield text


class _Lines:
    """Events of a stream, and what is no event, as lines."""

    def __init__(self) -> None:
        #: Of the events that are not among the lines yet.
        self.messages: list[str] = []
        self.times: list[int | None] = []
        self._data: list[bytes] = []
        self._newlines = 0
        self._line_times: list[list[int | None] | bytes] = []

    def add_plain(self, data: bytes, *, starts: int) -> None:
        """What is no event, and how many lines start there."""
        self._add_events()
        self._data.append(data)
        self._newlines += data.count(b"\n")
        self._line_times.append([None] * starts)

    def add_decoded(self, data: bytes, times: bytes) -> None:
        """Lines of further events, and the time of each (int64 milliseconds since 1970)."""
        self._add_events()
        self._data.append(data)
        self._newlines += len(times) // _INT64_SIZE
        self._line_times.append(times)

    def text(self, stream: str | None) -> Text:
        """All lines."""
        self._add_events()
        data = b"".join(self._data)
        return Text(stream, data, _Milliseconds(self._line_times), self._newlines)

    def _add_events(self) -> None:
        if not self.messages:
            return
        joined = "\n".join((*self.messages, ""))
        if joined.count("\n") > len(self.messages):
            lines = [_ended(message) for message in self.messages]
            counts = [line.count("\n") for line in lines]
            joined = "".join(lines)
            self.times = [
                time for time, count in zip(self.times, counts, strict=True) for _ in range(count)
            ]
        self._data.append(utf_8(joined))
        self._newlines += len(self.times)
        self._line_times.append(self.times)
        self.messages, self.times = [], []


def _ended(message: str) -> str:
    return message if message.endswith("\n") else message + "\n"


class _Milliseconds(Times):
    """Times of all lines, in milliseconds since 1970; bytes hold them as int64."""

    def __init__(self, parts: list[list[int | None] | bytes]) -> None:
        self._parts = parts

    def at(self, lines: "pa.Array") -> "pa.Array":
        """Nanoseconds since 1970 of some lines."""
        import pyarrow as pa
        import pyarrow.compute as pc

        def as_array(part: list[int | None] | bytes) -> pa.Array:
            if isinstance(part, list):
                return pa.array(part, pa.int64())
            buffers = [None, pa.py_buffer(part)]
            return pa.Array.from_buffers(pa.int64(), len(part) // _INT64_SIZE, buffers)

        parts = list(map(as_array, self._parts))
        return pc.multiply(pa.concat_arrays(parts).take(lines), _MILLISECOND)


def _space(text: str, position: int) -> int:
    """The place behind spaces and commas."""
    match = _SPACE.match(text, position)
    assert match
    return match.end()


def _value(text: str, position: int) -> tuple[Any, int]:
    """A value in Latin-1, and the place behind it."""
    # An error counts the lines before it, which are many, and where JSON is cut off it is no error.
    before = position if len(text) - position <= _SHORT_REST else 0
    try:
        value, end = _decode(text[before:] if before else text, position - before)
        end += before
    except json.JSONDecodeError as error:
        if error.msg.startswith("Unterminated string") or before + error.pos + _CUT >= len(text):
            raise _CutError from None
        raise
    if end - position > HELD_LIMIT:
        raise ValueError("longer than can be held")
    if not text.isascii() and not (raw := text[position:end]).isascii():
        value = json.loads(raw.encode("latin-1").decode("utf-8", "replace"))
    return value, end
