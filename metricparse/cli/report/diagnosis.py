"""The report of a diagnosis: what matched, what went wrong, and what would be right."""

from collections.abc import Iterable
from typing import IO

from metricparse.cli.report.console import ReportConsole
from metricparse.cli.report.findings import print_elsewhere
from metricparse.cli.report.numbers import of_bytes, of_count, of_value, sparkline
from metricparse.cli.report.text import Text, cells, plain
from metricparse.diagnosis.causes.base import Cause, Sighting
from metricparse.diagnosis.explain import Diagnosis, Explanation
from metricparse.diagnosis.kinds import Severity
from metricparse.scanning.summary import DefinitionSummary

_MARKS = {None: ("✓ ", "green"), Severity.ERROR: ("✗ ", "red"), Severity.WARNING: ("! ", "yellow")}
_DIGITS = 4
_PICTURE, _NARROWEST_PICTURE = 24, 8
_BEFORE, _AFTER = 24, 16
_NARROW = 70
_MATCH, _CAPTURE, _WRONG = "underline", "bold underline green", "bold underline red"


def report_diagnosis(diagnosis: Diagnosis, file: IO[str]) -> None:
    """Print an explanation for each definition, those that need none in a few lines."""
    console = ReportConsole(file)
    elsewhere, several = diagnosis.for_other_logs, len(diagnosis.summary.sources) > 1
    said: set[str] = set()
    for explanation in diagnosis.explanations:
        if explanation not in elsewhere:
            fault = _only_fault(explanation)
            if fault in said:
                _print_alike(explanation, console)
            else:
                _print_explanation(explanation, console, several=several)
            said.update([fault] if fault else [])
    print_elsewhere(elsewhere, len(diagnosis.explanations), console)
    summary = diagnosis.summary
    console.say(
        f"{of_count(summary.lines, 'line')} ({of_bytes(summary.bytes_in)}), {_wrong(diagnosis)}",
        style="dim",
    )


def _wrong(diagnosis: Diagnosis) -> str:
    wrong, count = len(diagnosis.wrong), len(diagnosis.explanations)
    return f"{wrong} of {of_count(count, 'definition')} went wrong"


def _print_explanation(explanation: Explanation, console: ReportConsole, *, several: bool) -> None:
    cause = explanation.cause
    mark, colour = _MARKS[cause.severity if cause else None]
    definition = explanation.definition
    console.say_whole(
        (mark, colour), (plain(definition.name), "bold"), f"  {plain(definition.regex)}"
    )
    _print_figures("  ", explanation.summary, console)
    if not explanation.causes:
        _print_sightings(explanation.matches[:1], console, wrong=False, several=several)
    for each in explanation.causes:
        _print_cause(each, console, several=several)
    console.skip_line()


def _only_fault(explanation: Explanation) -> str:
    """What is the matter, where that is all; empty if nothing is, or more."""
    return str(explanation.causes[0].details) if len(explanation.causes) == 1 else ""


def _print_alike(explanation: Explanation, console: ReportConsole) -> None:
    """Print a definition with the fault of one before it in a few lines."""
    (cause,) = explanation.causes
    mark, definition = _MARKS[cause.severity], explanation.definition
    console.say_whole(mark, (plain(definition.name), "bold"), f"  {plain(definition.regex)}")
    console.say("  ", (cause.kind, mark[1]), ", as above")
    _print_correction(cause, console)
    console.skip_line()


def _print_correction(cause: Cause, console: ReportConsole) -> None:
    if cause.correction:
        regex = plain(cause.correction.definition.regex)
        console.say_whole("  ", ("try  ", "green"), (regex, "bold"))
        _print_figures("       ", cause.correction.summary, console)


def _print_cause(cause: Cause, console: ReportConsole, *, several: bool) -> None:
    console.say("  ", (cause.kind, _MARKS[cause.severity][1]), f": {plain(cause.message)}")
    _print_sightings(cause.sightings, console, wrong=True, several=several)
    _print_correction(cause, console)


def _print_figures(indent: str, summary: DefinitionSummary, console: ReportConsole) -> None:
    """How many numbers a definition gives, from which to which, and a picture of them."""
    text = Text((f"{indent}{of_count(summary.emitted, 'number')}", "dim"))
    if summary.rejected:
        text.append((f", {summary.rejected:,} times something else", "dim"))
    if summary.emitted:
        first, last = of_value(summary.first, _DIGITS), of_value(summary.last, _DIGITS)
        text.append((f", {first} … {last} " if summary.emitted > 1 else f", {first}", "dim"))
    picture = min(_PICTURE, console.width - text.width)
    if summary.emitted > 1 and picture >= _NARROWEST_PICTURE:
        text.append((sparkline(summary.series, picture), "cyan"))
    console.print_lines([text.cropped(console.width)])


def _print_sightings(
    sightings: Iterable[Sighting], console: ReportConsole, *, wrong: bool, several: bool
) -> None:
    """Print lines; `wrong`: with what they gave. `several`: with the log that they are from."""
    for sighting in sightings:
        log = f"{plain(sighting.source)} " if several else ""
        place = f"    {log}line {sighting.line:,}  "
        values = _values(sighting) if wrong else ""
        narrow = console.width < _NARROW
        beside = "" if narrow or not values else f"  {values}"
        room = max(20, console.width - cells(place) - cells(beside))
        excerpt, marks = _excerpt(sighting, room, _WRONG if wrong else _CAPTURE)
        lines = [Text((place, "dim"), excerpt, beside)]
        if marks.strip() and not console.has_colours:
            lines.append(Text(" " * cells(place) + marks))
        if narrow and values:
            lines.append(Text(f"      {values}"))
        console.print_lines(line.cropped(console.width) for line in lines)


def _values(sighting: Sighting) -> str:
    """What was published, and what would be."""
    given = of_value(sighting.value, _DIGITS) or "nothing"
    if sighting.right is None:
        return f"→ {given}"
    right = of_value(sighting.right, _DIGITS)
    return f"→ {right}" if right == given else f"→ {given}, right: {right}"


def _excerpt(sighting: Sighting, room: int, style: str) -> tuple[Text, str]:
    """The part of a line around the capture, and marks to stand below it."""
    start, end = sighting.match or (0, 0)
    first, last = sighting.capture or (end, end)
    begin = min(start, first) if first - start < room // 2 else first - room // 2
    following = min(_AFTER, room // 3)
    begin = max(0, begin - _BEFORE, min(last, first + room // 2) + following - room)
    text, marks = Text("…" if begin else ""), " " if begin else ""
    for place in range(begin, min(begin + room - 2, len(sighting.text))):
        shown = plain(sighting.text[place])
        inside = first <= place < last
        text.append((shown, style if inside else _MATCH if start <= place < end else ""))
        mark = "^" if inside else "~" if start <= place < end else " "
        marks += mark * cells(shown)
    if begin + room - 2 < len(sighting.text):
        text.append("…")
    return text, marks.rstrip()
