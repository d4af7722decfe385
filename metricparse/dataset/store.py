"""Where a dataset is: a folder, or a prefix on another machine; its files are whole or absent."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import BinaryIO, cast

from metricparse.errors import LogError, OutputError
from metricparse.logs.input.remote import RemoteFile, file_system_of, is_url
from metricparse.whole_file import write_beside, written_beside

# Requests that are under way at once.
_REQUESTS = 16
# Bytes of a file that are held in memory before it is sent.
_IN_MEMORY = 32 << 20


class Folder:
    """The files of a dataset in a folder, by their paths below it. It pickles."""

    def __init__(self, out: str) -> None:
        self._out = out
        # Folders that are there.
        self._made: set[str] = set()

    @contextmanager
    def writing(self, path: str) -> Iterator[BinaryIO]:
        """A file that appears when all is written, in the place of what was there."""
        # An account tells how large its file is, so that one that was lost is found missing.
        with self._made_for(path) as target, written_beside(target) as file:
            yield file

    def write(self, path: str, data: bytes | memoryview) -> None:
        """Write a file at once."""
        with self._made_for(path) as target:
            write_beside(target, data)

    @contextmanager
    def _made_for(self, path: str) -> Iterator[str]:
        """Where to write a file, in a folder that is there; what goes wrong is an `OutputError`."""
        target = os.path.join(self._out, path)
        try:
            folder = os.path.dirname(target)
            if folder not in self._made:
                os.makedirs(folder, exist_ok=True)
                self._made.add(folder)
            yield target
        except OSError as error:
            raise OutputError(f"{target}: cannot be written: {error.strerror or error}") from error

    def read(self, paths: Sequence[str]) -> list[bytes | None]:
        """What files hold; None for those that are not there."""
        return [self._read(path) for path in paths]

    def sizes(self, paths: Sequence[str]) -> list[int | None]:
        """The bytes of files; None for those that are not there."""
        return [self._size(path) for path in paths]

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        with suppress(FileNotFoundError):
            os.unlink(os.path.join(self._out, path))

    def holds(self, log: object) -> bool:
        """Whether a log is one of the dataset's own files."""
        if not isinstance(log, str):
            return False
        folder, out = (_real(os.path.abspath(each)) for each in (os.path.dirname(log), self._out))
        return folder == out or folder.startswith(os.path.join(out, ""))

    def _read(self, path: str) -> bytes | None:
        target = os.path.join(self._out, path)
        try:
            with open(target, "rb") as file:
                return file.read()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise OutputError(f"{target}: cannot be read: {error.strerror or error}") from error

    def _size(self, path: str) -> int | None:
        target = os.path.join(self._out, path)
        try:
            return os.stat(target).st_size
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise OutputError(f"{target}: cannot be read: {error.strerror or error}") from error


class Prefix:
    """The same below a URL, through Arrow's file systems."""

    def __init__(self, out: str) -> None:
        try:
            self._files, path = file_system_of(out)
        except (OSError, LogError) as error:
            raise OutputError(f"{out}: cannot be written: {error}") from error
        self._out = path.rstrip("/")

    @contextmanager
    def writing(self, path: str) -> Iterator[BinaryIO]:
        """A file that appears when all is written, in the place of what was there."""
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
            yield cast(BinaryIO, file)
            file.seek(0)
            target = f"{self._out}/{path}"
            try:
                self._files.create_dir(os.path.dirname(target), recursive=True)
                # An object is there once the stream is closed, which must not happen after an error.
                stream = self._files.open_output_stream(target)
                shutil.copyfileobj(file, stream)
                stream.close()
            except OSError as error:
                raise OutputError(f"{target}: cannot be written: {error}") from error

    def write(self, path: str, data: bytes | memoryview) -> None:
        """Write a file at once."""
        with self.writing(path) as file:
            file.write(data)

    def read(self, paths: Sequence[str]) -> list[bytes | None]:
        """What files hold; None for those that are not there."""
        there = self.sizes(paths)
        with ThreadPoolExecutor(_REQUESTS) as pool:
            return list(pool.map(self._read, paths, (size is not None for size in there)))

    def sizes(self, paths: Sequence[str]) -> list[int | None]:
        """The bytes of files; None for those that are not there."""
        with self._asking():
            infos = self._files.get_file_info([f"{self._out}/{path}" for path in paths])
        return [info.size if info.is_file else None for info in infos]

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        if self.sizes([path]) != [None]:
            with self._asking():
                self._files.delete_file(f"{self._out}/{path}")

    def holds(self, log: object) -> bool:
        """Whether a log is one of the dataset's own files."""
        if not isinstance(log, RemoteFile) or log.files != self._files:
            return False
        return log.path.startswith(f"{self._out}/")

    def _read(self, path: str, there: bool) -> bytes | None:
        if not there:
            return None
        with (
            self._asking(),
            self._files.open_input_stream(f"{self._out}/{path}", compression=None) as stream,
        ):
            return bytes(stream.read())

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """What goes wrong is an `OutputError`."""
        try:
            yield
        except OSError as error:
            raise OutputError(f"{self._out}: cannot be read: {error}") from error


@lru_cache(maxsize=1024)
def _real(folder: str) -> str:
    return os.path.realpath(folder)


def store_of(out: "str | os.PathLike[str]") -> Folder | Prefix:
    """The store at a path or a URL."""
    path = os.fspath(out) if isinstance(out, os.PathLike) else out
    if not isinstance(path, str):
        raise OutputError(f"{out!r}: no place for a dataset; give the path of a folder, or a URL")
    return Prefix(path) if is_url(path) else Folder(path)
