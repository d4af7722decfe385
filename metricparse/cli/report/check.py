"""The report of a check, for people at a terminal."""

from typing import IO

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from metricparse.cli.report.console import ReportConsole, plain
from metricparse.cli.report.findings import print_findings
from metricparse.diagnosis.check import Check, CheckedAlgorithm


def report_check(check: Check, file: IO[str]) -> None:
    """Print what a document holds, and what there is to say about it."""
    console = ReportConsole(file)
    console.say((check.name or "definitions", "bold"))
    for algorithm in check.algorithms:
        _print_algorithm(algorithm, console)
    print_findings(check.findings, console, at_paths=True)
    if not check.findings:
        console.say(("✓ nothing to complain about", "green"))


def _print_algorithm(algorithm: CheckedAlgorithm, console: ReportConsole) -> None:
    indent = (0, 0, 0, 2)
    if algorithm.path:
        console.print(Padding(Text(algorithm.path, "cyan"), indent))
    if algorithm.specification:
        console.print(Padding(_specification_table(algorithm), indent))
    if algorithm.definitions:
        console.print(Padding(_regexes_table(algorithm), indent))


def _specification_table(algorithm: CheckedAlgorithm) -> Table:
    from metricparse.definitions.algorithm import AlgorithmSpecification

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
        if specification.command:
            table.add_row("command", Text(" ".join(specification.command)))
    return table


def _regexes_table(algorithm: CheckedAlgorithm) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("metric", overflow="fold", min_width=12)
    table.add_column("regex", overflow="fold")
    table.add_column("lane", overflow="fold", style="dim")
    for definition, lane in zip(algorithm.definitions, algorithm.lanes, strict=True):
        table.add_row(Text(plain(definition.name), "bold"), Text(definition.regex), Text(lane))
    return table
