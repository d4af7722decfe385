"""A few of a definition's values, for a picture of them."""

from collections.abc import Sequence
from typing import TypeAlias
from zlib import crc32

from metricparse.matching.tally import SeriesState, Tally

#: Values of a definition that a summary keeps at most, evenly spread, for a picture of them.
SERIES_KEPT = 128

# The least rank of a log's first value, which is higher than that of any other value.
_FIRST = 64

#: Kept values with their ranks, and the least rank that is kept.
Ranked: TypeAlias = tuple[list[tuple[int, float]], int]


class Series:
    """Values evenly spread over all that came, `SERIES_KEPT` at most.

    Of each log the values at the multiples of a stride are kept, counted from its first value; the
    stride is a power of two, the same for all logs. Where the first values of all logs are too
    many by themselves, they are thinned out by a hash of the log's name. So the series of parts,
    put together, are the series of the whole, however that was divided into logs.

    log: the name of the log whose values come. ranked: what `ranked` told of the logs before it.
    """

    # Of the logs before the present one; a scan begins with one for each of its definitions.
    _earlier: Ranked = ([], 0)
    # Of the present one.
    _values: Sequence[float] = ()
    _stride = 1
    _seen = 0

    def __init__(self, log: str = "", ranked: Ranked | None = None) -> None:
        self._log = log
        if ranked:
            self._earlier = ranked
            self._begin(log)

    @property
    def values(self) -> list[float]:
        """The values that are kept, in order."""
        return [value for _, value in self.ranked()[0]]

    @property
    def state(self) -> SeriesState:
        """How many values of this log came, and the distance between those that are kept."""
        return self._seen, self._stride

    def extend(self, tally: Tally) -> None:
        """Add the values of a tally that was made for the series as it stands."""
        if tally.stride > self._stride:
            self._values = self._values[:: tally.stride // self._stride]
            self._stride = tally.stride
        self._values = [*self._values, *tally.added]
        self._seen += tally.total

    def begin(self, log: str) -> None:
        """Go on with the values of another log."""
        if self._seen:
            self._earlier = self.ranked()
            self._begin(log)
        self._log = log

    def extend_by(self, later: "Series") -> None:
        """Add the values of a series of later logs."""
        self._earlier = _joined(self.ranked(), later.ranked())
        self._begin("")

    def ranked(self) -> Ranked:
        """The values with their ranks, and the least rank that is kept."""
        return _joined(self._earlier, self._own()) if self._seen else self._earlier

    def _own(self) -> Ranked:
        """The same of the log whose values come."""
        shift = _twos(self._stride)
        # The first stands where a hash puts it, since each log has one.
        first, *others = self._values
        hashed = crc32(f"{self._log}\0{first}".encode()) or 1 << 32
        own = [(_FIRST + _twos(hashed), first)]
        own += [(_TWOS[place] + shift, each) for place, each in enumerate(others, 1)]
        return own, shift

    def _begin(self, log: str) -> None:
        """Nothing has come yet of a log."""
        self._log = log
        self._values = ()
        # What would not be kept beside the values of earlier logs is not taken from this one.
        self._stride = 1 << min(self._earlier[1], _FIRST - 1)
        self._seen = 0

    def __repr__(self) -> str:
        return f"<Series of {len(self.values)} values>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Series) and self.ranked() == other.ranked()

    __hash__ = None  # type: ignore[assignment] # it changes


def _twos(number: int) -> int:
    return (number & -number).bit_length() - 1


def _joined(earlier: Ranked, later: Ranked) -> Ranked:
    """Two series together, as far as the ranks of all their values let them be kept."""
    least_rank = max(earlier[1], later[1])
    values: list[tuple[int, float]] = []
    for of_one, least in (earlier, later):
        values += of_one if least == least_rank else _of_rank(of_one, least_rank)
    while len(values) > SERIES_KEPT:
        least_rank += 1
        values = _of_rank(values, least_rank)
    return values, least_rank


def _of_rank(values: list[tuple[int, float]], least: int) -> list[tuple[int, float]]:
    return [each for each in values if each[0] >= least]


#: The number of times by which 2 divides each place of a kept value.
_TWOS = [_twos(place) if place else 0 for place in range(SERIES_KEPT)]
