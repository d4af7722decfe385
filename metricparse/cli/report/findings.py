"""What there is to say about definitions, in reports."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from metricparse.cli.report.console import ReportConsole
from metricparse.cli.report.numbers import of_count
from metricparse.cli.report.text import cells, plain
from metricparse.diagnosis.findings import Finding
from metricparse.diagnosis.kinds import Severity
from metricparse.errors import fold_paths

if TYPE_CHECKING:
    from metricparse.diagnosis.explain import Explanation

_SEVERAL = 3
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def print_findings(
    findings: Sequence[Finding], console: ReportConsole, *, at_paths: bool = False
) -> None:
    """Print what there is to say, a sentence each; what many definitions share is said once.

    at_paths: they are about places in a document, and not about definitions by their names.
    """
    sharing: dict[str, list[Finding]] = {}
    for found in findings:
        sharing.setdefault(str(found.details), []).append(found)
    if findings:
        console.skip_line()
    for alike in sharing.values():
        if len(alike) < _SEVERAL:
            for found in alike:
                _say(found, f"{plain(found.where)}: " if found.where else "", console)
                _say_correction(found, "", console)
        else:
            wheres = [found.where for found in alike]
            listed = _listed(fold_paths(wheres) if at_paths else wheres)
            _say(alike[0], f"{listed}: ", console)
            _say_correction(alike[0], f"for {plain(alike[0].where)} ", console)
    if findings:
        console.skip_line()


def print_elsewhere(
    elsewhere: "Sequence[Explanation]", definitions: int, console: ReportConsole
) -> None:
    """Print a line for definitions that are likely to be meant for other logs.

    definitions: how many there are; a quiet line where others of them matched.
    """
    if not elsewhere:
        return
    none = len(elsewhere) == definitions
    mark = "✗ " if none else ""
    count = of_count(len(elsewhere), "definition")
    said = f"none of {count} matched in this log: " if none else f"{count} not in this log: "
    names = [plain(each.definition.name) for each in elsewhere]
    shown = list(names)
    while len(shown) > 1 and cells(mark + said + _and_more(shown, names)) > console.width:
        shown.pop()
    style = "" if none else "dim"
    console.say((mark, _STYLES[Severity.ERROR]), said, _and_more(shown, names), style=style)


def _and_more(shown: Sequence[str], names: Sequence[str]) -> str:
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _listed(wheres: Iterable[str]) -> str:
    return ", ".join(map(plain, wheres))


def _say(found: Finding, where: str, console: ReportConsole) -> None:
    corrected = found.cause is not None and found.cause.correction is not None
    _mark(found.severity, where, str(found.details) if corrected else found.message, console)


def _say_correction(found: Finding, whose: str, console: ReportConsole) -> None:
    """Print the regex that would be right, on a line of its own so that it can be copied."""
    if found.cause and found.cause.correction:
        regex = plain(found.cause.correction.definition.regex)
        console.say_whole("  ", (f"{whose}try  ", "green"), (regex, "bold"))


def _mark(severity: Severity, where: str, message: str, console: ReportConsole) -> None:
    mark = "✗ " if severity is Severity.ERROR else "! "
    console.say((mark, _STYLES[severity]), (where, "bold"), message)
