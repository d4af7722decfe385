"""Rows whose times are not those that the matcher read at the start of lines."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa

from metricparse.logs.row_times import backwards
from metricparse.matching.rows import Rows
from metricparse.values import replaced

if TYPE_CHECKING:
    from metricparse.matching.results import Backwards, FoundRows
    from metricparse.matching.tally import SeriesState, Tally


class TimedRows:
    """Rows that get their times when these are wanted.

    times: given the rows' lines, from 0 in the block, and the times that the matcher read there.
    """

    def __init__(self, rows: "FoundRows", times: Callable[[pa.Array, pa.Array], pa.Array]) -> None:
        self._rows = rows
        self._times = times

    def tally(self, series: "Sequence[SeriesState]", most: int) -> "Sequence[Tally]":
        """As `FoundRows` has it."""
        return self._rows.tally(series, most)

    def backwards(self, last: int | None) -> "Backwards":
        """As `FoundRows` has it."""
        return backwards(self._timed.times, last)

    def arrays(self, line: int) -> Rows:
        """As `FoundRows` has it."""
        import pyarrow.compute as pc

        return replaced(self._timed, lines=pc.add(self._timed.lines, line))

    @cached_property
    def _timed(self) -> Rows:
        rows = self._rows.arrays(0)
        return replaced(rows, times=self._times(rows.lines, rows.times))
