"""The report of a check, for people at a terminal."""

from collections.abc import Iterator
from typing import IO

from metricparse.cli.report.console import ReportConsole
from metricparse.cli.report.findings import print_findings
from metricparse.cli.report.table import Column, table
from metricparse.cli.report.text import Text, plain
from metricparse.diagnosis.check import Check, CheckedAlgorithm

_INDENT = "  "
_GAP = 2
_OF_SPECIFICATION = (Column("", style="dim"), Column("", fold=True))
_OF_REGEXES = (Column("metric"), Column("regex"), Column("lane", style="dim"))


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
    width = console.width - len(_INDENT)
    lines = [Text((algorithm.path, "cyan"))] if algorithm.path else []
    if algorithm.specification:
        lines += table(_OF_SPECIFICATION, _specification_rows(algorithm), width, gap=_GAP)
    if algorithm.definitions:
        lines += _regex_lines(algorithm, width)
    console.print_lines(Text(_INDENT, line) for line in lines)


def _specification_rows(algorithm: CheckedAlgorithm) -> Iterator[list[Text]]:
    from metricparse.definitions.algorithm import AlgorithmSpecification

    specification = algorithm.specification
    assert specification is not None
    shown: dict[str, str] = {}
    if image := specification.image:
        shown["registry"] = image.registry or "none named"
        shown["repository"] = image.repository
        shown["digest" if image.digest else "tag"] = image.digest or image.tag or "none"
    if specification.algorithm_name:
        shown["algorithm"] = specification.algorithm_name
    shown["input mode"] = specification.training_input_mode
    if isinstance(specification, AlgorithmSpecification):
        setting = specification.time_series
        shown["time series"] = f"{'kept' if setting.enabled else 'not kept'}: {setting.rule}"
        if specification.command:
            shown["command"] = " ".join(specification.command)
    return ([Text(name), Text(plain(each))] for name, each in shown.items())


def _regex_lines(algorithm: CheckedAlgorithm, width: int) -> Iterator[Text]:
    """A table, or, where that has no room, the regexes on lines of their own, to be copied."""
    rows = [
        [Text((plain(each.name), "bold")), Text(plain(each.regex)), Text(lane)]
        for each, lane in zip(algorithm.definitions, algorithm.lanes, strict=True)
    ]
    if (
        sum(max(cell.width for cell in column) + _GAP for column in zip(*rows, strict=True))
        <= width
    ):
        yield from table(_OF_REGEXES, rows, width, gap=_GAP)
        return
    for name, regex, lane in rows:
        yield Text(name, "  ", lane.styled("dim"))
        yield Text(_INDENT, regex)
