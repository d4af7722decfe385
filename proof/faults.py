"""Sinks that fail at each of their calls in turn: the old output or the new one, never half."""

import builtins
import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from unittest import mock

import pyarrow as pa

import metricparse as mp
from metricparse.cli.finish import write_text
from metricparse.logs.input.watch import Watcher
from metricparse.records.batches import SCHEMA
from metricparse.sinks import GROWING, Format
from proof.run import Run, main
from tests.support.cloudwatch_records import Row, at, records

_OLD = b"what was there before"
_MANY_CALLS = 10_000
_TEXT = "a page\n" * 5000


class _Faults:
    """Files and system calls, of which the n-th fails.

    A write that fails has written the first half of what it was given.
    """

    def __init__(self, failing: int) -> None:
        self.calls = 0
        self._failing = failing

    @property
    def failed(self) -> bool:
        """Whether the call that is to fail was reached."""
        return self.calls >= self._failing

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function, unless it is the one that fails."""
        self.calls += 1
        if self.calls == self._failing:
            if getattr(function, "__name__", "") == "write":
                (data,) = arguments
                function(data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return function(*arguments)


class _File:
    """A file whose calls may fail."""

    def __init__(self, file: Any, faults: _Faults) -> None:
        self._file = file
        self._faults = faults

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, data: Any) -> Any:
        """Write, or half of it."""
        return self._faults.call(self._file.write, data)

    def flush(self) -> None:
        """Flush, or fail."""
        self._faults.call(self._file.flush)

    def truncate(self, *size: int) -> Any:
        """Truncate, or fail."""
        return self._faults.call(self._file.truncate, *size)

    def close(self) -> None:
        """Close, whatever happens."""
        self._file.close()


@contextmanager
def _failing_at(number: int) -> Iterator[_Faults]:
    faults = _Faults(number)
    really_open, replace, fsync = builtins.open, os.replace, os.fsync

    def opened(path: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if "r" in mode and "+" not in mode:
            return really_open(path, mode, *rest, **named)
        file = faults.call(lambda: really_open(path, mode, *rest, **named))
        return _File(file, faults)

    with (
        mock.patch("metricparse.whole_file.open", opened, create=True),
        mock.patch("metricparse.sinks.live.open", opened, create=True),
        mock.patch("metricparse.sinks.checkpoint.open", opened, create=True),
        mock.patch("metricparse.sinks.write.open", opened, create=True),
        mock.patch("os.replace", lambda *paths: faults.call(replace, *paths)),
        mock.patch("os.fsync", lambda file: faults.call(fsync, file)),
    ):
        yield faults


# Event files of TensorBoard are a folder of files.
_FORMS = [form for form in Format if form is not Format.TENSORBOARD]


def prove(run: Run) -> None:
    """Let every sink fail at every call, from the first to the last; the seed chooses the records."""
    for _ in run.turns():
        rows: list[Row] = [
            (at(number), "log", number + 1, f"m{number % 3}", run.random.random())
            for number in range(run.random.randrange(1, 300))
        ]
        batches = list(records(rows, batch=100))
        with tempfile.TemporaryDirectory() as folder:
            for form in _FORMS:
                for old in (False, True):
                    _whole(run, Path(folder), form, batches, old=old)
                _followed(run, Path(folder), form, [value for *_, value in rows])
            _text(run, Path(folder))


def _whole(
    run: Run, folder: Path, form: Format, batches: list[pa.RecordBatch], *, old: bool
) -> None:
    """A file that appears whole, in the place of another one or of none."""

    def write(path: Path) -> None:
        mp.write(pa.RecordBatchReader.from_batches(SCHEMA, batches), path, form)

    _old_or_new(run, folder / f"{form}", write, mp.OutputError, old=old)


def _text(run: Run, folder: Path) -> None:
    for old in (False, True):
        _old_or_new(
            run, folder / "page", lambda path: write_text(_TEXT, str(path)), mp.OutputError, old=old
        )


def _old_or_new(
    run: Run, folder: Path, write: Callable[[Path], None], error: type[Exception], *, old: bool
) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / "out"
    write(path)
    new = path.read_bytes()
    for number in range(1, _MANY_CALLS):
        path.unlink()
        if old:
            path.write_bytes(_OLD)
        failed = False
        with _failing_at(number) as faults:
            try:
                write(path)
            except error:
                failed = True
            except Exception as unexpected:  # noqa: BLE001 - it is a failure of the run
                run.fail(f"{path} at call {number}: {unexpected!r}")
        run.counts["faults"] += faults.failed
        found = path.read_bytes() if path.exists() else None
        expected = (_OLD if old else None) if failed else new
        if found != expected or failed != faults.failed or os.listdir(folder) not in ([], ["out"]):
            run.fail(f"{path} at call {number}, old {old}: {os.listdir(folder)}")
        if not faults.failed:
            break
        path.touch()
    shutil.rmtree(folder)


def _followed(run: Run, folder: Path, form: Format, values: list[float]) -> None:
    """A log that is followed with a checkpoint: after a failure the next run completes the output."""
    log = folder / "train.log"
    log.write_text("".join(f"v={value!r}\n" for value in values))
    for number in range(1, _MANY_CALLS):
        of_this = folder / "followed"
        of_this.mkdir()
        with _failing_at(number) as faults:
            try:
                _follow(log, of_this, form)
            except mp.OutputError:
                pass
            except Exception as unexpected:  # noqa: BLE001 - it is a failure of the run
                run.fail(f"following to {form} at call {number}: {unexpected!r}")
        run.counts["faults"] += faults.failed
        _follow(log, of_this, form)
        if _values_in(of_this, form) != values:
            run.fail(f"following to {form} at call {number}: {sorted(os.listdir(of_this))}")
        shutil.rmtree(of_this)
        if not faults.failed:
            break


def _follow(log: Path, folder: Path, form: Format) -> None:
    """Follow a log until there is nothing more to read."""
    follow = mp.follow(log, [{"Name": "v", "Regex": r"v=(\S+)"}])
    with mock.patch.object(Watcher, "wait", side_effect=follow.stop):
        mp.write(follow, folder / "out", form, checkpoint=folder / "checkpoint")


def _values_in(folder: Path, form: Format) -> list[float]:
    paths = [folder / "out"] if form in GROWING else sorted(folder.glob("out-*"))
    return [value for path in paths for value in _read(path, form)]


def _read(path: Path, form: Format) -> list[float]:
    import json

    import pyarrow.csv as pa_csv
    import pyarrow.parquet as pq

    if form is Format.JSONL:
        return [json.loads(line)["value"] for line in path.read_text().splitlines()]
    if form is Format.CSV:
        found: pa.Table = pa_csv.read_csv(path)
    elif form is Format.PARQUET:
        found = pq.read_table(path)
    elif form is Format.ARROW:
        found = pa.ipc.open_file(path).read_all()
    else:
        found = pa.ipc.open_stream(path).read_all()
    values: list[float] = found["value"].to_pylist()
    return values


if __name__ == "__main__":
    main("faults", prove)
