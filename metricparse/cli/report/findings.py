"""What there is to say about definitions, in reports."""

from collections.abc import Iterable, Sequence

from metricparse.cli.report.console import ReportConsole
from metricparse.cli.report.text import plain
from metricparse.diagnosis.findings import Finding
from metricparse.diagnosis.kinds import ABSENT, MANY_ABSENT, Severity
from metricparse.errors import fold_paths

_SEVERAL = 3
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def print_findings(
    findings: Sequence[Finding], console: ReportConsole, *, at_paths: bool = False
) -> None:
    """Print what there is to say, a sentence each; what many definitions share is said once.

    at_paths: they are about places in a document, and not about definitions by their names.
    """
    absent = [found for found in findings if found.kind in ABSENT]
    folded = absent if len(absent) >= MANY_ABSENT else []
    sharing: dict[str, list[Finding]] = {}
    for found in findings:
        if found not in folded:
            sharing.setdefault(str(found.details), []).append(found)
    if findings:
        console.skip_line()
    for alike in sharing.values():
        if len(alike) < _SEVERAL:
            for found in alike:
                where = f"{plain(found.where)}: " if found.where else ""
                _say(found.severity, where, found.message, console)
        else:
            such_as = "" if alike[0].cause is None else f" (for {plain(alike[0].where)})"
            wheres = [found.where for found in alike]
            listed = _listed(fold_paths(wheres) if at_paths else wheres)
            _say(alike[0].severity, f"{listed}: ", f"{alike[0].message}{such_as}", console)
    if folded:
        message = f"{len(folded)} definitions never matched, as {folded[0].kind.meaning}: "
        _say(Severity.ERROR, "", f"{message}{_listed(found.where for found in folded)}", console)
    if findings:
        console.skip_line()


def _listed(wheres: Iterable[str]) -> str:
    return ", ".join(map(plain, wheres))


def _say(severity: Severity, where: str, message: str, console: ReportConsole) -> None:
    mark = "✗ " if severity is Severity.ERROR else "! "
    console.say((mark, _STYLES[severity]), (where, "bold"), message)
