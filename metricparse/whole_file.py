"""Files that appear whole or not at all."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO


@contextmanager
def whole_file(path: str, *, durable: bool = True) -> Iterator[BinaryIO]:
    """A file to write that appears at `path` when all is written, and not if anything fails.

    It is written beside and renamed, so that what stood at `path` stays until then. What is no
    regular file, such as a pipe or a device, is written directly.
    durable: it is whole even if the machine fails right after, and not only the process.
    """
    target = os.path.realpath(path)
    if is_special(target):
        with open(target, "wb") as file:
            yield file
        return
    beside = os.path.join(os.path.dirname(target), f".{os.urandom(8).hex()}.partial")
    try:
        with open(beside, "xb") as file:
            if os.path.exists(target):
                os.chmod(beside, stat.S_IMODE(os.stat(target).st_mode))
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
        os.replace(beside, target)
    except BaseException:
        if os.path.exists(beside):
            os.unlink(beside)
        raise


def is_special(path: str) -> bool:
    """Whether something stands at a path that is no regular file."""
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except FileNotFoundError:
        return False
