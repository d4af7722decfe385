"""What there is to say about definitions, in reports."""

from collections.abc import Sequence

from metricparse.cli.report.console import ReportConsole, plain
from metricparse.diagnosis.explain import MANY_ABSENT
from metricparse.diagnosis.findings import Finding
from metricparse.diagnosis.kinds import ABSENT, Severity

_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def print_findings(findings: Sequence[Finding], console: ReportConsole) -> None:
    """Print what there is to say, a sentence each; of many absent metrics one for all."""
    absent = [found for found in findings if found.kind in ABSENT]
    folded = absent if len(absent) >= MANY_ABSENT else []
    if findings:
        console.print()
    for found in findings:
        if found not in folded:
            where = f"{plain(found.where)}: " if found.where else ""
            _say(found.severity, where, found.message, console)
    if folded:
        names = ", ".join(plain(found.where) for found in folded)
        message = f"{len(folded)} definitions never matched, as {folded[0].kind.meaning}: "
        _say(Severity.ERROR, "", f"{message}{names}", console)
    if findings:
        console.print()


def _say(severity: Severity, where: str, message: str, console: ReportConsole) -> None:
    mark = "✗ " if severity is Severity.ERROR else "! "
    console.say((mark, _STYLES[severity]), (where, "bold"), message)
