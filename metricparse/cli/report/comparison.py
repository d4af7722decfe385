"""Runs held against a baseline, as a table."""

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import IO

from metricparse.cli.report.console import ReportConsole
from metricparse.cli.report.numbers import of_value
from metricparse.cli.report.table import Column, table
from metricparse.cli.report.text import Text, plain
from metricparse.comparison.compare import ComparedMetric, Comparison, Goal, RunMetric

_DIGITS = 4
# Columns may get as narrow as these, and fold what is longer.
_NAME_WIDTH, _RUN_WIDTH = 12, 16


def report_comparison(comparison: Comparison, file: IO[str]) -> None:
    """Print up to three rows per metric, one column per run."""
    console = ReportConsole(file)
    columns = [Column("metric", fold=True, least=_NAME_WIDTH), Column("", style="dim")]
    columns += (
        Column(plain(name), right=True, fold=True, least=_RUN_WIDTH)
        for name in _without_shared_directory(comparison.names)
    )
    rows = [row for metric in comparison.metrics for row in _rows(metric)]
    console.print_lines(table(columns, rows, console.width, gap=2))
    console.say(
        "last: and its difference from the baseline's; reached at: the step as good as the "
        "baseline's best",
        style="dim",
    )


def _without_shared_directory(names: Sequence[str]) -> list[str]:
    directories = zip(*(name.split("/")[:-1] for name in names), strict=False)
    shared = len(list(takewhile(lambda level: len(set(level)) == 1, directories)))
    return ["/".join(name.split("/")[shared:]) for name in names]


def _rows(metric: ComparedMetric) -> Iterator[list[Text]]:
    name = Text((plain(metric.name), "bold"))
    yield [name, Text("last"), *(_last(run, metric.goal) for run in metric.runs)]
    if metric.goal and any(metric.runs):
        yield [Text(), Text("best"), *map(_best, metric.runs)]
        yield [Text(), Text("reached at"), *map(_reached, metric.runs)]


def _last(run: RunMetric | None, goal: Goal | None) -> Text:
    if run is None:
        return Text(("none", "dim"))
    last = Text(of_value(run.last, _DIGITS))
    if run.relative is not None:
        last.append((f" {run.relative:+.2%}", _style(run.relative, goal)))
    elif run.difference is not None:
        last.append((f" {run.difference:+.{_DIGITS}g}", _style(run.difference, goal)))
    return last


def _best(run: RunMetric | None) -> Text:
    return Text("" if run is None else of_value(run.best, _DIGITS) or "none")


def _reached(run: RunMetric | None) -> Text:
    if run is None:
        return Text()
    return Text("never" if run.reached_at is None else of_value(run.reached_at, _DIGITS))


def _style(change: float, goal: Goal | None) -> str:
    if goal is None or not change:
        return "dim"
    return "green" if (change < 0) == (goal is Goal.MINIMIZE) else "red"
