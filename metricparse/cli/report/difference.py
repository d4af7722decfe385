"""The difference between two texts, coloured on a terminal."""

from typing import IO

from metricparse.cli.report.console import ReportConsole
from metricparse.cli.report.text import Text, plain

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def print_difference(diff: str, file: IO[str]) -> None:
    """Print a difference; in a file it is what `patch` takes."""
    if not file.isatty():
        file.write(diff)
        return
    ReportConsole(file).print_lines(map(_styled, diff.splitlines()))


def _styled(line: str) -> Text:
    style = "bold" if line.startswith(("+++", "---")) else _STYLES.get(line[:1], "")
    return Text((plain(line), style))
