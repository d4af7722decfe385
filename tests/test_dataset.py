"""Many logs into a Parquet dataset by processes, which may die."""

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest import mock

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import metricparse as mp
from metricparse.dataset import processes, tasks
from metricparse.logs.input import sources
from metricparse.matching.compiled import CompiledDefinition
from metricparse.records.plain import TimeUnit
from metricparse.scanning import reading
from tests.support.command_line import run, run_process
from tests.support.datasets import (
    DEFINITIONS,
    JOB,
    rows_in,
    rows_of,
    told,
    with_a_death,
    write,
    write_logs,
)
from tests.support.long_runs import mostly_long


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    return write_logs(tmp_path)


@pytest.fixture
def expected(logs: list[str]) -> tuple[list[tuple[Any, ...]], dict[str, Any]]:
    """The rows and the summary of one scan over the logs that can be read."""
    readable = [log for log in logs if "elf" not in log and "missing" not in log]
    scan = mp.scan(readable, DEFINITIONS)
    with pytest.warns(mp.DamagedLogWarning):
        return rows_of(scan.to_table()), told(scan.summary)


def check(dataset: mp.ScannedDataset, logs: list[str], expected: Any) -> None:
    rows, summary = expected
    assert rows_in(dataset.out) == rows
    assert told(dataset.summary) == summary
    assert [account.log for account in dataset.accounts] == logs
    # What a killed run was writing may be there as well, as a hidden file.
    assert len(list(Path(dataset.out).glob("_logs/[!.]*"))) == len(logs)
    assert {account.log: account.error for account in dataset.failed} == {
        "logs/elf/algo-1.log": "not a text log, but an ELF program",
        "logs/missing/algo-1.log": "no such file; give a log file, a directory, a pattern, or -",
    }
    assert [account.log for account in dataset.damaged] == ["logs/cut/algo-1.log.gz"]
    files = [file for account in dataset.accounts if (file := account.file)]
    found = [str(path.relative_to(dataset.out)) for path in Path(dataset.out).rglob("*.parquet")]
    assert sorted(files) == sorted(found)


def in_threads(function: Callable[[Any], Any], given: list[Any]) -> Iterator[Any]:
    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(function, given)


@pytest.mark.parametrize("mapped", [None, map, in_threads])
def test_the_rows_and_the_summary_are_those_of_one_scan(
    logs: list[str], expected: Any, mapped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "processors", lambda: 2)
    monkeypatch.setattr(tasks, "_MOST_LOGS", 4)
    seen: list[mp.LogAccount] = []
    dataset = mp.scan_dataset(logs, DEFINITIONS, "out", job=JOB, map=mapped, on_log=seen.append)
    check(dataset, logs, expected)
    assert sorted(account.log for account in seen) == sorted(logs)
    assert {"job=job-0", "job=same", "_logs"} <= set(os.listdir("out"))
    again = mp.scan_dataset(logs, DEFINITIONS, "out", job=JOB, map=mapped)
    check(again, logs, expected)
    assert [account.log for account in again.read] == ["logs/missing/algo-1.log"]


def opened(run: Callable[[], object]) -> list[str]:
    """The logs that are read meanwhile."""
    found: set[str] = set()
    text_file, chunking = sources.Source.text_file, sources.Source.chunks
    searching = reading.LogReader.search_ahead

    def read(source: sources.Source) -> str | None:
        found.add(source.name)
        return text_file(source)

    def read_chunks(source: sources.Source, *given: Any, **named: Any) -> Iterator[bytes]:
        found.add(source.name)
        return chunking(source, *given, **named)

    def search_ahead(reader: reading.LogReader, logs: Any, *given: Any) -> reading.LogsAhead:
        found.update(log.name for log in logs)
        return searching(reader, logs, *given)

    with (
        mock.patch.object(sources.Source, "text_file", read),
        mock.patch.object(sources.Source, "chunks", read_chunks),
        mock.patch.object(reading.LogReader, "search_ahead", search_ahead),
    ):
        run()
    return sorted(found)


