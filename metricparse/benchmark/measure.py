"""What definitions cost on a log: all of them, each alone, and against a hand-written loop."""

import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from metricparse.benchmark.by_hand import by_hand
from metricparse.benchmark.growth import Growth, growth_of
from metricparse.benchmark.reached_lines import Reached, reached_by
from metricparse.benchmark.timing import Timing, beyond, timed
from metricparse.definitions.load import DefinitionSource, load_definitions
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.diagnosis.regex_findings import lane_of
from metricparse.errors import DamagedLogWarning
from metricparse.evidence.rereadable import RereadableLogs
from metricparse.logs.blocks import Block
from metricparse.logs.input.sources import LogSource, find_sources
from metricparse.logs.intake import IntakeOptions, blocks_of
from metricparse.logs.views import EVENT_SIZE, View
from metricparse.matching.compiled import CompiledDefinition
from metricparse.scanning.scan import scan
from metricparse.scanning.summary import DefinitionSummary, Summary

_TELLING = 0.01
_LOOKED_AT = 8 << 20
_NO_MATCH = MetricDefinition(name="none", regex="\N{REPLACEMENT CHARACTER}no such text(.)")
_LEADING = re.compile(r"^\^?\.\*\??(?=\\?[^*+?{|])")
_TRAILING = re.compile(r"(?<!\\)\.\*\$?$")


@dataclass(frozen=True)
class DefinitionCost:
    """What one definition costs.

    lane: the matcher that takes it. alone: the time of a scan for it alone. share: of the time
    that the definitions take beyond reading the log, from 0 to 1; None where what it takes is too
    small to measure. growth: with the length of a line. cheaper: a regex that gave the same on
    this log, faster; cheaper_seconds: of a scan for that.
    """

    definition: MetricDefinition
    lane: str
    alone: Timing
    share: float | None
    reached: Reached
    growth: Growth
    cheaper: str | None = None
    cheaper_seconds: float | None = None

    @property
    def warnings(self) -> list[str]:
        """What makes it slow, or may."""
        found = []
        if not self.reached.literal:
            found.append("no literal: every line is searched")
        if self.growth.word:
            found.append(
                f"{self.growth.word} growth: {self.growth.seconds:.2g} s on a line of "
                f"{self.growth.characters:,} characters"
            )
        return found

    def to_dict(self) -> dict[str, Any]:
        """The cost as data for JSON."""
        return {
            **self.definition.to_request(),
            "lane": self.lane,
            "seconds": self.alone.seconds,
            "seconds_highest": self.alone.highest,
            "share": self.share,
            "literal": self.reached.literal,
            "reached": self.reached.lines,
            "reached_without_match": self.reached.unmatched,
            "slowest_seconds": self.reached.slowest,
            "slowest_line": self.reached.slowest_line,
            "growth": self.growth.word or "linear",
            "warnings": self.warnings,
            "cheaper": self.cheaper,
            "cheaper_seconds": self.cheaper_seconds,
        }


@dataclass(frozen=True)
class Bench:
    """What definitions cost on a log.

    bytes_in: of the log. together: the time of a scan with all definitions. by_hand: bytes a
    second of a hand-written loop of `re.search`; None where `re` does not take a regex, or a
    search of `re` does not end.
    """

    bytes_in: int
    lines: int
    together: Timing
    by_hand: float | None
    costs: list[DefinitionCost] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """The measurements as data for JSON."""
        return {
            "bytes_in": self.bytes_in,
            "lines": self.lines,
            "rounds": list(self.together.rounds),
            "seconds": self.together.seconds,
            "seconds_highest": self.together.highest,
            "bytes_per_second": self.bytes_in / self.together.seconds,
            "by_hand_bytes_per_second": self.by_hand,
            "definitions": [each.to_dict() for each in self.costs],
        }


