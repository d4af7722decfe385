"""What to scan: files, directories, globs and streams to sources, and their bytes."""

import glob
import io
import os
import reprlib
import stat
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, TypeAlias, TypeGuard, cast

from metricparse.errors import LogError
from metricparse.logs.input.compression import (
    MAGIC_SIZE,
    OTHER_BEGINNINGS,
    DamagedLog as DamagedLog,  # noqa: PLC0414 - a source raises it
    compression_of,
)
from metricparse.logs.input.kept import KeptLog
from metricparse.logs.input.notebook import may_be_notebook, printed
from metricparse.logs.input.remote import RemoteFile, is_url, remote_files
from metricparse.logs.input.service_log import ServiceLog, is_service_log
from metricparse.values import parts, value

#: A path, a pattern or a URL; a binary file object; or a name and such a file object.
LogSource: TypeAlias = str | os.PathLike[str] | BinaryIO | tuple[str, BinaryIO]

CHUNK_SIZE = 1 << 20
#: A file of at most so many bytes is not read ahead.
_LITTLE = 1 << 18

_BINARY = {
    b"\x7fELF": "an ELF program",
    b"\x89PNG": "a PNG image",
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"PK\x03\x04": "a zip archive",
    b"SQLite format 3": "an SQLite database",
    b"\xff\xfe": "UTF-16 text; convert it to UTF-8",
    b"\xfe\xff": "UTF-16 text; convert it to UTF-8",
}
#: What files begin with that are no text as they are, or may be none; gzip is left out.
ODD_BEGINNINGS = [*_BINARY, *OTHER_BEGINNINGS]
# A file that is not text has bytes that no log has, and many of them.
_NOT_OF_TEXT = bytes({*range(0x20)} - {*b"\t\n\r\b\x1b\f"})
_ENOUGH_TO_TELL = 512
_BINARY_SHARE = 0.3


class BinaryLogError(LogError):
    """A log is no text."""


