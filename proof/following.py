"""A follower that is killed anywhere while its log is written and rotated, and one that lags."""

import json
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import Any

import metricparse as mp
from metricparse.sinks.checkpoint import Checkpoint
from proof.run import Run, main
from tests.test_follow import DEFINITIONS

_ROTATIONS = 50
_SECONDS_OF_A_RUN = 3.0
_CAUGHT_UP = 20.0
_KILLS_OF_A_LOG = 10


def prove(run: Run) -> None:
    """Kill followers at random points, from the first one on; then see how fast one catches up."""
    folder = Path(tempfile.mkdtemp())
    try:
        _kill(run, folder)
        _catch_up(run, folder / "late")
    finally:
        shutil.rmtree(folder)


class _Log:
    """A log that is written and rotated, each line with the next number."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.number = self.rotations = 0
        self._first_of: dict[int, int] = {}

    @property
    def checkpoint(self) -> Path:
        """That of its followers."""
        return Path(f"{self.path}-checkpoint")

    def first_to_come(self) -> int:
        """The first number that must come of a follower that has just had its first checkpoint."""
        (state,) = json.loads(self.checkpoint.read_bytes())["logs_read"].values()
        return self._first_of[state["identity"][1]] if "identity" in state else self.number + 1

    def write(self, lines: int) -> None:
        with self.path.open("ab") as file:
            self._first_of.setdefault(os.fstat(file.fileno()).st_ino, self.number + 1)
            for _ in range(lines):
                self.number += 1
                file.write(b"v=%d\n" % self.number)

    def rotate(self) -> None:
        """Rename the log and those that were renamed before, as logrotate does."""
        if self.path.exists():
            for number in range(self.rotations, 0, -1):
                os.rename(f"{self.path}.{number}", f"{self.path}.{number + 1}")
            self.path.rename(f"{self.path}.1")
            self.rotations += 1


def _kill(run: Run, folder: Path) -> None:
    first = _events_to_the_first_checkpoint(folder / "first")
    for turn in run.turns():
        log = _Log(folder / f"{turn}" / "log")
        log.path.parent.mkdir()
        if run.random.random() < 0.7:
            log.write(run.random.randrange(1, 200))
        due = None
        for _ in range(_KILLS_OF_A_LOG):
            # Anywhere; and as often where the first checkpoint and the first records are written.
            point = run.random.choice([2.0 * run.random.random(), run.random.uniform(0.95, 1.2)])
            _killed_at(run, int(first * point) + 1, log)
            if due is None and log.checkpoint.exists():
                due = log.first_to_come()
            run.counts["kills before there was a checkpoint"] += due is None
            _leave_alone(run, log)
            run.counts["kills"] += 1
        _settle(run, log, due or log.number + 1)
        shutil.rmtree(log.path.parent)


def _killed_at(run: Run, point: int, log: _Log) -> None:
    """Run a follower that is killed at a point, while the log is written."""
    child = os.fork()
    if not child:
        _die_at(point)
        _follow(log.path)
    deadline = time.monotonic() + _SECONDS_OF_A_RUN
    while not os.waitpid(child, os.WNOHANG)[0]:
        log.write(run.random.randrange(20))
        if run.random.random() < 0.03:
            log.rotate()
            run.counts["rotations"] += 1
        time.sleep(0.005)
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            break


def _leave_alone(run: Run, log: _Log) -> None:
    """What happens while nobody looks."""
    for _ in range(run.random.randrange(3)):
        log.write(run.random.randrange(20))
        log.rotate()
        run.counts["rotations"] += 1


def _die_at(point: int) -> None:
    left = point

    def count(_frame: FrameType, _event: str, _argument: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)


def _events_to_the_first_checkpoint(folder: Path) -> int:
    """Calls and returns of functions from the start of a follower on."""
    folder.mkdir()
    log = _Log(folder / "log")
    log.write(100)
    reading, writing = os.pipe()
    if not (child := os.fork()):
        events = 0

        def count(_frame: FrameType, _event: str, _argument: Any) -> None:
            nonlocal events
            events += 1

        def save(*_: object) -> None:
            os.write(writing, str(events).encode())
            os._exit(0)

        Checkpoint.save = save  # type: ignore[assignment, method-assign] # in a process that ends with it
        sys.setprofile(count)
        _follow(log.path)
    os.waitpid(child, 0)
    return int(os.read(reading, 20))


def _follow(path: Path) -> None:
    """Follow a log until the end of the process."""
    try:
        follow = mp.follow(path, DEFINITIONS)
        mp.write(follow, f"{path}-out.csv", checkpoint=f"{path}-checkpoint")
    finally:
        os._exit(1)


def _settle(run: Run, log: _Log, due: int) -> None:
    """Let a follower read the rest, and hold what was written against what was due from a number on.

    What was rotated away before the first checkpoint, there was nobody to know of.
    """
    log.write(1)
    out = Path(f"{log.path}-out.csv")
    _follow_until(log, out)
    found = numbers_of(out)
    lost = set(range(due, log.number + 1)) - set(found)
    doubled = len(found) - len(set(found))
    run.counts["records"] += len(found)
    run.counts["records lost"] += len(lost)
    run.counts["records doubled"] += doubled
    if lost or doubled:
        run.fail(f"lost {sorted(lost)[:5]} of {due} to {log.number}, {doubled} twice")


def _catch_up(run: Run, folder: Path) -> None:
    """A follower that was down for many rotations."""
    folder.mkdir()
    log, out = _Log(folder / "log"), folder / "log-out.csv"
    log.write(1000)
    _follow_until(log, out)
    for _ in range(_ROTATIONS):
        log.rotate()
        log.write(1000)
    started = time.monotonic()
    _follow_until(log, out)
    run.counts[f"ms to catch up with {_ROTATIONS} rotations"] = round(
        (time.monotonic() - started) * 1000
    )
    if numbers_of(out) != list(range(1, log.number + 1)):
        run.fail("not all of the rotated files came once")


def _follow_until(log: _Log, out: Path) -> None:
    child = os.fork()
    if not child:
        _follow(log.path)
    deadline = time.monotonic() + _CAUGHT_UP
    while numbers_of(out)[-1:] != [log.number] and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def numbers_of(out: Path) -> list[int]:
    """The numbers in the whole lines of a file."""
    if not out.exists():
        return []
    lines = out.read_bytes().split(b"\n")[1:-1]
    return [int(float(line.rpartition(b",")[2])) for line in lines]


if __name__ == "__main__":
    main("following", prove)
