"""Where reports are printed: a terminal, or a file."""

import os
from typing import IO

from rich.console import Console
from rich.text import Text

_WIDTH_OF_FILES = 110


class ReportConsole(Console):
    """A console whose tables are as wide as the terminal, or a fixed width in files.

    Sentences are wrapped on a terminal alone, so that they can be searched for in files.
    """

    def __init__(self, file: IO[str]) -> None:
        fixed = None if file.isatty() or "COLUMNS" in os.environ else _WIDTH_OF_FILES
        super().__init__(file=file, highlight=False, width=fixed)

    def say(self, *parts: tuple[str, str] | str, style: str = "") -> None:
        """Print a sentence made of (styled) parts."""
        self.print(Text.assemble(*parts), style=style, soft_wrap=not self.is_terminal)

    def on_broken_pipe(self) -> None:
        """Leave it to the command line, as for all other output."""
        raise BrokenPipeError


def plain(text: str) -> str:
    """The text with what a terminal would obey written out."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)
