"""Where reports are printed: a terminal, or a file."""

import os
import sys
from collections.abc import Iterable
from typing import IO

from metricparse.cli.report.text import Text

_WIDTH_OF_FILES = 110
_WIDTH_UNKNOWN = 80
_WITHOUT_COLOURS = ("dumb", "unknown")


class ReportConsole:
    """Prints lines as wide as the terminal, or of a fixed width in files.

    Sentences are wrapped on a terminal alone, so that they can be searched for in files. Colours
    are for terminals, unless `NO_COLOR` or `FORCE_COLOR` says otherwise.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._is_terminal = file.isatty()
        self.width = _width(file)
        self.has_colours = _has_colours(file)

    def say(self, *parts: tuple[str, str] | str, style: str = "") -> None:
        """Print a sentence made of (styled) parts; style: of those that have none."""
        text = Text(*parts).styled(style)
        self.print_lines(text.wrapped(self.width) if self._is_terminal else [text])

    def say_whole(self, *parts: tuple[str, str] | str) -> None:
        """Print a line with a regex, which is not wrapped, as copying it would give another one."""
        self.print_lines([Text(*parts)])

    def print_lines(self, lines: Iterable[Text]) -> None:
        """Print lines as they are."""
        for line in lines:
            self._file.write(f"{line.in_colour() if self.has_colours else line.plain}".rstrip())
            self._file.write("\n")

    def skip_line(self) -> None:
        """Print an empty line."""
        self._file.write("\n")


def _width(file: IO[str]) -> int:
    if os.environ.get("COLUMNS", "").isdecimal():
        return int(os.environ["COLUMNS"])
    if not file.isatty():
        return _WIDTH_OF_FILES
    try:
        return os.get_terminal_size(file.fileno()).columns or _WIDTH_UNKNOWN
    except OSError:
        return _WIDTH_UNKNOWN


def _has_colours(file: IO[str]) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    # Of the terminals of Windows the old ones print the codes.
    known = "WT_SESSION" in os.environ if sys.platform == "win32" else True
    return file.isatty() and known and os.environ.get("TERM", "") not in _WITHOUT_COLOURS
