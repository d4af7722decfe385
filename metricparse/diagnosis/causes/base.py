"""Why a definition did not give what was meant, and what would."""

from dataclasses import dataclass, field
from typing import Any

from metricparse.definitions.algorithm import MetricDefinition
from metricparse.diagnosis.findings import Severity
from metricparse.scanning.summary import DefinitionSummary


@dataclass(frozen=True, slots=True)
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
        from metricparse.records.batches import json_number

        numbers = {"value": self.value, "right": self.right}
        return {
            "source": self.source,
            "line": self.line,
            "text": self.text,
            "match": self.match,
            "capture": self.capture,
            **{key: None if n is None else json_number(n) for key, n in numbers.items()},
        }


@dataclass(frozen=True, slots=True)
class Correction:
    """A corrected definition, and what it gave when it was run over the logs."""

    definition: MetricDefinition
    summary: DefinitionSummary

    def to_dict(self) -> dict[str, Any]:
        """The correction as data for JSON."""
        return {**self.definition.to_request(), "summary": self.summary.to_dict()}


@dataclass(slots=True)
class Cause:
    """Something that went wrong, verified on the logs.

    kind: a word for programs, such as `cut-short`. message: what is the matter, for people.
    sightings: lines that show it. proposals: regexes that may be better, the likeliest first.
    correction: the best of them, if one was found to be better.
    """

    kind: str
    message: str
    severity: Severity = Severity.ERROR
    sightings: list[Sighting] = field(default_factory=list)
    proposals: list[str] = field(default_factory=list)
    correction: Correction | None = None

    def to_dict(self) -> dict[str, Any]:
        """The cause as data for JSON."""
        return {
            "kind": self.kind,
            "severity": self.severity.value,
            "message": self.message,
            "sightings": [each.to_dict() for each in self.sightings],
            "correction": self.correction.to_dict() if self.correction else None,
        }
