"""What a scan or a check has to say about a definition."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from metricparse.definitions.metric_definition import MAX_METRIC_DEFINITIONS, MetricDefinition
from metricparse.diagnosis.engines import engines_differ
from metricparse.diagnosis.kinds import Kind, Severity
from metricparse.values import value

if TYPE_CHECKING:
    from metricparse.diagnosis.causes.base import Cause
    from metricparse.diagnosis.details import Details, EnginesDiffer, Rejected
    from metricparse.scanning.summary import DefinitionSummary, Summary


@value
class Finding:
    """Something that a person should know.

    where: the definition, or the place in the document; empty for the whole. details: what is the
    matter. cause: the cause that says so, where it was found on the logs.
    """

    where: str
    details: "Details"
    cause: "Cause | None" = None

    @property
    def kind(self) -> Kind:
        """What it is a case of."""
        return self.details.kind

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return self.cause.severity if self.cause else self.kind.severity

    @property
    def message(self) -> str:
        """What is the matter and what to do, as a sentence without its full stop."""
        message = str(self.details)
        if self.cause and self.cause.correction:
            return f"{message}; try {self.cause.correction.definition.regex}"
        return f"{message}; {self.details.advice}" if self.details.advice else message

    def to_dict(self) -> dict[str, Any]:
        """The finding as data for JSON."""
        correction = self.cause.correction if self.cause else None
        return {
            "kind": self.kind.value,
            "severity": self.severity.value,
            "where": self.where,
            "message": self.message,
            "details": self.details.to_dict(),
            "correction": correction.definition.to_request() if correction else None,
        }

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


def findings_of(summary: "Summary") -> list[Finding]:
    """The findings of a scan, definition by definition, those about the whole list last."""
    findings = [
        Finding(each.name, details)
        for each in summary.definitions
        for details in (*_about(each, summary), *differences(each.regex))
    ]
    findings += same_names([definition.name for definition in summary.definitions])
    return findings + too_many(len(summary.definitions))


def left_unused(
    definitions: "Sequence[MetricDefinition]",
    gave: "Sequence[DefinitionSummary]",
    optional: "Collection[MetricDefinition]",
) -> set[int]:
    """The places of optional definitions that matched nowhere, where others of them did."""
    places = [place for place, each in enumerate(definitions) if each in optional]
    unused = {place for place in places if not gave[place].matched}
    return unused if len(unused) < len(places) else set()


def differences(pattern: str) -> "list[EnginesDiffer]":
    """What Python's `re` may read differently in a regex: one thing, or none."""
    if not (difference := engines_differ(pattern)):
        return []
    from metricparse.diagnosis.details import EnginesDiffer

    return [EnginesDiffer(difference)]


def same_names(names: Sequence[str]) -> list[Finding]:
    """Names that several definitions share."""
    if len(set(names)) == len(names):
        return []
    from metricparse.diagnosis.details import NameUsedTwice

    places: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(names):
        places[name].append(place)
    return [
        Finding(name, NameUsedTwice(bearers))
        for name, bearers in places.items()
        if len(bearers) > 1
    ]


def too_many(definitions: int) -> list[Finding]:
    """More definitions than the service takes."""
    if definitions <= MAX_METRIC_DEFINITIONS:
        return []
    from metricparse.diagnosis.details import TooManyDefinitions

    return [Finding("MetricDefinitions", TooManyDefinitions(definitions))]


def _about(definition: "DefinitionSummary", summary: "Summary") -> "Iterator[Details]":
    if definition.emitted and not (
        definition.slow or definition.rejected or definition.truncated or definition.repeated
    ):
        return
    from metricparse.diagnosis.details import (
        NeverMatched,
        NoGroup,
        PartOfNumbers,
        SeveralMatches,
    )

    if not definition.has_group:
        yield NoGroup()
        return
    yield from too_slow(definition, several_logs=len(summary.sources) > 1)
    if definition.rejected:
        yield _rejected(definition, several_logs=len(summary.sources) > 1)
    elif not definition.emitted and not definition.slow:
        yield NeverMatched(summary.lines)
    if definition.truncated:
        yield PartOfNumbers(definition.truncated, definition.emitted)
    if definition.repeated:
        yield SeveralMatches(definition.repeated)


def too_slow(definition: "DefinitionSummary", *, several_logs: bool) -> "Iterator[Details]":
    """What there is to say of a definition whose search took too long: one thing, or nothing."""
    if not definition.slow:
        return
    from metricparse.diagnosis.details import GaveUp, SetAside
    from metricparse.regex_syntax.runaway import runaway_part

    part = runaway_part(definition.regex)
    if not definition.set_aside_at:
        yield GaveUp(definition.gave_up, part)
        return
    source, line = definition.set_aside_at[0]
    yield SetAside(
        definition.set_aside, definition.gave_up, source if several_logs else "", line, part
    )


def _rejected(definition: "DefinitionSummary", *, several_logs: bool) -> "Rejected":
    from metricparse.diagnosis.details import Rejected

    example = definition.examples[0]
    return Rejected(
        Kind.NOT_ALWAYS_A_NUMBER if definition.emitted else Kind.NEVER_A_NUMBER,
        definition.rejected,
        definition.rejected + definition.emitted,
        example.source if several_logs else "",
        example.line,
        example.capture,
    )
