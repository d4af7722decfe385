"""The report of a scan, for people at a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import IO

from metricparse.cli.report.console import ReportConsole
from metricparse.cli.report.curve import curve
from metricparse.cli.report.findings import print_elsewhere, print_findings
from metricparse.cli.report.numbers import of_bytes, of_count, of_seconds, of_value, sparkline
from metricparse.cli.report.table import Column, table
from metricparse.cli.report.text import Text, cells, plain
from metricparse.diagnosis.explain import Explanation
from metricparse.diagnosis.findings import Finding
from metricparse.diagnosis.kinds import MANY_ABSENT
from metricparse.logs.envelopes import Envelope
from metricparse.logs.filters import SkipReason
from metricparse.scanning.summary import DefinitionSummary, SourceSummary, Summary

_NUMBERS = ("matches", "rejected", "first", "last", "min", "max", "line")
# The columns of narrower terminals; the first choice that leaves room for a picture is taken.
_CHOICES = (
    _NUMBERS,
    ("matches", "rejected", "first", "last", "min", "max"),
    ("matches", "rejected", "first", "last"),
    ("matches", "rejected", "last"),
    ("matches", "last"),
)
_NARROWEST_NAME = 12
_DIGITS = 4
_NARROWEST_PICTURE, _WIDEST_PICTURE = 10, 32
_CURVE_WIDTH, _CURVE_ROWS = 72, 5
# The head of the table, the totals, and the line of the cursor.
_ROWS_BESIDE = 4


def report_scan(
    summary: Summary,
    findings: Sequence[Finding],
    file: IO[str],
    *,
    seconds: float,
    complete: bool = True,
    elsewhere: Sequence[Explanation] = (),
    next_step: str = "",
) -> None:
    """Print what each definition gave, what there is to say about it, and the totals.

    seconds: that all of it took, the looking for causes included. complete: they were looked for
    in all of the logs. elsewhere: definitions that are likely to be meant for other logs. next_step: what to do about causes.
    """
    console = ReportConsole(file)
    left_out = {id(each.summary) for each in elsewhere}
    if shown := [each for each in summary.definitions if id(each) not in left_out]:
        console.print_lines(_definitions_table(shown, console.width))
    causes = {id(each.cause) for each in elsewhere if each.cause}
    findings = [each for each in findings if each.cause is None or id(each.cause) not in causes]
    print_findings(findings, console)
    if elsewhere and not findings:
        console.skip_line()
    print_elsewhere(elsewhere, len(summary.definitions), console)
    for source in summary.sources:
        if source.envelopes:
            console.say(f"{plain(source.name)}: {_envelopes(source)}", style="dim")
        for loss in _losses(source):
            console.say(("! ", "yellow"), (plain(source.name), "bold"), f": {loss}")
    if not complete:
        console.say(
            "causes were looked for in the beginning alone; the rest was not kept", style="dim"
        )
    elif next_step and any(found.cause for found in findings):
        console.say(next_step, style="dim")
    console.say(_totals(summary, seconds), style="dim")


def report_definitions(definitions: Sequence[DefinitionSummary], file: IO[str]) -> None:
    """Print a row for each definition, with what it gave."""
    if definitions:
        console = ReportConsole(file)
        console.print_lines(_definitions_table(definitions, console.width))


def live_report(summary: Summary, width: int, height: int) -> Iterator[Text]:
    """What each definition gave so far, the totals, and as many curves as a terminal has room for.

    Of a long list those that have not matched yet are one line.
    """
    waiting = [each for each in summary.definitions if not each.matched]
    shown = summary.definitions
    taken = _ROWS_BESIDE
    if len(waiting) >= MANY_ABSENT:
        shown = [each for each in summary.definitions if each.matched]
    if shown:
        yield from _definitions_table(shown, width)
    if len(shown) < len(summary.definitions):
        yield Text((f"{of_count(len(waiting), 'definition')} not matched yet", "dim"))
        taken += 1
    yield from Text((_totals(summary, summary.seconds), "dim")).wrapped(width)
    yield from _curves(shown, width, height - len(shown) - taken)


def _curves(definitions: Sequence[DefinitionSummary], width: int, height: int) -> Iterator[Text]:
    beside = max(1, width // _CURVE_WIDTH)
    numbers = [each for each in definitions if each.emitted > 1]
    room = width // beside
    for row in range(min(-(-len(numbers) // beside), max(0, height) // (_CURVE_ROWS + 1))):
        drawn = [
            curve(each.name, each.series, room - 1, _CURVE_ROWS)
            for each in numbers[row * beside : (row + 1) * beside]
        ]
        for parts in zip_longest(*drawn, fillvalue=Text()):
            yield Text(*(part.padded(room) for part in parts))


def _definitions_table(definitions: Sequence[DefinitionSummary], width: int) -> Iterator[Text]:
    """A row a definition, with as many figures and as wide a picture as there is room for."""
    numbers = [_numbers(each, _DIGITS) for each in definitions]
    columns = zip(_NUMBERS, *numbers, strict=True)
    widths = {column[0]: max(map(len, column)) + 1 for column in columns}
    names = min(max(cells(plain(each.name)) for each in definitions) + 1, max(width // 2, 1))
    shown: tuple[str, ...] = _CHOICES[-1]
    room = 0
    for choice in _CHOICES:
        room = width - names - sum(widths[name] for name in choice)
        if room >= _NARROWEST_PICTURE:
            shown = choice
            break
    picture = min(_WIDEST_PICTURE, room) if room >= _NARROWEST_PICTURE else 0
    heads = [
        Column("metric", fold=True, least=min(names, _NARROWEST_NAME)),
        *(Column(name, right=True) for name in shown),
        *([Column("values")] if picture else []),
    ]
    rows = []
    for each, numbers_of_row in zip(definitions, numbers, strict=True):
        metric = Text((plain(each.name), "bold" if each.emitted else "bold red"))
        row = [Text(numbers_of_row[_NUMBERS.index(name)]) for name in shown]
        bars = [Text((sparkline(each.series, picture), "cyan"))] if picture else []
        rows.append([metric, *row, *bars])
    return table(heads, rows, width, gap=1)


def _numbers(definition: DefinitionSummary, digits: int) -> tuple[str, ...]:
    """The cells of a row between the metric's name and the picture of its values."""
    return (
        f"{definition.emitted + definition.rejected:,}",
        f"{definition.rejected:,}",
        of_value(definition.first, digits),
        of_value(definition.last, digits),
        of_value(definition.minimum, digits),
        of_value(definition.maximum, digits),
        "" if definition.first_line is None else f"{definition.first_line:,}",
    )


