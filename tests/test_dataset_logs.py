"""Logs of a dataset and their names, of any kind, and what is given wrongly."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

import metricparse as mp
from tests.support.datasets import DEFINITIONS, rows_in, told


def test_what_other_processes_cannot_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"")
    with open(path, "rb") as file, pytest.raises(mp.MetricparseError, match="for one process"):
        mp.scan_dataset([file], DEFINITIONS, tmp_path / "out")
    with pytest.raises(mp.MetricparseError, match="job: '\\(' does not compile"):
        mp.scan_dataset(path, DEFINITIONS, tmp_path / "out", job="(")


def test_names_of_jobs_and_logs_lead_nowhere_else(tmp_path: Path) -> None:
    names = ["%2e%2e", "a\\b", "\x1b[31m", "a b", "...", "con:"]
    for name in names:
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "..log").write_text("loss: 1\n")
    out = tmp_path / "out"
    before = set(tmp_path.rglob("*"))
    jobs = [*names, "%2e%2e/../a b", "a b/../../in/..."]
    logs = [f"{tmp_path}/in/{job}/..log" for job in jobs]
    accounts = list(mp.LogScanner(DEFINITIONS).scan_to(logs, str(out), job="in/(.+)/"))
    assert {each.job for each in accounts} == set(jobs)
    made = {each.resolve() for each in set(tmp_path.rglob("*")) - before}
    assert all(each == out or out in each.parents for each in made)
    assert len(list(out.glob("job=*/*.parquet"))) == len(jobs)


@pytest.mark.parametrize("name", ["a" * 100 + "_" + "b" * 79, "a" * 100 + "." + "b" * 79, "._x_"])
def test_no_name_of_a_log_hides_its_records(name: str, tmp_path: Path) -> None:
    log = tmp_path / f"x{name}.log"
    log.write_text("loss: 1\n")
    out = str(tmp_path / "out")
    mp.scan_dataset(log, DEFINITIONS, out, map=map)
    assert len(rows_in(out)) == 1


def test_what_is_no_text_has_an_account_that_says_so_where_it_was_found(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("loss: 1\n")
    (tmp_path / "elf.log").write_bytes(b"\x7fELF" + bytes(2000))
    dataset = mp.scan_dataset(tmp_path, DEFINITIONS, tmp_path / "out", map=map)
    assert [account.error for account in dataset.accounts] == [
        None,
        "not a text log, but an ELF program",
    ]
    assert told(dataset.summary) == told(mp.scan(tmp_path / "a.log", DEFINITIONS).summary)


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes")
def test_names_that_are_shown_alike_are_two_logs(tmp_path: Path) -> None:
    for name in (b"a\xff.log", b"a\\xff.log"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("loss: 1\n")
    dataset = mp.scan_dataset(tmp_path, DEFINITIONS, tmp_path / "out", map=map)
    names = [Path(account.log).name for account in dataset.accounts]
    assert sorted(names) == ["a\\xff.log", "a\\xff.log (2)"]
    assert dataset.summary.records == len(rows_in(str(tmp_path / "out"))) == 2


def test_its_own_files_are_no_logs_of_a_dataset(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("loss: 1\n")
    for _ in range(3):
        dataset = mp.scan_dataset(tmp_path, DEFINITIONS, tmp_path / "out", map=map)
        assert [Path(account.log).name for account in dataset.accounts] == ["a.log"]
    assert len(mp.LogScanner(DEFINITIONS).scan_to(tmp_path, tmp_path / "out")) == 1


@pytest.mark.parametrize("jobs", [*permutations([None, "job-(.)"])])
def test_folders_of_jobs_are_all_there_or_none(jobs: list[str | None], tmp_path: Path) -> None:
    for name in ("job-a", "other"):
        (tmp_path / f"{name}.log").write_text("loss: 1\n")
    out = tmp_path / "out"
    for job in jobs:
        mp.scan_dataset(tmp_path / "*.log", DEFINITIONS, out, job=job, map=map)
        depths = {len(path.relative_to(out).parts) for path in out.rglob("*.parquet")}
        assert depths == ({1} if job is None else {2})
        assert len(rows_in(str(out))) == 2


def test_an_empty_log_is_of_no_week(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("2024-01-01T00:00:00Z loss: 1\n")
    (tmp_path / "empty.log").write_bytes(b"")
    dataset = mp.scan_dataset(tmp_path / "*.log", DEFINITIONS[:1], tmp_path / "out", map=map)
    assert dataset.vanished == {}
    assert [account.time is None for account in dataset.accounts] == [False, True]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"job": 5}, "job: 5 does not compile"),
        ({"map": 5}, "map: 5: give what is called as"),
        ({"shard": (1,)}, r"shard: \(1,\): give \(3, 8\)"),
        ({"shard": "1/3"}, "shard: '1/3': give"),
        ({"shard": (4, 3)}, "shard: 4/3: give one from 1/3 to 3/3"),
        ({"map": lambda *_: []}, "a.log: map gave no result"),
        ({"out": 5}, "5: no place for a dataset"),
        ({"out": None}, "None: no place for a dataset"),
    ],
)
def test_what_is_given_wrongly_gets_a_sentence(
    given: dict[str, Any], message: str, tmp_path: Path
) -> None:
    (tmp_path / "a.log").write_text("loss: 1\n")
    options: dict[str, Any] = {"out": tmp_path / "out", "map": map, **given}
    with pytest.raises(mp.MetricparseError, match=message):
        mp.scan_dataset(tmp_path / "a.log", DEFINITIONS, **options)


def test_a_scanner_is_not_made_of_another() -> None:
    with pytest.raises(mp.MetricparseError, match="a LogScanner has its own options"):
        mp.LogScanner(mp.LogScanner(DEFINITIONS, strip_ansi=True))


@pytest.fixture
def without_rights(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Runs code with a log and a folder `closed`, which it may not look into; what it printed."""
    if not hasattr(os, "geteuid"):
        pytest.skip("permissions of POSIX")
    (tmp_path / "logs/closed").mkdir(parents=True)
    (tmp_path / "logs/a.log").write_text("loss: 1\n")
    tmp_path.chmod(0o755)
    (tmp_path / "logs/closed").chmod(0)
    # Who has all rights runs it first, as others may not read the modules that it imports. Paths
    # below the present folder ask for no rights to those above it.
    frame = (
        "import contextlib, io, os, sys, metricparse as mp; from metricparse.cli import main\n"
        "if os.geteuid() == 0:\n"
        "    with contextlib.redirect_stdout(io.StringIO()):\n"
        "        exec(sys.argv[1])\n"
        "    os.seteuid(65534)\n"
        "exec(sys.argv[1])"
    )

    def run_code(code: str) -> str:
        command = [sys.executable, "-c", frame, code]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    yield run_code
    (tmp_path / "logs/closed").chmod(0o700)


def test_a_dataset_that_cannot_be_read_is_named(without_rights: Callable[[str], str]) -> None:
    said = without_rights(
        "main(['scan', '-m', 'loss=loss: (.)', '--dataset', 'logs/closed/out', 'logs/a.log'])"
    )
    assert re.match("metricparse: logs/closed/out/_logs/a.log-.*: cannot be read: Perm", said)


def test_a_folder_that_cannot_be_read_does_not_hide_its_neighbours(
    without_rights: Callable[[str], str],
) -> None:
    said = without_rights(
        "scan = mp.scan('logs', [('loss', 'loss: (.)')], on_error='record')\n"
        "print(len(scan.to_table()), [each.error for each in scan.summary.sources])\n"
        "try: mp.scan('logs', [('loss', 'loss: (.)')])\n"
        "except mp.LogError as error: print(error)"
    )
    assert said == (
        "1 [None, 'cannot be read: Permission denied']\n"
        "logs/closed: cannot be read: Permission denied\n"
    )