def test_a_second_run_reads_what_is_new_or_has_changed(logs: list[str]) -> None:
    def run(**given: Any) -> list[str]:
        return opened(
            lambda: mp.scan_dataset("logs", DEFINITIONS, "out", job=JOB, map=map, **given)
        )

    assert len(run()) == len(logs) - 1
    assert run() == []
    for number in range(10):
        write(Path(f"logs/new/{number}.log"), b"loss: 1\n")
    assert sorted(run()) == [f"logs/new/{number}.log" for number in range(10)]
    with open("logs/new/3.log", "ab") as file:
        file.write(b"loss: 7\n")
    write(Path("logs/new/4.log"), b"nothing")
    assert sorted(run()) == ["logs/new/3.log", "logs/new/4.log"]
    values = [row[3] for row in rows_in("out") if "new" in row[0]]
    assert sorted(values) == [1] * 9 + [7]
    next(Path("out/job=new").glob("3*.parquet")).unlink()
    assert run() == ["logs/new/3.log"]
    assert len(run(resume=False)) == len(logs) + 9


@pytest.mark.usefixtures("logs")
def test_accounts_of_another_version_are_made_anew() -> None:
    def run(definitions: Any = DEFINITIONS, **given: Any) -> list[str]:
        return opened(lambda: mp.scan_dataset("logs/same", definitions, "out", map=map, **given))

    assert len(run(job=JOB)) == 2
    for path in Path("out/_logs").iterdir():
        account = json.loads(path.read_text())
        del account["version"], account["summary"]["counted"]
        path.write_text(json.dumps(account))
    with pytest.raises(mp.OutputError, match="other definitions"):
        run(DEFINITIONS[:1])
    assert len(run(job=r"algo-\d+")) == 2
    assert [row[3] for row in rows_in("out")] == [1, 2]
    assert run(job=r"algo-\d+") == []


def test_a_log_that_moves_to_another_job_leaves_nothing_behind(logs: list[str]) -> None:
    for job in (JOB, r"algo-\d+", None):
        dataset = mp.scan_dataset("logs/same", DEFINITIONS, "out", job=job, map=map)
        assert [row[3] for row in rows_in("out")] == [1, 2]
    assert [account.job for account in dataset.accounts] == [None, None]
    with pytest.raises(mp.OutputError, match="other definitions or options; write to another"):
        mp.scan_dataset("logs/same", DEFINITIONS[:1], "out", map=map)
    anew = mp.scan_dataset("logs/same", DEFINITIONS[:1], "out", map=map, resume=False)
    assert len(anew.read) == 2
    assert logs


def test_the_same_task_twice_at_once_gives_one_file_a_log(logs: list[str], expected: Any) -> None:
    def twice(function: Any, given: list[Any]) -> Iterator[Any]:
        with ThreadPoolExecutor(4) as pool:
            yield from pool.map(function, [each for task in given for each in (task, task)])

    check(mp.scan_dataset(logs, DEFINITIONS, "out", job=JOB, map=twice), logs, expected)


def test_shards_together_are_the_whole(logs: list[str], expected: Any) -> None:
    shards = [
        mp.scan_dataset(logs, DEFINITIONS, "out", job=JOB, map=map, shard=(number, 3))
        for number in (1, 2, 3)
    ]
    assert all(shard.read for shard in shards)
    whole = mp.scan_dataset(logs, DEFINITIONS, "out", job=JOB, map=map)
    check(whole, logs, expected)
    with pytest.raises(mp.MetricparseError, match="give one from 1/3 to 3/3"):
        mp.scan_dataset(logs, DEFINITIONS, "out", shard=(0, 3))


