"""Odd files, names, streams and regexes: words, not tracebacks, and nothing lost."""

import os
import pickle
import subprocess
from pathlib import Path

import pytest

import metricparse as mp
from tests.support.command_line import METRICPARSE
from tests.support.long_runs import long, mostly_long

LOSS = "loss=loss: (.*)"


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.csv"
    path.write_text("loss: 1\nloss: 2\n")
    return path


def run(command: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command line of the shell in which `metricparse` is this one."""
    done = subprocess.run(
        ["bash", "-c", command.replace("metricparse", " ".join(METRICPARSE), 1)],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
        timeout=60,
    )
    assert b"Traceback" not in done.stderr
    return done


def test_a_log_is_not_overwritten_by_its_own_records(log: Path) -> None:
    done = run(f"metricparse scan -m '{LOSS}' a.csv -o a.csv")
    assert done.returncode == 2
    assert b"a.csv: is one of the logs" in done.stderr
    assert log.read_text() == "loss: 1\nloss: 2\n"


@pytest.mark.usefixtures("log")
def test_standard_output_by_another_name_is_standard_output() -> None:
    done = run(f"metricparse scan -m '{LOSS}' a.csv -o /dev/stdout --format csv > out")
    assert done.returncode == 0
    assert Path("out").read_text().count("\n") == 3
    assert b"2 records from 2 lines" in done.stderr


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("encoding", mostly_long(["ascii", "latin-1"], {"ascii"}))
@pytest.mark.parametrize("arguments", ["", " --json", " -o - "])
def test_a_terminal_that_lacks_characters(encoding: str, arguments: str) -> None:
    command = f"metricparse scan -m 'é=loss: (.*)' a.csv {arguments}"
    assert run(command, PYTHONIOENCODING=encoding).returncode == 0


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("redirection", "code"),
    [
        ("- <&-", 2),
        ("a.csv >&-", 0),
        ("a.csv 2>&-", 0),
        ("a.csv > /dev/full", 2),
        ("a.csv -o - > /dev/full", 2),
        ("a.csv --json > /dev/full", 2),
    ],
)
def test_streams_that_are_closed_or_full(redirection: str, code: int) -> None:
    assert run(f"metricparse scan -m '{LOSS}' {redirection}").returncode == code


def test_the_version_on_a_full_disk() -> None:
    done = run("metricparse --version > /dev/full")
    assert done.returncode == 2
    assert b"standard output cannot be written: No space left" in done.stderr


def test_a_name_that_is_not_unicode(log: Path) -> None:
    os.rename(log, os.path.join(os.fsencode(log.parent), b"\xff.log"))
    done = run(f"metricparse scan -m '{LOSS}' . -o - --format jsonl")
    assert done.returncode == 0
    assert done.stdout.count(b"\\\\xff.log") == 2


def test_the_same_log_twice_is_one_source(log: Path) -> None:
    table = mp.scan([log, log], [{"Name": "loss", "Regex": "loss: (.*)"}]).to_table()
    assert table["line"].to_pylist() == [1, 2, 1, 2]
    assert table["source"].combine_chunks().dictionary.to_pylist() == [str(log)]


def test_groups_nested_as_deep_as_a_regex_allows(log: Path) -> None:
    regex = "(" * 200 + "[0-9]+" + ")" * 200
    assert mp.scan(log, [{"Name": "m", "Regex": regex}]).to_table()["value"].to_pylist() == [1, 2]


@pytest.mark.usefixtures("log")
def test_a_regex_that_does_not_compile_names_its_file() -> None:
    Path("ok.json").write_text('[{"Name": "a", "Regex": "(a)"}]')
    Path("bad.json").write_text('{"MetricDefinitions": [{"Name": "b", "Regex": "(b"}]}')
    done = run("metricparse scan -d ok.json -d bad.json a.csv")
    assert done.returncode == 2
    assert b"bad.json: MetricDefinitions[0].Regex (b): does not compile: missing )" in done.stderr


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"Name": "a", "Name": "b", "Regex": "(c)"}]', "the key 'Name' is given twice"),
        ("[" * 100_000, "nested too deeply"),
        ("[" + "9" * 5000 + "]", "bad.json: "),
    ],
)
def test_strange_json(text: str, message: str) -> None:
    Path("bad.json").write_text(text)
    with pytest.raises(mp.DefinitionError, match=message):
        mp.load_definitions("bad.json")


def test_errors_survive_pickling() -> None:
    error = mp.SpecificationError([mp.Violation("a", "b")], "x.json")
    copied = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert str(copied) == str(error) == "x.json: a: b"
    assert copied.violations == error.violations


@pytest.mark.usefixtures("log")
@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_read_is_not_passed_over() -> None:
    Path("sub").mkdir(mode=0o000)
    assert b"sub: cannot be read" in run(f"metricparse scan -m '{LOSS}' .").stderr


@pytest.mark.usefixtures("log")
def test_what_a_terminal_would_obey_is_written_out() -> None:
    done = run("metricparse scan -m $'\\e[31mred=loss: (.*)' a.csv")
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout
    assert rb"\x1b[31mred" in done.stdout


def test_the_mode_of_what_is_replaced_is_kept(log: Path) -> None:
    out = log.with_name("out.csv")
    out.touch(mode=0o600)
    mp.write(mp.scan(log, [{"Name": "loss", "Regex": "loss: (.*)"}]), out)
    assert out.stat().st_mode & 0o777 == 0o600


SLOW = b"a" * 6000 + b"!\n"
SLOWLY = [*METRICPARSE, "scan", *(f"-mx{n}=((a|aa)+)$" for n in range(40))]


def test_an_interrupted_run_ends_at_once() -> None:
    started = subprocess.Popen([*SLOWLY, "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    assert started.stdin
    started.stdin.write(SLOW * 40)  # more than a pipe holds, so that it was begun to be read
    started.stdin.close()
    started.stdin = None
    interrupt(started, after=0.5)


@long
def test_an_interrupted_run_of_a_file_ends_at_once(tmp_path: Path) -> None:
    log = tmp_path / "slow.log"
    log.write_bytes(SLOW * 40)
    interrupt(subprocess.Popen([*SLOWLY, str(log)], stderr=subprocess.PIPE), after=3)


def interrupt(started: "subprocess.Popen[bytes]", after: float) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        started.wait(after)
    started.terminate()
    _, errors = started.communicate(timeout=15)
    assert started.returncode == 143
    assert b"Traceback" not in errors
