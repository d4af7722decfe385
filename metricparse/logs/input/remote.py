"""Logs on other machines: `s3://bucket/logs` and other URLs, through Arrow's file systems."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from metricparse.errors import LogError, MetricparseError
from metricparse.values import value

if TYPE_CHECKING:
    from pyarrow.fs import FileInfo, FileSystem

_URL = re.compile(r"[a-z][a-z0-9+.-]*://")
_BUFFER_SIZE = 1 << 20


@value
class RemoteFile:
    """A file of a file system.

    files: Arrow's file system. path: the file's there. size: as it is stored.
    changed: when it was written last, in nanoseconds since 1970; None if that is not known.
    listed: it was found below a prefix, not named.
    """

    files: "FileSystem"
    path: str
    size: int
    changed: int | None
    listed: bool

    @contextmanager
    def open(self) -> Iterator["io.BufferedReader[Any]"]:
        """Its bytes, as they are stored."""
        with (
            self.files.open_input_stream(self.path, compression=None) as stream,
            io.BufferedReader(stream, _BUFFER_SIZE) as file,
        ):
            yield file

    def tag(self) -> str | None:
        """The entity tag of what it holds, where it has one; that takes a request."""
        with self.files.open_input_stream(self.path, compression=None) as stream:
            tag = (stream.metadata() or {}).get("ETag")
        return None if tag is None else tag.decode()


def is_url(log: str) -> bool:
    """Whether a log is named by a URL."""
    return _URL.match(log) is not None


def remote_files(url: str) -> Iterator[tuple[str, RemoteFile]]:
    """The files that a URL stands for, each with its own: one, or all below a prefix, by name.

    Raises `LogError` if there are none, or if they cannot be listed.
    """
    from pyarrow import fs

    name = url.partition("?")[0]
    try:
        files, path = file_system_of(url)
        found = files.get_file_info(path)
        if found.type == fs.FileType.Directory:
            below = files.get_file_info(fs.FileSelector(path, recursive=True))
            listed = sorted((each for each in below if _is_log(each)), key=lambda each: each.path)
        else:
            listed = [found] if found.type == fs.FileType.File else []
    except OSError as error:
        raise LogError(f"{name}: cannot be read: {error}") from error
    if not listed:
        raise LogError(f"{name}: no such file, and no files below it")
    start = name[: name.rfind(path)] if path in name else ""
    for each in listed:
        yield (
            f"{start}{each.path}",
            RemoteFile(files, each.path, each.size, each.mtime_ns, each is not found),
        )


def _is_log(info: "FileInfo") -> bool:
    from pyarrow import fs

    return bool(info.type == fs.FileType.File and not info.base_name.startswith("."))


def file_system_of(url: str) -> tuple["FileSystem", str]:
    """Arrow's own file system for a URL, or that of fsspec; and the path there."""
    import pyarrow as pa
    from pyarrow import fs

    try:
        return fs.FileSystem.from_uri(url)  # type: ignore[no-any-return] # a file system and a path
    except pa.ArrowInvalid:
        pass
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        scheme = url.partition("://")[0]
        raise MetricparseError(
            f"{scheme}:// needs fsspec; install it with pip install 'metricparse[remote]'"
        ) from None
    try:
        files, path = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise LogError(f"{url}: {error}") from None
    return fs.PyFileSystem(fs.FSSpecHandler(files)), path