def test_a_scanner_compiles_once_and_commits_by_itself(logs: list[str], expected: Any) -> None:
    definitions = [*DEFINITIONS, {"Name": "once", "Regex": "once=([0-9]+)"}]
    scanner = pickle.loads(pickle.dumps(mp.LogScanner(definitions)))  # noqa: S301 - our own
    with mock.patch.object(CompiledDefinition, "compile", side_effect=AssertionError):
        received = pickle.loads(pickle.dumps(scanner))  # noqa: S301 - our own
        accounts = received.scan_to(logs, "out", job=JOB)
        assert mp.scan(logs[0], received).to_table().num_rows == 20
    assert rows_in("out") == expected[0]
    assert [account.log for account in accounts] == logs
    (batch,) = received.batches(logs[0], unit="us")
    assert batch.schema.types[:2] == [pa.timestamp("us", tz="UTC"), pa.string()]
    with pytest.raises(mp.LogError, match="no such file"):
        list(received.batches("none.log"))
    with pytest.raises(mp.MetricparseError, match="has its own options"):
        mp.scan(logs[0], received, view="raw")


def test_accounts_come_back_from_json(logs: list[str]) -> None:
    text = "loss: nan\nloss: inf\nloss: x\n\x1b[31macc: 1\n"
    write(Path("odd.log"), text.encode())
    with pytest.warns(mp.DamagedLogWarning):
        assert mp.scan([logs[-1]], DEFINITIONS, strip_ansi=True).summary.damaged
    scanner = mp.LogScanner(DEFINITIONS, strip_ansi=True)
    for account in scanner.scan_to([*logs, "odd.log"], "out"):
        back = mp.LogAccount.from_json(account.to_json())
        assert repr(back) == repr(account).replace("read=True", "read=False")
        assert back.summary is None or repr(told(back.summary)) == repr(told(account.summary))  # type: ignore[arg-type] # as is the other
        json.loads(account.to_json())


def test_what_never_matched_and_what_vanished(logs: list[str]) -> None:
    dataset = mp.scan_dataset(logs[:24], DEFINITIONS, "out", job=JOB, map=map)
    jobs = [f"job-{number}" for number in range(12)]
    assert dataset.never_matched == {"acc": jobs[6:], "never": jobs}
    assert {name: str(week) for name, week in dataset.vanished.items()} == {"acc": "2026-11-16"}
    assert json.loads(json.dumps(dataset.to_dict()))["vanished"] == {"acc": "2026-11-16"}


def test_the_command_reports_on_all_logs(logs: list[str], expected: Any) -> None:
    Path("definitions.json").write_text(json.dumps(DEFINITIONS))
    command = ["scan", "-d", "definitions.json", "--dataset", "out", "--job", JOB]
    assert run_process(*command, "--shard", "1/2", *logs).returncode == 3
    done = run_process(*command, *logs)
    assert rows_in("out") == expected[0]
    assert done.returncode == 3
    for line in (
        "acc: no value in 10 of 16 jobs: job-6, job-7, job-8, job-9, job-10 and 5 more",
        "acc: no value in any log from the week of 2026-11-16 on",
        "! logs/elf/algo-1.log: not a text log, but an ELF program",
        "! logs/missing/algo-1.log: no such file",
        "! logs/cut/algo-1.log.gz: damaged gzip",
        f"of {len(logs)} logs in out, ",
    ):
        assert line in done.stdout
    told = json.loads(run_process(*command, "--json", *logs).stdout)
    assert told["summary"]["records"] == len(expected[0])
    assert {*told["failed"]} == {"logs/elf/algo-1.log", "logs/missing/algo-1.log"}
    assert run_process(*command, "logs/job-1", "--strict").returncode == 1


