"""Following: logs that are still being written, as a stream of records that goes on."""

import glob
import os
import time as clock
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from metricparse.definitions.load import DefinitionSource
from metricparse.errors import LogError
from metricparse.logs.envelopes import Envelope
from metricparse.logs.input.remote import is_url
from metricparse.logs.input.service_log import is_service_log
from metricparse.logs.input.service_tail import FollowedStreams
from metricparse.logs.input.sources import LogSource, files_below, shown
from metricparse.logs.input.tail import Files, FollowedFile, Identity, Place, Read
from metricparse.logs.input.watch import Stop, Watcher
from metricparse.logs.line_times import TimeFormat, TimeSource
from metricparse.logs.views import View
from metricparse.matching.backend import Matcher
from metricparse.matching.combined_pattern import CombinedPattern
from metricparse.records.found import FoundRecords
from metricparse.scanning.flush import FlushBuffer
from metricparse.scanning.log import Log
from metricparse.scanning.options import ScanOptions
from metricparse.scanning.pipeline import Pipeline
from metricparse.scanning.summary import Summary
from metricparse.values import state

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import pyarrow as pa

# Seconds between two looks at what patterns and directories stand for.
_SEARCH_INTERVAL = 1.0


def follow(
    logs: LogSource | Iterable[LogSource],
    definitions: DefinitionSource,
    *,
    view: View | str = View.SAGEMAKER,
    strip_ansi: bool = False,
    matcher: Matcher | str | None = None,
    envelope: Envelope | str | None = None,
    time: TimeSource | TimeFormat | str = TimeSource.AUTO,
    time_zone: "ZoneInfo | str" = "UTC",
) -> "Follow":
    """What the service would publish for `logs` under `definitions`, while they are written.

    logs: paths of files, which need not be there yet, directories or glob patterns, which may gain
    files; jobs and log streams of CloudWatch Logs (`sagemaker://JOB`,
    `cloudwatch://GROUP/STREAM-PREFIX`). The other parameters are those of `scan`. It ends by itself
    if all logs are of jobs and these have ended.

    Nothing is read yet: iterate, or hand it to `write`. Raises `LogError` for what is no path,
    `DefinitionError` for definitions that cannot be used.

    >>> follow = mp.follow("train.log", "definitions.json")
    >>> for batch in follow:
    ...     print(batch["value"].to_pylist())
    ...     follow.stop()
    [0.9, 0.5]
    """
    pattern = CombinedPattern(definitions, matcher)
    options = ScanOptions.of(view, strip_ansi, envelope, time, time_zone)
    return Follow(_paths(logs), pattern, options)


@state
class _Followed:
    file: FollowedFile
    log: Log


@state
class _FollowedStreams:
    file: FollowedStreams
    log: Log


