"""Following: whatever becomes of a file, no record is lost and none comes twice."""

import io
import os
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

import metricparse as mp
from metricparse.logs.input.tail import QUIET
from metricparse.scanning.options import ScanOptions
from tests.support.command_line import METRICPARSE
from tests.support.long_runs import long, plain_and_long

DEFINITIONS = [{"Name": "v", "Regex": r"v=([0-9]+)"}]
PATTERN = mp.CombinedPattern(DEFINITIONS)


class Written(RuleBasedStateMachine):
    """A file that is written, rotated, truncated and deleted, and a reader that stops and goes on.

    Each line holds the next number. read: the numbers and lines of the records. unread: numbers in
    files of the path that the reader has not looked at yet; lost: those of them that it could not
    read any more.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.mkdtemp()
        self.path = os.path.join(self.folder, "train.log")
        self.now = 0.0
        self.number = self.changes = 0
        self.read: list[tuple[int, int]] = []
        self.lost: set[int] = set()
        self.unread: set[int] = set()
        self.present: set[int] = set()
        self.held: set[int] = set()
        self.orphans: set[int] = set()
        self.begun = False
        self.opened = self.reading = self.disturbed = self.gone = False
        self.state: dict[str, Any] = {}
        self.follow: mp.Follow | None = mp.Follow([self.path], PATTERN, ScanOptions())

    def teardown(self) -> None:
        if self.follow is None:
            self.go_on()
        self.look()
        self.look()
        numbers = [number for number, _ in self.read]
        assert numbers == sorted(set(numbers))
        assert set(range(1, self.number + 1)) - set(numbers) <= self.lost | self.last
        assert [line for _, line in self.read] == list(range(1, len(self.read) + 1))
        self.stop()
        shutil.rmtree(self.folder)

    @property
    def last(self) -> set[int]:
        """Lines that have not ended yet, be it in a file that is gone."""
        return self.held | ({self.number} if self.begun else set())

    @property
    def there(self) -> bool:
        return os.path.exists(self.path)

    def changed(self) -> None:
        """Let time pass after a change, as file systems have slow clocks."""
        self.changes += 1
        os.utime(self.path, ns=(0, 10**18 + self.changes * 10**9))

    @rule(ended=st.booleans())
    def write(self, ended: bool) -> None:
        if not self.there:
            self.present, self.opened = set(), False
        self.number += 1
        with open(self.path, "ab") as file:
            file.write(b"\n" * self.begun + b"v=%d" % self.number + b"\n" * ended)
        self.changed()
        self.begun = not ended
        self.unread.add(self.number)
        self.present.add(self.number)

    @precondition(lambda self: self.there)
    @rule()
    def rotate(self) -> None:
        self.changes += 1
        os.rename(self.path, f"{self.path}.{self.changes}")
        if not self.reading:  # it never saw a file of that path
            self.lost |= self.unread
        self.held, self.begun = self.last, False

    @precondition(lambda self: self.there)
    @rule()
    def copy_and_truncate(self) -> None:
        self.changes += 1
        shutil.copy2(self.path, f"{self.path}.{self.changes}")
        os.truncate(self.path, 0)
        self.changed()
        self.lost |= self.present & self.unread
        self.disturbed = True
        self.present = set()
        self.begun = False

    @precondition(lambda self: self.there)
    @rule()
    def delete(self) -> None:
        os.unlink(self.path)
        if self.follow is None or not self.opened:
            self.lost |= self.present & self.unread
        self.disturbed = True
        self.gone |= self.opened
        self.orphans |= self.present & self.unread
        self.held, self.begun = self.last, False

    @precondition(lambda self: self.follow is not None)
    @rule()
    def look(self) -> None:
        assert self.follow
        idle = 0
        while idle < 2:  # the first time that nothing comes may begin a quiet time
            self.now += QUIET
            looked = list(self.follow._poll(self.now))  # noqa: SLF001 - its clock is ours
            idle = 0 if looked else idle + 1
            for records in filter(None, looked):
                columns = records.columns()
                self.read += zip(columns.values.to_pylist(), columns.lines.to_pylist(), strict=True)
        if self.there:
            self.opened = self.reading = True
            self.gone, self.held = False, set()
        self.orphans = set(self.held)
        self.unread &= self.last

    @precondition(lambda self: self.follow is not None)
    @rule()
    def stop(self) -> None:
        assert self.follow
        if self.follow.state() is None:  # the file was truncated, which has to be seen first
            self.look()
        state = self.follow.state()
        assert state is not None
        self.state = state
        self.follow._end()  # noqa: SLF001 - what the end of an iteration does
        self.follow = None
        self.opened = False
        self.disturbed = self.gone
        self.lost |= self.orphans

    @precondition(lambda self: self.follow is None)
    @rule()
    def go_on(self) -> None:
        if self.disturbed:
            self.lost |= self.unread - (self.present if self.there else set())
        self.follow = mp.Follow([self.path], PATTERN, ScanOptions())
        self.follow.resume(self.state)


@pytest.mark.parametrize("sequences", plain_and_long(60, 2000))
def test_whatever_becomes_of_a_file(sequences: int) -> None:
    chosen = settings(max_examples=sequences, stateful_step_count=15)
    run_state_machine_as_test(Written, settings=chosen)


def numbers_in(path: Path) -> list[int]:
    """The values of the records that were written, as far as they can be read."""
    if not path.exists() or not path.stat().st_size:
        return []
    if path.suffix == ".arrows":
        with pa.ipc.open_stream(path) as stream:
            return [int(value) for batch in whole(stream) for value in batch["value"].to_pylist()]
    text = path.read_bytes()
    ended = io.BytesIO(text[: text.rfind(b"\n") + 1])
    found: list[int] = [int(each) for each in pa_csv.read_csv(ended)["value"].to_pylist()]
    return found


def whole(stream: Any) -> Iterator[pa.RecordBatch]:
    """The batches of a stream that may be cut off."""
    try:
        yield from stream
    except (pa.ArrowInvalid, OSError):
        return


@contextmanager
def followed(log: Path, *arguments: str | Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`metricparse scan --follow` as a process."""
    command = [*METRICPARSE, "scan", "--follow", "-m", "v=v=([0-9]+)"]
    process = subprocess.Popen(
        [*command, str(log), *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("kills", plain_and_long(1, 20))
@pytest.mark.parametrize("kind", ["csv", pytest.param("arrows", marks=long)])
def test_killed_at_any_moment_it_goes_on_where_the_output_ends(
    kind: str, kills: int, tmp_path: Path
) -> None:
    log, out, checkpoint = tmp_path / "log", tmp_path / f"out.{kind}", tmp_path / "checkpoint"
    moments = random.Random(9)
    stop = threading.Event()
    numbers = 0

    def write() -> None:
        nonlocal numbers
        with log.open("ab", buffering=0) as file:
            while not stop.is_set():
                for _ in range(moments.randrange(300)):
                    numbers += 1
                    text = b"x" * moments.randrange(200) + b"v=%d\n" % numbers
                    cut = moments.randrange(len(text))
                    file.write(text[:cut])
                    file.write(text[cut:])
                time.sleep(0.001)

    writer = threading.Thread(target=write)
    writer.start()
    for _ in range(kills):
        before = checkpoint.stat().st_mtime_ns if checkpoint.exists() else 0
        with followed(log, "-o", out, "--checkpoint", checkpoint) as process:
            until(lambda: checkpoint.exists() and checkpoint.stat().st_mtime_ns != before)  # noqa: B023
            time.sleep(moments.random() / 4)
            process.send_signal(signal.SIGKILL)
            process.wait()
    stop.set()
    writer.join()
    with followed(log, "-o", out, "--checkpoint", checkpoint) as process:
        until(lambda: numbers_in(out)[-1:] == [numbers])
        process.send_signal(signal.SIGINT)
        report, errors = process.communicate()
        assert process.returncode == 0, errors
    assert b"records from" in report
    assert numbers_in(out) == list(range(1, numbers + 1))


def test_what_is_written_can_be_read_at_once_and_what_is_not_there_yet_is_waited_for(
    tmp_path: Path,
) -> None:
    log, out = tmp_path / "log", tmp_path / "out.csv"
    with followed(log, "-o", out) as process:
        until(out.exists)
        log.write_bytes(b"v=1\nv=")
        until(lambda: numbers_in(out) == [1])
        with log.open("ab") as file:
            file.write(b"2\nv=3")
        until(lambda: numbers_in(out) == [1, 2])
        process.send_signal(signal.SIGTERM)
        report, _ = process.communicate()
        assert process.returncode == 0
    assert b"3 bytes skipped: line that has not ended" in report


@long
def test_a_pattern_may_gain_files_and_rotated_ones_come_once(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    (tmp_path / "a.log").write_bytes(b"v=1\n")
    with followed(tmp_path / "*.log*", "-o", out):
        until(lambda: numbers_in(out) == [1])
        (tmp_path / "a.log").rename(tmp_path / "a.log.1")
        (tmp_path / "a.log").write_bytes(b"v=2\n")
        until(lambda: numbers_in(out) == [1, 2])
        (tmp_path / "b.log").write_bytes(b"v=3\n")
        until(lambda: numbers_in(out) == [1, 2, 3])
        time.sleep(2)
        assert numbers_in(out) == [1, 2, 3]


def test_files_that_were_rotated_while_nobody_looked_come_once(tmp_path: Path) -> None:
    out, checkpoint = tmp_path / "out.csv", tmp_path / "checkpoint"
    log = tmp_path / "a.log"

    def write() -> None:
        follow = mp.follow(f"{log}*", DEFINITIONS)
        threading.Timer(2.5, follow.stop).start()
        mp.write(follow, out, checkpoint=checkpoint)

    (tmp_path / "a.log.1").write_bytes(b"v=1\n")
    log.write_bytes(b"v=2\n")
    write()
    with log.open("ab") as file:
        file.write(b"v=3\n")
    (tmp_path / "a.log.1").rename(tmp_path / "a.log.2")
    log.rename(tmp_path / "a.log.1")
    log.write_bytes(b"v=4\n")
    write()
    assert sorted(numbers_in(out)) == [1, 2, 3, 4]


def test_parquet_comes_in_files_that_are_complete(tmp_path: Path) -> None:
    log, out = tmp_path / "log", tmp_path / "out.parquet"
    checkpoint = tmp_path / "checkpoint"
    for number in (1, 2):
        with log.open("ab") as file:
            file.write(b"v=%d\n" % number)
        follow = mp.follow(log, DEFINITIONS)
        threading.Timer(0.5, follow.stop).start()
        mp.write(follow, out, checkpoint=checkpoint)
    found = [
        pq.read_table(path)["value"].to_pylist() for path in sorted(tmp_path.glob("*.parquet"))
    ]
    assert found == [[1], [2]]
    with pytest.raises(mp.OutputError, match="already exists"):
        mp.write(mp.follow(log, DEFINITIONS), out)


def test_a_checkpoint_of_something_else(tmp_path: Path) -> None:
    out, checkpoint = tmp_path / "out.csv", tmp_path / "checkpoint"

    def write(definitions: list[dict[str, str]]) -> None:
        follow = mp.follow(tmp_path / "log", definitions)
        follow.stop()
        mp.write(follow, out, checkpoint=checkpoint)

    write(DEFINITIONS)
    with pytest.raises(mp.OutputError, match="another definitions; delete it to begin anew"):
        write([{"Name": "w", "Regex": "w=(.)"}])
    checkpoint.write_text("{}")
    with pytest.raises(mp.OutputError, match="not a checkpoint"):
        write(DEFINITIONS)
    with pytest.raises(mp.OutputError, match="for logs that are followed"):
        mp.write(mp.scan(__file__, DEFINITIONS), out, checkpoint=checkpoint)
    with pytest.raises(mp.OutputError, match="is not a regular file"):
        mp.write(mp.follow(out, DEFINITIONS), os.devnull, "csv", checkpoint=checkpoint)


@long
def test_memory_and_open_files_stay_flat(tmp_path: Path) -> None:
    """An hour of a log that is rotated every ten seconds, on a clock of our own."""
    path = tmp_path / "train.log"
    follow = mp.Follow([str(path)], PATTERN, ScanOptions())
    text = b"".join(b"v=%d x%b\n" % (number, b"y" * 50) for number in range(500))
    sizes, files = [], []
    tracemalloc.start()
    for rotation in range(360):
        path.write_bytes(text)
        for second in range(4):
            for _ in follow._poll(rotation * 10.0 + second):  # noqa: SLF001 - its clock is ours
                pass
        path.rename(tmp_path / f"train.log.{rotation % 5 + 1}")
        if rotation in (120, 359):
            sizes.append(tracemalloc.get_traced_memory()[0])
            files.append(len(os.listdir("/dev/fd")))
    tracemalloc.stop()
    follow._end()  # noqa: SLF001
    assert follow.summary.records == 360 * 500
    assert sizes[1] - sizes[0] < 300_000
    assert files[1] == files[0]


def test_files_that_were_rotated_away_are_read_at_once(tmp_path: Path) -> None:
    """The clock stands still: only the file that was rotated away last is waited for."""
    log = tmp_path / "train.log"
    log.write_bytes(b"v=0\n")
    first = mp.Follow([str(log)], PATTERN, ScanOptions())
    assert values_of(first._poll(0.0)) == [0]  # noqa: SLF001 - its clock is ours
    state = first.state()
    assert state is not None
    first._end()  # noqa: SLF001
    for number in range(1, 51):
        for rotated in range(number - 1, 0, -1):
            os.rename(f"{log}.{rotated}", f"{log}.{rotated + 1}")
        log.rename(f"{log}.1")
        log.write_bytes(b"v=%d\n" % number)
    follow = mp.Follow([str(log)], PATTERN, ScanOptions())
    follow.resume(state)
    found = []
    for _ in range(200):
        found += values_of(follow._poll(0.0))  # noqa: SLF001
    assert found == list(range(1, 50))
    for _ in range(3):
        found += values_of(follow._poll(QUIET))  # noqa: SLF001
    assert found == list(range(1, 51))
    state = follow.state()
    assert state is not None
    follow._end()  # noqa: SLF001
    again = mp.Follow([str(log)], PATTERN, ScanOptions())
    again.resume(state)
    assert [values_of(again._poll(now)) for now in (0.0, 2.0, 4.0)] == [[], [], []]  # noqa: SLF001
    again._end()  # noqa: SLF001


def values_of(found: Iterable[Any]) -> list[int]:
    columns = [records.columns() for records in found if records]
    return [int(value) for each in columns for value in each.values.to_pylist()]


class Killed(BaseException):
    """What stands for the end of a process."""


@pytest.mark.parametrize("rotation", ["rename", pytest.param("copy", marks=long), "delete"])
def test_what_was_there_at_the_beginning_is_found_again(
    rotation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, out, checkpoint = tmp_path / "log", tmp_path / "out.csv", tmp_path / "checkpoint"
    log.write_bytes(b"v=1\nv=2\n")
    follow = mp.follow(log, DEFINITIONS)

    def killed(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(follow, "flushes", killed)
    with pytest.raises(Killed):
        mp.write(follow, out, checkpoint=checkpoint)
    if rotation == "rename":
        log.rename(tmp_path / "log.1")
    elif rotation == "copy":
        shutil.copy2(log, tmp_path / "log.1")
        os.truncate(log, 0)
    else:
        log.unlink()
    with log.open("ab") as file:
        file.write(b"v=3\n")
    follow = mp.follow(log, DEFINITIONS)
    threading.Timer(2.5, follow.stop).start()
    mp.write(follow, out, checkpoint=checkpoint)
    assert numbers_in(out) == ([3] if rotation == "delete" else [1, 2, 3])
    (source,) = follow.summary.sources
    assert source.gone is (rotation == "delete")


def test_what_was_not_there_at_the_beginning_is_found_after_it_was_rotated_away(
    tmp_path: Path,
) -> None:
    log, out, checkpoint = tmp_path / "log", tmp_path / "out.csv", tmp_path / "checkpoint"
    for seconds in (0.0, 2.5):
        follow = mp.follow(log, DEFINITIONS)
        threading.Timer(seconds, follow.stop).start()
        mp.write(follow, out, checkpoint=checkpoint)
        (tmp_path / "log.1").write_bytes(b"v=1\n")
        log.write_bytes(b"v=2\n")
    assert numbers_in(out) == [1, 2]