def test_instances_that_each_see_a_part_of_the_logs(logs: list[str], expected: Any) -> None:
    # As SageMaker Processing lays them out, where keys are sharded.
    for number, log in enumerate(log for log in logs if "missing" not in log):
        folder = Path(f"instance-{number % 2}/opt/ml/processing")
        (folder / log).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(log, folder / log)
    for number in range(2):
        folder = Path(f"instance-{number}/opt/ml/processing")
        definitions = folder / "definitions/definitions.json"
        definitions.parent.mkdir()
        definitions.write_text(json.dumps(DEFINITIONS))
        out = folder / "output"
        done = run("scan", "-d", definitions, "--dataset", out, "--job", JOB, folder / "logs")
        odd = [log for log in logs if "cut" in log or "elf" in log]
        assert done.returncode == (3 if any((folder / log).exists() for log in odd) else 0)
        shutil.copytree(out, "uploaded", dirs_exist_ok=True)
    merged = [(name.partition("processing/")[2], *row) for name, *row in rows_in("uploaded")]
    assert sorted(merged, key=str) == expected[0]
    assert len(os.listdir("uploaded/_logs")) == len(logs) - 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--job", "x"], "--job goes with --dataset OUT"),
        (["--dataset", "out", "-o", "x.csv"], "leave --output out"),
        (["--dataset", "out", "--follow"], "leave --follow out"),
        (["--dataset", "out", "--shard", "3"], "'3': write it as 3/8"),
        (["--dataset", "out", "--shard", "9/8"], "give one from 1/8 to 8/8"),
        (["-", "--dataset", "out"], "give paths or URLs"),
    ],
)
def test_arguments_that_do_not_go_together(
    arguments: list[str], message: str, logs: list[str]
) -> None:
    done = run("scan", "-m", "loss=loss: (.*)", logs[0], *arguments)
    assert (done.returncode, message in done.stderr) == (2, True)
    assert not Path("out").exists()


#: Kills its process, once, when a log is at a given point of its commit.
_DYING = """
import os, signal, sys
from metricparse.dataset import commit
point, count, mark = sys.argv[1], int(sys.argv[2]), "died"

def die():
    global count
    count -= 1
    if count == 0 and not os.path.exists(mark):
        open(mark, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)

def die_at(owner, name, when, after=False):
    function = getattr(owner, name)
    def wrapped(*given):
        if when(*given) and not after:
            die()
        function(*given)
        if when(*given) and after:
            die()
    setattr(owner, name, wrapped)

def account(_, path, __):
    return path.startswith("_logs")

if point == "in the middle of a log":
    die_at(os, "replace", lambda _, path: path.endswith(".parquet"))
elif point == "between records and account":
    die_at(commit.Folder, "write", account)
elif point == "after the account":
    die_at(commit.Folder, "write", account, after=True)
"""
_MAIN = """
if __name__ == "__main__":
    import json
    import metricparse as mp
    logs, definitions = json.load(open("given.json"))
    mp.scan_dataset(logs, definitions, "out", job=r"logs/([^/]+)/", map=map)
"""


@pytest.mark.parametrize(
    "point", ["in the middle of a log", "between records and account", "after the account"]
)
@pytest.mark.parametrize("count", mostly_long(range(1, 21), {1}))
def test_a_run_that_was_killed_goes_on_where_it_was(
    point: str, count: int, logs: list[str], expected: Any
) -> None:
    Path("given.json").write_text(json.dumps([logs, DEFINITIONS]))
    Path("run.py").write_text(_DYING + _MAIN)
    died = subprocess.run([sys.executable, "run.py", point, str(count)], check=False)
    assert died.returncode == -signal.SIGKILL
    committed = {
        mp.LogAccount.from_json(path.read_bytes()).log for path in Path("out").glob("_logs/*")
    }
    assert len(committed) < len(logs)
    found: list[mp.ScannedDataset] = []
    read = opened(lambda: found.append(mp.scan_dataset(logs, DEFINITIONS, "out", job=JOB, map=map)))
    assert not committed & {*read}
    check(found[0], logs, expected)


def test_a_worker_that_is_killed_is_replaced(
    logs: list[str], expected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "processors", lambda: 2)
    monkeypatch.setattr(tasks, "_MOST_LOGS", 8)
    mapped = with_a_death(processes.map_in_processes)
    check(mp.scan_dataset(logs, DEFINITIONS, "out", job=JOB, map=mapped), logs, expected)
    assert Path("died").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL, None])
