"""One log through filters, blocks, view and matcher to columns of records, with the accounting."""

import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from metricparse.accounting import RejectedExample, SourceSummary, Summary
from metricparse.errors import DamagedLogWarning
from metricparse.logs.blocks import cut_blocks
from metricparse.logs.filters import ColourFilter, Filter, LineLimitFilter
from metricparse.logs.sources import BinaryLogError, DamagedLog, Source
from metricparse.logs.times import parse_time
from metricparse.logs.views import Events, View
from metricparse.matching import CombinedPattern, Matches
from metricparse.matching.pattern import EXAMPLES_KEPT
from metricparse.records import Columns


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
        """The records of a log, a block at a time, counted in `summary`; may be empty.

        Raises `LogError` if the log cannot be read.
        """
        account = SourceSummary(source.name)
        summary.sources.append(account)
        filters = self._filters()
        chunks: Iterable[bytes] = _counted(source.chunks(self._block_size), account)
        for each in filters:
            chunks = each.apply(chunks)
        try:
            for block in cut_blocks(chunks, self._view.event_size):
                account.bytes_seen += len(block.data)
                account.lines = block.last_line
                events = self._view.of(block)
                matches = self._pattern.match(events.text)
                columns = self._columns(matches, events, place)
                account.events += events.count
                account.records += len(columns)
                _count(matches, columns, events, source.name, summary)
                yield columns
        except BinaryLogError:
            if not source.listed:
                raise
            account.binary = True
        except DamagedLog as error:
            account.damage = f"{error}; what follows line {account.lines} is lost"
        account.skipped = {each.reason: each.skipped for each in filters if each.skipped}
        if account.damage:
            _account_for_loss(account)

    def _filters(self) -> list[Filter]:
        colours: list[Filter] = [ColourFilter()] if self._strip_ansi else []
        return colours if self._view.event_size else [*colours, LineLimitFilter()]

    def _columns(self, matches: Matches, events: Events, place: int) -> Columns:
        rows = len(matches.values)
        numbers = _array(pa.int32(), matches.numbers)
        return Columns(
            timestamps=pa.array(_times(matches, events), pa.int64()),
            sources=pa.repeat(pa.scalar(place, pa.int32()), rows),
            lines=_lines(matches, events),
            metrics=self._metric_places.take(numbers),
            values=_array(pa.float64(), matches.values),
        )


def _counted(chunks: Iterator[bytes], account: SourceSummary) -> Iterator[bytes]:
    for chunk in chunks:
        account.bytes_in += len(chunk)
        yield chunk


def _lines(matches: Matches, events: Events) -> Any:
    if events.cuts:
        return pa.array([events.line_of(event) for event in matches.events], pa.int64())
    return pc.add(_array(pa.int64(), matches.events), events.line)


def _times(matches: Matches, events: Events) -> Iterator[int | None]:
    last, moment = -1, None
    for event, start in zip(matches.events, matches.starts, strict=True):
        if event != last:
            last, moment = event, parse_time(events.head_of_line(event, start))
        yield moment


def _count(
    matches: Matches, columns: Columns, events: Events, source: str, summary: Summary
) -> None:
    numbers = _array(pa.int32(), matches.numbers)
    emitting = set(numbers.unique().to_pylist())
    for number, definition in enumerate(summary.definitions):
        if not definition.has_group:
            continue
        definition.searched += events.count
        definition.rejected += matches.rejected[number]
        definition.gave_up += matches.gave_up[number]
        definition.repeated += matches.repeated[number]
        definition.truncated += matches.truncated[number]
        if number in emitting:
            own = pc.equal(numbers, number)
            definition.add_values(source, columns.lines.filter(own), columns.values.filter(own))
    for rejected in matches.examples:
        examples = summary.definitions[rejected.definition].examples
        if len(examples) < EXAMPLES_KEPT:
            line = events.line_of(rejected.event)
            examples.append(RejectedExample(source, line, rejected.capture))


def _account_for_loss(account: SourceSummary) -> None:
    lost = account.bytes_in - account.bytes_seen - sum(account.skipped.values())
    if lost:
        account.skipped["incomplete line before the damage"] = lost
    warnings.warn(f"{account.name}: {account.damage}", DamagedLogWarning, stacklevel=2)


def _array(kind: pa.DataType, column: Any) -> Any:
    """A column of a matcher as an Arrow array, without a copy."""
    return pa.Array.from_buffers(kind, len(column), [None, pa.py_buffer(column)])
