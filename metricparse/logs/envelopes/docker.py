"""Docker's `json-file`: `{"log":"text\\n","stream":"stdout","time":"2026-11-22T10:00:00.123Z"}`."""

import json
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from metricparse.logs.envelopes import Envelope
from metricparse.logs.envelopes.base import Text, Times, decode_natively, utf_8
from metricparse.logs.envelopes.line_decoder import lines_of
from metricparse.logs.envelopes.line_joiner import HELD_LIMIT, JoinedLines

if TYPE_CHECKING:
    import pyarrow as pa


class _Event(NamedTuple):
    log: str
    stream: str
    time: str | None


class Docker(JoinedLines):
    """Lines of Docker's `json-file`, whose pieces of 16 KiB are joined to lines again.

    A line is valid if it is a JSON object with a text `log`.
    """

    #: A line is decoded when it ends, or is as long as this.
    limit = HELD_LIMIT

    def __init__(self, is_foreign: Callable[[bytes], bool]) -> None:
        super().__init__()
        self._is_foreign = is_foreign

    def go_on(self, data: bytes) -> list[Text]:
        """What follows in a line that was not valid for being too long."""
        self._pieces.add("", data, None)
        return self._taken()

    def _whole_lines(self, block: bytes) -> Text | None:
        if len(block) > HELD_LIMIT:
            return None
        return decode_natively(Envelope.DOCKER, block) or _whole_lines(block)

    def _decode_lines(self, block: bytes) -> int:
        position = 0
        for line in lines_of(block):
            event = _event(line)
            if event:
                self._pieces.add(event.stream, utf_8(event.log), event.time)
            elif self._is_foreign(line):
                return position
            else:
                self.invalid += 1
                self._pieces.add("", line, None)
            position += len(line)
        return position


def is_docker(line: bytes) -> bool:
    """Whether a line is certainly one of Docker's."""
    if not line.startswith(b"{") or b'"log"' not in line:
        return False
    try:
        document = json.loads(line.decode())
    except (ValueError, RecursionError):
        return False
    names = ("log", "stream", "time")
    return all(isinstance(document.get(name), str) for name in names)


def _whole_lines(block: bytes) -> Text | None:
    """The text of a block, if each of its lines is the whole of one; else it needs a closer look.

    Arrow reads the block at once, and leaves behind the text just as it is wanted.
    """
    import pyarrow.compute as pc

    count = _objects(block)
    table = _read(block) if count else None
    if table is None or len(table) != count or table["log"].null_count:
        return None
    (log,), (times,) = table["log"].chunks, table["time"].chunks
    data = _joined(log)
    if data.count(b"\n") != count or not pc.all(pc.ends_with(log, pattern="\n")).as_py():
        return None
    return Text(None, data, Times(lambda: times))


def _objects(block: bytes) -> int:
    """How many lines there are, if each starts with `{` and ends with `}`; else 0.

    No JSON value has a `}`, a line's end and a `{` in a row, so that no object is longer than its
    line, and if there are as many objects as lines none is shorter.
    """
    if len(block) > HELD_LIMIT or not block.startswith(b"{") or not block.endswith(b"}\n"):
        return 0
    lines = block.count(b"\n")
    return lines if block.count(b"}\n{") == lines - 1 else 0


def _read(block: bytes) -> Any:
    """The columns of a block, as Arrow reads JSON; None if it does not."""
    import pyarrow as pa
    import pyarrow.json as pj

    if not block.isascii():
        try:
            block.decode()
        except UnicodeDecodeError:
            return None
    reading = pj.ReadOptions(use_threads=False, block_size=len(block) + 1)
    parsing = pj.ParseOptions(explicit_schema=_schema(), unexpected_field_behavior="ignore")
    try:
        return pj.read_json(pa.BufferReader(block), read_options=reading, parse_options=parsing)
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return None


@cache
def _schema() -> "pa.Schema":
    import pyarrow as pa

    return pa.schema([("log", pa.string()), ("time", pa.string())])


def _joined(texts: "pa.StringArray") -> bytes:
    """All texts of a column, one after the other, as they lie in memory."""
    _, offsets, data = texts.buffers()
    places = memoryview(offsets).cast("i")
    start, end = places[texts.offset], places[texts.offset + len(texts)]
    return bytes(memoryview(data)[start:end])


def _event(line: bytes) -> _Event | None:
    if not line.startswith(b"{") or len(line) > HELD_LIMIT:
        return None
    try:
        document = json.loads(line.decode())
    except UnicodeDecodeError:
        return None
    except (ValueError, RecursionError):
        document = _as_arrow_reads_it(line)
    if not isinstance(document.get("log"), str):
        return None
    stream = "stderr" if document.get("stream") == "stderr" else "stdout"
    time = document.get("time")
    return _Event(document["log"], stream, time if isinstance(time, str) else None)


def _as_arrow_reads_it(line: bytes) -> dict[str, Any]:
    """A line that `json` refuses: it is to be read as it would be in a block of good ones."""
    ended = line if line.endswith(b"\n") else line + b"\n"
    table = _read(ended) if _objects(ended) else None
    return table.to_pylist()[0] if table is not None and len(table) == 1 else {}