def test_a_command_leaves_no_process_behind(
    number: "signal.Signals | None", tmp_path: Path
) -> None:
    (tmp_path / "logs").mkdir()
    for each in range(8):
        (tmp_path / f"logs/{each}.log").write_bytes(b"loss: 0.5\n" * 400_000)
    (tmp_path / "definitions.json").write_text('[{"Name": "loss", "Regex": "loss: (.*)"}]')
    command = [sys.executable, "-m", "metricparse", "scan", "-d", "definitions.json"]
    with subprocess.Popen(
        [*command, "--dataset", "out", "logs"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        if number is not None:
            deadline = time.monotonic() + 60
            while not (tmp_path / "out/_logs").exists() and time.monotonic() < deadline:
                time.sleep(0.001)
            if number is signal.SIGINT:  # as a terminal sends it
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)
        # Whoever else has these pipes would have to end, too.
        _, errors = process.communicate(timeout=30)
    said = b"metricparse: interrupted\n" if number is signal.SIGINT else b""
    told = {None: 0, signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -signal.SIGKILL}
    assert process.returncode == told[number]
    if number is not signal.SIGKILL:  # of which whoever is left tells that it left things behind
        assert errors == said


def test_workers_that_all_die_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "processors", lambda: 2)
    with pytest.raises(mp.MetricparseError, match="died one after the other"):
        list(processes.map_in_processes(signal.raise_signal, [signal.SIGKILL] * 3))


def test_a_whole_run_that_is_killed_goes_on(logs: list[str], expected: Any) -> None:
    Path("given.json").write_text(json.dumps([logs, DEFINITIONS]))
    Path("run.py").write_text(_MAIN.replace(", map=map", ""))
    with subprocess.Popen([sys.executable, "run.py"], start_new_session=True) as whole:
        deadline = time.monotonic() + 60
        while not Path("out/_logs").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        os.killpg(whole.pid, signal.SIGKILL)
    check(mp.scan_dataset(logs, DEFINITIONS, "out", job=JOB, map=map), logs, expected)


def test_a_thousand_small_logs_are_compiled_for_once(tmp_path: Path) -> None:
    definitions = [{"Name": f"m{n}", "Regex": rf"small metric{n}=([0-9.]+)"} for n in range(40)]
    for number in range(1000):
        (tmp_path / f"{number}.log").write_bytes(b"small metric3=%d\n" % number * 40)
    with mock.patch.object(
        CompiledDefinition, "compile", side_effect=CompiledDefinition.compile
    ) as compiling:
        scanner = mp.LogScanner(definitions)
        rows = Counter(
            len(batch)
            for number in range(1000)
            for batch in scanner.batches(str(tmp_path / f"{number}.log"))
        )
    assert rows == {40: 1000}
    assert compiling.call_count == 40


def test_records_are_those_of_a_scan_however_the_log_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    line = "loss: 1.5 acc: 2"
    docker = '{"log":"loss: 1\\n","stream":"%s","time":"1969-12-31T23:59:59.99999999%dZ"}\n'
    logs = {
        "plain": f"{line}\nnothing\n{line}\n",
        "times": f"2026-11-01T00:00:00.123456789Z {line}\n1969-12-31T23:59:59.9Z {line}\n{line}\n",
        "one-rank": f"[1,0]<stdout>:{line}\n",
        "ranks": f"[1,0]<stdout>:{line}\n[1,1]<stderr>:{line}\n",
        "docker": "".join(docker % ("stdout", digit) for digit in range(3)),
        "streams": docker % ("stdout", 1) + docker % ("stderr", 0),
        "many-rows": f"{line}\n" * 40_000,
        "long-line": "x" * 20_000 + f" {line}\n",
    }
    for name, text in logs.items():
        Path(f"{name}.log").write_text(text)
    definitions = [*DEFINITIONS, {"Name": "loss", "Regex": "loss: ([0-9])"}]
    for unit in TimeUnit:
        for name in logs:
            scanner = mp.LogScanner(definitions)
            (account,) = scanner.scan_to(f"{name}.log", f"{name}-{unit}", unit=unit)
            expected = pa.Table.from_batches(scanner.batches(f"{name}.log", unit))
            written = pq.read_table(f"{name}-{unit}/{account.file}")
            assert written.cast(expected.schema).equals(expected)
            times = pc.drop_null(mp.scan(f"{name}.log", definitions).to_table()["timestamp"])
            known = pc.min(times).value if len(times) else os.stat(f"{name}.log").st_mtime_ns
            assert (account.rows, account.time) == (len(expected), known)
