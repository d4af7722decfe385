"""A few of a definition's values, for a picture of them."""

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

    def __init__(self, log: str = "", ranked: Ranked | None = None) -> None:
        self._log = log
        self._values: list[float] = []
        self._stride = 1
        self._seen = 0
        # Of the logs before this one.
        self._earlier, self._least_rank = ranked or ([], 0)

    @property
    def values(self) -> list[float]:
        """The values that are kept, in order."""
        if not self._earlier:
            return list(self._values)
        return [value for _, value in self.ranked()[0]]

    @property
    def state(self) -> SeriesState:
        """How many values of this log came, and the distance between those that are kept."""
        return self._seen, self._stride

    def extend(self, tally: Tally) -> None:
        """Add the values of a tally that was made for the series as it stands."""
        self._values = [*self._values[:: tally.stride // self._stride], *tally.added]
        self._stride = tally.stride
        self._seen += tally.total

    def begin(self, log: str) -> None:
        """Go on with the values of another log."""
        if self._seen:
            self._earlier, self._least_rank = self.ranked()
            self._values, self._stride, self._seen = [], 1, 0
        self._log = log

    def extend_by(self, later: "Series") -> None:
        """Add the values of a series of later logs."""
        self.begin("")
        values, least_rank = later.ranked()
        if least_rank > self._least_rank:
            self._earlier = _of_rank(self._earlier, least_rank)
            self._least_rank = least_rank
        self._earlier += _of_rank(values, self._least_rank)
        self._earlier, self._least_rank = _thinned_out(self._earlier, self._least_rank)

    def ranked(self) -> Ranked:
        """The values with their ranks, and the least rank that is kept."""
        if not self._seen:
            return list(self._earlier), self._least_rank
        least_rank = max(self._least_rank, _twos(self._stride))
        own = [(self._rank(place), each) for place, each in enumerate(self._values)]
        return _thinned_out(_of_rank([*self._earlier, *own], least_rank), least_rank)

    def _rank(self, place: int) -> int:
        """The number of times by which 2 divides a value's index; that of a hash for the first."""
        if place:
            return _twos(place * self._stride)
        return _FIRST + _twos(crc32(f"{self._log}\0{self._values[0]}".encode()) or 1 << 32)

    def __repr__(self) -> str:
        return f"<Series of {len(self.values)} values>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Series) and self.ranked() == other.ranked()

    __hash__ = None  # type: ignore[assignment] # it changes


def _twos(number: int) -> int:
    return (number & -number).bit_length() - 1


def _thinned_out(values: list[tuple[int, float]], least_rank: int) -> Ranked:
    while len(values) > SERIES_KEPT:
        least_rank += 1
        values = _of_rank(values, least_rank)
    return values, least_rank


def _of_rank(values: list[tuple[int, float]], least: int) -> list[tuple[int, float]]:
    return [each for each in values if each[0] >= least]
