"""A file that is still being written: read as it grows, whatever becomes of it."""

import os
import re
import stat
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from metricparse.logs.input.compression import MAGIC_SIZE, compression_of
from metricparse.logs.input.sources import CHUNK_SIZE
from metricparse.values import state

#: Seconds that the file which was rotated away last must be quiet before the next one is read: who
#: writes it may notice the rotation later than we do.
QUIET = 1.0

#: Bytes before a place in a file by which the file is known again.
_TAIL = 64

# Nanoseconds by which the times of files may be behind the clock.
_CLOCK_LAG = 20_000_000

# Files that are closed and whose places are remembered.
_REMEMBERED = 1000

# What is put after the name of a file that is rotated away.
_ROTATED = re.compile(r"[.-][0-9][0-9T_:.-]*")
_DIGITS_OF_A_DATE = 6

#: Device and inode.
Identity: TypeAlias = tuple[int, int]


class Piece(NamedTuple):
    """What was read next.

    data: bytes; None where the file ends for good, and with it its last line.
    live: they were written while the file was followed.
    """

    data: bytes | None
    live: bool


class Place(NamedTuple):
    """How far a file was read, the last bytes of that, and those at its beginning if they are few."""

    offset: int
    tail: bytes
    head: bytes = b""


class Read(NamedTuple):
    """A file that was read and closed: how far, and when it was written."""

    identity: Identity
    place: Place
    written: int


_START = Place(0, b"")


class Files:
    """Which files were read, and how far, so that none is read twice under another name."""

    def __init__(self) -> None:
        self._places: dict[Identity, tuple[Place, int]] = {}
        self._open: set[Identity] = set()

    def is_open(self, identity: Identity) -> bool:
        """Whether a file is being read."""
        return identity in self._open

    def has_read(self, identity: Identity, size: int, written: int) -> bool:
        """Whether a file that is closed was read as far as it goes, and not written since."""
        place, then = self._places.get(identity, (None, 0))
        return place is not None and place.offset == size and then == written

    def since(self, written: int) -> list[Read]:
        """The files that are closed and were written then or later."""
        return [
            Read(identity, place, then)
            for identity, (place, then) in self._places.items()
            if then >= written
        ]

    def begin(self, identity: Identity, descriptor: int) -> Place:
        """Where to read on in a file that was opened: where it was left, if it was read before.

        A file that is no longer than what was read, but written since, is another one in its
        inode.
        """
        self._open.add(identity)
        place, written = self._places.pop(identity, (_START, 0))
        status = os.fstat(descriptor)
        same = status.st_mtime_ns == written or status.st_size > place.offset
        return place if same and stands(descriptor, place) else _START

    def end(self, identity: Identity, place: Place, written: int) -> None:
        """Note how far a file was read that is closed now, and when it was written."""
        self._open.discard(identity)
        self._places[identity] = place, written
        if len(self._places) > _REMEMBERED:
            del self._places[next(iter(self._places))]


@state
class _Opened:
    descriptor: int
    identity: Identity
    offset: int
    tail: bytes
    live_from: int


class _Rotated(NamedTuple):
    """A file beside a path; those of a path are ordered by the first two."""

    written: int
    age: tuple[int, str]
    path: str
    identity: Identity
    size: int


