"""The accounting of a scan: per definition and per source, so that nothing is lost uncounted."""

import warnings
from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from metricparse.errors import DamagedLogWarning, MetricparseError
from metricparse.logs.filters import SkipReason
from metricparse.matching.combined_pattern import CombinedPattern
from metricparse.matching.results import EXAMPLES_KEPT
from metricparse.matching.tally import Tally
from metricparse.records.json_numbers import json_number
from metricparse.scanning.series import Series
from metricparse.values import field, like, replaced, state, value

# What definitions have in common whose summaries can be merged.
_SAME = attrgetter("name", "regex")
_COUNTS = (
    "searched",
    "emitted",
    "rejected",
    "gave_up",
    "set_aside",
    "repeated",
    "truncated",
    "not_finite",
)


@value
class RejectedExample:
    """A capture that is no number, and where it stands; None where group 1 took no part."""

    source: str
    line: int
    capture: str | None


class LinePlace(NamedTuple):
    """A line of a source, counted from 1."""

    source: str
    line: int


@state
class DefinitionSummary:
    """What one definition gave.

    searched: events (lines, or pieces of long lines) in which it was searched; none if it has no
    group. They are either unmatched, or emitted a number, or were rejected as the capture is no
    number, or were given up as the search went over its budget.
    set_aside: events that hold what a match must contain, in which it was not searched any more, as
    it took too long before. set_aside_at: the lines from which on that is so, one a source at most.
    repeated: events on which it matches more than once, of which the first match counts.
    truncated: emitted values that are only a part of the number in the text, such as `3.6` of
    `3.6e-05`, `5` of `-5` or `1` of `1,234`.
    not_finite: emitted values that are NaN or infinite; minimum and maximum leave them out.
    examples: the first captures that were rejected. kept: some of the values, for `series`.
    """

    name: str
    regex: str
    has_group: bool
    searched: int = 0
    emitted: int = 0
    rejected: int = 0
    gave_up: int = 0
    set_aside: int = 0
    repeated: int = 0
    truncated: int = 0
    not_finite: int = 0
    first_source: str | None = None
    first_line: int | None = None
    first: float | None = None
    last: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    examples: list[RejectedExample] = field(default_factory=list)
    set_aside_at: list[LinePlace] = field(default_factory=list)
    kept: Series = field(default_factory=Series)

    @property
    def unmatched(self) -> int:
        """Events in which it did not match."""
        return self.searched - self.emitted - self.rejected - self.gave_up

    @property
    def matched(self) -> bool:
        """Whether it matched anywhere, or a search for it took too long to know."""
        return bool(self.emitted or self.rejected or self.slow)

    @property
    def slow(self) -> bool:
        """Whether the search took too long on some events, so that they were not all decided."""
        return bool(self.gave_up or vars(self).get("set_aside_at"))  # asked for, it would be made

    @property
    def series(self) -> list[float]:
        """Emitted values in order, evenly spread, `SERIES_KEPT` at most."""
        return list(self.kept.values)

    def add_values(self, source: str, line: int, tally: Tally, log: str) -> None:
        """Count emitted values in a block that starts on `line`.

        log: whose they are, as a series tells logs apart.
        """
        if self.first is None:
            self.first_source, self.first_line = source, line + tally.line
            self.first = tally.first
        self.last = tally.last
        if tally.not_finite:
            self.not_finite += tally.not_finite
        if tally.bounds:
            self._extend_bounds(*tally.bounds)
        self.kept.extend(tally, log)
        self.emitted += tally.total

    def begun_anew(self) -> "DefinitionSummary":
        """The summary of the same definition with nothing counted yet."""
        return DefinitionSummary(self.name, self.regex, self.has_group)

    def add(self, later: "DefinitionSummary") -> None:
        """Count what the same definition gave on lines that come after these."""
        counted = vars(later)
        for name in _COUNTS:
            if count := counted.get(name):
                setattr(self, name, getattr(self, name) + count)
        if later.slow:
            self.set_aside_at += later.set_aside_at
        if later.rejected:
            self.examples += later.examples[: EXAMPLES_KEPT - len(self.examples)]
        if later.emitted:
            self._add_values_of(later)

    def _add_values_of(self, later: "DefinitionSummary") -> None:
        if self.first is None:
            self.first_source, self.first_line = later.first_source, later.first_line
            self.first = later.first
        self.last = later.last
        self._extend_bounds(later.minimum, later.maximum)
        kept: Series | None = vars(later).get("kept")  # asked for, it would be made
        if kept:
            self.kept.extend_by([kept.ranked()])

    def _extend_bounds(self, minimum: float | None, maximum: float | None) -> None:
        if minimum is not None and (self.minimum is None or minimum < self.minimum):
            self.minimum = minimum
        if maximum is not None and (self.maximum is None or maximum > self.maximum):
            self.maximum = maximum

    def to_dict(self) -> dict[str, Any]:
        """The summary as data for JSON, the series left out."""
        return {
            "name": self.name,
            "regex": self.regex,
            "has_group": self.has_group,
            "searched": self.searched,
            "unmatched": self.unmatched,
            "emitted": self.emitted,
            "rejected": self.rejected,
            "gave_up": self.gave_up,
            "set_aside": self.set_aside,
            "set_aside_at": [each._asdict() for each in self.set_aside_at],
            "repeated": self.repeated,
            "truncated": self.truncated,
            "not_finite": self.not_finite,
            "first_source": self.first_source,
            "first_line": self.first_line,
            "first": None if self.first is None else json_number(self.first),
            "last": None if self.last is None else json_number(self.last),
            "minimum": self.minimum,
            "maximum": self.maximum,
            "rejected_examples": [
                {"source": each.source, "line": each.line, "capture": each.capture}
                for each in self.examples
            ],
        }


