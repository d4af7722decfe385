"""Blocks and segments of a log through view and matcher, with the times of what is found."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING

from metricparse._extension import kernel
from metricparse.logs.blocks import Block, Stretch
from metricparse.logs.clock import KnownTimes
from metricparse.logs.envelopes import Envelope
from metricparse.logs.intake import StreamBlock
from metricparse.logs.line_times import TimeSource, parse_time
from metricparse.logs.views import Events, View
from metricparse.matching.budgets import Budgets
from metricparse.matching.combined_pattern import CombinedPattern
from metricparse.matching.native import DecodedMatches, Segment
from metricparse.matching.results import (
    EVERYWHERE,
    Backwards,
    BlockMatches,
    Decided,
    Deferred,
    FoundRows,
    ListedRows,
    Matches,
    RejectedOnLine,
    Row,
    SearchedBlock,
    Until,
    deferred_of,
)
from metricparse.matching.tally import SeriesState, Tally
from metricparse.scanning.options import ScanOptions
from metricparse.values import replaced, value

if TYPE_CHECKING:
    import pyarrow as pa

    from metricparse.matching.reference import ReferenceMatcher
    from metricparse.matching.rows import Rows

_NOTHING_KNOWN = KnownTimes()


class Searcher:
    """Searches what was read of logs; threads may share it.

    takes_segments: it can read plain files by itself, as nothing is left to the reference;
    takes_envelopes: those in an envelope, too.
    """

    def __init__(self, pattern: CombinedPattern, options: ScanOptions) -> None:
        self._pattern = pattern
        self._view = options.view
        self._clock = options.clock
        self._strip_colours = options.strip_ansi
        native = pattern.native
        segments = native is not None and native.takes_segments
        self._format = self._clock.format_for_kernel if segments else None
        self.takes_envelopes = segments and not self._clock.needs_blocks
        self.takes_segments = self.takes_envelopes or self._format is not None

    def search_block(self, given: StreamBlock, until: Until = EVERYWHERE) -> SearchedBlock:
        """What is found in a block of a stream."""
        native, reference, block = self._pattern.native, self._pattern.reference, given.block
        if native:
            searched = native.search_block(block, until, view=self._view, time=self._format)
        else:
            assert reference
            searched = search_by_reference(reference, self._view, block, until)
        return self._timed_later(searched, partial(self.search_block, given), block, given.times)

    def search_alone(self, given: StreamBlock) -> BlockMatches:
        """What is found in a block that is no part of a scan."""
        return Budgets(self._pattern.definitions).decide(self.search_block(given))

    def search_segment(self, segment: Segment, until: Until = EVERYWHERE) -> SearchedBlock:
        """What is found in a part of a plain file, which the kernel reads by itself."""
        native = self._pattern.native
        assert native
        searched = native.search_segment(
            segment,
            until,
            view=self._view,
            strip_colours=self._strip_colours,
            time=self._format,
        )
        again = partial(self.search_segment, segment)
        return self._timed_later(searched, again, None, _NOTHING_KNOWN)

    def search_ahead(
        self, paths: list[str | None], most: int, room: int, threads: int
    ) -> "kernel.LogsAhead":
        """Begin to search logs as `NativeMatcher.search_ahead` does, none where it cannot."""
        native = self._pattern.native
        assert native
        return native.search_ahead(
            paths,
            most,
            view=self._view,
            strip_colours=self._strip_colours,
            time=self._format,
            room=room,
            threads=threads,
        )

    def matches(self, found: "kernel.Found") -> BlockMatches:
        """What was found in one of these."""
        native = self._pattern.native
        assert native
        return self._timed(native.matches(found), None, _NOTHING_KNOWN)

    def search_decoded(
        self, envelope: Envelope, lines: Stretch, until: Until = EVERYWHERE
    ) -> DecodedMatches | None:
        """What is found in the text of raw lines.

        None if they are not all ordinary, or the search of some is slow.
        """
        native = self._pattern.native
        assert native
        return self._with_times(native.match_decoded(envelope, lines, until, view=self._view))

    def search_events(self, events: Stretch) -> list[DecodedMatches] | None:
        """The same for CloudWatch's events, stream by stream."""
        native = self._pattern.native
        assert native
        found = native.match_events(events, view=self._view)
        for each in found or ():
            self._with_times(each)
        return found

    def search_decoded_segment(
        self, envelope: Envelope, segment: Segment, until: Until = EVERYWHERE
    ) -> DecodedMatches | None:
        """The same for a part of a file, which the kernel reads by itself."""
        native = self._pattern.native
        assert native
        found = native.match_decoded_segment(envelope, segment, until, view=self._view)
        return self._with_times(found)

    def _timed_later(
        self,
        searched: SearchedBlock,
        again: Callable[[Until], SearchedBlock],
        block: Block | None,
        known: KnownTimes,
    ) -> SearchedBlock:
        def finish(decided: Sequence[Decided]) -> BlockMatches:
            return self._timed(searched.finish(decided), block, known)

        return SearchedBlock(searched.deferred, searched.until, again, finish)

    def _with_times(self, decoded: DecodedMatches | None) -> DecodedMatches | None:
        if decoded:
            matches, times = decoded.matches, decoded.times
            if times is not None and self._clock.source in {TimeSource.AUTO, TimeSource.ENVELOPE}:
                matches.rows = _ToldRows(matches.rows, times, matches.found)
            else:
                self._timed(matches, None, _NOTHING_KNOWN)
        return decoded

    def _timed(self, matches: BlockMatches, block: Block | None, known: KnownTimes) -> BlockMatches:
        """The matches, whose rows get their times when they are wanted."""
        as_read = (
            self._clock.zone is None and not matches.unclear
            if self._format
            else self._clock.takes_as_read(known)
        )
        if not matches.found or as_read:
            return matches
        from metricparse.logs.row_times import times_of_rows, with_unclear
        from metricparse.scanning.timed_rows import TimedRows

        zoned = kernel.zoned if self._pattern.native else None
        times: Callable[[pa.Array, pa.Array], pa.Array] = (
            partial(with_unclear, self._clock, unclear=matches.unclear)
            if self._format
            else partial(times_of_rows, self._clock, block=block, known=known, zoned=zoned)
        )
        matches.rows = TimedRows(matches.rows, times)
        return matches