class FollowedFile:
    """What is written to a path, through growth, rotation, truncation, deletion and re-creation.

    A file that is rotated away is read to its end before the next one; so are those that were
    rotated away since, if they stand beside it under its name with a number or a date after.
    truncations: how often the file was found shorter than what was read of it, or another text
    in its place.
    compressed: it is, and is not read, as what is written to it cannot be followed.
    gone: the file in which to go on is not there any more, nor a copy of it.
    """

    def __init__(self, path: str, files: Files) -> None:
        self.path = path
        self.truncations = 0
        self.compressed = False
        self.gone = False
        self._files = files
        self._file: _Opened | None = None
        self._next: list[str] = []
        self._begun = False
        self._after: int | None = None
        self._quiet_since: float | None = None

    @property
    def identity(self) -> Identity | None:
        """That of the file that is being read."""
        return self._file.identity if self._file else None

    @property
    def written(self) -> int | None:
        """When that file was written, or the last one, in nanoseconds since 1970."""
        return os.fstat(self._file.descriptor).st_mtime_ns if self._file else self._after

    @property
    def offset(self) -> int:
        """How much of that file was read."""
        return self._file.offset if self._file else 0

    def place(self, offset: int) -> Place | None:
        """A place in the file that is being read, to go on there after a stop.

        None if the file was truncated and the next `poll` is to find that.
        """
        assert self._file
        descriptor, size = self._file.descriptor, min(offset, _TAIL)
        tail = os.pread(descriptor, size, offset - size)
        head = os.pread(descriptor, _TAIL, 0) if offset < _TAIL else b""
        return None if self._is_truncated(self._file) else Place(offset, tail, head)

    def begin(self, now: int) -> None:
        """Open the file that is there; where there is none, all that is written from `now` on counts.

        now: nanoseconds since 1970.
        """
        if not self._begun:
            self._open_next()
            self._begun = True
            if self._file is None:
                self._after = now - _CLOCK_LAG

    def resume(
        self, written: int | None, identity: Identity | None = None, place: Place | None = None
    ) -> None:
        """Go on in a file at a place, if it still is at the path or beside it.

        Else go on with what was written there since; `written` is when that file last was.
        """
        self._after = written
        if place:
            beside = self._rotated()
            for path in (self.path, *(each.path for each in beside)):
                self._file = self._file or self._opened(path, identity, place)
            for each in beside:  # a copy, made before it was truncated
                if each.written >= (written or 0):
                    self._file = self._file or self._opened(each.path, None, place)
            self.gone = self._file is None
        self._begun = True

    def poll(self, now: float) -> Iterator[Piece]:
        """What there is to read, in at most `CHUNK_SIZE` bytes or one change of the file.

        now: seconds on a clock that only goes forward.
        """
        if self._file is None:
            self._open_next()
            self._begun = True
        if self._file is None:
            return
        if self._is_truncated(self._file):
            self.truncations += 1
            self._file.offset, self._file.tail, self._file.live_from = 0, b"", 0
            yield Piece(None, live=True)
        data = os.pread(self._file.descriptor, CHUNK_SIZE, self._file.offset)
        if data:
            live = self._file.offset >= self._file.live_from
            self._file.offset += len(data)
            self._file.tail = (self._file.tail + data[-_TAIL:])[-_TAIL:]
            self._quiet_since = None
            yield Piece(data, live)
        elif self._is_replaced(self._file) and (self._is_passed(self._file) or self._is_quiet(now)):
            self.close()
            yield Piece(None, live=True)

    def close(self) -> None:
        """Close the file; how far it was read is remembered."""
        if self._file:
            place = Place(self._file.offset, self._file.tail)
            self._after = os.fstat(self._file.descriptor).st_mtime_ns
            self._files.end(self._file.identity, place, self._after)
            os.close(self._file.descriptor)
            self._file = None
            self._quiet_since = None

    def _open_next(self) -> None:
        if not self._next and self._after is not None:
            self._next = self._siblings(self._after)
        while self._next and self._file is None:
            self._file = self._opened(self._next.pop(0))
        if self._file is None:
            self._file = self._opened(self.path)

    def _opened(
        self, path: str, identity: Identity | None = None, place: Place | None = None
    ) -> _Opened | None:
        """A file, unless it is not there, is read already, or is not the one that is asked for."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError:
            return None
        status = os.fstat(descriptor)
        found = _identity(status)
        other = place and (found != (identity or found) or not stands(descriptor, place))
        if other or self._files.is_open(found) or self._is_unfit(descriptor, status, path):
            os.close(descriptor)
            return None
        known = self._files.begin(found, descriptor)
        live_from = 0 if self._begun else status.st_size
        start = place or known
        return _Opened(descriptor, found, start.offset, start.tail, live_from)

    def _is_unfit(self, descriptor: int, status: os.stat_result, path: str) -> bool:
        if not stat.S_ISREG(status.st_mode):
            return True
        compressed = compression_of(os.pread(descriptor, MAGIC_SIZE, 0)) is not None
        self.compressed = compressed and path == self.path
        return compressed

    def _is_truncated(self, file: _Opened) -> bool:
        return not stands(file.descriptor, Place(file.offset, file.tail))

    def _is_replaced(self, file: _Opened) -> bool:
        """Whether another file has come to be at the path, or is to be read next."""
        try:
            return bool(self._next) or _identity(os.stat(self.path)) != file.identity
        except OSError:
            return bool(self._later(file))

    def _is_passed(self, file: _Opened) -> bool:
        """Whether a later file was rotated away as well, so that who writes must have noticed."""
        return bool(self._next or self._later(file))

    def _is_quiet(self, now: float) -> bool:
        if self._quiet_since is None:
            self._quiet_since = now
        return now - self._quiet_since >= QUIET

    def _later(self, file: _Opened) -> list[str]:
        """Files that were rotated away from the path after a file was last written."""
        return self._siblings(os.fstat(file.descriptor).st_mtime_ns, but=file.identity)

    def _siblings(self, after: int, but: Identity | None = None) -> list[str]:
        """Files that were rotated away from the path, last written `after` or then, and not read."""
        return [
            each.path
            for each in self._rotated()
            if each.written >= after
            and each.identity != but
            and not self._files.has_read(each.identity, each.size, each.written)
        ]

    def _rotated(self) -> list[_Rotated]:
        """Files that were rotated away from the path, oldest first."""
        directory, name = os.path.split(self.path)
        found = []
        try:
            with os.scandir(directory or ".") as entries:
                for entry in entries:
                    suffix = entry.name.removeprefix(name)
                    if suffix != entry.name and _ROTATED.fullmatch(suffix):
                        path, status = os.path.join(directory, entry.name), entry.stat()
                        found.append(
                            _Rotated(
                                status.st_mtime_ns,
                                _age(suffix),
                                path,
                                _identity(status),
                                status.st_size,
                            )
                        )
        except OSError:
            pass  # what has gone meanwhile cannot be read
        return sorted(found)


def _age(suffix: str) -> tuple[int, str]:
    """What tells files apart that were written at the same time: `.2` is older than `.1`."""
    number = suffix[1:]
    return (
        (-int(number), "")
        if number.isdecimal() and len(number) < _DIGITS_OF_A_DATE
        else (0, suffix)
    )


def stands(descriptor: int, place: Place) -> bool:
    """Whether a file still has before a place what was read there."""
    size = len(place.tail)
    tail = os.pread(descriptor, size, place.offset - size)
    return tail == place.tail and os.pread(descriptor, len(place.head), 0) == place.head


def _identity(status: os.stat_result) -> Identity:
    return status.st_dev, status.st_ino
