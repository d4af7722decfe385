"""Logs that are read several times."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, BinaryIO, Self

from metricparse.logs.input.kept import KeptLog
from metricparse.logs.input.service_log import ServiceLog, is_service_log
from metricparse.logs.input.sources import LogSource, find_sources, listed_logs


class RereadableLogs:
    """Logs that can be read from their beginning as often as needed.

    Of file objects, which can be read once, and of logs that the service has, a copy is kept until the
    end of the `with`.

    complete: what is read is all of the logs, and not what was kept of one.
    """

    def __init__(self, logs: LogSource | Iterable[LogSource]) -> None:
        self._logs: list[Any] = listed_logs(logs)
        self.complete = all(getattr(log, "complete", True) for log in self._logs)
        find_sources(self._logs)  # raises if there is one that is not there
        self._copies = ExitStack()

    def __enter__(self) -> Self:
        self._logs = [self._copy(log) if _is_read_once(log) else log for log in self._logs]
        return self

    def __exit__(self, *_: object) -> None:
        self._copies.close()

    def rewound(self) -> list[LogSource]:
        """The logs, each at its beginning."""
        for log in self._logs:
            if hasattr(log, "seek"):
                log.seek(0)
        return self._logs

    def _copy(self, log: str | BinaryIO | tuple[str, BinaryIO]) -> BinaryIO:
        import shutil
        import tempfile

        copy: Any = self._copies.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
        with _opened(log) as (name, file):
            if isinstance(name, str):
                copy.raw.name = name  # a copy is called what it is a copy of
            shutil.copyfileobj(file, copy)
        return copy  # type: ignore[no-any-return] # it is one


@contextmanager
def _opened(log: str | BinaryIO | tuple[str, BinaryIO]) -> Iterator[tuple[object, BinaryIO]]:
    """A name, if there is one, and a file."""
    if isinstance(log, str):
        served = ServiceLog(log)
        with served.open() as file:
            yield served.name, file
    else:
        yield log if isinstance(log, tuple) else (getattr(log, "name", None), log)


def _is_read_once(log: Any) -> bool:
    if isinstance(log, str):
        return is_service_log(log)
    return (hasattr(log, "read") or isinstance(log, tuple)) and not isinstance(log, KeptLog)
