"""One log on its way through the pipeline, and how far each of its sources has come."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from metricparse.logs.envelopes.base import Envelope
from metricparse.logs.intake import Intake, StreamBlock
from metricparse.matching.results import BlockMatches
from metricparse.records.batches import Columns
from metricparse.scanning.summary import ENVELOPE, SourceSummary, Summary

if TYPE_CHECKING:
    from metricparse.scanning.pipeline import Pipeline


class Log:
    """One log on its way through the pipeline: its bytes are fed, what is found is collected.

    account: that of the log itself; each of its streams has its own, named `log:stream`.
    """

    def __init__(self, pipeline: "Pipeline", name: str, summary: Summary, *, live: bool) -> None:
        self._pipeline = pipeline
        self._name = name
        self._summary = summary
        self._live = live
        self._intake = pipeline.intake(live=live)
        self._own = pipeline.counted(name, summary)
        self._streams: dict[str | None, Counted] = {None: self._own}
        self._invalid = 0
        self.account = self._own.account

    @property
    def intake(self) -> Intake:
        """What takes the log's bytes in."""
        return self._intake

    @property
    def lines(self) -> dict[str | None, int]:
        """The number of the next line of each stream."""
        return {name: counted.line for name, counted in self._streams.items()}

    def resume(self, envelope: Envelope | None, lines: Mapping[str | None, int]) -> None:
        """Go on with a log of which some was read before."""
        self._intake = self._pipeline.intake(live=self._live, resumed=envelope)
        for stream, line in lines.items():
            counted = self._counted(stream)
            counted.line = counted.first_line = line

    def renew(self) -> None:
        """Go on with another file: its envelope is told anew, its lines are counted on."""
        self._balance()
        self._invalid = self.account.invalid
        for counted in self._streams.values():
            counted.keep()
        self._intake = self._pipeline.intake(live=self._live)

    def feed(self, data: bytes, arrival: int | None = None) -> Iterator[StreamBlock]:
        """The blocks that are complete with more of the log."""
        yield from self._intake.feed(data, arrival)
        self._balance()

    def begin(self) -> Iterator[StreamBlock]:
        """The blocks that are complete, if the log ends before its envelope could be told."""
        yield from self._intake.begin()
        self._balance()

    def finish(self) -> Iterator[StreamBlock]:
        """The rest, at the end of the log."""
        yield from self._intake.finish()
        self._balance()

    def collect(self, given: StreamBlock, matches: BlockMatches) -> Iterator[Columns]:
        """The records of a block that was searched, in the order of the blocks."""
        return self._pipeline.collect(matches, self._counted(given.stream), self._summary)

    def is_first(self, stream: str | None) -> bool:
        """Whether a stream was the first one to have text."""
        return stream == next(iter(self._intake.streams))

    def close(self) -> None:
        """Account for what is lost, if the log was damaged."""
        self._balance()
        if self.account.damage:
            for each in self._streams.values():
                each.account.count_rest("incomplete line before the damage")
            self.account.warn_of_damage()

    def leave(self) -> None:
        """Account for what waits for its end, as the log is followed no longer."""
        self._balance()
        for each in self._streams.values():
            each.account.count_rest("line that has not ended")

    def _counted(self, stream: str | None) -> "Counted":
        counted = self._streams.get(stream)
        if counted is None:
            name = f"{self._name}:{stream}"
            counted = self._streams[stream] = self._pipeline.counted(name, self._summary)
        return counted

    def _balance(self) -> None:
        """Say of all bytes that were fed whose they are, and which of them were skipped."""
        intake = self._intake
        own, skipped = intake.fed, {ENVELOPE: intake.skipped}
        for name, stream in intake.streams.items():
            if name is None:
                skipped.update(stream.skipped)
            else:
                own -= stream.bytes_in
                self._counted(name).balance(stream.bytes_in, stream.skipped)
        self._own.balance(own, skipped)
        self.account.invalid = self._invalid + intake.invalid
        for envelope in intake.envelopes:
            if envelope not in self.account.envelopes:
                self.account.envelopes.append(str(envelope))


@dataclass(slots=True)
class Counted:
    """How far a source has come: its account, its next line, and the time of its last record.

    first_line: where it began. earlier: what was counted of files that came before this one.
    """

    account: SourceSummary
    place: int
    line: int = 1
    first_line: int = 1
    last_time: int | None = None
    earlier: tuple[int, dict[str, int]] = (0, {})

    def balance(self, bytes_in: int, skipped: Mapping[str, int]) -> None:
        """Set what came in of the present file, and what was skipped of it."""
        earlier, skipped_earlier = self.earlier
        self.account.bytes_in = earlier + bytes_in
        self.account.skipped = dict(skipped_earlier)
        self.account.skip(skipped)

    def keep(self) -> None:
        """What was counted is of earlier files from now on; their last line has ended."""
        self.earlier = self.account.bytes_in, dict(self.account.skipped)
        self.line = self.first_line + self.account.lines

    def times_backwards(self, times: Any) -> int:
        """How many of the next records have an earlier time than the one before."""
        known = times.drop_null() if times.null_count else times
        if not len(known):
            return 0
        first, last = known[0].as_py(), known[-1].as_py()
        backwards = int(self.last_time is not None and first < self.last_time)
        self.last_time = last
        return backwards + (pc.sum(pc.less(known[1:], known[:-1])).as_py() or 0)
