"""What each definition's values come to: their number, bounds, and a few to draw."""

import math
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

#: How many values of a series came before, and the distance between those that were kept.
SeriesState: TypeAlias = tuple[int, int]
#: That of one without values.
FRESH: SeriesState = (0, 1)


class Tally(NamedTuple):
    """The values of one definition in some rows.

    number: the definition's. total: how many there are. first: the row of the first. last: the last of them. bounds: the least
    and the greatest of those that are finite, if any is. not_finite: how many are not.
    stride, added: of all values that came the series keeps those at the multiples of the stride,
    which doubles as they grow too many; these are the new ones of them.
    """

    number: int
    total: int
    first: int
    last: float
    bounds: tuple[float, float] | None
    not_finite: int
    stride: int
    added: list[float]


def tally(
    numbers: Sequence[int], values: Sequence[float], series: Sequence[SeriesState], most: int
) -> list[Tally]:
    """A tally of each definition that has rows, given as the columns `numbers` and `values`.

    series: the state of each definition's. most: how many values a series keeps.
    The native matcher has its own, for its rows.
    """
    rows: list[list[int]] = [[] for _ in series]
    for row, number in enumerate(numbers):
        rows[number].append(row)
    return [
        _tally_one(number, [(place, values[place]) for place in places], series[number], most)
        for number, places in enumerate(rows)
        if places
    ]


def _tally_one(
    number: int, placed: list[tuple[int, float]], series: SeriesState, most: int
) -> Tally:
    (seen, stride), (places, values) = series, zip(*placed, strict=True)
    while -(-(seen + len(values)) // stride) > most:
        stride *= 2
    added = list(values[-seen % stride :: stride])
    finite = [value for value in values if math.isfinite(value)]
    bounds = (min(finite), max(finite)) if finite else None
    odd = len(values) - len(finite)
    return Tally(number, len(values), places[0], values[-1], bounds, odd, stride, added)
