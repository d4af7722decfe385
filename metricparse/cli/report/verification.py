"""What `verify` found."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import IO

from metricparse.cli.report.console import ReportConsole
from metricparse.cli.report.numbers import of_count, of_value
from metricparse.cli.report.table import Column, table
from metricparse.cli.report.text import Text, plain
from metricparse.cloudwatch.periods import Statistics
from metricparse.comparison.verify import PeriodDifference, Standing, Verification, VerifiedMetric
from metricparse.scanning.summary import LinePlace

_STYLES = {Standing.EQUAL: "green", Standing.DIFFERENT: "bold red"}
_COLUMNS = (
    Column("metric", fold=True, least=12),
    Column("is"),
    Column("periods here", right=True),
    Column("there", right=True),
    Column("final here", right=True),
    Column("there", right=True),
)
_DIGITS = 6
# Periods of a metric, and lines of each, that are listed.
_LISTED = 5


def report_verification(verification: Verification, file: IO[str]) -> None:
    """Print a row for each metric, and what differs."""
    console = ReportConsole(file)
    if verification.metrics:
        rows = map(_row, verification.metrics)
        console.print_lines(table(_COLUMNS, rows, console.width, gap=1))
    for metric in verification.metrics:
        for said in _differences(metric):
            console.say(("✗ ", "red"), (plain(metric.name), "bold"), f": {said}")
    equal = sum(each.standing is Standing.EQUAL for each in verification.metrics)
    console.say(
        f"{equal:,} of {of_count(len(verification.metrics), 'metric')} of {verification.job} equal, "
        f"in periods of {of_count(verification.period, 'second')}",
        style="dim",
    )


def _row(metric: VerifiedMetric) -> list[Text]:
    numbers = (
        f"{metric.periods_here:,}",
        f"{metric.periods_there:,}",
        of_value(metric.final_here, _DIGITS),
        of_value(metric.final_there, _DIGITS),
    )
    return [
        Text((plain(metric.name), "bold")),
        Text((metric.standing, _STYLES.get(metric.standing, "red"))),
        *map(Text, numbers),
    ]


def _differences(metric: VerifiedMetric) -> Iterator[str]:
    if metric.standing in {Standing.MISSING_HERE, Standing.MISSING_THERE}:
        yield f"{metric.standing}"
        return
    for each in metric.differences[:_LISTED]:
        yield _difference(each)
    if len(metric.differences) > _LISTED:
        yield f"{of_count(len(metric.differences) - _LISTED, 'more period')} differ; --json lists all"
    if not metric.finals_equal:
        line = f"; {_lines([metric.final_line])}" if metric.final_line else ""
        here, there = (
            of_value(each, _DIGITS) or "none" for each in (metric.final_here, metric.final_there)
        )
        yield f"final value: here {here}, there {there}{line}"


def _difference(each: PeriodDifference) -> str:
    start = datetime.fromtimestamp(each.start, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    lines = f"; {_lines(each.lines)}" if each.lines else ""
    return f"{start}: here {_statistics(each.here)}, there {_statistics(each.there)}{lines}"


def _statistics(found: Statistics | None) -> str:
    if found is None:
        return "nothing"
    values = of_count(found.sample_count, "value")
    average, least, most = (
        of_value(each, _DIGITS) for each in (found.average, found.minimum, found.maximum)
    )
    return f"{average}" if found.sample_count == 1 else f"{average} ({values}, {least} to {most})"


def _lines(places: Sequence[LinePlace]) -> str:
    listed = ", ".join(f"{plain(each.source)}:{each.line}" for each in places[:_LISTED])
    more = len(places) - _LISTED
    return f"{listed} and {more:,} more" if more > 0 else listed
