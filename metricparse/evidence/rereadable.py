"""Logs that are read several times."""

import io
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any, BinaryIO, Self

from metricparse.logs.input.sources import LogSource, find_sources

_REMEMBERED = 16 << 20


class RereadableLogs:
    """Logs that can be read from their beginning as often as needed.

    Of file objects, which can be read once, a copy is kept until the end of the `with`.
    """

    def __init__(self, logs: LogSource | Iterable[LogSource]) -> None:
        given = [logs] if isinstance(logs, str) or hasattr(logs, "read") else logs
        self._logs: list[Any] = list(given) if isinstance(given, Iterable) else [given]
        find_sources(self._logs)  # raises if there is one that is not there
        self._copies = ExitStack()

    def __enter__(self) -> Self:
        self._logs = [self._copy(log) if hasattr(log, "read") else log for log in self._logs]
        return self

    def __exit__(self, *_: object) -> None:
        self._copies.close()

    def rewound(self) -> list[LogSource]:
        """The logs, each at its beginning."""
        for log in self._logs:
            if hasattr(log, "seek"):
                log.seek(0)
        return self._logs

    def _copy(self, log: BinaryIO) -> BinaryIO:
        copy: Any = self._copies.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
        name = getattr(log, "name", None)
        if isinstance(name, str):
            copy.raw.name = name  # a copy is called what it is a copy of
        shutil.copyfileobj(log, copy)
        return copy  # type: ignore[no-any-return] # it is one


class RecordedStream(io.RawIOBase):
    """A stream that is read once, and whose bytes are kept as long as they are few.

    name: what the stream is called.
    """

    def __init__(self, stream: BinaryIO, name: str) -> None:
        super().__init__()
        self.name = name
        self._stream = stream
        self._kept: io.BytesIO | None = io.BytesIO()

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read bytes as they come, and keep them."""
        view = memoryview(buffer)
        data = self._stream.read1(len(view))  # type: ignore[attr-defined] # standard input has it
        view[: len(data)] = data
        if self._kept and self._kept.tell() + len(data) <= _REMEMBERED:
            self._kept.write(data)
        else:
            self._kept = None
        return len(data)

    def again(self) -> BinaryIO | None:
        """What was read, to be read again; None if that was too much to keep."""
        if self._kept is None:
            return None
        copy: Any = io.BytesIO(self._kept.getvalue())
        copy.name = self.name
        return copy  # type: ignore[no-any-return] # it is one
