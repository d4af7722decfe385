"""Following for long: 50,000 lines a second, rotated every few seconds, in memory that does not grow."""

import multiprocessing
import tempfile
import threading
import time
from pathlib import Path

import metricparse as mp
from proof.run import Run, main

_LINES_A_SECOND = 50_000
_STEP = 0.05
_ROTATED_EVERY = 5.0
_FILES_KEPT = 5
_CAUGHT_UP = 30.0
# What the first part of a run, and its first seconds, fill: buffers, threads, modules.
_FILLED, _FILLED_SECONDS = 0.2, 60.0
_MOST_GROWTH = 1.15
_DEFINITIONS = [{"Name": "v", "Regex": "v=([0-9]+)"}, {"Name": "loss", "Regex": "loss: ([0-9.]+)"}]


def prove(run: Run) -> None:
    """Follow a log that is written and rotated all the time, and see what the memory does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        path.touch()
        writing = multiprocessing.get_context("spawn").Process(
            target=_write, args=(str(path), run.seconds)
        )
        follow = mp.follow([str(path)], _DEFINITIONS)
        values: list[int] = []
        follower = threading.Thread(target=lambda: values.append(sum(map(len, follow))))
        writing.start()
        follower.start()
        memory = _watched(writing, run)
        due = int((path.parent / "written").read_text())
        until = time.monotonic() + _CAUGHT_UP
        while follow.summary.lines < due and time.monotonic() < until:
            time.sleep(0.1)
        follow.stop()
        follower.join()
    run.counts["lines"] = follow.summary.lines
    run.counts["lines a second"] = round(due / run.seconds)
    run.counts["values"] = values[0]
    run.counts["MB once it was filled"] = memory[0]
    run.counts["MB at most"] = max(memory)
    if follow.summary.lines != due or values[0] != 2 * due:
        run.fail(f"{due} lines were written, {follow.summary.lines} read with {values[0]} values")
    if max(memory) > _MOST_GROWTH * memory[0]:
        run.fail(f"memory grew: {memory}")


def _watched(writing: multiprocessing.process.BaseProcess, run: Run) -> list[int]:
    """The memory of this process in megabytes, from when it was filled to the end."""
    memory = []
    while writing.is_alive():
        time.sleep(min(1.0, run.seconds / 20))
        if run.elapsed > max(_FILLED * run.seconds, _FILLED_SECONDS):
            memory.append(_resident())
    return memory or [_resident()]


def _resident() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) // 1000


def _write(path: str, seconds: float) -> None:
    """Write lines at their pace, and how many there were to a file beside."""
    log = Path(path)
    started, rotated, number = time.monotonic(), time.monotonic(), 0
    file = log.open("a")
    while (elapsed := time.monotonic() - started) < seconds:
        due = int(elapsed * _LINES_A_SECOND)
        file.writelines(f"step v={n} loss: {1 / (n + 1):.6f}\n" for n in range(number, due))
        file.flush()
        number = due
        if time.monotonic() - rotated > _ROTATED_EVERY:
            file.close()
            _rotate(log)
            rotated, file = time.monotonic(), log.open("a")
        time.sleep(_STEP)
    file.close()
    (log.parent / "written").write_text(str(number))


def _rotate(log: Path) -> None:
    for number in range(_FILES_KEPT, 0, -1):
        older = log.with_name(f"log.{number}")
        if older.exists() and number == _FILES_KEPT:
            older.unlink()
        elif older.exists():
            older.rename(log.with_name(f"log.{number + 1}"))
    log.rename(log.with_name("log.1"))


if __name__ == "__main__":
    main("soak", prove)
