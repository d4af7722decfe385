"""Compressed bytes to what was compressed, recognised by their first bytes, in bounded memory."""

import re
import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from metricparse.values import value

#: Bytes of a file that are enough to tell how it is compressed.
MAGIC_SIZE = 6

# Bytes that a decompressor gives and takes at once. They may be lost before damage, so that they
# are at first few, and later at most a sixteenth of what came before.
_FIRST_STEP, _LARGEST_STEP = 1 << 16, 1 << 20


class DamagedLog(Exception):  # noqa: N818 - not an error of the caller's
    """A log's bytes end here, too early; the message says why."""


class _Decompressor(Protocol):
    """One member of a compressed file: what `bz2`, `lzma` and `zstd` have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


@value
class Compression:
    """A way of compressing.

    name: as people call it.
    magic: what each member starts with.
    begin: makes the decompressor of a member.
    """

    name: str
    magic: "re.Pattern[bytes]"
    begin: Callable[[], _Decompressor]

    def decompress(self, stream: Any) -> Iterator[bytes]:
        """What the members of a file hold, one after the other, in pieces of at most 1 MiB.

        NUL bytes between and after members are padding. Raises `DamagedLog` after the last piece
        where a member is damaged or ends too early, or where something else follows.
        """
        data, given = b"", 0
        while True:
            member = self.begin()
            while not member.eof:
                size = min(max(_FIRST_STEP, given // 16), _LARGEST_STEP)
                if member.needs_input:
                    data = data or stream.read1(size)
                    if not data:
                        raise self._damage("Compressed file ended before its end-of-stream marker")
                part = self._step(member, data, size)
                given += len(part)
                yield part
                data = b""
            data = self._next_member(member.unused_data, stream)
            if not data:
                return

    def _step(self, member: _Decompressor, data: bytes, size: int) -> bytes:
        try:
            return member.decompress(data, size)
        except _faults() as error:
            raise self._damage(str(error)) from error

    def _next_member(self, data: bytes, stream: Any) -> bytes:
        """The beginning of the next member; nothing at the end of the file."""
        data = data.lstrip(b"\0")
        while len(data) < MAGIC_SIZE:
            more = stream.read1(_FIRST_STEP)
            if not more:
                break
            data = (data + more).lstrip(b"\0")
        if data and not self.magic.match(data):
            raise self._damage("something else follows the compressed data")
        return data

    def _damage(self, reason: str) -> DamagedLog:
        return DamagedLog(f"damaged {self.name}: {reason}")


def compression_of(head: bytes) -> Compression | None:
    """How a file is compressed that starts with `head`; None if it is not."""
    return next((each for each in _COMPRESSIONS if each.magic.match(head)), None)


def _gzip() -> _Decompressor:
    try:
        from isal.igzip_lib import DECOMP_GZIP, IgzipDecompressor
    except ImportError:
        return _StandardGzip()
    member: _Decompressor = IgzipDecompressor(flag=DECOMP_GZIP)
    return member


def _zstd() -> _Decompressor:
    member: _Decompressor = zstd_module().ZstdDecompressor()
    return member


def _bzip2() -> _Decompressor:
    import bz2

    return bz2.BZ2Decompressor()


def _xz() -> _Decompressor:
    import lzma

    return lzma.LZMADecompressor(lzma.FORMAT_XZ)


# A frame of zstd may be one that is to be skipped; some compressors begin with one.
_COMPRESSIONS = (
    Compression("gzip", re.compile(rb"\x1f\x8b"), _gzip),
    Compression("zstd", re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"), _zstd),
    Compression("bzip2", re.compile(rb"BZh[1-9](?:1A|\x17r)"), _bzip2),
    Compression("xz", re.compile(rb"\xfd7zXZ\0"), _xz),
)

#: What files begin with that are compressed, or may be, by another way than gzip.
OTHER_BEGINNINGS = [
    b"\x28\xb5\x2f\xfd",
    *(bytes([first]) + b"\x2a\x4d\x18" for first in range(0x50, 0x60)),
    b"BZh",
    b"\xfd7zXZ\0",
]


class _StandardGzip:
    """gzip by the standard library, where the faster one has no wheel."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._member.eof

    @property
    def needs_input(self) -> bool:
        return not self._member.unconsumed_tail and not self.eof

    @property
    def unused_data(self) -> bytes:
        return self._member.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._member.decompress(self._member.unconsumed_tail + data, max_length)


def zstd_module() -> Any:
    """The standard library's module, or the package that older versions of Python have it by."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd


def _faults() -> tuple[type[Exception], ...]:
    """What decompressors raise. Only asked for once one has raised something."""
    import lzma

    faults = [OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zstd_module().ZstdError]
    if "isal.igzip_lib" in sys.modules:
        faults.append(sys.modules["isal.igzip_lib"].IsalError)
    return tuple(faults)
