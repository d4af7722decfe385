"""Event files that TensorBoard reads."""

import glob
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from metricparse._extension import require
from metricparse.errors import OutputError

_NANOSECONDS = 10**9


@contextmanager
def event_files(folder: str, *, live: bool) -> "Iterator[EventFiles]":
    """Event files to write, which appear at the end, and not if anything fails.

    live: they can be read as they grow, and stay if anything fails.
    """
    files = EventFiles(folder, live=live)
    try:
        yield files
        files.close()
    except BaseException:
        files.discard()
        raise


class EventFiles:
    """Event files below a folder, each in a folder of its own: a run for each source.

    The step of a value is its line, the wall time that of the record (0 where it has none), and the tag
    the metric's name. Values are float32, as TensorBoard has them.
    """

    def __init__(self, folder: str, *, live: bool) -> None:
        self._folder = folder
        self._live = live
        writer = require("tensorboardX.record_writer", "tensorboardX", "tensorboard")
        self._open_writer = writer.RecordWriter
        self._event = require("tensorboardX.proto.event_pb2", "tensorboardX", "tensorboard").Event
        self._runs: set[str] = set()
        self._writers: dict[str, Any] = {}
        # Where files are to be, by where they are written until then.
        self._places: dict[str, str] = {}

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write records of `SCHEMA`.

        Raises `OutputError` if a source's folder has event files of an earlier run.
        """
        times = pc.fill_null(batch["timestamp"].cast(pa.int64()), 0).to_pylist()
        columns = (batch[name].to_pylist() for name in ("source", "line", "metric", "value"))
        for moment, source, line, metric, value in zip(times, *columns, strict=True):
            event = self._event(wall_time=moment / _NANOSECONDS, step=line)
            event.summary.value.add(tag=metric, simple_value=value)
            writer = self._writers.get(source) or self._begin(source)
            writer.write(event.SerializeToString())

    def flush(self) -> None:
        """Let what was written be read."""
        for writer in self._writers.values():
            writer.flush()

    def close(self) -> None:
        """End the files, and let them appear."""
        for writer in self._writers.values():
            writer.flush()
            writer.close()
        for written, place in self._places.items():
            os.makedirs(os.path.dirname(place), exist_ok=True)
            os.replace(written, place)

    def discard(self) -> None:
        """End the files, and remove those that have not appeared."""
        for writer in self._writers.values():
            with suppress(OSError):  # what is discarded need not reach the disk
                writer.close()
        for written, place in self._places.items():
            if written != place and os.path.exists(written):
                os.unlink(written)

    def _begin(self, source: str) -> Any:
        folder = os.path.join(self._folder, self._run_of(source))
        if there := glob.glob(os.path.join(glob.escape(folder), "*tfevents*")):
            raise OutputError(
                f"{there[0]}: an event file is there already, and TensorBoard would show both as one run; "
                "move it away, or write elsewhere"
            )
        name = f"events.out.tfevents.{time.time():.0f}.{socket.gethostname()}"
        place = written = os.path.join(folder, name)
        if not self._live:
            written = os.path.join(self._folder, f".{os.urandom(8).hex()}.partial")
        os.makedirs(os.path.dirname(written), exist_ok=True)
        writer = self._open_writer(written)
        self._writers[source], self._places[written] = writer, place
        version = self._event(wall_time=time.time(), file_version="brain.Event:2")
        writer.write(version.SerializeToString())
        return writer

    def _run_of(self, source: str) -> str:
        """A relative path like the source's name, which no other source has."""
        parts = re.sub(r"[^\w./-]+", "_", source).split("/")
        name = "/".join(part for part in parts if part.strip(".")) or "run"
        run, number = name, 1
        while run in self._runs:
            number += 1
            run = f"{name}-{number}"
        self._runs.add(run)
        return run