@value
class Source:
    """A log to scan.

    name: what its records say that they come from.
    log: a path, a file of another machine, or a binary file object.
    listed: it was found in a directory or by a pattern, not named by the user.
    problem: why it cannot be read, where that is known beforehand.
    """

    name: str
    log: "str | RemoteFile | ServiceLog | BinaryIO"
    listed: bool = False
    problem: str | None = None

    @property
    def once(self) -> bool:
        """Whether its bytes can be read once only."""
        return not isinstance(self.log, str | RemoteFile | ServiceLog | KeptLog)

    @property
    def size(self) -> int | None:
        """How many bytes `chunks` will give; None where that cannot be told beforehand."""
        path = self.text_file()
        return None if path is None else os.stat(path).st_size

    @property
    def stored_size(self) -> int | None:
        """How many bytes it has where it lies, compressed as it is; None if it is no regular file."""
        if isinstance(self.log, RemoteFile):
            return self.log.size
        status = self._status()
        return None if status is None else status.st_size

    @property
    def identity(self) -> tuple[int, int] | None:
        """Its size and the time of its last change, by which an unchanged log is known again.

        None for what is no regular file, or is not there.
        """
        if isinstance(self.log, RemoteFile):
            return None if self.log.changed is None else (self.log.size, self.log.changed)
        status = self._status()
        return None if status is None else (status.st_size, status.st_mtime_ns)

    @property
    def tag(self) -> str | None:
        """What tells contents of one size and time apart; None if there is nothing that does.

        Raises `LogError` if the log cannot be read.
        """
        if not isinstance(self.log, RemoteFile):
            return None
        with self.readable():
            return self.log.tag()

    def _status(self) -> os.stat_result | None:
        """What the system says of a regular file; None if it is none, or is not there."""
        if not isinstance(self.log, str):
            return None
        try:
            status = os.stat(self.log)
        except (OSError, ValueError):
            return None
        return status if stat.S_ISREG(status.st_mode) else None

    @property
    def is_read_ahead(self) -> bool:
        """Whether `chunks` are made on a thread of their own, as they take time.

        For little, a thread is not worth it.
        """
        if isinstance(self.log, str):
            size = self.stored_size
            return size is not None and size > _LITTLE and self._is_compressed(self.log)
        return isinstance(self.log, RemoteFile | ServiceLog)

    def chunks(self, size: int = CHUNK_SIZE, *, ahead: bool = True) -> Iterator[bytes]:
        """The log's bytes, decompressed, in chunks of at most `size` bytes.

        ahead: read ahead, where it `is_read_ahead`.

        Raises `LogError` if it cannot be read, `BinaryLogError` if it is no text, `DamagedLog` after
        the last byte that could be decompressed.
        """
        chunks = self._read(size)
        if not (ahead and self.is_read_ahead):
            return chunks
        from metricparse.logs.input.read_ahead import read_ahead

        return read_ahead(chunks)

    def _read(self, size: int) -> Generator[bytes]:
        with self.readable():
            if self.problem is not None:
                raise LogError(f"{self.name}: {self.problem}")
            if isinstance(self.log, str):
                with open(self.log, "rb") as file:
                    yield from self._chunks(file, size)
            elif isinstance(self.log, RemoteFile | ServiceLog):
                with self.log.open() as stream:
                    yield from self._chunks(stream, size)
            elif isinstance(self.log, KeptLog):
                yield from self._stream_chunks(io.BytesIO(self.log.getvalue()), size)
            else:
                yield from self._stream_chunks(self.log, size)

    def _is_compressed(self, path: str) -> bool:
        with self.readable(), open(path, "rb") as file:
            head = file.read(MAGIC_SIZE)
        return compression_of(head) is not None

    def text_file(self) -> str | None:
        """The path, if the log is a regular file whose bytes are its text; else None.

        Raises `LogError` if it cannot be read.
        """
        if self.problem is not None:
            raise LogError(f"{self.name}: {self.problem}")
        if not isinstance(self.log, str) or not os.path.isfile(self.log):
            return None
        with self.readable(), open(self.log, "rb") as file:
            head = file.peek(_ENOUGH_TO_TELL)
        try:
            self._refuse_binary(head)
        except BinaryLogError:
            return None  # `chunks` says why
        return None if not head or compression_of(head) or may_be_notebook(head) else self.log

    @contextmanager
    def readable(self) -> Iterator[None]:
        """Turns the system's errors into a `LogError`."""
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            raise LogError(f"{self.name}: cannot be read: {reason}") from error

    def _stream_chunks(self, stream: BinaryIO, size: int) -> Iterator[bytes]:
        if isinstance(stream, io.TextIOBase):
            raise LogError(f"{self.name}: opened as text; open it as bytes (mode 'rb')")
        if hasattr(stream, "peek"):
            yield from self._chunks(cast(Any, stream), size)
            return
        buffered = io.BufferedReader(cast(Any, stream))
        try:
            yield from self._chunks(buffered, size)
        finally:
            buffered.detach()

    def _chunks(self, stream: "io.BufferedReader[Any]", size: int) -> Iterator[bytes]:
        compression = compression_of(stream.peek(MAGIC_SIZE))
        parts = compression.decompress(stream) if compression else _parts(stream, size)
        yield from _filled(printed(self._checked(parts)), size)

    def _checked(self, parts: Iterator[bytes]) -> Iterator[bytes]:
        """The parts of a log, unless its first bytes are no text."""
        head = b""
        for part in parts:
            if len(head) < _ENOUGH_TO_TELL:
                head += part[: _ENOUGH_TO_TELL - len(head)]
                self._refuse_binary(head)
            yield part

    def _refuse_binary(self, head: bytes) -> None:
        """Refuse what can be told to be no text; what a program hands over is taken at its word."""
        if not isinstance(self.log, str | RemoteFile | ServiceLog) and self.name != "<stdin>":
            return
        for magic, kind in _BINARY.items():
            if head.startswith(magic):
                raise BinaryLogError(f"{self.name}: not a text log, but {kind}")
        if _looks_binary(head):
            raise BinaryLogError(
                f"{self.name}: not a text log, but binary data; give what the container printed"
            )


def _parts(stream: Any, size: int) -> Iterator[bytes]:
    """What a stream gives at a time."""
    while part := stream.read1(size):
        yield part


