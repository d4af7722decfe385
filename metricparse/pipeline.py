"""One log through filters, blocks, view and matcher to columns of records, with the accounting."""

import warnings
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from metricparse.accounting import (
    SERIES_KEPT,
    DefinitionSummary,
    RejectedExample,
    SourceSummary,
    Summary,
)
from metricparse.arrow import as_numbers, repeated
from metricparse.errors import DamagedLogWarning
from metricparse.logs.blocks import Block, cut_blocks
from metricparse.logs.filters import ColourFilter, Filter, LineLimitFilter
from metricparse.logs.sources import BinaryLogError, DamagedLog, Source
from metricparse.logs.times import parse_time
from metricparse.logs.views import Events, View
from metricparse.matching.choice import processors
from metricparse.matching.combined import CombinedPattern
from metricparse.matching.native import NativeMatcher, Segment, cut_segments
from metricparse.matching.pattern import (
    EXAMPLES_KEPT,
    BlockMatches,
    RejectedOnLine,
    Rows,
)
from metricparse.matching.reference import ReferenceMatcher
from metricparse.matching.tally import tally
from metricparse.records import Columns

#: Blocks in a segment. The kernel reads a segment in small pieces, so that it costs no memory.
_SEGMENT_BLOCKS = 4

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class Pipeline:
    """What each log of a scan runs through.

    metrics: the names that the columns' metrics stand for, each once.
    """

    def __init__(
        self, pattern: CombinedPattern, view: View, strip_ansi: bool, block_size: int
    ) -> None:
        self._pattern = pattern
        self._view = view
        self._strip_ansi = strip_ansi
        self._block_size = block_size
        names = [definition.definition.name for definition in pattern.definitions]
        self.metrics = list(dict.fromkeys(names))
        self._metric_places = as_numbers(array("i", map(self.metrics.index, names)))

    def run(self, source: Source, place: int, summary: Summary) -> Iterator[Columns]:
        """The records of a log, a block or segment with any at a time, counted in `summary`.

        Raises `LogError` if the log cannot be read.
        """
        account = SourceSummary(source.name)
        summary.sources.append(account)
        line = 1
        for matches in self._searched(source, account):
            if matches.events:
                account.lines = line + matches.newlines - matches.ended
            account.events += matches.events
            account.records += matches.found
            account.bytes_seen += matches.bytes
            _count(matches, line, source.name, summary.definitions)
            if matches.found:
                yield self._columns(
                    _counted_rows(matches, line, source.name, summary.definitions), place
                )
            line += matches.newlines
        if account.damage:
            _account_for_damage(account)

    def _searched(self, source: Source, account: SourceSummary) -> Iterator[BlockMatches]:
        """What is found in a log, in order, a block or segment at a time."""
        native = self._pattern.native
        path = source.text_file() if native and native.takes_segments else None
        if native and path is not None:
            return self._searched_by_segments(native, path, source, account)
        return self._searched_by_blocks(source, account)

    def _searched_by_segments(
        self, native: NativeMatcher, path: str, source: Source, account: SourceSummary
    ) -> Iterator[BlockMatches]:
        """The kernel reads a plain file by itself, several segments of it at once."""

        def search(segment: Segment) -> BlockMatches:
            return native.match_segment(
                segment, sagemaker=self._view is View.SAGEMAKER, strip_colours=self._strip_ansi
            )

        size = self._block_size * _SEGMENT_BLOCKS
        with source.readable():
            for matches in _in_order(search, cut_segments(path, size), processors()):
                account.bytes_in += matches.bytes + sum(matches.skipped.values())
                account.skip(matches.skipped)
                yield matches

    def _searched_by_blocks(self, source: Source, account: SourceSummary) -> Iterator[BlockMatches]:
        filters = self._filters()
        blocks = self._blocks(source, filters, account)
        native, reference = self._pattern.native, self._pattern.reference
        if native:
            search = partial(_search_natively, native, self._view)
            yield from _in_order(search, blocks, processors())
        elif reference:
            yield from map(partial(search_by_reference, reference, self._view), blocks)
        account.skip({each.reason: each.skipped for each in filters})

    def _filters(self) -> list[Filter]:
        colours: list[Filter] = [ColourFilter()] if self._strip_ansi else []
        return colours if self._view.event_size else [*colours, LineLimitFilter()]

    def _blocks(
        self, source: Source, filters: Iterable[Filter], account: SourceSummary
    ) -> Iterator[Block]:
        """The log's blocks, up to its end or its damage, of which a note is made."""
        chunks: Iterable[bytes] = _counted(source.chunks(self._block_size), account)
        for each in filters:
            chunks = each.apply(chunks)
        try:
            yield from cut_blocks(chunks, self._view.event_size)
        except BinaryLogError:
            if not source.listed:
                raise
            account.binary = True
        except DamagedLog as damage:
            account.damage = str(damage)

    def _columns(self, rows: Rows, place: int) -> Columns:
        shared = len(self.metrics) < len(self._metric_places)
        return Columns(
            timestamps=rows.times,
            sources=repeated(place, len(rows)),
            lines=rows.lines,
            metrics=self._metric_places.take(rows.numbers) if shared else rows.numbers,
            values=rows.values,
        )


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


def _search_natively(native: NativeMatcher, view: View, block: Block) -> BlockMatches:
    return native.match_block(block.data, block.head, sagemaker=view is View.SAGEMAKER)


def search_by_reference(reference: ReferenceMatcher, view: View, block: Block) -> BlockMatches:
    """What the reference finds in a block, as the native matcher tells it."""
    events = view.of(block)
    found = reference.match(events.text)
    lines = [events.line_of(event) for event in found.events]
    times = _times(events, found.events, found.starts)
    return BlockMatches(
        found=len(lines),
        rows=partial(Rows.of, lines, found.numbers, found.values, times),
        tally=partial(tally, found.numbers, found.values),
        rejected=found.rejected,
        gave_up=found.gave_up,
        repeated=found.repeated,
        truncated=found.truncated,
        examples=[
            RejectedOnLine(number, event, events.line_of(event), capture)
            for number, event, capture in found.examples
        ],
        newlines=block.data.count(b"\n"),
        events=events.count,
        bytes=len(block.data),
        ended=block.data.endswith(b"\n"),
    )


def _times(events: Events, places: Sequence[int], starts: Sequence[int]) -> Iterator[int | None]:
    """The times of events, given by their places and starts; each is read once."""
    last, time = -1, None
    for event, start in zip(places, starts, strict=True):
        if event != last:
            last, time = event, parse_time(events.head_of_line(event, start))
        yield time


def _counted(chunks: Iterator[bytes], account: SourceSummary) -> Iterator[bytes]:
    for chunk in chunks:
        account.bytes_in += len(chunk)
        yield chunk


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


def _account_for_damage(account: SourceSummary) -> None:
    lost = account.bytes_in - account.bytes_seen - sum(account.skipped.values())
    if lost:
        account.skipped["incomplete line before the damage"] = lost
    account.damage = f"{account.damage}; what follows line {account.lines} is lost"
    warnings.warn(f"{account.name}: {account.damage}", DamagedLogWarning, stacklevel=2)
