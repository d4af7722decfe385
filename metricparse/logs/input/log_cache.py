"""Logs of jobs that have ended, kept on this machine, so that they are fetched once."""

import hashlib
import os
import re
import secrets
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Self

from metricparse._extension import require
from metricparse.logs.input.compression import zstd_module

#: Bytes that all kept logs have at most, compressed; the one that was read longest ago goes first.
MOST_BYTES = 1 << 30
_SUFFIX = ".json.zst"


class LogCache:
    """The folder `logs` in the user's folder of caches, each log a file with its job's name."""

    def __init__(self) -> None:
        platformdirs = require("platformdirs", "platformdirs", "aws")
        self._folder = Path(platformdirs.user_cache_dir("metricparse", appauthor=False)) / "logs"

    def kept(self, identity: Sequence[str]) -> Path | None:
        """The compressed log that is kept; None if there is none."""
        path = self._path(identity)
        if not path.exists():
            return None
        os.utime(path)
        return path

    def keeping(self, identity: Sequence[str], pages: Iterable[bytes]) -> Iterator[bytes]:
        """The pages of a log, which is kept once the last one was given out.

        A log that cannot be kept is given out all the same, with a warning.
        """
        compressor = zstd_module().ZstdCompressor()
        path = self._path(identity)
        with _FileToKeep(path) as file:
            for page in pages:
                file.write(compressor.compress(page))
                yield page
            file.write(compressor.flush())
            file.keep()
        self._bound()

    def _path(self, identity: Sequence[str]) -> Path:
        name = re.sub(r"[^A-Za-z0-9-]", "", identity[0].rpartition("/")[2])
        digest = hashlib.sha256("\n".join(identity).encode()).hexdigest()[:16]
        return self._folder / f"{name}-{digest}{_SUFFIX}"

    def _bound(self) -> None:
        """Delete the logs that were read longest ago, until the others are few enough bytes."""
        kept = sorted(
            ((path.stat(), path) for path in self._folder.glob(f"*{_SUFFIX}")),
            key=lambda each: each[0].st_mtime_ns,
            reverse=True,
        )
        total = 0
        for status, path in kept:
            total += status.st_size
            if total > MOST_BYTES:
                path.unlink(missing_ok=True)


class _FileToKeep:
    """A file that appears when all is written; if it cannot be written, a warning says so."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._beside = path.with_name(f".{secrets.token_hex(8)}.partial")
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        with self._failure_said():
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = open(self._beside, "xb")
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()
            self._beside.unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        """Write more, unless something failed before."""
        with self._failure_said():
            if self._file:
                self._file.write(data)

    def keep(self) -> None:
        """Let it appear, unless something failed before."""
        with self._failure_said():
            if self._file:
                self._file.flush()
                self._beside.replace(self._path)

    @contextmanager
    def _failure_said(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.__exit__()
            self._file = None
            reason = error.strerror or str(error)
            warnings.warn(f"{self._path}: the log is not kept: {reason}", stacklevel=2)
