"""Log streams of CloudWatch Logs that are still being written, read as they grow."""

from collections.abc import Iterator
from typing import Any

from metricparse.aws import service_client, service_errors
from metricparse.errors import LogError
from metricparse.logs.input.service_log import (
    LogStreams,
    ServiceLog,
    document_of,
    has_settled,
)
from metricparse.logs.input.tail import Piece

#: Seconds between two looks for new events, and between two for streams and for the end of a job.
LOOK_INTERVAL = 5.0
SEARCH_INTERVAL = 30.0
#: Seconds after the end of a job in which its last events come.
LAST_EVENTS = 30.0


class FollowedStreams:
    """What is written to the log streams of a URL; they need not be there yet.

    name: the URL without options. ended: the job that it names has ended, and all of its log is read.
    """

    truncations = 0
    compressed = False

    def __init__(self, url: str) -> None:
        self.ended = False
        self._log = ServiceLog(url)
        self.name = self._log.name
        self._client: Any = None
        self._tokens: dict[tuple[str, str], str | None] = {}
        self._looked = self._searched = float("-inf")
        self._job_ended: float | None = None
        self._settled = False

    def poll(self, now: float) -> Iterator[Piece]:
        """What there is to read, a page of each stream; seldom more than every few seconds.

        now: seconds on a clock that only goes forward. Raises `LogError` for what the service says.
        """
        if self.ended or now - self._looked < LOOK_INTERVAL:
            return
        with service_errors(self.name, LogError):
            if now - self._searched >= SEARCH_INTERVAL:
                self._search(now)
            more = False
            for (group, name), token in list(self._tokens.items()):
                page = self._page(group, name, token)
                if page["events"]:
                    named = [{"logStreamName": name, **each} for each in page["events"]]
                    yield Piece(document_of(named), live=False)
                # A page may be empty and not the last.
                more = more or page["nextForwardToken"] != token
                self._tokens[group, name] = page["nextForwardToken"]
        if not more:
            self._looked = now
            self.ended = self._settled or (
                self._job_ended is not None and now - self._job_ended >= LAST_EVENTS
            )

    def _search(self, now: float) -> None:
        """Look for streams, and whether the job has ended."""
        self._searched = now
        self._client = self._client or service_client("logs")
        job, found = self._log.find()
        for streams in found:
            for name in self._names(streams):
                self._tokens.setdefault((streams.group, name), None)
        if job and job.ended and self._job_ended is None:
            self._job_ended = now
            self._settled = has_settled(job)

    def _names(self, streams: LogStreams) -> Iterator[str]:
        given = {"logStreamNamePrefix": streams.prefix} if streams.prefix else {}
        pages = self._client.get_paginator("describe_log_streams")
        try:
            for page in pages.paginate(logGroupName=streams.group, **given):
                yield from (each["logStreamName"] for each in page["logStreams"])
        except self._client.exceptions.ResourceNotFoundException:
            return  # no job of the kind has run yet, so that there is no group

    def _page(self, group: str, name: str, token: str | None) -> dict[str, Any]:
        given = {} if token is None else {"nextToken": token}
        page: dict[str, Any] = self._client.get_log_events(
            logGroupName=group,
            logStreamName=name,
            startFromHead=True,
            **self._log.window,
            **given,
        )
        return page
