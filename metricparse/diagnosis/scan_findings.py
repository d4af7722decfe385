"""The findings of a scan with their causes, for its report."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.diagnosis.details import ManyNeverMatched
from metricparse.diagnosis.explain import diagnose
from metricparse.diagnosis.findings import Finding
from metricparse.diagnosis.kinds import EXPLAINED
from metricparse.logs.input.sources import LogSource
from metricparse.logs.views import View
from metricparse.scanning.summary import Summary


def with_causes(
    findings: Sequence[Finding],
    summary: Summary,
    definitions: Sequence[MetricDefinition],
    logs: LogSource | Iterable[LogSource],
    *,
    view: View | str,
    strip_ansi: bool,
) -> list[Finding]:
    """The findings about definitions that went wrong, each with its cause.

    Many definitions that are for other logs share one finding. Where all is well, the logs are not
    read again.
    """
    names = {found.where for found in findings if found.kind in EXPLAINED}
    wrong = [each for each in definitions if each.name in names]
    if not wrong or not summary.lines:
        return list(findings)
    diagnosis = diagnose(logs, wrong, view=view, strip_ansi=strip_ansi)
    causes = {each.definition.name: each.cause for each in diagnosis.explanations}
    elsewhere = [each.definition.name for each in diagnosis.for_other_logs]
    explained = [
        replace(found, cause=causes.get(found.where)) if found.kind in EXPLAINED else found
        for found in findings
        if found.where not in elsewhere
    ]
    return [*explained, Finding("", ManyNeverMatched(elsewhere))] if elsewhere else explained
