"""The findings of a scan with their causes, for its report."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from metricparse.definitions.algorithm import MetricDefinition
from metricparse.diagnosis.causes.base import Cause
from metricparse.diagnosis.explain import diagnose
from metricparse.diagnosis.findings import EXPLAINED, Finding, Severity
from metricparse.logs.input.sources import LogSource
from metricparse.logs.views import View
from metricparse.scanning.summary import Summary

_MANY = 5


def with_causes(
    findings: Sequence[Finding],
    summary: Summary,
    definitions: Sequence[MetricDefinition],
    logs: LogSource | Iterable[LogSource],
    *,
    view: View | str,
    strip_ansi: bool,
) -> list[Finding]:
    """The findings about definitions that went wrong with the cause, and what to try instead.

    Where all is well, the logs are not read again.
    """
    names = {found.where for found in findings if found.kind in EXPLAINED}
    wrong = [each for each in definitions if each.name in names]
    if not wrong or not summary.lines:
        return list(findings)
    diagnosis = diagnose(logs, wrong, view=view, strip_ansi=strip_ansi)
    causes = {each.definition.name: each.cause for each in diagnosis.explanations if each.cause}
    absent = [name for name, cause in causes.items() if cause.kind == "no-such-text"]
    if len(absent) < _MANY:
        absent = []
    named = [
        _with_cause(found, causes.get(found.where))
        for found in findings
        if found.where not in absent
    ]
    return [*named, *_not_there(absent)]


def _not_there(names: Sequence[str]) -> Iterator[Finding]:
    """Many definitions that are for other logs, as those of a preset may be, in one finding."""
    if names:
        message = f"{len(names)} definitions never matched, as the log holds no such text: "
        yield Finding("never-matched", Severity.ERROR, "", message + ", ".join(names))


def _with_cause(found: Finding, cause: Cause | None) -> Finding:
    if cause is None or found.kind not in EXPLAINED:
        return found
    message = found.message
    if found.kind == "never-matched":
        message = f"{message}: {cause.message}"
    if cause.correction:
        message = (
            f"{message.partition('; capture sign')[0]}; try {cause.correction.definition.regex}"
        )
    return replace(found, message=message)
