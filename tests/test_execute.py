"""Running a command: its output passes through untouched, and is scanned as it comes."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.csv as pa_csv
import pytest

import metricparse as mp
from tests.support import command_line
from tests.support.command_line import METRICPARSE

DEFINITIONS = [{"Name": "v", "Regex": r"v=([0-9]+)"}]
ARGUMENTS = ("exec", "-m", "v=v=([0-9]+)")
EXEC = [*METRICPARSE, *ARGUMENTS]


def run(
    *command: str, options: tuple[str | Path, ...] = ()
) -> "subprocess.CompletedProcess[bytes]":
    line = [*EXEC, *map(str, options), "--", *command]
    done = subprocess.run(line, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr
    return done


def run_here(
    *command: str, options: tuple[str | Path, ...] = ()
) -> "subprocess.CompletedProcess[str]":
    """The same, without a process of metricparse's own."""
    return command_line.run(*ARGUMENTS, *options, "--", *command)


def python(code: str) -> tuple[str, str, str]:
    return sys.executable, "-c", code


def test_the_output_passes_through_and_is_scanned(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    code = r"import sys; sys.stdout.buffer.write(b'v=1\n\xffv=2\r'); sys.stderr.write('v=3\nrest')"
    before = time.time()
    done = run(*python(code), options=("-o", out))
    assert done.returncode == 0
    assert done.stdout == b"v=1\n\xffv=2\r"
    passed, report = done.stderr[:8], done.stderr[8:].decode()
    assert passed == b"v=3\nrest"
    assert "3 records from" in report
    table = pa_csv.read_csv(out)
    assert sorted(table["value"].to_pylist()) == [1, 2, 3]
    assert set(table["source"].to_pylist()) == {"<command>"}
    for moment in table["timestamp"].to_pylist():
        assert before - 1 < moment.timestamp() < time.time() + 1


def test_pieces_of_lines_of_both_outputs_are_kept_apart() -> None:
    code = (
        "import os, time\n"
        "for n in range(50):\n"
        "    os.write(1, b'v='); os.write(2, b'v='); time.sleep(0.002)\n"
        "    os.write(1, b'%d\\n' % n); os.write(2, b'%d\\n' % (100 + n))\n"
    )
    execution = mp.execute(python(code), DEFINITIONS)
    values = [value for batch in execution for value in batch["value"].to_pylist()]
    assert [value for value in values if value < 100] == list(range(50))
    assert [value for value in values if value >= 100] == list(range(100, 150))
    assert execution.status == 0
    (source,) = execution.summary.sources
    assert source.bytes_in == source.bytes_seen
    assert source.lines == 100


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (python("raise SystemExit(7)"), 7),
        (python("import os; os.kill(os.getpid(), 9)"), 137),
        (("no-such-command",), 127),
        (("/",), 126),
    ],
)
def test_the_exit_status_is_passed_on(command: tuple[str, ...], status: int) -> None:
    assert run(*command).returncode == status


def test_a_command_that_is_not_there_is_named() -> None:
    done = run_here("no-such-command")
    assert done.stderr == "metricparse: no-such-command: no such command\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_are_passed_on_and_the_report_comes_all_the_same(number: signal.Signals) -> None:
    code = (
        "import signal, sys, time\n"
        f"signal.signal({int(number)}, lambda *_: sys.exit(5))\n"
        "print('v=1')\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [*EXEC, "--json", "--", *python(code)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"v=1\n"  # it does not hold its output back
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 5
    assert json.loads(errors)["records"] == 1


def test_the_specification_tells_the_command(tmp_path: Path) -> None:
    specification = {
        "AlgorithmName": "mine",
        "TrainingInputMode": "File",
        "MetricDefinitions": DEFINITIONS,
        "ContainerEntrypoint": [sys.executable, "-c"],
        "ContainerArguments": ["print('v=4')"],
    }
    path = tmp_path / "job.json"
    path.write_text(json.dumps(specification))
    done = subprocess.run([*EXEC[:4], "-d", str(path)], capture_output=True, check=True)
    assert done.stdout == b"v=4\n"
    del specification["ContainerEntrypoint"], specification["ContainerArguments"]
    path.write_text(json.dumps(specification))
    nothing = command_line.run("exec", "-d", path)
    assert nothing.returncode == 2
    assert "no command: give one after --" in nothing.stderr


def test_much_output_without_a_line_end_needs_little_memory() -> None:
    code = (
        "import resource, subprocess, sys\n"
        "import metricparse as mp\n"
        "megabytes = sys.argv[1]\n"
        "printing = 'import sys\\nfor _ in range(%s): sys.stdout.write(\"x\" * 2**20)' % megabytes\n"
        "execution = mp.execute([sys.executable, '-c', printing], [{'Name': 'v', 'Regex': 'v=(.)'}])\n"
        "for _ in execution: pass\n"
        "assert execution.summary.bytes_in == int(megabytes) << 20\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    few, many = (
        int(subprocess.run([*python(code), size], capture_output=True, check=True).stdout)
        for size in ("10", "300")
    )
    assert many < few + 30_000 * (1024 if sys.platform == "darwin" else 1)


def test_what_is_printed_is_kept_as_the_log_that_was_searched(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    code = (
        "import sys; e = sys.stderr; o = sys.stdout; o.write('w='); o.flush(); e.write('v: ');"
        "e.flush(); o.write('1\\n'); o.flush(); e.write('2\\nrest')"
    )
    done = run(*python(code), options=("--log", log))
    assert sorted(log.read_bytes().splitlines(keepends=True)) == [b"rest", b"v: 2\n", b"w=1\n"]
    assert f"metricparse explain shows the lines of {log}" in done.stderr.decode()
    assert (
        "explain shows" not in run(*python("print('v=1')"), options=("--log", log)).stderr.decode()
    )
    assert log.read_bytes() == b"v=1\n"


def test_causes_are_named_at_the_end_with_a_way_to_see_the_lines() -> None:
    done = run_here(*python("print('v: 1')")).stderr
    assert "✗ v: never matched in 1 line: " in done
    assert "\n  try  v: (" in done
    assert "--log FILE keeps what is printed" in done


def test_a_log_that_cannot_be_kept() -> None:
    done = run_here(*python("print('v=1')"), options=("--log", "/nowhere/train.log"))
    assert done.returncode == 2
    assert (
        done.stderr
        == "metricparse: /nowhere/train.log: cannot be written: No such file or directory\n"
    )
    assert done.stdout == ""


def test_the_kept_log_takes_the_place_of_no_other_file(tmp_path: Path) -> None:
    definitions = tmp_path / "d.json"
    definitions.write_text('[{"Name": "a", "Regex": "a=(.)"}]')
    command = [sys.executable, "-c", "print('a=1')"]

    def executed(
        *options: str | Path, command: list[str] = command
    ) -> "subprocess.CompletedProcess[str]":
        line = [*METRICPARSE, "exec", "-d", definitions, *options, "--", *command]
        return subprocess.run(line, capture_output=True, check=False, text=True)

    for options in (["--log", definitions], ["-o", "x.csv", "--log", "x.csv"]):
        done = executed(*options)
        assert done.returncode == 2
        assert "would overwrite" in done.stderr
    assert "a=(.)" in definitions.read_text()
    kept = tmp_path / "kept.log"
    kept.write_text("of before")
    assert executed("--log", kept, command=["/nonexistent"]).returncode == 127
    assert kept.read_text() == "of before"
    assert executed("--log", kept).returncode == 0
    assert kept.read_text() == "a=1\n"
    full = executed("--log", "/dev/full")
    assert "/dev/full: cannot be written" in full.stderr
