"""The list of presets."""

from collections.abc import Sequence
from typing import IO

from metricparse.cli.report.console import ReportConsole
from metricparse.cli.report.numbers import of_count
from metricparse.cli.report.text import Text
from metricparse.definitions.presets import Preset

_GAP = "  "


def report_presets(presets: Sequence[Preset], file: IO[str]) -> None:
    """Print a row a preset: its name, how many metrics it has, and what it is for."""
    console = ReportConsole(file)
    names = max(len(each.name) for each in presets)
    for each in presets:
        metrics = of_count(len(each.definitions), "metric")
        before = f"{each.name:{names}}{_GAP}{metrics:>10}{_GAP}"
        first, *others = Text(each.description).wrapped(max(20, console.width - len(before)))
        console.print_lines([Text(before, first)])
        console.print_lines(Text(" " * len(before), line) for line in others)
