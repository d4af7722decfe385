"""What a scan or a check has to say about a definition, in plain words."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from metricparse.definitions.algorithm import MAX_METRIC_DEFINITIONS
from metricparse.matching.numbers import NUMBER_GROUP
from metricparse.scanning.summary import DefinitionSummary, Summary

#: The kinds of findings whose cause `diagnose` finds.
EXPLAINED = frozenset({"never-matched", "never-a-number", "not-always-a-number", "cut-short"})


class Severity(StrEnum):
    """How bad a finding is.

    ERROR: the service refuses it, or nothing is published. WARNING: probably not what was meant.
    """

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person should know.

    kind: a word for programs, such as `never-matched`. where: the definition or the place in the
    document; empty for the whole. message: what is the matter, and what to do.
    """

    kind: str
    severity: Severity
    where: str
    message: str

    def to_dict(self) -> dict[str, Any]:
        """The finding as data for JSON."""
        return {
            "kind": self.kind,
            "severity": self.severity.value,
            "where": self.where,
            "message": self.message,
        }

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


def findings_of(summary: Summary) -> list[Finding]:
    """The findings of a scan, definition by definition, those about the whole list last."""
    findings = [found for each in summary.definitions for found in _about(each, summary)]
    findings += same_names([definition.name for definition in summary.definitions])
    return findings + too_many(len(summary.definitions))


def same_names(names: Sequence[str]) -> list[Finding]:
    """Names that several definitions bear."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(names):
        places[name].append(place)
    return [
        Finding(
            "name-used-twice",
            Severity.WARNING,
            name,
            f"{len(bearers)} definitions bear this name ({_indices(bearers)}): "
            "their values fall into one series; give each its own",
        )
        for name, bearers in places.items()
        if len(bearers) > 1
    ]


def too_many(definitions: int) -> list[Finding]:
    """More definitions than the service takes."""
    if definitions <= MAX_METRIC_DEFINITIONS:
        return []
    message = (
        f"{definitions} metric definitions, of which the service takes at most "
        f"{MAX_METRIC_DEFINITIONS}: it would refuse this job"
    )
    return [Finding("too-many-definitions", Severity.ERROR, "MetricDefinitions", message)]


def no_group(where: str) -> Finding:
    """A regex that captures nothing."""
    message = (
        "the regex has no group, so nothing is captured and nothing published; "
        "put parentheses around the number"
    )
    return Finding("no-group", Severity.ERROR, where, message)


def _about(definition: DefinitionSummary, summary: Summary) -> Iterator[Finding]:
    if not definition.has_group:
        yield no_group(definition.name)
        return
    if definition.gave_up:
        yield _gave_up(definition)
    if definition.rejected:
        yield _rejected(definition, several_logs=len(summary.sources) > 1)
    elif not definition.emitted and not definition.gave_up:
        yield _never_matched(definition, summary)
    if definition.truncated:
        message = (
            f"only part of the number in the log is captured in {definition.truncated:,} of "
            f"{_count(definition.emitted, 'value')}, as of 3.6e-05, -5 or 1,234; capture sign and exponent: "
            f"{NUMBER_GROUP}"
        )
        yield Finding("cut-short", Severity.WARNING, definition.name, message)
    if definition.repeated:
        message = (
            f"matches more than once on {_count(definition.repeated, 'line')}; "
            "only the first match of a line is published"
        )
        yield Finding("several-matches", Severity.WARNING, definition.name, message)


def _never_matched(definition: DefinitionSummary, summary: Summary) -> Finding:
    if not summary.lines:
        message = "never matched: the log holds no line"
    else:
        message = f"never matched in {_count(summary.lines, 'line')}"
    return Finding("never-matched", Severity.ERROR, definition.name, message)


def _rejected(definition: DefinitionSummary, *, several_logs: bool) -> Finding:
    example = definition.examples[0]
    capture = "took no part" if example.capture is None else f"captured {example.capture!r}"
    log = f" of {example.source}" if several_logs else ""
    such_as = f"on line {example.line}{log} group 1 {capture}"
    matches = _count(definition.rejected + definition.emitted, "match", "matches")
    if definition.emitted:
        message = f"{definition.rejected:,} of {matches} gave no number: {such_as}"
        return Finding("not-always-a-number", Severity.WARNING, definition.name, message)
    message = f"{matches}, but never a number: {such_as}"
    return Finding("never-a-number", Severity.ERROR, definition.name, message)


def _gave_up(definition: DefinitionSummary) -> Finding:
    message = (
        f"the search went over its budget on {_count(definition.gave_up, 'line')}, "
        "which were given up; repeats inside of repeats, or several in a row, take very long"
    )
    return Finding("gave-up", Severity.WARNING, definition.name, message)


def _indices(places: Sequence[int]) -> str:
    return ", ".join(f"MetricDefinitions[{place}]" for place in places)


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
