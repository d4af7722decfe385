"""Envelopes that are a prefix of each line: Compose, MPI, `aws logs tail`, CloudWatch's export."""

import re
from collections.abc import Callable

from metricparse.logs.envelopes import Envelope
from metricparse.logs.envelopes.base import (
    Text,
    Times,
    Written,
    decode_natively,
    first_words,
    written_times,
)
from metricparse.logs.envelopes.line_decoder import lines_of
from metricparse.values import field, state, value

_DATE_AND_TIME = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
_COLOUR = rb"\x1b\[[0-9;]{1,16}m"


@value
class Prefix:
    """How the lines of an envelope begin.

    regex: the prefix; its groups `stream` and `time` say what it tells, if it does.
    stream: a stream's name, from what the prefix tells.
    timed: it tells times. An event may then have several lines, only the first with the prefix.
    envelope: what it is to the kernel, which knows those with times.
    """

    regex: "re.Pattern[bytes]"
    stream: str = "{}"
    timed: bool = False
    envelope: Envelope | None = None


# Compose pads names to one width; with colours, the bar is coloured with or without its space.
COMPOSE = Prefix(
    re.compile(
        rb"(?P<colour>%b)?+(?P<stream>[0-9A-Za-z][0-9A-Za-z_.-]{0,254}) {1,255}+\|"
        rb"(?(colour)(?: \x1b\[0m|\x1b\[0m ?)|(?: |(?=\n)|\Z))" % _COLOUR
    )
)
# Only the newer forms, with the job's full name or with the host, have a space of their own.
MPI = Prefix(
    re.compile(
        rb"\[(?:\d{1,19},(?:mpirank:)?(?P<stream>\d{1,9})(?:,[0-9A-Za-z_.-]{1,255})?\]<std(?:out|err|diag)>:"
        rb"|[^\[\],\s]{1,255},(?P<named>\d{1,9})\](?:\[[^\[\]\s]{1,255}\])?<std(?:out|err|diag)>: ?)"
    ),
    stream="rank-{}",
)
TAIL = Prefix(
    re.compile(
        rb"(?:\x1b\[0m){0,4}(?:%b)?+(?P<time>%b(?:(?P<zoned>(?:\.\d{1,9})?+(?:Z|[+-]\d\d:\d\d)))?+)"
        rb"(?:\x1b\[0m)?+(?(zoned) (?:%b)?+(?P<stream>[^\s\x1b]{1,512})(?:\x1b\[0m)?+)(?: |(?=\n)|\Z)"
        % (_COLOUR, _DATE_AND_TIME, _COLOUR)
    ),
    timed=True,
    envelope=Envelope.TAIL,
)
EXPORT = Prefix(
    re.compile(rb"(?P<time>%b\.\d{3}Z) " % _DATE_AND_TIME), timed=True, envelope=Envelope.EXPORT
)

_EXPORTED = re.compile(rb"(?m)^%b\.\d{3}Z " % _DATE_AND_TIME)
_EXPORTED_TIME = len(b"2026-11-22T10:00:00.123Z")


class Prefixed:
    """Lines with a prefix.

    A line without it is a further one of the event before, if the prefix has a time; else, and
    before the first event, it is not valid.
    """

    #: A line is decoded when it ends, or is as long as this.
    limit = 1 << 16
    held = 0
    settled = True

    def __init__(self, prefix: Prefix, is_foreign: Callable[[bytes], bool]) -> None:
        self.invalid = 0
        self._prefix = prefix
        self._is_foreign = is_foreign
        self._begun = False
        self._stream: str | None = None
        self._time: Written = None

    def decode(self, block: bytes) -> tuple[list[Text], int]:
        """The text of the lines in `block`, up to one of another envelope, and where that is."""
        text = self._timed(block) if self._prefix.envelope else self._of_one_stream(block)
        if text:
            return [text], len(block)
        streams: dict[str | None, _Lines] = {}
        position = 0
        for line in lines_of(block):
            prefix = self._prefix.regex.match(line)
            if prefix:
                self._begin(prefix)
            elif self._is_foreign(line):
                break
            elif not (self._prefix.timed and self._begun):
                self.invalid += 1
                self._stream = None
            lines = streams.setdefault(self._stream, _Lines())
            lines.parts.append(line[prefix.end() :] if prefix else line)
            lines.times.append(self._time)
            position += len(line)
        return [self._text(*each) for each in streams.items()], position

    def go_on(self, data: bytes) -> list[Text]:
        """More of a line that is longer than the limit."""
        return [self._text(self._stream, _Lines([data]))]

    def finish(self, *, more: bool) -> list[Text]:  # noqa: ARG002 - other envelopes need it
        """Nothing: no line is held."""
        return []

    def go_on_after(self, line: bytes) -> None:
        """The line before the next one, which was decoded elsewhere."""
        prefix = self._prefix.regex.match(line)
        assert prefix
        self._begin(prefix)

    def _begin(self, prefix: "re.Match[bytes]") -> None:
        told = prefix.groupdict()
        self._begun = True
        name = told.get("stream") or told.get("named")
        self._stream = self._prefix.stream.format(name.decode("utf-8", "replace")) if name else None
        if self._prefix.timed:
            self._time = (
                told["time"] if "zoned" not in told or told["zoned"] else told["time"] + b"Z"
            )

    def _text(self, stream: str | None, lines: "_Lines") -> Text:
        times = written_times(lines.times) if self._prefix.timed else None
        return Text(stream, b"".join(lines.parts), times)

    def _of_one_stream(self, block: bytes) -> Text | None:
        """The text of a block whose lines all have the same prefix."""
        prefix = None if self._prefix.timed else self._prefix.regex.match(block)
        if not prefix or not block.endswith(b"\n") or self._may_be_longer(prefix[0]):
            return None
        line_start = b"\n" + prefix[0]
        if block.count(line_start) != block.count(b"\n") - 1:
            return None
        self._begin(prefix)
        return Text(self._stream, block[prefix.end() :].replace(line_start, b"\n"))

    def _may_be_longer(self, prefix: bytes) -> bool:
        """Whether a space behind the prefix would be a part of it, which an empty line may lack."""
        match = self._prefix.regex.match(prefix + b" ")
        return match is None or match.end() > len(prefix)

    def _timed(self, block: bytes) -> Text | None:
        """The text of a block in which each line is an event of the same stream."""
        assert self._prefix.envelope
        text = decode_natively(self._prefix.envelope, block)
        if text:
            self.go_on_after(block[block.rfind(b"\n", 0, -1) + 1 :])
            return text
        return self._exported(block) if self._prefix is EXPORT else None

    def _exported(self, block: bytes) -> Text | None:
        """The text of an export's block in which each line is an event."""
        data, count = _EXPORTED.subn(b"", block)
        if not block.endswith(b"\n") or count != block.count(b"\n"):
            return None
        last = block.rfind(b"\n", 0, -1) + 1
        self._begun, self._stream = True, None
        self._time = block[last : last + _EXPORTED_TIME]
        return Text(None, data, Times(lambda: first_words(block)))


@state
class _Lines:
    parts: list[bytes] = field(default_factory=list)
    times: list[Written] = field(default_factory=list)