@state
class SourceSummary:
    """What became of one source's bytes: those in are those seen and those skipped.

    bytes_in: after decompression. skipped: bytes by the reason why no regex saw them.
    damage: why the source ended too early; None if it did not.
    error: why it could not be read, or not to its end, where that was to be noted; else None.
    binary: it is no text, and was left out as it was not named but found in a directory.
    envelopes: those that were taken off, that of the log's start and then, if it changed, that of
    its end. invalid: lines that were not valid in them, and were searched as they stood.
    times_backwards: records with an earlier time than the one before.
    truncations: how often a followed file was found truncated; what was written to it and not read
    before is lost.
    gone: the followed file in which to go on was not there any more; what was written to it and not
    read before is lost.
    """

    name: str
    bytes_in: int = 0
    bytes_seen: int = 0
    skipped: dict[SkipReason, int] = field(default_factory=dict)
    lines: int = 0
    events: int = 0
    records: int = 0
    damage: str | None = None
    error: str | None = None
    binary: bool = False
    envelopes: list[str] = field(default_factory=list)
    invalid: int = 0
    times_backwards: int = 0
    truncations: int = 0
    gone: bool = False

    def skip(self, skipped: Mapping[SkipReason, int]) -> None:
        """Count bytes that no regex saw, by the reason."""
        for reason, count in skipped.items():
            if count:
                self.skipped[reason] = self.skipped.get(reason, 0) + count

    def skip_rest(self, reason: SkipReason) -> None:
        """Count bytes that came in, and were neither seen nor skipped before, as skipped."""
        self.skip({reason: self.bytes_in - self.bytes_seen - sum(self.skipped.values())})

    def warn_of_damage(self) -> None:
        """Say from where on the log is lost, if it is damaged."""
        if self.damage is not None:
            warnings.warn(f"{self.name}: {self.damage}", DamagedLogWarning, stacklevel=2)

    def to_dict(self) -> dict[str, Any]:
        """The summary as data for JSON."""
        return {
            "name": self.name,
            "bytes_in": self.bytes_in,
            "bytes_seen": self.bytes_seen,
            "bytes_skipped": {reason.value: count for reason, count in self.skipped.items()},
            "lines": self.lines,
            "events": self.events,
            "records": self.records,
            "damage": self.damage,
            "error": self.error,
            "binary": self.binary,
            "envelopes": list(self.envelopes),
            "invalid": self.invalid,
            "times_backwards": self.times_backwards,
            "truncations": self.truncations,
            "gone": self.gone,
        }


