"""Event files that TensorBoard reads."""

import glob
import os
import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from metricparse._extension import require
from metricparse.errors import OutputError

_NANOSECONDS = 10**9


class EventFiles:
    """Event files below a folder, each in a folder of its own: a run for each source.

    The step of a value is its line, the wall time that of the record (0 where it has none), and the tag
    the metric's name. Values are float32, as TensorBoard has them.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        writer = require("tensorboardX.event_file_writer", "tensorboardX", "tensorboard")
        self._open_writer = writer.EventsWriter
        self._event = require("tensorboardX.proto.event_pb2", "tensorboardX", "tensorboard").Event
        self._runs: set[str] = set()
        self._writers: dict[str, Any] = {}

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write records of `SCHEMA`.

        Raises `OutputError` if a source's folder has event files of an earlier run.
        """
        times = pc.fill_null(batch["timestamp"].cast(pa.int64()), 0).to_pylist()
        columns = (batch[name].to_pylist() for name in ("source", "line", "metric", "value"))
        for time, source, line, metric, value in zip(times, *columns, strict=True):
            event = self._event(wall_time=time / _NANOSECONDS, step=line)
            event.summary.value.add(tag=metric, simple_value=value)
            writer = self._writers.get(source) or self._begin(source)
            writer.write_event(event)

    def flush(self) -> None:
        """Let what was written be read."""
        for writer in self._writers.values():
            writer.flush()

    def close(self) -> None:
        """End the files."""
        for writer in self._writers.values():
            writer.close()

    def _begin(self, source: str) -> Any:
        folder = os.path.join(self._folder, self._run_of(source))
        os.makedirs(folder, exist_ok=True)
        if there := glob.glob(os.path.join(glob.escape(folder), "*tfevents*")):
            raise OutputError(
                f"{there[0]}: an event file is there already, and TensorBoard would show both as one run; "
                "move it away, or write elsewhere"
            )
        writer = self._open_writer(os.path.join(folder, "events"))
        self._writers[source] = writer
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
