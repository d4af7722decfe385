"""Why a definition did not give what was meant, and what would."""

from collections.abc import Sequence
from typing import Any

from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.diagnosis.details import Details
from metricparse.diagnosis.edits.pieces import Found
from metricparse.diagnosis.kinds import Kind, Severity
from metricparse.scanning.summary import DefinitionSummary
from metricparse.values import field, state, value

#: Lines that are shown of each cause.
SIGHTINGS_SHOWN = 3


@value
class Sighting:
    """A line on which a definition matched, or nearly did.

    source, line: where it stands. text: the line, as the regexes see it. match, capture: where
    those stand in the text; None where there is none. value: what was published. right: what the
    corrected definition publishes; None where there is none.
    """

    source: str
    line: int
    text: str
    match: tuple[int, int] | None = None
    capture: tuple[int, int] | None = None
    value: float | None = None
    right: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """The sighting as data for JSON."""
        from metricparse.records.json_numbers import json_number

        numbers = {"value": self.value, "right": self.right}
        return {
            "source": self.source,
            "line": self.line,
            "text": self.text,
            "match": self.match,
            "capture": self.capture,
            **{key: None if n is None else json_number(n) for key, n in numbers.items()},
        }


@value
class Correction:
    """A corrected definition, and what it gave when it was run over the logs."""

    definition: MetricDefinition
    summary: DefinitionSummary

    def to_dict(self) -> dict[str, Any]:
        """The correction as data for JSON."""
        return {**self.definition.to_request(), "summary": self.summary.to_dict()}


@state
class Cause:
    """Something that went wrong, verified on the logs.

    details: what is the matter. sightings: lines that show it. proposals: regexes that may be
    better, the likeliest first. correction: the best of them, if one was found to be better.
    severity: an error where the definition publishes nothing, a warning otherwise. surplus: values
    that are not meant, and that a correction need not give.
    """

    details: Details
    sightings: list[Sighting] = field(default_factory=list)
    proposals: list[str] = field(default_factory=list)
    correction: Correction | None = None
    severity: Severity = Severity.ERROR
    surplus: int = 0

    @property
    def kind(self) -> Kind:
        """What it is a case of."""
        return self.details.kind

    @property
    def message(self) -> str:
        """What is the matter, as a sentence without its full stop."""
        return str(self.details)

    def to_dict(self) -> dict[str, Any]:
        """The cause as data for JSON."""
        return {
            "kind": self.kind.value,
            "severity": self.severity.value,
            "message": self.message,
            "details": self.details.to_dict(),
            "sightings": [each.to_dict() for each in self.sightings],
            "correction": self.correction.to_dict() if self.correction else None,
        }


def sightings_of(matches: Sequence[Found]) -> list[Sighting]:
    """The first few matches, for people to look at."""
    return [_sighting(each) for each in matches[:SIGHTINGS_SHOWN]]


def _sighting(found: Found) -> Sighting:
    """A match for people to look at."""
    capture = None if found.start < 0 else (found.start, found.end)
    line = found.line
    return Sighting(
        line.source, line.line, line.text, (found.first, found.last), capture, found.value
    )
