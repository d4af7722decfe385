"""What a diagnosis says about a scan, as findings for its report."""

from collections.abc import Iterator
from typing import Any

from metricparse.diagnosis.details import Details, count_of
from metricparse.diagnosis.explain import Diagnosis, Explanation
from metricparse.diagnosis.findings import Finding, differences, same_names, too_many
from metricparse.diagnosis.kinds import Kind
from metricparse.values import value


@value
class NeverMatchedAs(Details):
    """A definition that matched nowhere in so many lines, and why."""

    lines: int
    why: Details

    @property
    def kind(self) -> Kind:  # type: ignore[override] # that of the cause
        """That of the cause."""
        return self.why.kind

    def to_dict(self) -> dict[str, Any]:
        """The parts of the cause."""
        return self.why.to_dict()

    def __str__(self) -> str:
        return f"never matched in {count_of(self.lines, 'line')}: {self.why}"


def verdict_of(diagnosis: Diagnosis) -> list[Finding]:
    """A finding for each cause, definition by definition, those about the whole list last.

    They are of the same kinds as the causes. Optional definitions that are left unused have none.
    """
    unused = {id(each) for each in diagnosis.unused}
    findings = [
        finding
        for each in diagnosis.explanations
        if id(each) not in unused
        for finding in _about(each, diagnosis)
    ]
    names = [each.definition.name for each in diagnosis.explanations]
    return [*findings, *same_names(names), *too_many(len(names))]


def _about(explanation: Explanation, diagnosis: Diagnosis) -> Iterator[Finding]:
    gave, lines = explanation.summary, diagnosis.summary.lines
    for cause in explanation.causes:
        details: Details = cause.details
        if gave.has_group and gave.unmatched == gave.searched and lines:
            details = NeverMatchedAs(lines, details)
        yield Finding(explanation.definition.name, details, cause)
    if Kind.ENGINES_DIFFER not in {cause.kind for cause in explanation.causes}:
        for difference in differences(explanation.definition.regex):
            yield Finding(explanation.definition.name, difference)