def bench(
    logs: LogSource | Iterable[LogSource],
    definitions: DefinitionSource,
    *,
    view: View | str = View.SAGEMAKER,
) -> Bench:
    """Measure what definitions cost on logs.

    logs, definitions, view: as for `scan`. Scans are repeated until the three fastest are within
    5% of one another, or for some seconds; the least time counts. What needs a look at single lines
    is measured on the first 8 MiB.
    """
    loaded, view = load_definitions(definitions), View(view)
    with RereadableLogs(logs) as log, warnings.catch_warnings():
        summary = scan(log.rewound(), loaded, view=view).summary
        warnings.simplefilter("ignore", DamagedLogWarning)  # which came already
        measurer = _Measurer(log, view)
        (together,) = timed(partial(measurer.seconds, loaded))
        alone = [measurer.alone(each) for each in loaded]
        every = sum(more or 0.0 for _, more in alone)
        costs = [
            measurer.cost(number, each, gave, timing, None if more is None else more / every)
            for number, (each, gave, (timing, more)) in enumerate(
                zip(loaded, summary.definitions, alone, strict=True)
            )
        ]
        return Bench(summary.bytes_in, summary.lines, together, measurer.by_hand(loaded), costs)


class _Measurer:
    def __init__(self, log: RereadableLogs, view: View) -> None:
        self._log = log
        self._view = view
        self._blocks = self._first_blocks()

    def scan(self, definitions: Sequence[MetricDefinition]) -> Summary:
        """What definitions give."""
        return scan(self._log.rewound(), definitions, view=self._view).summary

    def seconds(self, definitions: Sequence[MetricDefinition]) -> float:
        """What a scan takes, once the definitions are compiled."""
        return self.scan(definitions).seconds

    def alone(self, definition: MetricDefinition) -> tuple[Timing, float | None]:
        """The time of a scan for one definition, and what of it is beyond reading the log."""
        whole, reading = timed(
            partial(self.seconds, [definition]), partial(self.seconds, [_NO_MATCH])
        )
        return whole, beyond(whole, reading)

    def cost(
        self,
        number: int,
        definition: MetricDefinition,
        gave: DefinitionSummary,
        alone: Timing,
        share: float | None,
    ) -> DefinitionCost:
        """What one definition costs, whose time is known."""
        compiled = CompiledDefinition.compile(number, definition)
        reached = reached_by(compiled, self._blocks, self._view)
        growth = growth_of(definition.regex, reached.examples)
        lane = lane_of(number, definition)
        cheaper, faster = self._cheaper(definition, gave, alone.seconds)
        return DefinitionCost(definition, lane, alone, share, reached, growth, cheaper, faster)

    def by_hand(self, definitions: Sequence[MetricDefinition]) -> float | None:
        """Bytes a second of the loop that one would write; None if it cannot be told."""
        text = b"".join(block.data for block in self._blocks).decode("utf-8", "replace")
        return by_hand([each.regex for each in definitions], text) if text else None

    def _cheaper(
        self, definition: MetricDefinition, gave: DefinitionSummary, seconds: float
    ) -> tuple[str | None, float | None]:
        """The regex without what it need not search, if that gives the same and is faster."""
        pattern = _TRAILING.sub("", _LEADING.sub("", definition.regex))
        if pattern == definition.regex or not pattern or seconds < _TELLING:
            return None, None
        other = [MetricDefinition(name=definition.name, regex=pattern)]
        if _figures(self.scan(other).definitions[0]) != _figures(gave):
            return None, None
        (timing,) = timed(partial(self.seconds, other))
        return (pattern, timing.seconds) if timing.seconds <= 0.8 * seconds else (None, None)

    def _first_blocks(self) -> list[Block]:
        blocks: list[Block] = []
        room = _LOOKED_AT
        for source in find_sources(self._log.rewound()):
            for given in blocks_of(source, IntakeOptions(EVENT_SIZE)):
                blocks.append(given.block)
                room -= given.block.size
                if room <= 0:
                    return blocks
        return blocks


def _figures(summary: DefinitionSummary) -> tuple[object, ...]:
    counts = (summary.emitted, summary.rejected, summary.truncated)
    return (*counts, summary.first_line, summary.minimum, summary.maximum, summary.series)