class Follow:
    """An iterable of `pyarrow.RecordBatch` of `SCHEMA` that goes on until `stop` is called.

    Logs are read from their beginning, through growth, rotation by rename or by copying and
    truncating, deletion and re-creation. Lines are counted on from one file of a path to the next.
    Records come in the order in which they are read. It can be iterated over once.
    """

    live = True

    def __init__(self, paths: list[str], pattern: CombinedPattern, options: ScanOptions) -> None:
        self.summary = Summary.empty(pattern)
        self._paths = [path for path in paths if not is_service_log(path)]
        self._pattern = pattern
        self._pipeline = Pipeline(pattern, options, self.summary)
        self._files = Files()
        self._followed: dict[str, _Followed] = {}
        urls = (path for path in paths if is_service_log(path))
        self._streams = [self._follow_streams(FollowedStreams(url)) for url in urls]
        self._left_out: set[str] = set()
        self._stop = Stop()
        self._searched = float("-inf")

    def __iter__(self) -> "Iterator[pa.RecordBatch]":
        for batches in self.flushes():
            yield from batches

    def stop(self) -> None:
        """End the iteration soon; may be called from anywhere, signal handlers among it."""
        self._stop.set()

    def reads(self, path: str) -> bool:
        """Whether a path is one of the logs that are named."""
        return os.path.realpath(path) in map(os.path.realpath, self._paths)

    def leave_out(self, path: str) -> None:
        """Do not follow a file, as it is written ourselves."""
        self._left_out.add(os.path.realpath(path))

    def begin(self) -> None:
        """Open the logs that there are, so that `state` tells where all of it begins."""
        now = clock.time_ns()
        for path in self._search(clock.monotonic()):
            self._follow(path).file.begin(now)

    def flushes(self) -> "Iterator[list[pa.RecordBatch]]":
        """The records, as they come; after each list, `state` tells where that ended.

        A list may be empty, if there were no records in what was read.
        """
        watcher = Watcher(self._directories(), self._stop)
        buffer = FlushBuffer(self._pipeline.batch_builder())
        started = clock.monotonic()
        try:
            while not self._stop.is_set() and not self._all_ended():
                now = clock.monotonic()
                busy = False
                for records in self._poll(now):
                    busy = True
                    buffer.add(records)
                self.summary.seconds = now - started
                if buffer.is_due(now):
                    yield buffer.flush(now)
                if not busy:
                    watcher.wait()
            yield buffer.flush(clock.monotonic())
        finally:
            self._end()

    @property
    def resumable(self) -> bool:
        """Whether all logs are files, in which it can go on after a stop."""
        return not self._streams

    @property
    def digest(self) -> dict[str, Any]:
        """What the records depend on besides the logs: others must not be mixed with them."""
        return {
            "definitions": [[each.name, each.pattern] for each in self._pattern.definitions],
            "logs": self._paths,
        }

    def state(self) -> dict[str, Any] | None:
        """Where the records that were given out end, for `resume`; None where it cannot go on."""
        logs: dict[str, dict[str, Any]] = {}
        for path, each in self._followed.items():
            intake = each.log.intake
            if not intake.settled:
                return None
            lines = list(each.log.lines.items())
            written = each.file.written
            read = [] if written is None else self._files.since(written)
            logs[path] = {
                "lines": lines,
                "written": written,
                "read": [_file_as_json(*it) for it in read],
            }
            identity = each.file.identity
            if identity:
                place = each.file.place(each.file.offset - intake.unended)
                if place is None:
                    return None
                envelope = intake.envelope if place.offset else None
                logs[path] |= {**_file_as_json(identity, place, written), "envelope": envelope}
        return logs

    def resume(self, state: dict[str, Any]) -> None:
        """Go on where a `state` was taken."""
        places: dict[str, tuple[Identity, Place]] = {}
        for path, each in state.items():
            for other in each["read"]:
                self._files.end(*_file_of_json(other))
            if "identity" in each:
                read = _file_of_json(each)
                places[path] = read.identity, read.place
                # It may have another name by now, under which it is not to be read again.
                self._files.end(*read)
        for path, each in state.items():
            followed = self._follow(path)
            followed.file.resume(each["written"], *places.get(path, ()))
            followed.log.summary.gone = followed.file.gone
            envelope = each.get("envelope") if followed.file.identity else None
            followed.log.resume(envelope and Envelope(envelope), dict(each["lines"]))

    def _poll(self, now: float) -> Iterator[FoundRecords | None]:
        """What was read of each file next; None where that has no records."""
        if now - self._searched >= _SEARCH_INTERVAL:
            for path in self._search(now):
                self._follow(path)
        for each in self._all():
            try:
                pieces = list(each.file.poll(now))
            except OSError as error:
                reason = error.strerror or str(error)
                raise LogError(f"{each.log.summary.name}: cannot be read: {reason}") from error
            for data, live in pieces:
                yield None
                if data is None:
                    yield from each.log.records_of(each.log.finish())
                    each.log.begin_file()
                else:
                    arrival = clock.time_ns() if live else None
                    yield from each.log.records_of(each.log.feed(data, arrival))
            each.log.summary.truncations = each.file.truncations
            if each.file.compressed:
                each.log.summary.damage = "compressed; only plain files can be followed"

    def _directories(self) -> list[str]:
        found = [*self._paths, *self._search(0.0)]
        return sorted({os.path.dirname(path) or "." for path in found})

    def _search(self, now: float) -> Iterator[str]:
        """The files that there are to follow now, and those that are named."""
        self._searched = now
        for path in self._paths:
            if os.path.isdir(path):
                found = list(files_below(path))
            elif glob.has_magic(path) and not os.path.lexists(path):
                found = sorted(filter(os.path.isfile, glob.iglob(path, recursive=True)))
            else:
                found = [path]
            for each in found:
                name = os.path.realpath(each)
                if name not in self._left_out:
                    yield each

    def _follow(self, path: str) -> _Followed:
        followed = self._followed.get(path)
        if followed is None:
            log = self._pipeline.log(shown(path), live=True)
            followed = self._followed[path] = _Followed(FollowedFile(path, self._files), log)
        return followed

    def _follow_streams(self, streams: FollowedStreams) -> _FollowedStreams:
        return _FollowedStreams(streams, self._pipeline.log(streams.name, live=True))

    def _all(self) -> list[_Followed | _FollowedStreams]:
        return [*self._followed.values(), *self._streams]

    def _all_ended(self) -> bool:
        """Whether all logs are of jobs that have ended."""
        return (
            bool(self._streams) and not self._paths and all(it.file.ended for it in self._streams)
        )

    def _end(self) -> None:
        for each in self._followed.values():
            each.file.close()
        for followed in self._all():
            followed.log.leave()
        self.summary.complete = True


def _file_as_json(identity: Identity, place: Place, written: int | None) -> dict[str, Any]:
    return {
        "identity": identity,
        "offset": place.offset,
        "tail": place.tail.hex(),
        "head": place.head.hex(),
        "written": written,
    }


def _file_of_json(data: dict[str, Any]) -> Read:
    device, inode = data["identity"]
    tail, head = bytes.fromhex(data["tail"]), bytes.fromhex(data["head"])
    return Read((device, inode), Place(data["offset"], tail, head), data["written"])


def _paths(logs: LogSource | Iterable[LogSource]) -> list[str]:
    given = [logs] if isinstance(logs, str | os.PathLike) or hasattr(logs, "read") else list(logs)
    for log in given:
        name = os.fspath(log) if isinstance(log, str | os.PathLike) else ""
        if not name or (is_url(name) and not is_service_log(name)):
            raise LogError(
                "only files can be followed, and sagemaker://JOB and cloudwatch://GROUP/STREAM-PREFIX; "
                "to scan what a command prints, use exec"
            )
    return [os.fspath(log) for log in given]  # type: ignore[arg-type] # they are paths
