"""What a matcher gives back of a block."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import pyarrow as pa

from metricparse.matching.tally import SeriesState, Tally
from metricparse.records.arrays import as_numbers, as_times

#: Rejected captures of a definition that are kept as examples.
EXAMPLES_KEPT = 3


class Rejected(NamedTuple):
    """A match whose capture is no number; `capture` is None where group 1 took no part."""

    definition: int
    event: int
    capture: str | None


@dataclass
class Matches:
    """What all definitions found in one block, in the order of events, then definitions.

    The first four are columns of equal length, a row a number found: the event's place in the
    block, the byte at which it starts in the block's text, the definition's number, the value.
    The others count per definition: captures that are no number, searches that went over their
    budget, events on which the published match was not the only one, and values that are only a
    part of the number in the text (see `matching/numbers.py`).
    """

    definitions: int
    events: "array[int]" = field(default_factory=lambda: array("q"))
    starts: "array[int]" = field(default_factory=lambda: array("q"))
    numbers: "array[int]" = field(default_factory=lambda: array("i"))
    values: "array[float]" = field(default_factory=lambda: array("d"))
    rejected: list[int] = field(init=False)
    gave_up: list[int] = field(init=False)
    repeated: list[int] = field(init=False)
    truncated: list[int] = field(init=False)
    examples: list[Rejected] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rejected = [0] * self.definitions
        self.gave_up = [0] * self.definitions
        self.repeated = [0] * self.definitions
        self.truncated = [0] * self.definitions


@dataclass(frozen=True, slots=True)
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

    def __len__(self) -> int:
        return len(self.values)


class RejectedOnLine(NamedTuple):
    """A rejected match, with its event and line, counted from 0 in what was searched."""

    definition: int
    event: int
    line: int
    capture: str | None


class Skipped(NamedTuple):
    """Bytes that no regex saw: ANSI colour codes, and what is beyond the longest line."""

    colour_codes: int
    beyond_line_limit: int


_NOTHING_SKIPPED = Skipped(0, 0)


#: A line by its number, and its text.
UnclearTime: TypeAlias = tuple[int, bytes]


@dataclass
class BlockMatches:
    """What all definitions found in a block of raw lines, and what there is in the block.

    found: how many rows there are. rows: given the number of the block's first line, the rows, in
    the order of events, then definitions; may be called once only, and after `tally`. tally: what
    the values of each definition come to, as `tally` in `matching/tally.py` tells it.
    rejected, gave_up, repeated, truncated: as in `Matches`. examples: the first of each
    definition.
    newlines, events, bytes: how many of them there are in the block; ended: its last line ends in
    it. skipped: bytes that the matcher took out of it by itself. unclear: lines by their number,
    from 0, whose times the matcher could not read in the format that it was given, with their text.
    """

    found: int
    rows: Callable[[int], Rows]
    tally: Callable[[Sequence[SeriesState], int], Sequence[Tally]]
    rejected: list[int]
    gave_up: list[int]
    repeated: list[int]
    truncated: list[int]
    examples: list[RejectedOnLine]
    newlines: int
    events: int
    bytes: int
    ended: bool
    skipped: Skipped = _NOTHING_SKIPPED
    unclear: list[UnclearTime] = field(default_factory=list)