def _filled(parts: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Chunks of at most `size` bytes, most of them more than half of it, as pipes give less at a time.

    A part of about that size is passed on uncopied, after what was held before it. What was read
    before damage or an error is given before that is raised.
    """
    held: list[bytes] = []
    room = size
    damage: DamagedLog | OSError | None = None
    while True:
        try:
            part = next(parts, None)
        except (DamagedLog, OSError) as error:
            part, damage = None, error
        if part is None:
            break
        if held and len(part) > room and min(room, size - len(part)) <= size // 2:
            yield b"".join(held)
            held, room = [], size
        while len(part) > room:
            yield b"".join((*held, part[:room]))
            part, held, room = part[room:], [], size
        held.append(part)
        room -= len(part)
    yield b"".join(held)
    if damage:
        raise damage


def find_sources(
    logs: LogSource | Iterable[LogSource], *, record_errors: bool = False
) -> list[Source]:
    """The sources that paths, directories, patterns, URLs and file objects stand for, in order.

    A directory stands for all files below it, by name, hidden ones left out; a pattern for the
    files that it matches, by name. A file object whose name another log has gets one of its own: the
    second `train.log` is `train.log (2)`; so does a path that is shown as another one is.

    Raises `LogError` for one that stands for none; or, to record errors, gives a source that bears
    the problem.
    """
    return list(_with_own_names(_found(listed_logs(logs), record_errors)))


def listed_logs(logs: LogSource | Iterable[LogSource]) -> list[LogSource]:
    """The logs as a list; raises `LogError` for what can be none."""
    if isinstance(logs, str | os.PathLike) or hasattr(logs, "read") or _is_named_file(logs):
        return [cast(LogSource, logs)]
    if isinstance(logs, bytes | bytearray | memoryview | Mapping) or not hasattr(logs, "__iter__"):
        raise LogError(_no_log(logs))
    return list(logs)


def _found(logs: Iterable[LogSource], record_errors: bool) -> Iterator[Source]:
    for log in logs:
        try:
            sources = list(_sources(log))
        except LogError as error:
            if not record_errors or not isinstance(log, str | os.PathLike):
                raise
            name = shown(os.fspath(log)).partition("?")[0]
            problem = str(error).removeprefix(f"{name}: ")
            sources = [Source(name, os.fspath(log), problem=problem)]
        for source in sources:
            if source.problem is not None and not record_errors:
                raise LogError(f"{source.name}: {source.problem}")
            yield source


def _with_own_names(sources: Iterable[Source]) -> Iterator[Source]:
    bearers: dict[str, object] = {}
    alike: Counter[str] = Counter()
    for source in sources:
        name = source.name
        while name in bearers and (source.once or bearers[name] != source.log):
            alike[source.name] += 1
            name = f"{source.name} ({alike[source.name] + 1})"
        bearers[name] = source.log
        yield source if name == source.name else Source(**dict(parts(source)) | {"name": name})


def _is_named_file(log: object) -> TypeGuard[tuple[str, BinaryIO]]:
    match log:
        case (str(), file) if isinstance(log, tuple):
            return hasattr(file, "read")
    return False


def _no_log(log: object) -> str:
    if isinstance(log, bytes | bytearray | memoryview):
        return (
            f"{reprlib.repr(bytes(log))}: bytes are not a log's path; scan_text scans a text itself"
        )
    return (
        f"{reprlib.repr(log)}: not a log; give a path, a directory, a pattern, a URL, a binary file "
        "object, a (name, file) pair, or a list of these"
    )


def _sources(log: LogSource) -> Iterator[Source]:
    if isinstance(log, tuple):
        if not _is_named_file(log):
            raise LogError(_no_log(log))
        yield Source(*log)
        return
    if hasattr(log, "read"):
        called = getattr(log, "name", None)
        yield Source(called if isinstance(called, str) else "<stream>", cast(BinaryIO, log))
        return
    if not isinstance(log, str | os.PathLike):
        raise LogError(_no_log(log))
    path = os.fspath(log)
    if is_url(path):
        yield from _at_url(path)
    elif os.path.isdir(path):
        yield from _in_directory(path)
    elif os.path.lexists(path):
        if not os.path.exists(path):
            raise LogError(f"{shown(path)}: a link to nothing")
        if not os.access(path, os.R_OK):
            raise LogError(f"{shown(path)}: cannot be read: permission denied")
        yield Source(shown(path), path)
    elif glob.has_magic(path):
        found = sorted(filter(os.path.isfile, glob.iglob(path, recursive=True)))
        yield from _listed(found, f"{path}: no file matches this pattern")
    else:
        advice = "give a log file, a directory, a pattern, or -"
        raise LogError(f"{shown(path)}: no such file; {advice}")


def _in_directory(path: str) -> Iterator[Source]:
    """The files below a directory, and the directories below it that cannot be read."""
    refused: list[OSError] = []
    files = list(files_below(path, refused.append))
    if files or not refused:
        yield from _listed(files, f"{path}: the directory holds no files")
    for error in refused:
        below, problem = os.fspath(error.filename), f"cannot be read: {error.strerror}"
        yield Source(shown(below), below, listed=True, problem=problem)


def _at_url(url: str) -> Iterator[Source]:
    if is_service_log(url):
        log = ServiceLog(url)
        yield Source(log.name, log)
        return
    for name, file in remote_files(url):
        yield Source(name, file, file.listed)


def _listed(paths: Iterable[str], none: str) -> Iterator[Source]:
    sources = [Source(shown(path), path, listed=True) for path in paths]
    if not sources:
        raise LogError(none)
    yield from sources


def files_below(
    directory: str, onerror: Callable[[OSError], object] | None = None
) -> Iterator[str]:
    """The files below a directory, by name, hidden ones left out.

    onerror: called where a directory cannot be read; by default that is a `LogError`.
    """
    for holder, directories, files in os.walk(directory, onerror=onerror or _refuse):
        directories[:] = sorted(name for name in directories if not name.startswith("."))
        for name in sorted(files):
            path = os.path.join(holder, name)
            if not name.startswith(".") and os.path.isfile(path):
                yield path


def _refuse(error: OSError) -> None:
    raise LogError(f"{shown(error.filename)}: cannot be read: {error.strerror}") from error


def shown(path: str) -> str:
    """A path as text: bytes that are not UTF-8 as `\\x` and two digits."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _looks_binary(head: bytes) -> bool:
    if len(head) < _ENOUGH_TO_TELL or b"\0" not in head:
        return False
    strange = len(head) - len(head.translate(None, _NOT_OF_TEXT))
    strange += head.decode("utf-8", "replace").count("\N{REPLACEMENT CHARACTER}")
    return strange > _BINARY_SHARE * len(head)
