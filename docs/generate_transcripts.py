"""Run the commands that the README and the tutorial show, and write what they print below them."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
TUTORIAL = ROOT / "docs" / "tutorial.md"

_SAMPLE = ROOT / "sample_logs" / "transformers"
_TRANSCRIPT = re.compile(r"(```console\n\$ (metricparse .*)\n)([^`]*)(```)")
_STEP = re.compile(r"```(console|yaml)\n(.*?)```", re.DOTALL)


def updated(text: str) -> str:
    """The README with each transcript as the command prints it now."""
    return _TRANSCRIPT.sub(lambda shown: f"{shown[1]}{_printed(shown[2], ROOT)}{shown[4]}", text)


def updated_tutorial(text: str) -> str:
    """The tutorial gone through: its commands run and its file written, beside the log that it has."""
    with _beside_the_sample() as folder:
        return _STEP.sub(lambda step: _done(step, folder), text)


def _done(step: "re.Match[str]", folder: Path) -> str:
    language, code = step.groups()
    if language == "console":
        command = code.splitlines()[0]
        return f"```console\n{command}\n{_printed(command.removeprefix('$ '), folder)}```"
    (folder / "cases.yaml").write_text(code, encoding="utf-8")
    return step[0]


@contextmanager
def _beside_the_sample() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(_SAMPLE / "train.log", folder)
        shutil.copy(_SAMPLE / "definitions-copied.json", folder / "definitions.json")
        yield folder


def _printed(command: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)],
        capture_output=True,
        check=False,
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "COLUMNS"},
    )
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.decode().splitlines())


if __name__ == "__main__":
    README.write_text(updated(README.read_text(encoding="utf-8")), encoding="utf-8")
    TUTORIAL.write_text(updated_tutorial(TUTORIAL.read_text(encoding="utf-8")), encoding="utf-8")