def _losses(source: SourceSummary) -> Iterable[str]:
    if source.error:
        yield source.error
    if source.binary:
        yield "not a text log; left out"
    if source.damage:
        yield source.damage
    if source.invalid:
        lines = of_count(source.invalid, "line")
        yield f"{lines} not valid in the envelope, searched as plain text"
    if source.times_backwards:
        yield f"{of_count(source.times_backwards, 'record')} earlier than the one before"
    if source.truncations:
        yield f"truncated {of_count(source.truncations, 'time')} while it was followed"
    if source.gone:
        yield (
            "the file in which to go on is gone: what was written to it after the checkpoint, if "
            "anything, is lost"
        )
    for reason, count in source.skipped.items():
        if reason is SkipReason.ENVELOPE:
            continue
        yield f"{of_bytes(count)} skipped: {reason}"


def _envelopes(source: SourceSummary) -> str:
    skipped = of_bytes(source.skipped.get(SkipReason.ENVELOPE, 0))
    if source.envelopes == [Envelope.SDK]:
        return f"printed by the SageMaker SDK; read without its colours and own lines ({skipped})"
    return f"{', then '.join(source.envelopes)} envelope taken off ({skipped})"


def _totals(summary: Summary, seconds: float) -> str:
    rate = summary.bytes_in / summary.seconds if summary.seconds else 0.0
    return (
        f"{of_count(summary.records, 'record')} from {of_count(summary.lines, 'line')} "
        f"({of_bytes(summary.bytes_in)}) of {_logs(summary.sources)} "
        f"in {of_seconds(seconds)}, scanned at {of_bytes(rate)}/s"
    )


def _logs(sources: Sequence[SourceSummary]) -> str:
    """The log that was read, or how many; the streams in a log are no logs of their own."""
    names = {each.name for each in sources}
    logs = [each.name for each in sources if each.name.rpartition(":")[0] not in names]
    streams = len(sources) - len(logs)
    said = plain(logs[0]) if len(logs) == 1 else of_count(len(logs), "log")
    return f"{said} with {of_count(streams, 'stream')}" if streams else said
