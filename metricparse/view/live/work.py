"""What is done in processes of their own, as they can be ended at any moment."""

import os
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, BinaryIO, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from metricparse.definitions.compile import compile_regex
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.diagnosis.explain import diagnose
from metricparse.errors import DamagedLogWarning, DefinitionError, MetricparseError
from metricparse.logs.blocks import Block
from metricparse.logs.views import View
from metricparse.matching.spans import Match, matches_in
from metricparse.scanning.follow import Follow, follow
from metricparse.scanning.scan import Scan, scan
from metricparse.scanning.summary import Summary
from metricparse.suggestions.suggest import suggest
from metricparse.view.live.points import NO_TIME, Point, reduced

_REPORTED_EVERY = 0.2
# Values of a piece that are reduced to one part beforehand.
_VALUES_OF_A_PART = 1024


class Piece(NamedTuple):
    """Some values of a series, in their order.

    regex: its place in the list. place: where its columns stand in the spool: lines, times
    (int64), values (float64). points: the values reduced.
    """

    regex: int
    source: str
    rows: int
    place: int
    first: Point
    last: Point
    points: list[Point]


class Progress(NamedTuple):
    """How far a scan got.

    counts: of each regex. done: it has ended. failure: why it could not go on.
    """

    counts: list[dict[str, Any]]
    sources: list[dict[str, Any]]
    done: bool = False
    failure: str = ""


def scan_logs(
    to: Connection,
    spool: str,
    logs: Sequence[str],
    regexes: Sequence[str],
    reading: dict[str, Any],
    *,
    live: bool,
) -> None:
    """Scan logs, and send the pieces of each series and the progress.

    live: go on while the logs are written.
    """
    _step_back()
    named = [MetricDefinition(name=f"m{place}", regex=each) for place, each in enumerate(regexes)]
    warnings.simplefilter("ignore", DamagedLogWarning)
    records: Scan | Follow
    try:
        records = (
            follow(list(logs), named, **reading)
            if live
            else scan(list(logs), named, on_error="record", **reading)
        )
        reporter = _Reporter(to, records)
        with reporter, open(spool, "wb") as file:
            for batch in records:
                for piece in _pieces(batch, file):
                    reporter.send(piece)
        reporter.send(_progress(records.summary)._replace(done=True))
    except MetricparseError as error:
        to.send(Progress([], [], done=True, failure=str(error)))
    except BrokenPipeError:
        return  # nobody wants it any more


def _step_back() -> None:
    """Let the page answer first, where the system knows how."""
    if hasattr(os, "nice"):
        os.nice(10)


class _Reporter:
    """Sends, and in between tells how far a scan got."""

    def __init__(self, to: Connection, records: Scan | Follow) -> None:
        self._to = to
        self._records = records
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._report, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def send(self, what: Piece | Progress) -> None:
        with self._lock:
            self._to.send(what)

    def _report(self) -> None:
        with suppress(BrokenPipeError):
            while not self._ended.wait(_REPORTED_EVERY):
                records = self._records
                self.send(
                    _progress(records.progress if isinstance(records, Scan) else records.summary)
                )


def _progress(summary: Summary) -> Progress:
    counts = [
        {
            "emitted": each.emitted,
            "rejected": each.rejected,
            "gave_up": each.gave_up,
            "set_aside": each.set_aside,
            "truncated": each.truncated,
            "repeated": each.repeated,
            "first": each.first,
            "last": each.last,
            "least": each.minimum,
            "greatest": each.maximum,
            "group": each.has_group,
        }
        for each in summary.definitions
    ]
    sources = [
        {
            "name": each.name,
            "lines": each.lines,
            "bytes": each.bytes_in,
            "damage": each.damage or each.error,
        }
        for each in list(summary.sources)
    ]
    return Progress(counts, sources)


def _pieces(batch: pa.RecordBatch, spool: BinaryIO) -> Iterator[Piece]:
    metrics, sources = batch["metric"], batch["source"]
    times = pc.fill_null(batch["timestamp"].cast(pa.int64()), NO_TIME)
    for number, name in enumerate(metrics.dictionary.to_pylist()):
        for place, source in enumerate(sources.dictionary.to_pylist()):
            mask = pc.and_(pc.equal(metrics.indices, number), pc.equal(sources.indices, place))
            columns = [each.filter(mask) for each in (batch["line"], times, batch["value"])]
            if len(columns[0]):
                yield _piece(int(name[1:]), source, columns, spool)


def _piece(regex: int, source: str, columns: list[pa.Array], spool: BinaryIO) -> Piece:
    place = spool.tell()
    spool.writelines(
        memoryview(column.buffers()[1])[8 * column.offset :][: 8 * len(column)]
        for column in columns
    )
    spool.flush()
    lines, times, values = (column.to_pylist() for column in columns)
    points = reduced(lines, times, values, -(-len(lines) // _VALUES_OF_A_PART))
    first, last = (Point(lines[at], times[at], values[at]) for at in (0, -1))
    return Piece(regex, source, len(lines), place, first, last, points)


def explain(
    to: Connection, logs: Sequence[str], name: str, regex: str, reading: dict[str, Any]
) -> None:
    """Send what went wrong with a definition, and what would be right."""
    known = {key: reading[key] for key in ("view", "strip_ansi", "envelope")}
    definition = MetricDefinition(name=name, regex=regex)
    try:
        (explanation,) = diagnose(list(logs), [definition], **known).explanations
        to.send({"causes": [each.to_dict() for each in explanation.causes]})
    except MetricparseError as error:
        to.send({"failure": str(error)})


def propose(to: Connection, logs: Sequence[str], reading: dict[str, Any]) -> None:
    """Send the definitions that the logs suggest."""
    known = {key: reading[key] for key in ("view", "strip_ansi")}
    try:
        found = suggest(list(logs), **known)
    except MetricparseError as error:
        to.send({"failure": str(error)})
        return
    offered = [
        {
            "name": each.definition.name,
            "regex": each.definition.regex,
            "count": each.summary.emitted,
            "example": each.example[:300],
        }
        for each in found
    ]
    to.send({"suggestions": offered})


def look(at: Connection) -> None:
    """Answer what regexes match on lines, as often as asked, until nobody asks any more."""
    compiled: dict[str, Any] = {}
    with suppress(EOFError, KeyboardInterrupt):
        while True:
            lines, regexes, view = at.recv()
            started = time.perf_counter()
            compiled = {each: compiled.get(each) or _compiled(each) for each in regexes}
            wanted = [compiled[each] for each in regexes]
            seen = [_events(line, View(view)) for line in lines]
            matched = [[(text, _shown(matches_in(text, wanted))) for text in each] for each in seen]
            at.send((matched, time.perf_counter() - started))


def _compiled(regex: str) -> Any:
    try:
        return compile_regex(regex)
    except DefinitionError:
        return None


def _events(line: bytes, view: View) -> list[str]:
    seen = view.of(Block(line)).text.split(b"\n")
    return [event.decode("utf-8", "replace") for event in seen]


def _shown(matches: list[Match]) -> list[dict[str, Any]]:
    return [
        {
            "definition": each.definition,
            "match": each.match,
            "capture": each.capture,
            "number": each.number,
            "truncated": each.truncated,
            "repeated": each.repeated,
            "gave_up": each.gave_up,
        }
        for each in matches
    ]
