"""Write docs/commands.md and the man page: the help of each command, as the command prints it."""

import os
import subprocess
import sys
from pathlib import Path

from metricparse._version import __version__
from metricparse.cli.status import OTHERS, Status

PAGE = Path(__file__).with_name("commands.md")
MAN_PAGE = Path(__file__).with_name("metricparse.1")
NAMES = (
    "scan",
    "exec",
    "view",
    "explain",
    "suggest",
    "check",
    "presets",
    "bench",
    "test",
    "compare",
    "aggregate",
    "describe",
    "publish",
    "serve",
    "verify",
    "completion",
)
COMMANDS: tuple[list[str], ...] = ([], *([name] for name in NAMES))


def page() -> str:
    """The text of the page."""
    sections = "\n".join(map(_section, COMMANDS))
    return f"# Commands\n\n{_statuses()}\n{sections}"


def _statuses() -> str:
    rows = {**{str(int(each)): each.meaning for each in Status}, **OTHERS}
    table = "".join(f"| {status} | {meaning} |\n" for status, meaning in rows.items())
    return f"## Exit status\n\n| status | when |\n| --- | --- |\n{table}"


def _section(command: list[str]) -> str:
    called = " ".join(["metricparse", *command])
    return f"## {called}\n\n```\n{_help(command, 90)}\n```\n"


def man_page() -> str:
    """The text of the man page, in the language of man(7)."""
    rows = {**{str(int(each)): each.meaning for each in Status}, **OTHERS}
    statuses = "".join(f".TP\n{status}\n{_roff(meaning)}\n" for status, meaning in rows.items())
    sections = "".join(
        f".SS metricparse {' '.join(command)}\n.nf\n{_roff(_help(command, 72))}\n.fi\n"
        for command in COMMANDS
        if command
    )
    return (
        f'.TH METRICPARSE 1 "" "metricparse {__version__}"\n'
        ".SH NAME\nmetricparse \\- dry\\-run Amazon SageMaker metric definitions against training logs\n"
        f".SH SYNOPSIS\n.nf\n{_roff(_help([], 72))}\n.fi\n"
        f".SH COMMANDS\n{sections}"
        f".SH EXIT STATUS\n{statuses}"
    )


def _help(command: list[str], width: int) -> str:
    return subprocess.run(
        [sys.executable, "-m", "metricparse", *command, "--help"],
        capture_output=True,
        check=True,
        text=True,
        env={**os.environ, "COLUMNS": str(width), "NO_COLOR": "1"},
    ).stdout.rstrip()


def _roff(text: str) -> str:
    """A text in which nothing is a command or a special character."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return "\n".join(f"\\&{line}" if line.startswith(".") else line for line in escaped.split("\n"))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    MAN_PAGE.write_text(man_page(), encoding="utf-8")
