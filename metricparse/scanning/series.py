"""A few of a definition's values, for a picture of them."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple
from zlib import crc32

from metricparse.matching.tally import SeriesState, Tally

#: Values of a definition that a summary keeps at most, evenly spread, for a picture of them.
SERIES_KEPT = 128

# Logs whose series are put together at once.
_AT_ONCE = 32
# The least rank of a log's first value, which is higher than that of any other value.
_FIRST = 64


class Ranked(NamedTuple):
    """Kept values with their ranks, a byte each, and the least rank that is kept."""

    ranks: bytes
    values: "array[float]"
    least: int


class Series:
    """Values evenly spread over all that came, `SERIES_KEPT` at most.

    Of each log the values at the multiples of a stride are kept, counted from its first value; the
    stride is a power of two, the same for all logs. Where the first values of all logs are too
    many by themselves, they are thinned out by a hash of the log's name. So the series of parts,
    put together, are the series of the whole, however that was divided into logs.
    """

    # Of the logs before the present one.
    _earlier = Ranked(b"", array("d"), 0)
    # Of those of them that were not put together with the others yet.
    _ended: Sequence[Ranked] = ()
    # Of the present one.
    _log = ""
    _values = array("d")
    _stride = 1
    _seen = 0

    @property
    def values(self) -> list[float]:
        """The values that are kept, in order."""
        return self.ranked().values.tolist()

    @property
    def state(self) -> SeriesState:
        """How many values of this log came, and the distance between those that are kept."""
        return self._seen, self._stride

    def extend(self, tally: Tally, log: str) -> None:
        """Add the values of a tally that was made for the series as it stands; log: whose they are."""
        values = self._values
        if tally.stride > self._stride:
            values = values[:: tally.stride // self._stride]
            self._stride = tally.stride
        self._values = values + array("d", tally.added)
        self._seen += tally.total
        self._log = log

    def end_log(self) -> None:
        """The values to come are another log's."""
        if self._seen:
            self._ended = (*self._ended, self._own())
            if len(self._ended) == _AT_ONCE:
                self._join()
            self._begin()

    def extend_by(self, later: Iterable[Ranked]) -> None:
        """Add the values of series of later logs."""
        self._join([self._own(), *later] if self._seen else later)
        self._begin()

    def ranked(self) -> Ranked:
        """The values with their ranks, and the least rank that is kept."""
        if self._ended:
            self._join()
        if not self._seen:
            return self._earlier
        return _joined([self._earlier, self._own()]) if self._earlier.ranks else self._own()

    def _join(self, later: Iterable[Ranked] = ()) -> None:
        """Put the series of earlier logs together, and with those of later ones."""
        self._earlier = _joined([self._earlier, *self._ended, *later])
        self._ended = ()

    def _told(self) -> tuple[bytes, bytes, int]:
        ranks, values, least = self.ranked()
        return ranks, values.tobytes(), least

    def _own(self) -> Ranked:
        """The same of the log whose values come."""
        shift = _twos(self._stride)
        # The first stands where a hash puts it, since each log has one.
        hashed = crc32(self._values[:1], crc32(self._log.encode())) or 1 << 32
        first = bytes([_FIRST + _twos(hashed)])
        return Ranked(first + _ranks(shift)[1 : len(self._values)], self._values, shift)

    def _begin(self) -> None:
        """Nothing has come yet of a log."""
        self._values = Series._values
        # What would not be kept beside the values of earlier logs is not taken from this one.
        self._stride = 1 << min(self._earlier.least, _FIRST - 1)
        self._seen = 0

    def __repr__(self) -> str:
        return f"<Series of {len(self.values)} values>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Series) and self._told() == other._told()

    __hash__ = None  # type: ignore[assignment] # it changes


def _twos(number: int) -> int:
    """How often 2 divides a number."""
    return (number & -number).bit_length() - 1


def _joined(series: Sequence[Ranked]) -> Ranked:
    """Series together, as far as the ranks of all their values let them be kept."""
    least = max(each.least for each in series)
    ranks = b"".join([each.ranks for each in series])
    kept = _of_rank(ranks, least)
    while len(kept) > SERIES_KEPT:
        least += 1
        kept = _of_rank(kept, least)
    values = array("d")
    for each in series:
        values += each.values
    if len(kept) < len(ranks):
        marks = ranks.translate(_is_kept(least))
        values = array("d", [values[place] for place in _marked(marks)])
    return Ranked(kept, values, least)


def _marked(marks: bytes) -> Iterator[int]:
    """The places of the ones, which are few."""
    place = marks.find(1)
    while place >= 0:
        yield place
        place = marks.find(1, place + 1)


def _of_rank(ranks: bytes, least: int) -> bytes:
    """Those ranks that are not lower."""
    return ranks.translate(None, bytes(range(least)))


@cache
def _is_kept(least: int) -> bytes:
    """For each rank, 1 if it is kept, or else 0."""
    return bytes(rank >= least for rank in range(256))


@cache
def _ranks(shift: int) -> bytes:
    """The ranks of a log's values by their places, where those at multiples of `1 << shift` are kept."""
    return bytes(_twos(place) + shift if place else 0 for place in range(SERIES_KEPT))
