"""The times of lines: of the envelope, of the lines themselves, and of their arrival."""

from collections import deque
from typing import TYPE_CHECKING, TypeAlias

from metricparse.logs.blocks import Block
from metricparse.logs.envelopes.base import Times
from metricparse.logs.line_times import TimeFormat, TimeSource
from metricparse.values import value

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import pyarrow as pa

#: The first line of a span, counted from 0 in a block, and what is known of the lines from there.
Span: TypeAlias = tuple[int, Times | None]


class Arrival(Times):
    """Lines that all came at the same time."""

    def __init__(self, nanoseconds: int) -> None:
        self._nanoseconds = nanoseconds

    def at(self, lines: "pa.Array") -> "pa.Array":
        """That time, for each of the lines."""
        import pyarrow as pa

        return pa.repeat(pa.scalar(self._nanoseconds, pa.int64()), len(lines))


class LineTimes:
    """Which lines of a stream have which times, from the texts in which they started.

    in_line: the next text goes on with a line.
    """

    def __init__(self, *, in_line: bool) -> None:
        self._spans: deque[tuple[int, Times | None]] = deque()
        self._in_line = in_line
        self._lines = self._given = 0

    def add(self, data: bytes, times: Times | None, newlines: int) -> None:
        """The next text, with the times of the lines that start in it, and its line ends."""
        if self._spans or times is not None:
            self._spans.append((self._lines + self._in_line, times))
        self._lines += newlines
        self._in_line = not data.endswith(b"\n")

    def of(self, block: Block) -> tuple[Span, ...]:
        """The spans of the next block's lines: all that ended, or a piece of one that did not."""
        last = self._lines if block.is_ended else self._given
        spans = tuple((first - self._given, times) for first, times in self._spans if first <= last)
        self._given = last
        while len(self._spans) > 1 and self._spans[1][0] <= last:
            self._spans.popleft()
        return spans


@value
class KnownTimes:
    """What is known of the times of a block's lines, besides what the lines say themselves."""

    told: tuple[Span, ...] = ()
    arrived: tuple[Span, ...] = ()


@value
class Clock:
    """Where the times of records come from, and the zone of those that name none (None: UTC)."""

    source: TimeSource | TimeFormat = TimeSource.AUTO
    zone: "ZoneInfo | None" = None

    @property
    def needs_blocks(self) -> bool:
        """Whether the matchers' own times are not enough."""
        return isinstance(self.source, TimeFormat) or self.zone is not None

    @property
    def format_for_kernel(self) -> tuple[str, int | None] | None:
        """The format in which the kernel is to read the times of lines, if it can."""
        return self.source.for_kernel if isinstance(self.source, TimeFormat) else None

    def takes_as_read(self, known: KnownTimes) -> bool:
        """Whether the times are those that the matcher read, as nothing else is known."""
        if self.source is TimeSource.LINE:
            return not self.needs_blocks
        plain = self.source is TimeSource.AUTO and not self.needs_blocks
        return plain and not known.told and not known.arrived
