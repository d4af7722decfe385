"""Logs through intake, view and matcher to columns of records, with the accounting."""

from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from metricparse._extension import processors
from metricparse.logs.envelopes.base import Envelope
from metricparse.logs.envelopes.detect import HEAD_SIZE as ENVELOPE_HEAD_SIZE
from metricparse.logs.input.sources import BinaryLogError, DamagedLog, Source
from metricparse.logs.intake import Intake, IntakeSettings, StreamBlock
from metricparse.matching.combined_pattern import CombinedPattern
from metricparse.matching.native import cut_segments
from metricparse.matching.results import EXAMPLES_KEPT, BlockMatches, Rows
from metricparse.records.arrays import as_numbers, repeated
from metricparse.records.batches import Columns
from metricparse.scanning.log import Counted, Log
from metricparse.scanning.options import Settings
from metricparse.scanning.search import Searcher
from metricparse.scanning.spill import HeldRows
from metricparse.scanning.summary import (
    SERIES_KEPT,
    DefinitionSummary,
    RejectedExample,
    SourceSummary,
    Summary,
)

#: Blocks in a segment. The kernel reads a segment in small pieces, so that it costs no memory.
_SEGMENT_BLOCKS = 4

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class Pipeline:
    """What each log of a scan runs through.

    metrics: the names that the columns' metrics stand for, each once. sources: those that the
    columns' sources stand for; more are added as they turn up.
    """

    def __init__(
        self,
        pattern: CombinedPattern,
        settings: Settings,
    ) -> None:
        view, strip_ansi = settings.view, settings.strip_ansi
        self._pattern = pattern
        self._searcher = Searcher(pattern, view, settings.clock, strip_colours=strip_ansi)
        self._intake = IntakeSettings(
            view.event_size, strip_ansi, settings.envelope, _left_on(pattern)
        )
        self.sources: list[str] = []
        names = [definition.definition.name for definition in pattern.definitions]
        self.metrics = list(dict.fromkeys(names))
        self._metric_places = as_numbers(array("i", map(self.metrics.index, names)))

    def run(self, source: Source, summary: Summary, block_size: int) -> Iterator[Columns]:
        """The records of a log, a block or segment with any at a time, counted in `summary`.

        Rows of a log's streams come stream by stream. Raises `LogError` if it cannot be read.
        """
        path = self._plain_file(source)
        if path is not None:
            return self._run_segments(path, source, summary, block_size)
        return self._run_blocks(source, summary, block_size)

    def log(self, name: str, summary: Summary, *, live: bool = False) -> Log:
        """A log whose bytes are fed by hand, counted in `summary`."""
        return Log(self, name, summary, live=live)

    def intake(self, *, live: bool, resumed: Envelope | None = None) -> Intake:
        """What takes the bytes of a log in; resumed: its envelope, where that was told before."""
        return Intake(self._intake, live=live, resumed=resumed)

    def counted(self, name: str, summary: Summary) -> Counted:
        """The account of a source that turned up."""
        if name not in self.sources:
            self.sources.append(name)
        account = SourceSummary(name)
        summary.sources.append(account)
        return Counted(account, self.sources.index(name))

    def search(self, given: StreamBlock) -> BlockMatches:
        """What is found in a block."""
        return self._searcher.block(given)

    def collect(
        self, matches: BlockMatches, counted: Counted, summary: Summary
    ) -> Iterator[Columns]:
        """The records in what was found next of a source, if there are any, all counted."""
        account, line = counted.account, counted.line
        if matches.events:
            account.lines = line - counted.first_line + 1 + matches.newlines - matches.ended
        account.events += matches.events
        account.records += matches.found
        account.bytes_seen += matches.bytes
        _count(matches, line, account.name, summary.definitions)
        if matches.found:
            rows = _counted_rows(matches, line, account.name, summary.definitions)
            account.times_backwards += counted.times_backwards(rows.times)
            yield self._columns(rows, counted.place)
        counted.line += matches.newlines

    def _plain_file(self, source: Source) -> str | None:
        """The path of a log that the kernel can read by itself."""
        path = source.text_file() if self._searcher.takes_segments else None
        if path is None:
            return None
        with source.readable(), open(path, "rb") as file:
            envelope = self._intake.envelope_of(file.read(ENVELOPE_HEAD_SIZE))
        return path if envelope is Envelope.PLAIN else None

    def _run_segments(
        self, path: str, source: Source, summary: Summary, block_size: int
    ) -> Iterator[Columns]:
        """The kernel reads a plain file by itself, several segments of it at once."""
        counted = self.counted(source.name, summary)
        segments = cut_segments(path, block_size * _SEGMENT_BLOCKS)
        with source.readable():
            for matches in _in_order(self._searcher.segment, segments, processors()):
                counted.account.bytes_in += matches.bytes + sum(matches.skipped.values())
                counted.account.skip(matches.skipped)
                yield from self.collect(matches, counted, summary)

    def _run_blocks(self, source: Source, summary: Summary, block_size: int) -> Iterator[Columns]:
        log = self.log(source.name, summary)
        held = HeldRows()
        try:
            for given, matches in self._searched(_blocks(source, log, block_size)):
                for columns in log.collect(given, matches):
                    if log.is_first(given.stream):
                        yield columns
                    else:
                        held.add(columns.sources[0].as_py(), columns)
            log.close()
            yield from held.take()
        finally:
            held.close()

    def _searched(
        self, blocks: Iterator[StreamBlock]
    ) -> Iterator[tuple[StreamBlock, BlockMatches]]:
        def search(given: StreamBlock) -> tuple[StreamBlock, BlockMatches]:
            return given, self.search(given)

        if self._pattern.native:
            return _in_order(search, blocks, processors())
        return map(search, blocks)  # threads would wait for the interpreter

    def _columns(self, rows: Rows, place: int) -> Columns:
        shared = len(self.metrics) < len(self._metric_places)
        return Columns(
            timestamps=rows.times,
            sources=repeated(place, len(rows)),
            lines=rows.lines,
            metrics=self._metric_places.take(rows.numbers) if shared else rows.numbers,
            values=rows.values,
        )


