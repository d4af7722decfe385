"""The log of a training job where the service keeps it, in CloudWatch Logs."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from metricparse.aws import job_named, service_client, service_errors
from metricparse.errors import LogError
from metricparse.values import value

_GROUP = "/aws/sagemaker/TrainingJobs"
#: The members of an event of which there is use.
_MEMBERS = ("logStreamName", "timestamp", "message")


@value
class TrainingLog:
    """The log streams of a training job, one for each of its instances.

    url: `sagemaker://JOB`.
    """

    url: str

    @contextmanager
    def open(self) -> Iterator["io.BufferedReader[Any]"]:
        """Its events, page after page, as the documents that `filter-log-events` gives.

        Raises `LogError` for what the service says, and if there are no events.
        """
        with io.BufferedReader(_Pages(self._documents()), 1 << 20) as file:
            yield file

    def _documents(self) -> Iterator[bytes]:
        prefix, found = f"{job_named(self.url)}/", False
        with service_errors(self.url, LogError):
            pages = service_client("logs").get_paginator("filter_log_events")
            for page in pages.paginate(logGroupName=_GROUP, logStreamNamePrefix=prefix):
                # Servers that answer in place of the service may give the streams of others, too.
                events = [
                    {name: each[name] for name in _MEMBERS}
                    for each in page["events"]
                    if each["logStreamName"].startswith(prefix)
                ]
                found = found or bool(events)
                yield json.dumps({"events": events}).encode() + b"\n"
        if not found:
            raise LogError(
                f"{self.url}: no events in log streams {prefix}... of {_GROUP}; is it the name of a "
                "training job of this account and region?"
            )


class _Pages(io.RawIOBase):
    """Pieces of bytes as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
