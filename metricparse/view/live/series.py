"""The values of metrics as scans find them: kept in a file, reduced when they are asked for."""

import os
import tempfile
import threading
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from metricparse.view.live.points import NO_TIME, Point, reduced, thinned
from metricparse.view.live.tasks import Task
from metricparse.view.live.work import Piece, Progress, scan_logs

#: Values that are read anew for a curve, at most; of more the reduced pieces are taken.
_MOST_RAW = 400_000
_SIZE = 8
_CURVES_KEPT = 500


class Range(NamedTuple):
    """What of a series is wanted: lines, or times, from `first` to `last`; None is without end."""

    by_time: bool = False
    first: int | None = None
    last: int | None = None

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it."""
        at = point.time if self.by_time else point.line
        return self._after(at) and self._before(at)

    def touches(self, piece: Piece) -> bool:
        """Whether a piece may have values in it."""
        ends = [each.time if self.by_time else each.line for each in (piece.first, piece.last)]
        return self._after(max(ends)) and self._before(min(ends))

    def _after(self, at: int) -> bool:
        return self.first is None or at >= self.first

    def _before(self, at: int) -> bool:
        return self.last is None or at <= self.last


@dataclass
class Result:
    """What one regex gave: what was counted, and its values by the source."""

    counts: dict[str, Any] = field(default_factory=dict)
    pieces: dict[str, list[Piece]] = field(default_factory=dict)


class ScanJob:
    """A scan in another process, whose values come as they are found.

    results: by regex. done: it has ended, well or not. failure: why it could not go on.
    """

    def __init__(
        self, logs: Sequence[str], regexes: Sequence[str], reading: dict[str, Any], *, live: bool
    ) -> None:
        self.regexes = list(regexes)
        self.results = {each: Result() for each in regexes}
        self.sources: list[dict[str, Any]] = []
        self.done = False
        self.failure = ""
        self.revision = 0
        self._lock = threading.Lock()
        self._curves: dict[tuple[str, str, Range, int], tuple[int, dict[str, Any]]] = {}
        handle, self._spool = tempfile.mkstemp(prefix="metricparse-view-")
        self._file = handle
        self._task = Task(scan_logs, self._spool, list(logs), self.regexes, reading, live=live)
        threading.Thread(target=self._listen, daemon=True).start()

    def end(self) -> None:
        """End it; what it found can still be asked for."""
        self._task.end()

    def close(self) -> None:
        """End it, and forget what it found."""
        self.end()
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                os.unlink(self._spool)
                self._file = -1

    def curve(self, regex: str, source: str, wanted: Range, parts: int) -> dict[str, Any]:
        """The points of a series in a range, and how many values they stand for."""
        pieces = self.results[regex].pieces.get(source, [])
        asked = (regex, source, wanted, parts)
        known = self._curves.get(asked)
        if known is None or known[0] != len(pieces):
            if len(self._curves) >= _CURVES_KEPT:
                self._curves.clear()
            known = self._curves[asked] = len(pieces), self._curve(pieces, wanted, parts)
        return known[1]

    def _curve(self, pieces: Sequence[Piece], wanted: Range, parts: int) -> dict[str, Any]:
        touched = [each for each in pieces if wanted.touches(each)]
        count = sum(each.rows for each in touched)
        if count <= _MOST_RAW:
            columns = self._raw(touched, wanted)
            points, count = reduced(*columns, parts), len(columns.lines)
        else:
            known = [point for each in touched for point in each.points if wanted.holds(point)]
            points = thinned(known, parts)
        return {"count": count, "points": [_shown(each) for each in points]}

    def lines_of(self, regex: str, source: str, first: int, last: int) -> Sequence[int]:
        """The lines from `first` to `last` on which a regex gave a number."""
        wanted = Range(first=first, last=last)
        pieces = self.results[regex].pieces.get(source, [])
        return self._raw([each for each in pieces if wanted.touches(each)], wanted).lines

    def _raw(self, pieces: Sequence[Piece], wanted: Range) -> "_Columns":
        """The values of pieces that lie in a range."""
        found = _Columns(array("q"), array("q"), array("d"))
        for piece in pieces:
            columns = self._read(piece)
            if not (wanted.holds(piece.first) and wanted.holds(piece.last)):
                columns = columns.within(wanted)
            found.lines.extend(columns.lines)
            found.times.extend(columns.times)
            found.values.extend(columns.values)
        return found

    def _read(self, piece: Piece) -> "_Columns":
        columns = _Columns(array("q"), array("q"), array("d"))
        with self._lock:
            data = (
                os.pread(self._file, 3 * _SIZE * piece.rows, piece.place)
                if self._file >= 0
                else b""
            )
        size = len(data) // 3
        columns.lines.frombytes(data[:size])
        columns.times.frombytes(data[size : 2 * size])
        columns.values.frombytes(data[2 * size :])
        return columns

    def _listen(self) -> None:
        try:
            while not self.done:
                self._take(self._task.receive())
        except EOFError:
            self.failure = self.failure or "the scan was stopped"
        self.done = True
        self.revision += 1

    def _take(self, sent: Piece | Progress) -> None:
        self.revision += 1
        if isinstance(sent, Piece):
            pieces = self.results[self.regexes[sent.regex]].pieces
            pieces.setdefault(sent.source, []).append(sent)
            return
        for regex, counts in zip(self.regexes, sent.counts, strict=False):
            self.results[regex].counts = counts
        self.sources = sent.sources or self.sources
        self.failure = sent.failure
        self.done = sent.done


class _Columns(NamedTuple):
    """Lines, times and values, row by row."""

    lines: "array[int]"
    times: "array[int]"
    values: "array[float]"

    def within(self, wanted: Range) -> "_Columns":
        """The rows that lie in a range."""
        rows = [
            place
            for place, (line, time) in enumerate(zip(self.lines, self.times, strict=True))
            if wanted.holds(Point(line, time, None))
        ]
        return _Columns(
            array("q", (self.lines[row] for row in rows)),
            array("q", (self.times[row] for row in rows)),
            array("d", (self.values[row] for row in rows)),
        )


def _shown(point: Point) -> tuple[int, float | None, float | None]:
    """Line, time in seconds since 1970, and value."""
    return point.line, None if point.time == NO_TIME else point.time / 1e9, point.value
