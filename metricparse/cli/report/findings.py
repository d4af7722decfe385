"""What there is to say about definitions, in reports."""

from collections.abc import Sequence

from metricparse.cli.report.console import ReportConsole, plain
from metricparse.diagnosis.findings import Finding
from metricparse.diagnosis.kinds import Severity

_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def print_findings(findings: Sequence[Finding], console: ReportConsole) -> None:
    """Print what there is to say, a sentence each."""
    if findings:
        console.print()
    for found in findings:
        mark = "✗ " if found.severity is Severity.ERROR else "! "
        where = (f"{plain(found.where)}: " if found.where else "", "bold")
        console.say((mark, _STYLES[found.severity]), where, found.message)
    if findings:
        console.print()