@state
class Summary:
    """The accounting of a scan, in the order of the definitions and of the sources.

    seconds: from the start of the scan to its end, or to now; complete: the scan came to its end.
    """

    definitions: list[DefinitionSummary]
    sources: list[SourceSummary] = field(default_factory=list)
    seconds: float = 0.0
    complete: bool = False

    @classmethod
    def empty(cls, pattern: CombinedPattern) -> "Summary":
        """The summary of a scan that has not begun."""
        return cls([like(each) for each in _blank(pattern)])

    @classmethod
    def merge(cls, summaries: Iterable["Summary"]) -> "Summary":
        """The summary of one scan of all logs, from those of scans of some of them.

        They are given in the order of the logs, and may be merged themselves: the result is the
        same for every division into logs, but for `seconds`, which is their sum. They are complete
        together if each of them is. They share nothing with the result.

        Raises `MetricparseError` if there are none, or if they are of different definitions.

        >>> parts = [mp.scan(log, "definitions.json").summary for log in ("train.log", "bare.log")]
        >>> mp.Summary.merge(parts).records
        4
        """
        merged: Summary | None = None
        for summary in summaries:
            if not isinstance(summary, Summary):
                raise MetricparseError(f"{summary!r}: no summary; give those of scans")
            if merged is None:
                fresh = [each.begun_anew() for each in summary.definitions]
                merged = cls(fresh, complete=True)
            merged.add(summary)
        if merged is None:
            raise MetricparseError("no summaries to merge; give at least one")
        return merged

    def add(self, later: "Summary") -> None:
        """Count what a scan of later logs gave, under the same definitions.

        Raises `MetricparseError` if the definitions are others.
        """
        if list(map(_SAME, self.definitions)) != list(map(_SAME, later.definitions)):
            raise MetricparseError("summaries of different definitions cannot be merged")
        for own, added in zip(self.definitions, later.definitions, strict=True):
            own.add(added)
        self.sources += [replaced(each) for each in later.sources]
        self.seconds += later.seconds
        self.complete = self.complete and later.complete

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        import metricparse as mp

        return mp.as_html(self)

    @property
    def bytes_in(self) -> int:
        """Bytes of all sources, after decompression."""
        return sum(source.bytes_in for source in self.sources)

    @property
    def lines(self) -> int:
        """Lines of all sources."""
        return sum(source.lines for source in self.sources)

    @property
    def records(self) -> int:
        """Numbers that would be published."""
        return sum(source.records for source in self.sources)

    @property
    def damaged(self) -> list[SourceSummary]:
        """The sources that ended too early."""
        return [source for source in self.sources if source.damage is not None]

    @property
    def failed(self) -> list[SourceSummary]:
        """The sources that could not be read, where that was to be noted."""
        return [source for source in self.sources if source.error is not None]

    def to_dict(self) -> dict[str, Any]:
        """The summary as data for JSON; `seconds` is the only figure that varies between runs."""
        return {
            "complete": self.complete,
            "seconds": self.seconds,
            "bytes_in": self.bytes_in,
            "lines": self.lines,
            "records": self.records,
            "definitions": [definition.to_dict() for definition in self.definitions],
            "sources": [source.to_dict() for source in self.sources],
        }


@lru_cache(maxsize=8)
def _blank(pattern: CombinedPattern) -> list[DefinitionSummary]:
    """The summaries of definitions of which nothing was counted yet."""
    return [
        DefinitionSummary(each.name, each.pattern, each.has_group) for each in pattern.definitions
    ]
