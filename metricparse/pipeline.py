"""One log through filters, blocks, view and matcher to columns of records, with the accounting."""

import warnings
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from metricparse.accounting import RejectedExample, SourceSummary, Summary
from metricparse.errors import DamagedLogWarning
from metricparse.logs.blocks import Block, cut_blocks
from metricparse.logs.filters import ColourFilter, Filter, LineLimitFilter
from metricparse.logs.sources import BinaryLogError, DamagedLog, Source
from metricparse.logs.times import parse_time
from metricparse.logs.views import View
from metricparse.matching.choice import processors
from metricparse.matching.combined import CombinedPattern
from metricparse.matching.pattern import EXAMPLES_KEPT, BlockMatches
from metricparse.records import BATCH_ROWS, Columns

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
        self._metric_places = pa.array([self.metrics.index(name) for name in names], pa.int32())

    def run(self, source: Source, place: int, summary: Summary) -> Iterator[Columns]:
        """The records of a log, a block with any at a time, counted in `summary`.

        Raises `LogError` if the log cannot be read.
        """
        account = SourceSummary(source.name)
        summary.sources.append(account)
        filters = self._filters()
        blocks = self._blocks(source, filters, account)
        line, tally = 1, _Tally(source.name, summary)
        for matches in _in_order(self._search, blocks, self._threads()):
            account.lines = line + matches.newlines - matches.ended
            account.events += matches.event_count
            account.records += len(matches.values)
            tally.add_counts(matches, line)
            if matches.values:
                columns = self._columns(matches, line, place)
                tally.add_values(matches, columns)
                yield columns
            line += matches.newlines
        tally.flush()
        account.skipped = {each.reason: each.skipped for each in filters if each.skipped}
        if account.damage:
            _account_for_damage(account)

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
            for block in cut_blocks(chunks, self._view.event_size):
                account.bytes_seen += len(block.data)
                yield block
        except BinaryLogError:
            if not source.listed:
                raise
            account.binary = True
        except DamagedLog as damage:
            account.damage = str(damage)

    def _threads(self) -> int:
        """As many as there are processors, if the matcher lets them run at once."""
        return processors() if self._pattern.native else 1

    def _search(self, block: Block) -> BlockMatches:
        native, view = self._pattern.native, self._view
        if native:
            raw = view is View.RAW
            matches = native.match_block(block.data, block.head, sagemaker=not raw)
        else:
            matches = _search_by_reference(self._pattern, view, block)
        matches.ended = block.data.endswith(b"\n")
        return matches

    def _columns(self, matches: BlockMatches, line: int, place: int) -> Columns:
        times = _array(pa.int64(), matches.times)
        timed = pc.equal(_array(pa.uint8(), matches.timed), 1)
        return Columns(
            timestamps=pc.if_else(timed, times, pa.scalar(None, pa.int64())),
            sources=pa.repeat(pa.scalar(place, pa.int32()), len(times)),
            lines=pc.add(_array(pa.int64(), matches.lines), line),
            metrics=self._metric_places.take(_array(pa.int32(), matches.numbers)),
            values=_array(pa.float64(), matches.values),
        )


def _in_order(
    function: Callable[[_Item], _Result], items: Iterable[_Item], threads: int
) -> Iterator[_Result]:
    """The function of each item, in their order, some of them computed ahead."""
    if threads == 1:
        yield from map(function, items)
        return
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


def _search_by_reference(pattern: CombinedPattern, view: View, block: Block) -> BlockMatches:
    events = view.of(block)
    found = pattern.match(events.text)
    matches = BlockMatches.of(found, block.data.count(b"\n"), events.count, events.cuts)
    last, moment = -1, None
    for event, start in zip(matches.events, matches.starts, strict=True):
        if event != last:
            last, moment = event, parse_time(events.head_of_line(event, start))
        matches.lines.append(events.line_of(event))
        matches.times.append(moment or 0)
        matches.timed.append(moment is not None)
    return matches


def _counted(chunks: Iterator[bytes], account: SourceSummary) -> Iterator[bytes]:
    for chunk in chunks:
        account.bytes_in += len(chunk)
        yield chunk


class _Tally:
    """Counts the matches of one source in the summary.

    Counts are added at once; values when there are enough of them, as looking at few costs as
    much as looking at many.
    """

    def __init__(self, source: str, summary: Summary) -> None:
        self._source = source
        self._definitions = summary.definitions
        self._values: list[tuple[Any, Any, Any]] = []
        self._rows = 0

    def add_counts(self, matches: BlockMatches, line: int) -> None:
        """Count what a block that starts on `line` has besides values."""
        for number, definition in enumerate(self._definitions):
            if definition.has_group:
                definition.searched += matches.event_count
                definition.rejected += matches.rejected[number]
                definition.gave_up += matches.gave_up[number]
                definition.repeated += matches.repeated[number]
                definition.truncated += matches.truncated[number]
        for rejected in matches.examples:
            examples = self._definitions[rejected.definition].examples
            if len(examples) < EXAMPLES_KEPT:
                in_block = rejected.event - bisect_right(matches.continued, rejected.event)
                examples.append(RejectedExample(self._source, line + in_block, rejected.capture))

    def add_values(self, matches: BlockMatches, columns: Columns) -> None:
        """Count the values of a block."""
        numbers = _array(pa.int32(), matches.numbers)
        self._values.append((numbers, columns.lines, columns.values))
        self._rows += len(columns)
        if self._rows >= BATCH_ROWS:
            self.flush()

    def flush(self) -> None:
        """Count the values that were put off."""
        if not self._rows:
            return
        numbers, lines, values = map(pa.concat_arrays, zip(*self._values, strict=True))
        self._values, self._rows = [], 0
        by_definition = pc.array_sort_indices(numbers)
        lines, values = lines.take(by_definition), values.take(by_definition)
        start = 0
        for each in numbers.value_counts().sort(by="values").to_pylist():
            definition, end = self._definitions[each["values"]], start + each["counts"]
            definition.add_values(self._source, lines[start:end], values[start:end])
            start = end


def _account_for_damage(account: SourceSummary) -> None:
    lost = account.bytes_in - account.bytes_seen - sum(account.skipped.values())
    if lost:
        account.skipped["incomplete line before the damage"] = lost
    account.damage = f"{account.damage}; what follows line {account.lines} is lost"
    warnings.warn(f"{account.name}: {account.damage}", DamagedLogWarning, stacklevel=2)


def _array(kind: pa.DataType, column: Any) -> Any:
    """A column of a matcher as an Arrow array, without a copy."""
    return pa.Array.from_buffers(kind, len(column), [None, pa.py_buffer(column)])