@value
class _ToldRows:
    """Rows with the times that their envelope tells."""

    rows: FoundRows
    times: "kernel.Column"
    count: int

    def tally(self, series: Sequence[SeriesState], most: int) -> Sequence[Tally]:
        """As `FoundRows` has it."""
        return self.rows.tally(series, most)

    def backwards(self, last: int | None) -> Backwards:
        """As `FoundRows` has it."""
        return self.times.backwards(last)

    def arrays(self, line: int) -> "Rows":
        """As `FoundRows` has it."""
        from metricparse.matching.rows import as_array

        return replaced(self.rows.arrays(line), times=as_array(self.times, self.count))


def search_by_reference(
    reference: "ReferenceMatcher", view: View, block: Block, until: Until = EVERYWHERE
) -> SearchedBlock:
    """What the reference finds in a block, as the native matcher tells it."""
    events = view.of(block)
    found = reference.match(events.text, until)
    deferred = [
        Deferred(number, event, events.line_of(event), _time(events, event, start), text)
        for number, event, start, text in found.undecided
    ]

    def finish(decided: Sequence[Decided]) -> BlockMatches:
        return _found_by_reference(events, block, found, decided)

    return SearchedBlock(
        deferred_of(deferred), until, partial(search_by_reference, reference, view, block), finish
    )


def _found_by_reference(
    events: Events, block: Block, found: Matches, decided: Sequence[Decided]
) -> BlockMatches:
    lines = [events.line_of(event) for event in found.events]
    times = list(_times(events, found.events, found.starts))
    matches = BlockMatches(
        found=len(lines),
        rows=ListedRows(lines, found.numbers, found.values, times),
        rejected=found.rejected,
        gave_up=[0] * len(found.rejected),
        repeated=found.repeated,
        truncated=found.truncated,
        set_aside=found.set_aside,
        examples=[
            RejectedOnLine(number, event, events.line_of(event), capture)
            for number, event, capture in found.examples
        ],
        newlines=block.data.count(b"\n"),
        events=events.count,
        bytes=block.size,
        ended=block.is_ended,
    )
    if decided and (added := matches.add(decided)):
        own = map(Row, found.events, found.numbers, lines, found.values, times)
        matches.put(sorted([*own, *added], key=itemgetter(0, 1)))
    return matches


def _time(events: Events, event: int, start: int) -> int | None:
    return parse_time(events.head_of_line(event, start))


def _times(events: Events, places: Sequence[int], starts: Sequence[int]) -> Iterator[int | None]:
    """The times of events, given by their places and starts; each is read once."""
    last, time = -1, None
    for event, start in zip(places, starts, strict=True):
        if event != last:
            last, time = event, _time(events, event, start)
        yield time
