"""A few of a definition's values, for a picture of them."""

from metricparse.matching.tally import SeriesState, Tally

#: Values of a definition that a summary keeps at most, evenly spread, for a picture of them.
SERIES_KEPT = 128


class Series:
    """Values evenly spread over all that came, `SERIES_KEPT` at most."""

    def __init__(self) -> None:
        self.values: list[float] = []
        self._stride = 1
        self._seen = 0

    @property
    def state(self) -> SeriesState:
        """How many values came, and the distance between those that are kept."""
        return self._seen, self._stride

    def extend_by(self, later: "Series") -> None:
        """Add the values of a series that comes after this one."""
        seen, stride = later.state
        stride = max(self._stride, stride)
        while len(both := [*self.at(stride), *later.at(stride)]) > SERIES_KEPT:
            stride *= 2
        self.values, self._stride = both, stride
        self._seen += seen

    def at(self, stride: int) -> list[float]:
        """The values at the multiples of a stride, which is one of this series' own."""
        return self.values[:: stride // self._stride]

    def extend(self, tally: Tally) -> None:
        """Add the values of a tally that was made for the series as it stands."""
        self.values = [*self.values[:: tally.stride // self._stride], *tally.added]
        self._stride = tally.stride
        self._seen += tally.total
