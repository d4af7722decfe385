"""Rows as Arrow arrays, which are made where records are wanted, and not for a report."""

from array import array
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pyarrow as pa

from metricparse.records.arrays import as_numbers, as_times, no_times, repeated
from metricparse.records.batches import Columns
from metricparse.values import value

if TYPE_CHECKING:
    from metricparse._extension import kernel


@value
class Rows:
    """Columns of equal length as Arrow arrays, a row a number found.

    lines: int64, the line that it stands on. numbers: int32, the definition's. values: float64.
    times: int64 nanoseconds since 1970 in UTC at the start of the line, null where it tells no
    time.
    """

    lines: pa.Array
    numbers: pa.Array
    values: pa.Array
    times: pa.Array

    @classmethod
    def of(
        cls,
        lines: Iterable[int],
        numbers: Iterable[int],
        values: Iterable[float],
        times: Iterable[int | None],
        line: int,
    ) -> "Rows":
        """Rows of a block that starts on `line`; `lines` count from 0."""
        return cls(
            as_numbers(array("q", (line + each for each in lines))),
            as_numbers(array("i", numbers)),
            as_numbers(array("d", values)),
            as_times(times),
        )

    @classmethod
    def taken(cls, found: "kernel.Found", line: int) -> "Rows":
        """The kernel's rows of a block that starts on `line`, which are not copied."""
        count = found.rows
        lines, numbers, values, times, known = map(pa.py_buffer, found.take_columns(line))

        def column(kind: pa.DataType, data: pa.Buffer, valid: pa.Buffer | None = None) -> pa.Array:
            return pa.Array.from_buffers(kind, count, [valid, data])

        return cls(
            lines=column(pa.int64(), lines),
            numbers=column(pa.int32(), numbers),
            values=column(pa.float64(), values),
            times=column(pa.int64(), times, known) if times.size else no_times(count),
        )

    def __len__(self) -> int:
        return len(self.values)

    def of_source(self, source: int) -> Columns:
        """The records that they are; source: its place in a list of names."""
        sources = repeated(source, len(self))
        return Columns(self.times, sources, self.lines, self.numbers, self.values)


def as_array(times: "kernel.Column", count: int) -> pa.Array:
    """The kernel's times of so many rows, which all have one; int64, not copied."""
    return pa.Array.from_buffers(pa.int64(), count, [None, pa.py_buffer(times)])
