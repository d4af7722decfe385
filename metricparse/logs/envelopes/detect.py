"""Which envelope a log has, told by its content, and the decoder of each."""

import re
from collections.abc import Callable, Iterator
from itertools import islice, takewhile

from metricparse.logs.envelopes import Envelope
from metricparse.logs.envelopes.base import Decoder, Text
from metricparse.logs.envelopes.cloudwatch import CloudWatch
from metricparse.logs.envelopes.cri import Cri, is_cri
from metricparse.logs.envelopes.docker import Docker, is_docker
from metricparse.logs.envelopes.line_decoder import (
    LineDecoder,
    LineEnvelope,
    first_lines_of,
    lines_of,
)
from metricparse.logs.envelopes.prefixes import COMPOSE, EXPORT, MPI, TAIL, Prefixed
from metricparse.logs.envelopes.sdk import COLOUR, SdkPrinted, is_sdk

#: Bytes of a log in which its envelope is looked for.
HEAD_SIZE = 1 << 16

# Lines at the start of a log that may be something else: what Compose says before it attaches, or
# the end of a line that was rotated away.
_LEADING_LINES = 10

# What the first line of a log begins with if it is Docker's, and longer than what is looked at.
_DOCKER_BEGUN = b'{"log":"'

# A longer line is not looked at.
_LINE_SIZE = 1 << 16

_SPACE = rb"[ \t\r\n]*"
_DOCUMENT = re.compile(
    rb'%b\{%b"(?:events|searchedLogStreams|next(?:Forward|Backward)?Token|ResponseMetadata)"%b:'
    % (_SPACE, _SPACE, _SPACE)
)
_EVENT = re.compile(
    rb'%b(?:\[%b)?\{%b"(?:%b)"%b:'
    % (_SPACE, _SPACE, _SPACE, rb"logStreamName|timestamp|message|ingestionTime|eventId", _SPACE)
)
_EVENT_MEMBERS = (
    re.compile(rb'"timestamp"%b:%b\d{13}\b' % (_SPACE, _SPACE)),
    re.compile(rb'"message"%b:%b"' % (_SPACE, _SPACE)),
    re.compile(rb'"(?:ingestionTime|eventId)"%b:' % _SPACE),
)
# SageMaker's local mode and Compose name their containers so; in a table these would be rare.
_LOCAL_MODE = re.compile(r"(?:[0-9a-z]{10}-)?algo-\d+-[0-9a-z]{5}(?:[_-]\d+)?")
_NUMBERED = re.compile(r".*[_-]\d+")


def decoder_of(envelope: Envelope, threads: int = 1) -> Decoder:
    """A decoder for a log in an envelope; threads: how many may decode at once."""
    if envelope is Envelope.PLAIN:
        return Plain()
    if envelope is Envelope.CLOUDWATCH:
        return CloudWatch(threads)
    return LineDecoder(envelope, _line_envelope, _certain)


def recognise(head: bytes) -> Envelope:
    """The envelope of a log whose first bytes, at most 64 KiB, are `head`.

    Lines of Docker, CRI and MPI are certain, each on its own: one among the first eleven decides.
    Of the others, which ordinary lines may look like, each line must be one, or all but a few at
    the start.
    """
    head = head[:HEAD_SIZE]
    if _DOCUMENT.match(head) or (
        _EVENT.match(head) and all(member.search(head) for member in _EVENT_MEMBERS)
    ):
        return Envelope.CLOUDWATCH
    leading = _whole(first_lines_of(head, _LEADING_LINES + 2))[: _LEADING_LINES + 1]
    found = next(filter(None, map(_certain, leading)), None)
    if found:
        return found
    if head.startswith(_DOCKER_BEGUN) and len(leading) == 1:
        return Envelope.DOCKER
    may_be_sdk = COLOUR in head
    if not may_be_sdk and not any(
        each.regex.match(line) for line in leading for each in (EXPORT, TAIL, COMPOSE)
    ):
        return Envelope.PLAIN
    lines = _whole(lines_of(head))
    if lines and all(map(EXPORT.regex.match, lines)):
        return Envelope.EXPORT
    if _is_tail(lines):
        return Envelope.TAIL
    if _is_compose(lines):
        return Envelope.COMPOSE
    return Envelope.SDK if may_be_sdk and is_sdk(lines) else Envelope.PLAIN


class Plain:
    """The `Decoder` of text without an envelope."""

    envelope = Envelope.PLAIN
    invalid = skipped = held = 0
    settled = True
    cut_off = False

    def feed(self, data: bytes) -> Iterator[Text]:
        """The bytes as they are."""
        yield Text(None, data)

    def finish(self) -> Iterator[Text]:
        """Nothing."""
        yield from ()


def _whole(lines: list[bytes]) -> list[bytes]:
    """Lines but for the last one, if its end is missing and it is not the only one."""
    return lines[:-1] if len(lines) > 1 and not lines[-1].endswith(b"\n") else lines


def _certain(line: bytes) -> Envelope | None:
    """The envelope that a line can only be of."""
    if is_cri(line):
        return Envelope.CRI
    if MPI.regex.match(line):
        return Envelope.MPI
    return Envelope.DOCKER if len(line) <= _LINE_SIZE and is_docker(line) else None


def _line_envelope(envelope: Envelope) -> LineEnvelope:
    return _LINE_ENVELOPES[envelope](lambda line: _certain(line) is not None)


_LINE_ENVELOPES: dict[Envelope, Callable[[Callable[[bytes], bool]], LineEnvelope]] = {
    Envelope.DOCKER: Docker,
    Envelope.CRI: Cri,
    Envelope.TAIL: lambda is_foreign: Prefixed(TAIL, is_foreign),
    Envelope.EXPORT: lambda is_foreign: Prefixed(EXPORT, is_foreign),
    Envelope.COMPOSE: lambda is_foreign: Prefixed(COMPOSE, is_foreign),
    Envelope.MPI: lambda is_foreign: Prefixed(MPI, is_foreign),
    Envelope.SDK: SdkPrinted,
}


def _is_tail(lines: list[bytes]) -> bool:
    """Whether the first line and most others name a time and a stream, as `aws logs tail` does.

    Its short form, with a time and no stream, is what many programs write themselves; and a stream
    without `/` may be the host that a system log names.
    """
    if not lines or not TAIL.regex.match(lines[0]):
        return False
    prefixes = [TAIL.regex.match(line) for line in lines]
    streams = [prefix["stream"] for prefix in prefixes if prefix]
    named = [stream for stream in streams if stream and b"/" in stream]
    return len(named) == len(streams) and bool(named)


def _is_compose(lines: list[bytes]) -> bool:
    """Whether all lines but a few at the start name a container, in a way in which tables do not.

    Either it is one of SageMaker's local mode, or the names end in numbers and come again.
    """
    matched = map(COMPOSE.regex.match, lines)
    leading = list(takewhile(lambda prefix: prefix is None, islice(matched, _LEADING_LINES + 1)))
    if len(leading) > _LEADING_LINES or len(leading) == len(lines):
        return False
    prefixes = [COMPOSE.regex.match(line) for line in islice(lines, len(leading), None)]
    names = [prefix["stream"].decode() for prefix in prefixes if prefix]
    if len(names) < len(prefixes):
        return False
    if all(map(_LOCAL_MODE.fullmatch, names)):
        return True
    return all(map(_NUMBERED.fullmatch, names)) and len(set(names)) * 2 <= len(names)
