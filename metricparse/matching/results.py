"""What a matcher gives back of a block."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise, starmap
from operator import gt
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from metricparse.matching.tally import SeriesState, Tally, tally
from metricparse.values import field, state, value

if TYPE_CHECKING:
    from metricparse.matching.rows import Rows

#: Rejected captures of a definition that are kept as examples.
EXAMPLES_KEPT = 3

#: For definitions, by their numbers, the first event of a block in which they are not searched.
Until: TypeAlias = Mapping[int, int]
#: All definitions are searched in all events.
EVERYWHERE: Until = MappingProxyType({})


class Rejected(NamedTuple):
    """A match whose capture is no number; `capture` is None where group 1 took no part."""

    definition: int
    event: int
    capture: str | None


class Undecided(NamedTuple):
    """An event whose search for a definition was slow; start: as in `Matches`."""

    definition: int
    event: int
    start: int
    text: str


class Matches:
    """What all definitions found in one block, in the order of events, then definitions.

    The first four are columns of equal length, a row a number found: the event's place in the
    block, the byte at which it starts in the block's text, the definition's number, the value.
    The others count per definition: captures that are no number, events on which the published
    match was not the only one, values that are only a part of the number in the text (see
    `matching/numbers.py`), events that may match and were not searched any more, and those that
    were left undecided.
    """

    def __init__(self, definitions: int) -> None:
        self.definitions = definitions
        self.events = array("q")
        self.starts = array("q")
        self.numbers = array("i")
        self.values = array("d")
        self.rejected = [0] * definitions
        self.repeated = [0] * definitions
        self.truncated = [0] * definitions
        self.set_aside = [0] * definitions
        self.undecided_of = [0] * definitions
        self.examples: list[Rejected] = []
        self.undecided: list[Undecided] = []

    def leave(self, event: Undecided) -> None:
        """Leave an event undecided."""
        self.undecided_of[event.definition] += 1
        self.undecided.append(event)


#: How many times are earlier than the one before, and the last one that is known.
Backwards: TypeAlias = tuple[int, int | None]


class FoundRows(Protocol):
    """The rows of a block, in the order of events, then definitions.

    What they come to can be asked first; they themselves are given once.
    """

    def tally(self, series: Sequence[SeriesState], most: int) -> Sequence[Tally]:
        """What the values of each definition come to, as `tally` in `matching/tally.py` tells it."""
        ...

    def backwards(self, last: int | None) -> Backwards:
        """How many rows have an earlier time than the one before; last: the time before all."""
        ...

    def arrays(self, line: int) -> "Rows":
        """The rows, if the block starts on `line`."""
        ...


@value
class ListedRows:
    """Rows that were found in Python; `lines` count from 0 in the block."""

    lines: Sequence[int]
    numbers: Sequence[int]
    values: Sequence[float]
    times: Sequence[int | None]

    def tally(self, series: Sequence[SeriesState], most: int) -> Sequence[Tally]:
        """As `FoundRows` has it."""
        return tally(self.lines, self.numbers, self.values, series, most)

    def backwards(self, last: int | None) -> Backwards:
        """As `FoundRows` has it."""
        known = [time for time in (last, *self.times) if time is not None]
        return sum(starmap(gt, pairwise(known))), known[-1] if known else None

    def arrays(self, line: int) -> "Rows":
        """As `FoundRows` has it."""
        from metricparse.matching.rows import Rows

        return Rows.of(self.lines, self.numbers, self.values, self.times, line)


class RejectedOnLine(NamedTuple):
    """A rejected match, with its event and line, counted from 0 in what was searched."""

    definition: int
    event: int
    line: int
    capture: str | None


class Row(NamedTuple):
    """A number found; the rows of a block are ordered by the first two."""

    event: int
    number: int
    line: int
    value: float
    time: int | None


class Deferred(NamedTuple):
    """An event whose search for a definition is to be decided later; lines count from 0."""

    number: int
    event: int
    line: int
    time: int | None
    text: str


class Verdict(NamedTuple):
    """What a match comes to.

    capture: what group 1 captured, None where it took no part. value: None where that is no number.
    truncated, repeated: as in `Matches`.
    """

    capture: str | None
    value: float | None = None
    truncated: bool = False
    repeated: bool = False


class Outcome(NamedTuple):
    """What a search within a budget came to; verdict: that of the match, if there is one."""

    seconds: float
    gave_up: bool = False
    verdict: Verdict | None = None


Decided: TypeAlias = tuple[Deferred, Outcome]


class SetAside(NamedTuple):
    """A definition that used up its budget on an event, and is not searched after it."""

    number: int
    event: int
    line: int


class Skipped(NamedTuple):
    """Bytes that no regex saw: ANSI colour codes, and what is beyond the longest line."""

    colour_codes: int
    beyond_line_limit: int


_NOTHING_SKIPPED = Skipped(0, 0)


#: A line by its number, and its text.
UnclearTime: TypeAlias = tuple[int, bytes]


@state
class BlockMatches:
    """What all definitions found in a block of raw lines, and what there is in the block.

    found: how many rows there are. rejected, repeated, truncated, set_aside: as in `Matches`. gave_up: for each definition the
    searches that went over their budget. examples: the first rejected ones of each definition.
    stopped: the definitions that are searched no longer from some event on.
    newlines, events, bytes: how many of them there are in the block; ended: its last line ends in
    it. skipped: bytes that the matcher took out of it by itself. unclear: lines by their number,
    from 0, whose times the matcher could not read in the format that it was given, with their text.
    """

    found: int
    rows: FoundRows
    rejected: list[int]
    gave_up: list[int]
    repeated: list[int]
    truncated: list[int]
    set_aside: list[int]
    examples: list[RejectedOnLine]
    newlines: int
    events: int
    bytes: int
    ended: bool
    skipped: Skipped = _NOTHING_SKIPPED
    unclear: list[UnclearTime] = field(default_factory=list)
    stopped: list[SetAside] = field(default_factory=list)

    def add(self, decided: Sequence[Decided]) -> list[Row]:
        """Count what was decided later; gives the rows that come of it, which are not added yet."""
        rows = []
        for (number, event, line, time, _), outcome in decided:
            verdict = outcome.verdict
            self.gave_up[number] += outcome.gave_up
            if verdict is None:
                continue
            if verdict.value is None:
                self.rejected[number] += 1
                self.examples.append(RejectedOnLine(number, event, line, verdict.capture))
                continue
            self.repeated[number] += verdict.repeated
            self.truncated[number] += verdict.truncated
            rows.append(Row(event, number, line, verdict.value, time))
        self.examples = _first_of_each(self.examples)
        return rows

    def put(self, rows: Iterable[Row]) -> None:
        """Take other rows, in their order, in place of those that there are."""
        _, numbers, lines, values, times = zip(*rows, strict=True)
        self.found = len(values)
        self.rows = ListedRows(lines, numbers, values, times)


@value
class SearchedBlock:
    """A block that was searched, but for what was slow.

    deferred: for each definition the events that were left undecided, in their order; they are made
    as they are asked for, as most are not once a definition is set aside. until: in which events the
    definitions were searched. again: searches with other ones. finish: given what was decided of
    all that was deferred, what was found; may be called once only.
    """

    deferred: Mapping[int, Callable[[], Iterable[Deferred]]]
    until: Until
    again: "Callable[[Until], SearchedBlock]"
    finish: Callable[[Sequence[Decided]], BlockMatches]


def deferred_of(events: Iterable[Deferred]) -> dict[int, Callable[[], Iterable[Deferred]]]:
    """Undecided events, by their definitions."""
    listed: dict[int, list[Deferred]] = {}
    for each in events:
        listed.setdefault(each.number, []).append(each)
    return {number: partial(iter, of_one) for number, of_one in listed.items()}


def _first_of_each(examples: list[RejectedOnLine]) -> list[RejectedOnLine]:
    kept: list[RejectedOnLine] = []
    seen: Counter[int] = Counter()
    for example in sorted(examples, key=lambda each: (each.event, each.definition)):
        seen[example.definition] += 1
        if seen[example.definition] <= EXAMPLES_KEPT:
            kept.append(example)
    return kept
