"""Run the commands that the README shows, and write what they print below them."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"

_TRANSCRIPT = re.compile(r"(```console\n\$ (metricparse .*)\n)([^`]*)(```)")


def updated(text: str) -> str:
    """The text with each transcript as the command prints it now."""
    return _TRANSCRIPT.sub(lambda shown: f"{shown[1]}{_printed(shown[2])}{shown[4]}", text)


def _printed(command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "COLUMNS"},
    )
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.decode().splitlines())


if __name__ == "__main__":
    README.write_text(updated(README.read_text(encoding="utf-8")), encoding="utf-8")
