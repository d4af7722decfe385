"""What each definition's values come to: their number, bounds, and a few to draw."""

import math
from array import array
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

#: How many values of a series came before, and the distance between those that were kept.
SeriesState: TypeAlias = tuple[int, int]
#: That of one without values.
FRESH: SeriesState = (0, 1)


class Tally(NamedTuple):
    """The values of one definition in some rows.

    number: the definition's. total: how many there are. line: that of the first, from 0 in the
    block. first, last: the first and the last of them. bounds: the least and the greatest of those
    that are finite, if any is. not_finite: how many are not.
    stride, added: of all values that came the series keeps those at the multiples of the stride,
    which doubles as they grow too many; these are the new ones of them, as the bytes of the
    machine's float64 numbers.
    """

    number: int
    total: int
    line: int
    first: float
    last: float
    bounds: tuple[float, float] | None
    not_finite: int
    stride: int
    added: bytes


def tally(
    lines: Sequence[int],
    numbers: Sequence[int],
    values: Sequence[float],
    series: Sequence[SeriesState],
    most: int,
) -> list[Tally]:
    """A tally of each definition that has rows, given as the columns lines, numbers and values.

    series: the state of each definition's. most: how many values a series keeps.
    The native matcher has its own, for its rows.
    """
    rows: list[list[int]] = [[] for _ in series]
    for row, number in enumerate(numbers):
        rows[number].append(row)
    return [
        _tally_one(
            number, lines[rows_of[0]], [values[row] for row in rows_of], series[number], most
        )
        for number, rows_of in enumerate(rows)
        if rows_of
    ]


def _tally_one(
    number: int, line: int, values: list[float], series: SeriesState, most: int
) -> Tally:
    seen, stride = series
    while -(-(seen + len(values)) // stride) > most:
        stride *= 2
    added = array("d", values[-seen % stride :: stride]).tobytes()
    finite = [value for value in values if math.isfinite(value)]
    bounds = (min(finite), max(finite)) if finite else None
    odd = len(values) - len(finite)
    return Tally(number, len(values), line, values[0], values[-1], bounds, odd, stride, added)
