"""Which envelopes there are, and what they hold: text, its stream, and the times of its lines."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from metricparse._extension import kernel
from metricparse.logs.envelopes import Envelope
from metricparse.values import value

if TYPE_CHECKING:
    import pyarrow as pa

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

#: What the time of a line may be known as: as ISO 8601 with a zone, or not at all.
Written = str | bytes | None


class Times:
    """When the lines of a text were written, as the envelope tells it.

    They are read from the envelope when they are asked for, as most lines have no metric.
    """

    def __init__(self, load: "Callable[[], pa.Array]") -> None:
        """`load` gives a time for each line: nanoseconds since 1970 (int64) or ISO 8601."""
        self._load = load

    def at(self, lines: "pa.Array") -> "pa.Array":
        """Nanoseconds since 1970 in UTC (int64) of some lines, null where they are not known.

        lines: places from 0 among the lines that start in the text.
        """
        import pyarrow as pa

        times = self._load().take(lines)
        return times if pa.types.is_integer(times.type) else _nanoseconds(times)


@value
class Text:
    """Text that an envelope held.

    stream: the log stream, container or rank that wrote it; None for the source itself.
    data: lines with their `\\n`. It may end in the middle of a line; the next text of the same
    stream goes on with it.
    times: of the lines that start in `data`; None if the envelope tells no times at all.
    newlines: how many line ends `data` holds, where that is known.
    """

    stream: str | None
    data: bytes
    times: Times | None = None
    newlines: int | None = None


class Decoder(Protocol):
    """Takes text out of its envelope, as its bytes come in.

    However the bytes are divided, the text of each stream, its times and the counts are the same.
    What `feed` and `finish` give is to be iterated to its end.
    """

    @property
    def envelope(self) -> Envelope:
        """The one that the log has where it was fed last."""
        ...

    @property
    def invalid(self) -> int:
        """Lines that were not valid in the envelope, and given out as they stood."""
        ...

    @property
    def skipped(self) -> int:
        """Bytes that were the envelope's own: those fed = those given out + skipped + held."""
        ...

    @property
    def held(self) -> int:
        """Bytes that were fed and wait for more."""
        ...

    @property
    def settled(self) -> bool:
        """Whether a new decoder of the envelope could go on here, fed the held bytes again."""
        ...

    @property
    def cut_off(self) -> bool:
        """Whether the log would be incomplete if it ended here, as the envelope tells."""
        ...

    def feed(self, data: bytes) -> Iterator[Text]:
        """What is complete with `data`."""
        ...

    def finish(self) -> Iterator[Text]:
        """What was held, at the end of the log."""
        ...


class TimesInBlock(Times):
    """Times as they are written in a block that the kernel decoded."""

    def __init__(self, envelope: Envelope, block: bytes) -> None:
        self._envelope = envelope
        self._block = block

    def at(self, lines: "pa.Array") -> "pa.Array":
        """Nanoseconds since 1970 in UTC (int64) of some lines, in ascending order."""
        written = kernel.envelope_times(self._envelope, self._block, lines.to_pylist())
        return _nanoseconds(_as_strings(written))


def decode_natively(envelope: Envelope, block: bytes) -> Text | None:
    """The text of a block if the kernel is there and all of its lines are in the ordinary form."""
    decoded = kernel.decode_envelope(envelope, block) if kernel else None
    if decoded is None:
        return None
    data, stream = decoded
    return Text(stream.decode() if stream else None, data, TimesInBlock(envelope, block))


def written_times(times: list[Written]) -> Times:
    """Times as they were written."""
    return Times(lambda: _as_strings([_bytes(time) for time in times]))


def first_words(block: bytes) -> "pa.Array":
    """What each line of a block has before its first space: its time."""
    return _as_strings([line[: line.find(b" ")] for line in block.split(b"\n")[:-1]])


def utf_8(text: str) -> bytes:
    """A text of JSON in UTF-8; half a character, which JSON may hold, becomes U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text).encode()


def _bytes(time: Written) -> bytes | None:
    return time.encode("utf-8", "replace") if isinstance(time, str) else time


def _as_strings(texts: Sequence[bytes | None]) -> "pa.Array":
    import pyarrow as pa

    return pa.array(texts, pa.binary()).cast(pa.string())


def _nanoseconds(times: "pa.Array") -> "pa.Array":
    import pyarrow as pa

    try:
        return times.cast(pa.timestamp("ns", "UTC")).cast(pa.int64())
    except pa.ArrowInvalid:
        return pa.array([_nanoseconds_of(time) for time in times], pa.int64())


def _nanoseconds_of(time: "pa.StringScalar") -> int | None:
    import pyarrow as pa

    try:
        nanoseconds: int | None = time.cast(pa.timestamp("ns", "UTC")).value
    except pa.ArrowInvalid:
        return None
    return nanoseconds
