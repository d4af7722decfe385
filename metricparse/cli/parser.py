"""The parser of the command line, whose errors are a sentence, and know what may have been meant."""

import argparse
import os
import sys
from typing import Any, NoReturn

from metricparse.cli.status import Status
from metricparse.errors import did_you_mean

_MARGIN = 2
_WIDTH_UNKNOWN = 80


class Help(argparse.HelpFormatter):
    """Help whose paragraphs are filled, and whose examples, which are indented, stay as they are."""

    def __init__(self, prog: str, **settings: Any) -> None:
        # argparse would import `shutil` to find the width, whenever an argument is added.
        super().__init__(prog, **{"width": _terminal_width() - _MARGIN, **settings})

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if "\n  " in text:
            return text
        return super()._fill_text(text, width, indent)


class Parser(argparse.ArgumentParser):
    """Says what is wrong without the usage, which is many lines long."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"formatter_class": Help, **settings})

    def parse_all(self, arguments: list[str], namespace: argparse.Namespace) -> argparse.Namespace:
        """Parse arguments, of which none may be left; the command's own parser says so."""
        parsed, unknown = self.parse_known_args(arguments, namespace)
        if unknown:
            parser: Parser = getattr(parsed, "parser", self)
            message, is_near = parser.what_is_unknown(unknown)
            hint = getattr(parsed, "hint_of_unknown", None)
            parser.error((hint and not is_near and hint(parsed)) or message)
        return parsed

    def error(self, message: str) -> NoReturn:
        """Leave with what is wrong, and where to read on."""
        print(f"{self.prog}: {message}", file=sys.stderr)
        print(f"see {self.prog} --help", file=sys.stderr)
        raise SystemExit(Status.FAILED)

    def what_is_unknown(self, unknown: list[str]) -> tuple[str, bool]:
        """The message about arguments that are not known, and whether it says what was meant."""
        given = next((each for each in unknown if each.startswith("-")), unknown[0])
        if not given.startswith("-"):
            return f"one argument too many: {given}", False
        name = given.partition("=")[0]
        options = [each for action in self._actions for each in action.option_strings]
        question = did_you_mean(name, options)
        return f"no such option: {name}{question and '; '}{question}", bool(question)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Refuse what is no choice, of which all are listed unless one was nearly named."""
        if action.choices is None or value in action.choices:
            return
        choices = list(map(str, action.choices))
        advice = did_you_mean(str(value), choices, f"it is one of {', '.join(choices)}")
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - argparse names it nowhere else
            self.error(f"no such command: {value}; {advice}")
        raise argparse.ArgumentError(action, f"not {value}; {advice}")


def _terminal_width() -> int:
    if os.environ.get("COLUMNS", "").isdecimal():
        return int(os.environ["COLUMNS"]) or _WIDTH_UNKNOWN
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or _WIDTH_UNKNOWN  # type: ignore[union-attr] # None is caught
    except (AttributeError, ValueError, OSError):  # it is closed, or no terminal
        return _WIDTH_UNKNOWN
