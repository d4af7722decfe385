"""The times of rows, as Arrow arrays: put together from what is known, and moved into a zone."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from metricparse.logs.blocks import HEAD_SIZE, Block
from metricparse.logs.clock import Clock, KnownTimes, Span
from metricparse.logs.line_times import Moment, TimeFormat, TimeSource, read_time

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

#: Says of lines of a block, given by its bytes and its head, which name a zone.
Zoned: TypeAlias = Callable[[bytes, bytes, list[int]], list[bool]]


def times_of_rows(
    clock: Clock,
    lines: pa.Array,
    read: pa.Array,
    *,
    block: Block | None,
    known: KnownTimes,
    zoned: Zoned | None = None,
) -> pa.Array:
    """Nanoseconds since 1970 (int64) of rows, null where no time is known.

    lines: those of the rows, from 0 in the block, in their order. read: the times that the
    matcher read at the start of those lines, as if they had been UTC. zoned: says fast which
    of those lines name a zone.
    """
    source = clock.source
    if source is TimeSource.NONE or not len(lines):
        return pa.nulls(len(lines), pa.int64())
    if source is TimeSource.ENVELOPE:
        return _at(known.told, lines)
    if source is TimeSource.ARRIVAL:
        return _at(known.arrived, lines)
    times = _at(known.told, lines) if source is TimeSource.AUTO and known.told else None
    if times is None or times.null_count:
        in_lines = _of_lines(clock, lines, read, block, zoned)
        times = in_lines if times is None else pc.coalesce(times, in_lines)
    if source is TimeSource.AUTO and known.arrived and times.null_count:
        times = pc.coalesce(times, _at(known.arrived, lines))
    return times


def with_unclear(
    clock: Clock, lines: pa.Array, times: pa.Array, unclear: Iterable[tuple[int, bytes]]
) -> pa.Array:
    """Times of rows that the matcher read in the clock's format, in its zone.

    lines: those of the rows. unclear: lines whose times it left to us, with their text.
    """
    assert isinstance(clock.source, TimeFormat)
    read = {line: clock.source.read(text) for line, text in unclear}
    if any(read.values()):
        places = pc.index_in(lines, pa.array(read, lines.type))
        moments = pa.array([each and each.nanoseconds for each in read.values()], pa.int64())
        times = pc.coalesce(times, moments.take(places))
    return in_zone(times, clock.zone) if clock.zone else times


def backwards(times: pa.Array, last: int | None) -> tuple[int, int | None]:
    """How many times are earlier than the one before, and the last one that is known.

    times: int64, null where one is not known. last: the time before the first.
    """
    known = times.drop_null() if times.null_count else times
    if not len(known):
        return 0, last
    earlier = int(last is not None and known[0].as_py() < last)
    return earlier + (pc.sum(pc.less(known[1:], known[:-1])).as_py() or 0), known[-1].as_py()


def _of_lines(
    clock: Clock, lines: pa.Array, read: pa.Array, block: Block | None, zoned: Zoned | None
) -> pa.Array:
    if block is None or not clock.needs_blocks:
        return read
    given = isinstance(clock.source, TimeFormat)
    if zoned and not given:
        return _in_zone(clock, read, zoned(block.data, block.head, lines.to_pylist()))
    reader = clock.source.read if isinstance(clock.source, TimeFormat) else read_time
    moments = list(_moments(block, lines.to_pylist(), reader, whole=given))
    times = pa.array([each and each.nanoseconds for each in moments], pa.int64())
    return _in_zone(clock, times, [each is not None and each.zoned for each in moments])


def _in_zone(clock: Clock, times: pa.Array, zoned: list[bool]) -> pa.Array:
    """Times that were read as UTC; those without a zone are of the clock's."""
    if clock.zone is None:
        return times
    bare = pc.if_else(pa.array(zoned, pa.bool_()), None, times)
    return pc.coalesce(in_zone(bare, clock.zone), times)


def _at(spans: Iterable[Span], lines: pa.Array) -> pa.Array:
    """The times of lines, which are in their order."""
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


def in_zone(times: pa.Array, zone: "ZoneInfo") -> pa.Array:
    """Times that were read as UTC (int64, nanoseconds), if they are of another time zone.

    An hour that a zone has twice is the first; one that it skips is read by the offset before.
    """
    minutes = _minutes(times).dictionary_encode()
    offsets = [_offset_at(minute, zone) for minute in minutes.dictionary.to_pylist()]
    return pc.subtract(times, pa.array(offsets, pa.int64()).take(minutes.indices))


def _minutes(times: pa.Array) -> pa.Array:
    """Minutes since 1970, rounded down."""
    stamps = times.cast(pa.timestamp("ns"))
    return (
        pc.floor_temporal(stamps, unit="minute")
        .cast(pa.timestamp("s"), safe=False)
        .cast(pa.int64())
    )


def _offset_at(seconds: int | None, zone: "ZoneInfo") -> int | None:
    """The nanoseconds that a zone is ahead of UTC when its clocks show those seconds."""
    if seconds is None:
        return None
    clock = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    return (zone.utcoffset(clock) or timedelta()) // timedelta(microseconds=1) * 1000
