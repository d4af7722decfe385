"""Values of a metric reduced to points: of each part the least and the greatest."""

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

#: The time of a value that has none.
NO_TIME = -(2**63)


class Point(NamedTuple):
    """A value with its line and its time (nanoseconds since 1970); None is no finite number."""

    line: int
    time: int
    value: float | None


def reduced(
    lines: Sequence[int], times: Sequence[int], values: Sequence[float], parts: int
) -> list[Point]:
    """At most two points for each of some parts, and those at which no number stands, in order."""
    if len(values) <= 2 * parts:
        return [
            Point(line, time, number if isfinite(number) else None)
            for line, time, number in zip(lines, times, values, strict=True)
        ]
    chosen: set[int] = set()
    for part in range(parts):
        start, end = part * len(values) // parts, (part + 1) * len(values) // parts
        chosen.update(_extremes(values, start, end))
    return [
        Point(lines[at], times[at], values[at] if isfinite(values[at]) else None)
        for at in sorted(chosen)
    ]


def _extremes(values: Sequence[float], start: int, end: int) -> list[int]:
    """Places of the least and the greatest value, and of one that is not finite."""
    part = list(values[start:end])
    if not isfinite(sum(part)):
        finite = [at for at in range(start, end) if isfinite(values[at])]
        broken = [at for at in range(start, end) if not isfinite(values[at])][:1]
        if not finite:
            return broken
        low, high = (pick(finite, key=values.__getitem__) for pick in (min, max))
        return [low, high, *broken]
    return [start + part.index(min(part)), start + part.index(max(part))]


def thinned(points: Sequence[Point], parts: int) -> list[Point]:
    """Points that were reduced, reduced further."""
    nan = float("nan")
    lines, times = [each.line for each in points], [each.time for each in points]
    values = [nan if each.value is None else each.value for each in points]
    return reduced(lines, times, values, parts)
