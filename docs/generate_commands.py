"""Write docs/commands.md: the help of each command, as the command prints it."""

import os
import subprocess
import sys
from pathlib import Path

from metricparse.cli.status import OTHERS, Status

PAGE = Path(__file__).with_name("commands.md")
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
    "aggregate",
    "describe",
    "publish",
    "serve",
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
    help_text = subprocess.run(
        [sys.executable, "-m", "metricparse", *command, "--help"],
        capture_output=True,
        check=True,
        text=True,
        env={**os.environ, "COLUMNS": "90", "NO_COLOR": "1"},
    ).stdout
    return f"## {called}\n\n```\n{help_text.rstrip()}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