def _blocks(source: Source, log: Log, block_size: int) -> Iterator[StreamBlock]:
    """A log's blocks, up to its end or its damage, of which a note is made."""
    try:
        for chunk in source.chunks(block_size):
            yield from log.feed(chunk)
        yield from log.finish()
    except BinaryLogError:
        if not source.listed:
            raise
        log.account.binary = True
    except DamagedLog as damage:
        log.account.damage = str(damage)
        yield from log.begin()


def _in_order(
    function: Callable[[_Item], _Result], items: Iterable[_Item], threads: int
) -> Iterator[_Result]:
    """The function of each item, in their order, some of them computed ahead."""
    pool = ThreadPoolExecutor(threads)
    try:
        ahead: deque[Future[_Result]] = deque()
        for item in items:
            ahead.append(pool.submit(function, item))
            if len(ahead) > threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        # Whoever stops early does not wait for what was begun.
        pool.shutdown(wait=False, cancel_futures=True)


def _count(
    matches: BlockMatches, line: int, source: str, definitions: Sequence[DefinitionSummary]
) -> None:
    """Count what a block that starts on `line` has besides values."""
    for number, definition in enumerate(definitions):
        if definition.has_group:
            definition.searched += matches.events
            definition.rejected += matches.rejected[number]
            definition.gave_up += matches.gave_up[number]
            definition.repeated += matches.repeated[number]
            definition.truncated += matches.truncated[number]
    for rejected in matches.examples:
        examples = definitions[rejected.definition].examples
        if len(examples) < EXAMPLES_KEPT:
            examples.append(RejectedExample(source, line + rejected.line, rejected.capture))


def _counted_rows(
    matches: BlockMatches, line: int, source: str, definitions: Sequence[DefinitionSummary]
) -> Rows:
    """The rows of a block that starts on `line`, with their values counted."""
    tallies = matches.tally([each.series_state for each in definitions], SERIES_KEPT)
    rows = matches.rows(line)
    for definition, values in zip(definitions, tallies, strict=True):
        definition.add_values(source, rows, values)
    return rows


def _left_on(pattern: CombinedPattern) -> frozenset[Envelope]:
    """MPI's tags stay if a regex may be about them, as the service does not take them off."""
    regexes = [each.definition.regex for each in pattern.definitions]
    named = any("stdout" in regex or "stderr" in regex for regex in regexes)
    return frozenset({Envelope.MPI}) if named else frozenset()
