"""The times of lines: of the envelope, of the lines themselves, and of their arrival."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa

from metricparse.logs.blocks import HEAD_SIZE, Block
from metricparse.logs.envelopes.base import Times
from metricparse.logs.line_times import Moment, TimeFormat, TimeSource, in_zone, read_time
from metricparse.values import value

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

#: Says of lines of a block, given by its bytes and its head, which name a zone.
Zoned: TypeAlias = Callable[[bytes, bytes, list[int]], list[bool]]

#: The first line of a span, counted from 0 in a block, and what is known of the lines from there.
_Span: TypeAlias = tuple[int, Times | None]


class Arrival(Times):
    """Lines that all came at the same time."""

    def __init__(self, nanoseconds: int) -> None:
        super().__init__(lambda: pa.array([nanoseconds], pa.int64()))

    def at(self, lines: pa.Array) -> pa.Array:
        """That time, for each of the lines."""
        return super().at(pa.repeat(pa.scalar(0, pa.int64()), len(lines)))


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

    def of(self, block: Block) -> tuple[_Span, ...]:
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

    told: tuple[_Span, ...] = ()
    arrived: tuple[_Span, ...] = ()


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

    def times(
        self,
        lines: pa.Array,
        read: pa.Array,
        block: Block | None,
        known: KnownTimes,
        zoned: Zoned | None = None,
    ) -> pa.Array:
        """Nanoseconds since 1970 (int64) of rows, null where no time is known.

        lines: those of the rows, from 0 in the block, in their order. read: the times that the
        matcher read at the start of those lines, as if they had been UTC. zoned: says fast which
        of those lines name a zone.
        """
        import pyarrow.compute as pc

        source = self.source
        if source is TimeSource.NONE or not len(lines):
            return pa.nulls(len(lines), pa.int64())
        if source is TimeSource.ENVELOPE:
            return _at(known.told, lines)
        if source is TimeSource.ARRIVAL:
            return _at(known.arrived, lines)
        times = _at(known.told, lines) if source is TimeSource.AUTO and known.told else None
        if times is None or times.null_count:
            in_lines = self._of_lines(lines, read, block, zoned)
            times = in_lines if times is None else pc.coalesce(times, in_lines)
        if source is TimeSource.AUTO and known.arrived and times.null_count:
            times = pc.coalesce(times, _at(known.arrived, lines))
        return times

    def with_unclear(
        self, lines: pa.Array, times: pa.Array, unclear: Iterable[tuple[int, bytes]]
    ) -> pa.Array:
        """Times of rows that the matcher read in our format, in our zone.

        lines: those of the rows. unclear: lines whose times it left to us, with their text.
        """
        import pyarrow.compute as pc

        assert isinstance(self.source, TimeFormat)
        read = {line: self.source.read(text) for line, text in unclear}
        if any(read.values()):
            places = pc.index_in(lines, pa.array(read, lines.type))
            moments = pa.array([each and each.nanoseconds for each in read.values()], pa.int64())
            times = pc.coalesce(times, moments.take(places))
        return in_zone(times, self.zone) if self.zone else times

    def _of_lines(
        self, lines: pa.Array, read: pa.Array, block: Block | None, zoned: Zoned | None
    ) -> pa.Array:
        if block is None or not self.needs_blocks:
            return read
        if zoned and not isinstance(self.source, TimeFormat):
            return self._in_zone(read, zoned(block.data, block.head, lines.to_pylist()))
        given = isinstance(self.source, TimeFormat)
        reader = self.source.read if isinstance(self.source, TimeFormat) else read_time
        moments = list(_moments(block, lines.to_pylist(), reader, whole=given))
        times = pa.array([each and each.nanoseconds for each in moments], pa.int64())
        return self._in_zone(times, [each is not None and each.zoned for each in moments])

    def _in_zone(self, times: pa.Array, zoned: list[bool]) -> pa.Array:
        """Times that were read as UTC; those without a zone are of ours."""
        import pyarrow.compute as pc

        if self.zone is None:
            return times
        bare = pc.if_else(pa.array(zoned, pa.bool_()), None, times)
        return pc.coalesce(in_zone(bare, self.zone), times)


def _at(spans: Iterable[_Span], lines: pa.Array) -> pa.Array:
    """The times of lines, which are in their order."""
    import pyarrow.compute as pc

    spans = [(0, None), *spans]
    ends = [pc.sum(pc.less(lines, first)).as_py() or 0 for first, _ in spans[1:]]
    parts = [
        pa.nulls(end - start, pa.int64())
        if times is None or start == end
        else times.at(pc.subtract(lines.slice(start, end - start), first))
        for (first, times), (start, end) in zip(
            spans, pairwise([0, *ends, len(lines)]), strict=True
        )
    ]
    return pa.concat_arrays(parts)


def _moments(
    block: Block, lines: Iterable[int], read: Callable[[bytes], Moment | None], *, whole: bool
) -> Iterator[Moment | None]:
    """The times of lines, each read once."""
    data = block.data
    start, at, last, moment = 0, 0, -1, None
    for line in lines:
        if line != last:
            while at < line:
                start = data.find(b"\n", start) + 1
                at += 1
            end = data.find(b"\n", start) if whole else start + HEAD_SIZE
            text = data[start : end if end >= 0 else None]
            moment = read(block.head if line == 0 and block.head else text)
            last = line
        yield moment
