"""The reports of a scan and of a check, for people at a terminal."""

import os
from collections.abc import Iterable, Sequence
from typing import IO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from metricparse.accounting import DefinitionSummary, SourceSummary, Summary
from metricparse.diagnosis.checking import Check, CheckedAlgorithm
from metricparse.diagnosis.findings import Finding, Severity
from metricparse.report.numbers import of_bytes, of_count, of_seconds, of_value
from metricparse.report.sparkline import sparkline
from metricparse.specification.algorithm import AlgorithmSpecification

_WIDTH_OF_FILES = 110
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow"}
_SOURCES_LISTED = 10
_NAME_WIDTH, _NUMBERS_WIDTH = 24, 62
_NARROWEST_PICTURE, _WIDEST_PICTURE = 8, 32


def report_scan(summary: Summary, findings: Sequence[Finding], file: IO[str]) -> None:
    """Print what each definition gave, what there is to say about it, and the totals."""
    console = _console(file)
    console.print(_definitions_table(summary.definitions, console.width))
    _print_findings(findings, console)
    for source in summary.sources:
        for loss in _losses(source):
            console.print(Text.assemble(("! ", "yellow"), (source.name, "bold"), f": {loss}"))
    console.print(_totals(summary), style="dim")


def report_check(check: Check, file: IO[str]) -> None:
    """Print what a document holds, and what there is to say about it."""
    console = _console(file)
    console.print(Text(check.name or "definitions", "bold"))
    for algorithm in check.algorithms:
        _print_algorithm(algorithm, console)
    _print_findings(check.findings, console)
    if not check.findings:
        console.print(Text("✓ nothing to complain of", "green"))


def _console(file: IO[str]) -> Console:
    """A terminal's own width, for anything else a fixed one."""
    fixed = None if file.isatty() or "COLUMNS" in os.environ else _WIDTH_OF_FILES
    return Console(file=file, highlight=False, width=fixed)


def _definitions_table(definitions: Iterable[DefinitionSummary], width: int) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("metric", overflow="fold", min_width=12)
    for name in ("matches", "rejected", "first", "last", "min", "max"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("values", no_wrap=True)
    table.add_column("from line", justify="right", no_wrap=True)
    room = width - _NAME_WIDTH - _NUMBERS_WIDTH
    picture = max(_NARROWEST_PICTURE, min(_WIDEST_PICTURE, room))
    for each in definitions:
        table.add_row(
            Text(each.name, "bold" if each.emitted else "bold red"),
            f"{each.emitted + each.rejected:,}",
            Text(f"{each.rejected:,}", "yellow" if each.rejected else "dim"),
            of_value(each.first),
            of_value(each.last),
            of_value(each.minimum),
            of_value(each.maximum),
            Text(sparkline(each.series, picture), "cyan"),
            "" if each.first_line is None else f"{each.first_line:,}",
        )
    return table


def _print_findings(findings: Sequence[Finding], console: Console) -> None:
    if findings:
        console.print()
    for found in findings:
        mark = "✗ " if found.severity is Severity.ERROR else "! "
        where = Text.assemble((found.where, "bold"), ": ") if found.where else Text()
        first, _, rest = found.message.partition("\n")
        console.print(Text.assemble((mark, _STYLES[found.severity]), where, first))
        if rest:
            console.print(Text(rest))
    if findings:
        console.print()


def _losses(source: SourceSummary) -> Iterable[str]:
    if source.binary:
        yield "not a text log; left out"
    if source.damage:
        yield source.damage
    for reason, count in source.skipped.items():
        yield f"{of_bytes(count)} skipped: {reason}"


def _totals(summary: Summary) -> Text:
    sources = summary.sources
    logs = sources[0].name if len(sources) == 1 else of_count(len(sources), "log")
    rate = summary.bytes_in / summary.seconds if summary.seconds else 0.0
    return Text(
        f"{of_count(summary.records, 'record')} from {of_count(summary.lines, 'line')} "
        f"({of_bytes(summary.bytes_in)}) of {logs} "
        f"in {of_seconds(summary.seconds)}, {of_bytes(rate)}/s"
    )


def _print_algorithm(algorithm: CheckedAlgorithm, console: Console) -> None:
    indent = (0, 0, 0, 2)
    if algorithm.path:
        console.print(Padding(Text(algorithm.path, "cyan"), indent))
    if algorithm.specification:
        console.print(Padding(_specification_table(algorithm), indent))
    if algorithm.definitions:
        console.print(Padding(_regexes_table(algorithm), indent))


def _specification_table(algorithm: CheckedAlgorithm) -> Table:
    specification = algorithm.specification
    assert specification is not None
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    if image := specification.image:
        table.add_row("registry", Text(image.registry or "none named"))
        table.add_row("repository", Text(image.repository))
        table.add_row(
            "digest" if image.digest else "tag", Text(image.digest or image.tag or "none")
        )
    if specification.algorithm_name:
        table.add_row("algorithm", Text(specification.algorithm_name))
    table.add_row("input mode", specification.training_input_mode)
    if isinstance(specification, AlgorithmSpecification):
        setting = specification.time_series
        kept = "kept" if setting.enabled else "not kept"
        table.add_row("time series", f"{kept}: {setting.rule}")
        command = (specification.container_entrypoint or ()) + (
            specification.container_arguments or ()
        )
        if command:
            table.add_row("command", Text(" ".join(command)))
    return table


def _regexes_table(algorithm: CheckedAlgorithm) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("metric", overflow="fold", min_width=12)
    table.add_column("regex", overflow="fold")
    for definition in algorithm.definitions:
        table.add_row(Text(definition.name, "bold"), Text(definition.regex))
    return table
