"""The command line is completed in real shells: commands, options, files, presets, metrics."""

import json
import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.command_line import run
from tests.support.long_runs import mostly_long

pytest.importorskip("argcomplete")

#: A line, and some of what it may go on with; and what not.
LINES = {
    "metricparse sc": ({"scan"}, {"suggest"}),
    "metricparse explain --str": ({"--strict", "--strip-ansi"}, {"--json"}),
    "metricparse scan --view r": ({"raw"}, {"sagemaker"}),
    "metricparse scan -d jo": ({"job.json"}, {"train.log"}),
    "metricparse scan tr": ({"train.log"}, {"job.json"}),
    "metricparse presets k": ({"keras"}, {"xgboost"}),
    "metricparse explain -d job.json --metric tr": ({"train_loss"}, {"valid_loss"}),
    "metricparse scan --time-zone Europe/Ber": ({"Europe/Berlin"}, {"Europe/Paris"}),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a log and definitions, and the program where shells find it."""
    program = tmp_path / "bin" / "metricparse"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m metricparse "$@"\n')
    program.chmod(0o755)
    work = tmp_path / "work"
    work.mkdir()
    (work / "train.log").write_text("loss: 1\n")
    names = ("train_loss", "valid_loss")
    (work / "job.json").write_text(json.dumps([{"Name": n, "Regex": f"{n}: (.+)"} for n in names]))
    monkeypatch.chdir(work)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(tmp_path))
    return work


def shell(name: str, code: str, *options: str) -> str:
    if shutil.which(name) is None:
        pytest.skip(f"no {name} here")
    done = subprocess.run([name, *options, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("line", LINES)
def test_bash(line: str) -> None:
    code = f"""
        eval "$(metricparse completion bash)"
        COMP_LINE={line!r}; COMP_POINT=${{#COMP_LINE}}; COMP_TYPE=9
        _python_argcomplete metricparse
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    holds(shell("bash", code, "--norc"), line)


@pytest.mark.parametrize("line", LINES)
def test_fish(line: str) -> None:
    code = f"metricparse completion fish | source; complete -C {line!r}"
    holds(shell("fish", code), line)


def holds(printed: str, line: str) -> None:
    found = {each.split("\t")[0].strip() for each in printed.splitlines()}
    some, none = LINES[line]
    assert some <= found
    assert not none & found


def test_presets_whose_names_hold_what_divides_words_in_bash() -> None:
    code = """
        eval "$(metricparse completion bash)"
        COMP_LINE='metricparse scan -d preset:k'; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9
        _python_argcomplete metricparse
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    assert shell("bash", code, "--norc").split() == ["keras"]
    code = "metricparse completion fish | source; complete -C 'metricparse scan -d preset:k'"
    assert shell("fish", code).split() == ["preset:keras"]


TYPED = {
    "metricparse sugg\t": "metricparse suggest",
    "metricparse explain -d jo\t": "job.json",
    "metricparse presets ker\t": "metricparse presets keras",
    "metricparse scan -d preset:ker\t": "preset:keras",
    "metricparse explain -d job.json --metric tr\t": "train_loss",
}


@pytest.mark.parametrize("typed", mostly_long(TYPED, ["metricparse scan -d preset:ker\t"]))
def test_zsh(typed: str) -> None:
    """It completes only where someone types."""
    completed = TYPED[typed]
    if shutil.which("zsh") is None:
        pytest.skip("no zsh here")
    start = 'PS1="> "; autoload -U compinit; compinit -u; eval "$(metricparse completion zsh)"; echo rea""dy\n'
    terminal, inside = pty.openpty()
    zsh = subprocess.Popen(
        ["zsh", "-f", "-i"], stdin=inside, stdout=inside, stderr=inside, start_new_session=True
    )
    os.close(inside)
    os.write(terminal, start.encode())
    read_until(terminal, "ready")
    os.write(terminal, typed.encode())
    shown = read_until(terminal, completed)
    zsh.kill()
    zsh.wait()
    os.close(terminal)
    assert completed in shown


def read_until(terminal: int, text: str) -> str:
    """What a terminal shows until it shows a text, or for a minute."""
    shown, last = "", time.monotonic() + 60
    while text not in shown and (left := last - time.monotonic()) > 0:
        if select.select([terminal], [], [], left)[0]:
            shown += os.read(terminal, 65536).decode(errors="replace")
    return shown


def test_a_shell_that_is_not_known() -> None:
    done = run("completion", "tcsh")
    assert done.returncode == 2
    assert "it is one of bash, zsh, fish" in done.stderr


def test_without_argcomplete_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "argcomplete", None)
    done = run("completion", "bash")
    assert (
        "argcomplete is not installed; install it with pip install 'metricparse[completion]'"
        in done.stderr
    )
