"""Logs where the service keeps them: log streams of CloudWatch Logs, those of a job or any others."""

import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from metricparse.aws import (
    JOB,
    Job,
    JobKind,
    find_job,
    is_denied,
    job_named,
    service_client,
    service_errors,
)
from metricparse.errors import LogError, MetricparseError
from metricparse.values import value

#: What log streams are named by in place of a path.
STREAMS = "cloudwatch://"
_TRAINING, _PROCESSING = "/aws/sagemaker/TrainingJobs", "/aws/sagemaker/ProcessingJobs"
#: The members of an event of which there is use.
_MEMBERS = ("logStreamName", "timestamp", "message")
_SPAN = re.compile(r"(\d+)(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_OPTIONS = {"since", "until", "cache"}
#: How long after the end of a job its last events may come.
LATE = timedelta(minutes=10)


def is_service_log(log: str) -> bool:
    """Whether a log is named by a job or by log streams."""
    return log.startswith((JOB, STREAMS))


@value
class LogStreams:
    """Log streams of one group, by the beginning of their names."""

    group: str
    prefix: str


class ServiceLog:
    """The log streams of a job, one for each of its instances, or streams by their names.

    url: `sagemaker://JOB`, for a training, processing or tuning job, the latter of which has the log
    of all its training jobs; or `cloudwatch://GROUP/STREAM-PREFIX`. Options may follow: `?since=` and
    `until=`, times in ISO 8601 (UTC where they name no zone) or spans such as `90m` ago, parted by
    `&`; and `cache=no`, to neither keep a job's log that has ended, nor read one that was kept.
    name: the URL without options. window: parameters of requests, by the times that are given.
    Raises `LogError` for options that there are not.
    """

    def __init__(self, url: str) -> None:
        self.name, _, query = url.partition("?")
        options = {
            name: unquote(given)
            for name, _, given in (each.partition("=") for each in query.split("&") if each)
        }
        if unknown := options.keys() - _OPTIONS:
            raise LogError(f"{url}: no such option: {min(unknown)}; there are since, until, cache")
        self._cached = options.get("cache", "yes") != "no"
        now = datetime.now(UTC)
        self.window = {
            field: _milliseconds(options[name], now, f"{self.name}: {name}")
            for name, field in (("since", "startTime"), ("until", "endTime"))
            if name in options
        }

    @contextmanager
    def open(self) -> Iterator["io.BufferedReader[Any]"]:
        """Its events, page after page, as the documents that `filter-log-events` gives.

        Raises `LogError` for what the service says, and if there are no events.
        """
        job, streams = self.find()
        pages = self._read(streams)
        if job and self._cached and not self.window and has_settled(job):
            from metricparse.logs.input.log_cache import LogCache

            cache = LogCache()
            if kept := cache.kept(job.identity):
                with open(kept, "rb") as file:
                    yield file
                return
            pages = cache.keeping(job.identity, pages)
        with io.BufferedReader(_Pages(pages), 1 << 20) as file:
            yield file

    def find(self) -> tuple[Job | None, list[LogStreams]]:
        """The job, if one is named, and the streams that there are of it by now.

        Raises `LogError` for what the service says.
        """
        with service_errors(self.name, LogError):
            if not self.name.startswith(JOB):
                return None, [self._named_streams()]
            try:
                job = find_job(job_named(self.name), unknown=True)
            except MetricparseError as error:
                raise LogError(f"{self.name}: {error}") from None
            return job, _streams_of(job)

    def _read(self, streams: list[LogStreams]) -> Iterator[bytes]:
        found = False
        with service_errors(self.name, LogError):
            for each in streams:
                for events in self._pages(each):
                    found = found or bool(events)
                    yield document_of(events)
        if not found:
            named = ", ".join(f"{each.prefix}... of {each.group}" for each in streams)
            times = "times, the " if self.window else ""
            raise LogError(
                f"{self.name}: no events in log streams {named or '(there are none)'}"
                f"{_window_text(self.window)}; are the {times}name, the account and the region right?"
            )

    def _pages(self, streams: LogStreams) -> Iterator[list[dict[str, Any]]]:
        client = service_client("logs")
        pages = client.get_paginator("filter_log_events")
        given = {"logStreamNamePrefix": streams.prefix} if streams.prefix else {}
        try:
            for page in pages.paginate(logGroupName=streams.group, **given, **self.window):
                # Servers that answer in place of the service may give the streams of others, too.
                yield [
                    each
                    for each in page["events"]
                    if each["logStreamName"].startswith(streams.prefix)
                ]
        except client.exceptions.ResourceNotFoundException:
            return  # no job of the kind has run yet, so that there is no group

    def _named_streams(self) -> LogStreams:
        """The group, which is the longest beginning of the path that is one, and the prefix.

        Raises the first refusal if there is none among those that may be asked for.
        """
        client = service_client("logs")
        known = client.exceptions
        parts = self.name.removeprefix(STREAMS).split("/")
        denied = None
        for end in range(len(parts), 0, -1):
            group, prefix = "/".join(parts[:end]), "/".join(parts[end:])
            if not group.strip("/"):
                break
            try:
                client.describe_log_streams(logGroupName=group, limit=1)
            except (known.ResourceNotFoundException, known.InvalidParameterException):
                continue
            except known.ClientError as error:
                if not is_denied(error):
                    raise
                denied = denied or error
                continue
            return LogStreams(group, prefix)
        if denied:
            raise denied
        raise LogError(
            f"{self.name}: no such log group in this account and region "
            f"({client.meta.region_name}); the form is {STREAMS}GROUP/STREAM-PREFIX, such as "
            f"{STREAMS}{_TRAINING}/my-job"
        )


def has_settled(job: Job) -> bool:
    """Whether a job ended so long ago that no more events come."""
    return job.ended is not None and datetime.now(UTC) - job.ended > LATE


def document_of(events: list[dict[str, Any]]) -> bytes:
    """Events as a line of JSON, as `filter-log-events` gives them."""
    kept = [{name: each[name] for name in _MEMBERS} for each in events]
    return json.dumps({"events": kept}).encode() + b"\n"


def _streams_of(job: Job) -> list[LogStreams]:
    if job.kind is JobKind.PROCESSING:
        return [LogStreams(_PROCESSING, f"{job.name}/")]
    return [LogStreams(_TRAINING, f"{name}/") for name in job.training_jobs()]


def _window_text(window: dict[str, int]) -> str:
    """Such as ` since 2026-11-22T10:00:00Z`; empty without a window."""
    return "".join(
        f" {word} {datetime.fromtimestamp(window[field] / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
        for word, field in (("since", "startTime"), ("until", "endTime"))
        if field in window
    )


def _milliseconds(text: str, now: datetime, where: str) -> int:
    """A time, or a span before now, in milliseconds since 1970."""
    try:
        milliseconds = int(_moment(text, now).astimezone(UTC).timestamp() * 1000)
    except (OverflowError, ValueError):
        milliseconds = -1
    if milliseconds < 0:
        raise LogError(
            f"{where}: a time such as 2026-11-22T10:00:00Z, or a span such as 90m, 2h or 3d before "
            f"now, from 1970 on, not {text!r}"
        )
    return milliseconds


def _moment(text: str, now: datetime) -> datetime:
    """Raises `ValueError` or `OverflowError` for what is neither a time nor a span."""
    if span := _SPAN.fullmatch(text):
        return now - timedelta(**{_UNITS[span[2]]: int(span[1])})
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


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
