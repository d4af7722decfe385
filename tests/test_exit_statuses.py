"""What each command exits with; docs/commands.md has the table."""

import bz2
import gzip
import json
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from metricparse.cli.status import Status
from tests.support.command_line import METRICPARSE, run
from tests.support.long_runs import long

LOG = b"2026-11-22T10:00:00Z loss: 0.5\n2026-11-22T10:01:00Z loss: 0.25\n" * 3000
PAGE = json.dumps(
    {
        "events": [
            {"timestamp": 1795341600000, "message": f"loss: {n}", "ingestionTime": 1795341600001}
            for n in range(9)
        ]
    }
).encode()
DAMAGED: dict[str, bytes] = {
    "truncated.log.gz": gzip.compress(LOG)[:-30],
    "truncated.log.bz2": bz2.compress(LOG)[:-30],
    "garbage.log.gz": gzip.compress(LOG) + b"garbage after the end",
    "truncated.json": PAGE[:-40],
}
DEFINITIONS = ("-m", "loss=loss: ([0-9.]+)")
#: How each command that reads logs is given one.
READERS: dict[str, Callable[[Path], tuple[str, ...]]] = {
    "scan": lambda log: ("scan", *DEFINITIONS, str(log)),
    "scan strict": lambda log: ("scan", "-m", "lr=lr: (.)", "--strict", str(log)),
    "explain": lambda log: ("explain", *DEFINITIONS, str(log)),
    "suggest": lambda log: ("suggest", str(log)),
    "bench": lambda log: ("bench", *DEFINITIONS, str(log)),
    "aggregate": lambda log: ("aggregate", *DEFINITIONS, str(log)),
    "describe": lambda log: ("describe", "--job-name", "job", *DEFINITIONS, str(log)),
    "publish": lambda log: ("publish", "--job-name", "job", *DEFINITIONS, str(log), "--dry-run"),
}


@pytest.mark.parametrize(
    ("command", "name"),
    [
        # Measuring takes its time, however little there is.
        pytest.param(
            command, name, marks=[long] * (command == "bench" and name != "truncated.json")
        )
        for command in READERS
        for name in DAMAGED
    ],
)
def test_an_incomplete_log_is_never_done(command: str, name: str, tmp_path: Path) -> None:
    log = tmp_path / name
    log.write_bytes(DAMAGED[name])
    done = run(*READERS[command](log))
    assert done.returncode == Status.INCOMPLETE, done.stderr
    assert "damaged" in done.stdout + done.stderr or "incomplete" in done.stdout + done.stderr


@pytest.mark.parametrize(
    "command",
    [
        # Measuring takes its time, however little there is.
        pytest.param(command, marks=[long] * (command == "bench"))
        for command in READERS
        if command != "scan strict"
    ],
)
def test_a_whole_log_is_done(command: str, tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_bytes(LOG[:4000])
    done = run(*READERS[command](log))
    assert done.returncode == Status.DONE, done.stderr


@pytest.mark.parametrize("command", READERS)
def test_a_log_that_cannot_be_read_and_wrong_usage_have_failed(
    command: str, tmp_path: Path
) -> None:
    arguments = READERS[command](tmp_path / "nothing.log")
    assert run(*arguments).returncode == Status.FAILED
    assert run(*arguments, "--nonsense").returncode == Status.FAILED


def test_a_case_that_cannot_be_run_to_its_end_has_failed(tmp_path: Path) -> None:
    (tmp_path / "train.log.gz").write_bytes(DAMAGED["truncated.log.gz"])
    case = {"log": "train.log.gz", "metrics": {"loss": {"last": 0.25}}}
    definitions = [{"Name": "loss", "Regex": "loss: ([0-9.]+)"}]
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"definitions": definitions, "cases": [case]}))
    assert run("test", path).returncode == Status.FAILED
    assert run("test", path, "--nonsense").returncode == Status.FAILED
    (tmp_path / "train.log.gz").write_bytes(gzip.compress(LOG))
    assert run("test", path).returncode == Status.DONE
    path.write_text(
        json.dumps(
            {"definitions": definitions, "cases": [case | {"metrics": {"loss": {"last": 1}}}]}
        )
    )
    assert run("test", path).returncode == Status.FINDINGS


@pytest.mark.parametrize(
    ("regex", "strict", "status"),
    [
        ("loss: (.)", True, Status.DONE),
        (r"(a+)+$", True, Status.FINDINGS),
        (r"(a+)+$", False, Status.DONE),
        ("loss: (", False, Status.FAILED),
    ],
)
def test_check(regex: str, strict: bool, status: Status, tmp_path: Path) -> None:
    path = tmp_path / "job.json"
    path.write_text(json.dumps([{"Name": "m", "Regex": regex}]))
    assert run("check", path, *["--strict"] * strict).returncode == status


@pytest.mark.parametrize("command", ["presets", "exec", "serve"])
def test_wrong_usage_of_the_others_has_failed(command: str) -> None:
    assert run(command, "--nonsense").returncode == Status.FAILED


def test_findings_of_explain(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_bytes(LOG[:100])
    assert run("explain", "-m", "lr=lr: (.)", log).returncode == Status.DONE
    assert run("explain", "-m", "lr=lr: (.)", log, "--strict").returncode == Status.FINDINGS


@pytest.mark.parametrize(
    ("command", "number"),
    [
        (command, number)
        if command == "scan" or number is signal.SIGTERM
        else pytest.param(command, number, marks=long)
        for command in ("scan", "explain", "suggest", "aggregate", "describe")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    ],
)
def test_a_signal_ends_a_command_with_its_own_status(command: str, number: signal.Signals) -> None:
    arguments = READERS[command](Path("-"))
    process = subprocess.Popen(
        [*METRICPARSE, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stdin
    process.stdin.write(LOG)  # more than a pipe holds, so that it reads when this is done
    process.stdin.flush()
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.3)
    process.send_signal(number)
    _, errors = process.communicate()
    assert process.returncode == 128 + number
    assert b"Traceback" not in errors
