"""Files that appear whole or not at all."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO


@contextmanager
def whole_file(path: str) -> Iterator[BinaryIO]:
    """A file to write that appears at `path` when all is written, and not if anything fails.

    It is written beside and renamed, so that what stood at `path` stays until then. What is no
    regular file, such as a pipe or a device, is written directly. It is whole even if the machine
    fails right after.
    """
    target = os.path.realpath(path)
    if is_special(target):
        with open(target, "wb") as file:
            yield file
        return
    with written_beside(target) as file:
        if os.path.exists(target):
            os.chmod(file.name, stat.S_IMODE(os.stat(target).st_mode))
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def written_beside(path: str) -> Iterator[BinaryIO]:
    """The same for a path at which stands a regular file or nothing.

    It is whole if the process fails right after; if the machine does, it may be cut off.
    """
    beside = _beside(path)
    try:
        with open(beside, "xb") as file:
            yield file
        os.replace(beside, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(beside)
        raise


def write_beside(path: str, data: bytes | memoryview) -> None:
    """Write such a file of these bytes at once, for which small ones need no buffer."""
    beside = _beside(path)
    try:
        with open(beside, "xb", buffering=0) as file:
            left = memoryview(data)
            while left:
                left = left[file.write(left) :]
        os.replace(beside, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(beside)
        raise


def _beside(path: str) -> str:
    return os.path.join(os.path.dirname(path), f".{os.urandom(8).hex()}.partial")


def is_special(path: str) -> bool:
    """Whether something stands at a path that is no regular file."""
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except FileNotFoundError:
        return False
