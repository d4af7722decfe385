"""Matches counted as they come back, in order, and the records that they become."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from metricparse.errors import LogError
from metricparse.logs.filters import SkipReason
from metricparse.matching.budgets import Budgets
from metricparse.matching.combined_pattern import CombinedPattern
from metricparse.matching.results import EXAMPLES_KEPT, BlockMatches, FoundRows
from metricparse.matching.tally import FRESH
from metricparse.records.found import FoundRecords
from metricparse.scanning.series import SERIES_KEPT, Series
from metricparse.scanning.summary import (
    DefinitionSummary,
    LinePlace,
    RejectedExample,
    SourceSummary,
    Summary,
)
from metricparse.values import state

if TYPE_CHECKING:
    from metricparse.records.batches import Columns


@state
class Account:
    """How far a source has come: what was counted, its next line, the time of its last record.

    place: its place in `Accounts.sources`. budgets: what the definitions may still take of it.
    first_line: where it began. earlier: what was counted of the files before this one.
    """

    summary: SourceSummary
    place: int
    budgets: Budgets
    line: int = 1
    first_line: int = 1
    last_time: int | None = None
    earlier: tuple[int, dict[SkipReason, int]] = (0, {})

    def balance(self, bytes_in: int, skipped: Mapping[SkipReason, int]) -> None:
        """Set what came in of the present file, and what was skipped of it."""
        earlier, skipped_earlier = self.earlier
        self.summary.bytes_in = earlier + bytes_in
        self.summary.skipped = dict(skipped_earlier)
        self.summary.skip(skipped)

    def begin_file(self) -> None:
        """What was counted so far is of earlier files from now on; their last line has ended."""
        self.earlier = self.summary.bytes_in, dict(self.summary.skipped)
        self.line = self.first_line + self.summary.lines

    def count_times(self, rows: FoundRows) -> None:
        """Count the next records whose time is earlier than that of the one before."""
        backwards, self.last_time = rows.backwards(self.last_time)
        self.summary.times_backwards += backwards


class Accounts:
    """The accounts of all sources of a scan.

    sources: the names that places in `FoundRecords` stand for, each once, added as they turn up.
    """

    def __init__(self, pattern: CombinedPattern, summary: Summary) -> None:
        self.sources: list[str] = []
        self._places: dict[str, int] = {}
        self._summary = summary
        self._pattern = pattern
        # The log that goes on, and the definitions that gave values in it.
        self._log = ""
        self._with_values: set[int] = set()

    def begin_log(self, name: str) -> None:
        """Count the values that come as those of another log."""
        for number in self._with_values:
            self.definitions[number].kept.end_log()
        self._with_values.clear()
        self._log = name

    def open(self, source: str) -> Account:
        """The account of a source that turned up."""
        summary = SourceSummary(source)
        self._summary.sources.append(summary)
        return Account(summary, self.place_of(source), Budgets(self._pattern.definitions))

    def place_of(self, source: str) -> int:
        """The place of a source in `sources`, where it is added if it is new."""
        place = self._places.setdefault(source, len(self.sources))
        if place == len(self.sources):
            self.sources.append(source)
        return place

    def fail(self, source: str, error: LogError) -> None:
        """Note why a log cannot be read, or not to its end."""
        known = (each for each in reversed(self._summary.sources) if each.name == source)
        summary = next(known, None) or self.open(source).summary
        summary.error = str(error).removeprefix(f"{source}: ")

    @property
    def definitions(self) -> list[DefinitionSummary]:
        """What the definitions gave so far."""
        return self._summary.definitions

    def enter(
        self,
        matches: BlockMatches,
        account: Account,
        definitions: Sequence[DefinitionSummary],
    ) -> FoundRecords | None:
        """Count what was found next of a source; the records in it, None if it has none.

        definitions: where it is counted for these.
        """
        source, line = account.summary, account.line
        if matches.events:
            source.lines = line - account.first_line + 1 + matches.newlines - matches.ended
        source.events += matches.events
        source.records += matches.found
        source.bytes_seen += matches.bytes
        account.line += matches.newlines
        _count_misses(matches, line, source.name, definitions)
        if not matches.found:
            return None
        self._count_values(matches, line, source.name, definitions)
        account.count_times(matches.rows)
        columns = partial(_columns, matches.rows, line, account.place)
        return FoundRecords(account.place, matches.found, columns)

    def _count_values(
        self,
        matches: BlockMatches,
        line: int,
        source: str,
        definitions: Sequence[DefinitionSummary],
    ) -> None:
        """Count the values of a block that starts on `line`."""
        # Series that are asked for are made.
        series: Iterable[Series | None] = (vars(each).get("kept") for each in definitions)
        states = [each.state if each else FRESH for each in series]
        tallies = matches.rows.tally(states, SERIES_KEPT)
        of_log = definitions is self.definitions
        for each in tallies:
            log = self._log if of_log else source
            definitions[each.number].add_values(source, line, each, log)
        if of_log:
            self._with_values.update(each.number for each in tallies)


def _columns(rows: FoundRows, line: int, source: int) -> "Columns":
    return rows.arrays(line).of_source(source)


def _count_misses(
    matches: BlockMatches, line: int, source: str, definitions: Sequence[DefinitionSummary]
) -> None:
    """Count what a block that starts on `line` has besides values."""
    for definition in definitions:
        if definition.has_group:
            definition.searched += matches.events
    if any(matches.set_aside):
        for definition, count in zip(definitions, matches.set_aside, strict=True):
            definition.set_aside += count
            definition.searched -= count
    for name in ("rejected", "gave_up", "repeated", "truncated"):
        counts = getattr(matches, name)
        if any(counts):
            for definition, count in zip(definitions, counts, strict=True):
                setattr(definition, name, getattr(definition, name) + count)
    for stopped in matches.stopped:
        definitions[stopped.number].set_aside_at.append(LinePlace(source, line + stopped.line))
    for rejected in matches.examples:
        examples = definitions[rejected.definition].examples
        if len(examples) < EXAMPLES_KEPT:
            examples.append(RejectedExample(source, line + rejected.line, rejected.capture))
