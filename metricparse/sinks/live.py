"""Outputs that can be read while they grow: one file, or files of which each is complete."""

import glob
import io
import os
import time
from contextlib import ExitStack
from typing import IO, Protocol

import pyarrow as pa

from metricparse.errors import OutputError
from metricparse.records.streams import ResumableStream
from metricparse.sinks import GROWING, Format
from metricparse.sinks.checkpoint import Checkpoint
from metricparse.sinks.formats import Writer, open_writer
from metricparse.whole_file import whole_file

#: A file of a format that is readable only when it is complete has at most so many rows, and
#: those of so many seconds.
FILE_ROWS = 1 << 20
FILE_SECONDS = 60.0


class Growing(Protocol):
    """An output that grows."""

    def write(self, batches: list[pa.RecordBatch]) -> int | None:
        """Write records; how much of the output there is, None if they cannot be read yet."""
        ...

    def close(self) -> int:
        """End the output; how much of it there is, without what the format has at its end."""
        ...


def write_growing(follow: ResumableStream, path: str, form: Format, checkpoint: str | None) -> None:
    """Write records to a path while they come, until the follow is stopped.

    CSV, JSON lines and Arrow streams grow in one file. Parquet and Arrow files can be read when they
    are complete: of these there are several, `out-00001.parquet` and so on for `out.parquet`.
    checkpoint: a file that says where to go on after a stop of any kind; what was written to the
    output after it is taken back, and written again.
    """
    saved = Checkpoint(checkpoint, path, follow.digest) if checkpoint else None
    follow.leave_out(path)
    if checkpoint:
        follow.leave_out(checkpoint)
    written = None
    if saved and saved.state is not None:
        follow.resume(saved.state)
        written = saved.written
    output = _output(path, form, written)
    state = None
    try:
        if saved and written is None:
            follow.begin()
            saved.save(0, follow.state() or {})
        for batches in follow.flushes():
            done = output.write(batches)
            state = follow.state() if saved else None
            if saved and state is not None and done is not None:
                saved.save(done, state)
    finally:
        done = output.close()
    if saved and state is not None:
        saved.save(done, state)


def _output(path: str, form: Format, written: int | None) -> Growing:
    return (OneFile if form in GROWING else Files)(path, form, written)


class OneFile:
    """A file that is read while it grows, by whole writes: one that fails is taken back.

    written: bytes that stay of what there is; None for a new file.
    """

    def __init__(self, path: str, form: Format, written: int | None) -> None:
        self._file = _cut(path, written or 0, anew=written is None)
        self._failed = False
        self._gathered = io.BytesIO()
        self._writer = open_writer(self._gathered, form, goes_on=bool(written))

    def write(self, batches: list[pa.RecordBatch]) -> int:
        """Write records; how many bytes there are."""
        for batch in batches:
            self._writer.write_batch(batch)
        self._write_gathered()
        return self._file.tell()

    def close(self) -> int:
        """End the file; how many bytes it has, without what the format has at its end."""
        with self._file:
            written = self._file.tell()
            if not self._failed:
                self._writer.close()
                self._write_gathered()
        return written

    def _write_gathered(self) -> None:
        written = self._file.tell()
        try:
            with self._gathered.getbuffer() as data:
                self._append(data)
        except OSError:
            self._failed = True
            os.truncate(self._file.fileno(), written)
            raise
        self._gathered.seek(0)
        self._gathered.truncate()

    def _append(self, data: memoryview) -> None:
        done = 0
        while done < len(data):
            done += self._file.write(data[done:]) or 0


class Files:
    """Files that appear one after the other, each when it is complete.

    written: how many stay of those that there are; None for new ones.
    """

    def __init__(self, path: str, form: Format, written: int | None) -> None:
        self._stem, self._suffix = os.path.splitext(path)
        self._form = form
        self._complete = written or 0
        self._stack = ExitStack()
        self._writer: Writer | None = None
        self._rows = 0
        self._begun = 0.0
        there = sorted(glob.glob(f"{glob.escape(self._stem)}-[0-9]*{glob.escape(self._suffix)}"))
        for each in there:
            if written is None:
                raise OutputError(f"{each}: already exists; move it away, or write elsewhere")
            if each > self._path(written):
                os.unlink(each)

    def write(self, batches: list[pa.RecordBatch]) -> int | None:
        """Write records; how many files there are, None if one is begun."""
        for batch in batches:
            self._write(batch)
        old = time.monotonic() - self._begun >= FILE_SECONDS
        if self._writer and (old or self._rows >= FILE_ROWS):
            return self.close()
        return None if self._writer else self._complete

    def close(self) -> int:
        """Complete the file that is begun; how many there are."""
        if self._writer:
            self._writer.close()
            self._stack.close()
            self._writer = None
            self._complete += 1
        return self._complete

    def _write(self, batch: pa.RecordBatch) -> None:
        if self._writer is None:
            file = self._stack.enter_context(whole_file(self._path(self._complete + 1)))
            self._writer = open_writer(file, self._form)
            self._rows, self._begun = 0, time.monotonic()
        self._writer.write_batch(batch)
        self._rows += batch.num_rows

    def _path(self, number: int) -> str:
        return f"{self._stem}-{number:05}{self._suffix}"


def _cut(path: str, written: int, *, anew: bool) -> IO[bytes]:
    """A new file; or the output of an earlier run, to go on after what belongs to its checkpoint."""
    if not anew and written and not os.path.exists(path):
        raise OutputError(
            f"{path}: is gone, but the checkpoint continues it; delete the checkpoint"
        )
    # Without a buffer, as what could not be written is not to be tried again.
    mode = "wb" if anew or not os.path.exists(path) else "r+b"
    file = open(path, mode, buffering=0)  # noqa: SIM115 - it is given to the caller
    with ExitStack() as failing:
        failing.enter_context(file)
        if file.seek(0, os.SEEK_END) < written:
            raise OutputError(
                f"{path}: is shorter than the checkpoint says; delete the checkpoint to begin anew"
            )
        file.truncate(written)
        file.seek(written)
        failing.pop_all()
    return file
