"""Kubernetes' CRI: `2026-11-22T10:00:00.123456789Z stdout F text`."""

import re
from collections.abc import Callable

from metricparse.logs.envelopes import Envelope
from metricparse.logs.envelopes.base import Text, Times, decode_natively, first_words
from metricparse.logs.envelopes.line_decoder import lines_of
from metricparse.logs.envelopes.line_joiner import JoinedLines

_TIME = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?+(?:Z|[+-]\d\d:\d\d)"
_PREFIX = re.compile(rb"(%b) (stdout|stderr) ([FP])(?::[^ \n]{0,255})?+ " % _TIME)
_WHOLE_LINE = re.compile(rb"(?m)^%b std(?:out|err) F(?::[^ \n]{0,255})?+ " % _TIME)


class Cri(JoinedLines):
    """Lines as Kubernetes writes them: time, stream, `F` or `P`, perhaps more tags, and text.

    The text of a line with a `P` goes on in the next line of the same stream.
    """

    #: A line is decoded when it ends, or is as long as this.
    limit = 1 << 16

    def __init__(self, is_foreign: Callable[[bytes], bool]) -> None:
        super().__init__()
        self._is_foreign = is_foreign
        self._last = ("", False)

    def go_on(self, data: bytes) -> list[Text]:
        """More of a line that is longer than the limit."""
        stream, partial = self._last
        self._pieces.add(stream, data.removesuffix(b"\n") if partial else data, None)
        return self._taken()

    def _whole_lines(self, block: bytes) -> Text | None:
        if text := decode_natively(Envelope.CRI, block):
            return text
        data, count = _WHOLE_LINE.subn(b"", block)
        if not block.endswith(b"\n") or count != block.count(b"\n"):
            return None
        return Text(None, data, Times(lambda: first_words(block)))

    def _decode_lines(self, block: bytes) -> int:
        position = 0
        for line in lines_of(block):
            prefix = _PREFIX.match(line)
            if prefix:
                time, stream, tag = prefix.groups()
                self._last = stream.decode(), tag == b"P"
                text = line[prefix.end() :]
                text = text.removesuffix(b"\n") if self._last[1] else text
                self._pieces.add(self._last[0], text, time)
            elif self._is_foreign(line):
                return position
            else:
                self.invalid += 1
                self._last = "", False
                self._pieces.add("", line, None)
            position += len(line)
        return position


def is_cri(line: bytes) -> bool:
    """Whether a line is certainly one of CRI's."""
    return _PREFIX.match(line) is not None
