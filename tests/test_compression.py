"""Compressed logs: told by content, read in pieces, kept up to their damage."""

import bz2
import gzip
import io
import lzma
import sys
import threading
from collections.abc import Callable, Generator
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest

import metricparse as mp
from metricparse.logs.input.compression import DamagedLog, compression_of
from metricparse.logs.input.read_ahead import read_ahead

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = b"".join(b"step %d loss: %d.5\n" % (n * n % 7919, n) for n in range(40_000))
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zstd": zstd.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}
LOSS = [{"Name": "loss", "Regex": "loss: (.*)"}]

each_kind = pytest.mark.parametrize("kind", COMPRESS)


@cache
def compressed(kind: str) -> bytes:
    """The text, in one member."""
    return COMPRESS[kind](TEXT)


def decompress(data: bytes) -> bytes:
    compression = compression_of(data)
    assert compression
    return b"".join(compression.decompress(io.BufferedReader(io.BytesIO(data))))


def kept(data: bytes) -> tuple[bytes, str]:
    """What is read before the damage, and what is said about it."""
    compression = compression_of(data)
    assert compression
    parts = []
    try:
        for part in compression.decompress(io.BufferedReader(io.BytesIO(data))):
            parts.append(part)  # noqa: PERF402 - what came before the damage is kept
    except DamagedLog as damage:
        return b"".join(parts), str(damage)
    raise AssertionError("no damage was seen")


@each_kind
def test_a_member_or_several_with_padding_between(kind: str) -> None:
    one, two = COMPRESS[kind](TEXT[:1000]), COMPRESS[kind](TEXT[1000:])
    assert decompress(one + two) == TEXT
    assert decompress(one + bytes(512) + two + bytes(70_000)) == TEXT
    assert decompress(COMPRESS[kind](b"") + one + COMPRESS[kind](b"")) == TEXT[:1000]


@each_kind
def test_a_truncated_file_keeps_what_it_holds(kind: str) -> None:
    data, message = kept(compressed(kind)[:-30])
    assert TEXT.startswith(data)
    assert message == f"damaged {kind}: Compressed file ended before its end-of-stream marker"


@each_kind
def test_a_file_with_a_flipped_byte_keeps_what_came_before(kind: str) -> None:
    whole = compressed(kind) + compressed(kind)
    damaged = bytearray(whole)
    damaged[len(whole) * 3 // 4] ^= 0xFF
    data, message = kept(bytes(damaged))
    assert data.startswith(TEXT)
    assert message.startswith(f"damaged {kind}: ")


@each_kind
@pytest.mark.parametrize("garbage", [b"x", b"more text\n", b"\0\0\0x", b"\x1f\x8c\0\0\0\0"])
def test_what_follows_and_is_not_compressed_is_damage(kind: str, garbage: bytes) -> None:
    data, message = kept(compressed(kind) + garbage)
    assert data == TEXT
    assert message == f"damaged {kind}: something else follows the compressed data"


@each_kind
def test_a_bomb_is_read_in_small_pieces(kind: str) -> None:
    bomb = COMPRESS[kind](bytes(30_000_000))
    compression = compression_of(bomb)
    assert compression
    sizes = [len(part) for part in compression.decompress(io.BufferedReader(io.BytesIO(bomb)))]
    assert sum(sizes) == 30_000_000
    assert max(sizes) <= 1 << 20
    before = [0, *accumulate(sizes)]
    assert all(
        size <= max(1 << 16, given // 16) for size, given in zip(sizes, before[:-1], strict=True)
    )


def test_chunks_that_are_read_ahead_are_the_same_up_to_what_is_raised() -> None:
    def chunks() -> Generator[bytes]:
        yield from (b"%d" % number for number in range(100))
        raise DamagedLog("here")

    ahead = read_ahead(chunks())
    assert [next(ahead) for _ in range(100)] == [b"%d" % number for number in range(100)]
    with pytest.raises(DamagedLog, match="here"):
        next(ahead)


def test_who_stops_early_closes_what_is_read_ahead() -> None:
    closed = threading.Event()

    def chunks() -> Generator[bytes]:
        try:
            while True:
                yield b"more"
        finally:
            closed.set()

    ahead = read_ahead(chunks())
    assert next(ahead) == b"more"
    ahead.close()
    assert closed.wait(10)


def test_a_frame_of_zstd_that_is_to_be_skipped() -> None:
    skipped = b"\x50\x2a\x4d\x18\4\0\0\0abcd"
    assert decompress(skipped + zstd.compress(TEXT) + skipped) == TEXT


def test_without_the_fast_library_gzip_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "isal.igzip_lib", None)
    test_a_member_or_several_with_padding_between("gzip")
    test_a_truncated_file_keeps_what_it_holds("gzip")
    test_a_bomb_is_read_in_small_pieces("gzip")


@pytest.mark.parametrize("head", [b"", b"\x1f", b"BZhang", b"BZh0 1A", b"loss: 1\n", b"\xfd7zXY\0"])
def test_what_is_not_compressed(head: bytes) -> None:
    assert compression_of(head) is None


@each_kind
@pytest.mark.parametrize("block_size", [1, 1000, 1 << 20])
def test_a_scan_is_the_same_as_without_compression(
    tmp_path: Path, kind: str, block_size: int
) -> None:
    text = TEXT if block_size > 1 else TEXT[:2000]
    (tmp_path / "train.log").write_bytes(text)
    (tmp_path / "train.log.old").write_bytes(
        compressed(kind) if text is TEXT else COMPRESS[kind](text)
    )
    tables = [
        mp.scan(tmp_path / name, LOSS, block_size=block_size).to_table().drop_columns("source")
        for name in ("train.log", "train.log.old")
    ]
    assert tables[0] == tables[1]
    assert len(tables[0]) == text.count(b"\n")


@each_kind
def test_a_scan_states_the_damage(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "train.log"
    path.write_bytes(compressed(kind) + b"garbage")
    scan = mp.scan(path, LOSS)
    with pytest.warns(mp.DamagedLogWarning, match=f"damaged {kind}: something else follows"):
        assert len(scan.to_table()) == 40_000


@each_kind
@pytest.mark.parametrize("block_size", [1, 1 << 20])
def test_compressed_binary_data_is_refused(tmp_path: Path, kind: str, block_size: int) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(COMPRESS[kind](bytes(4096)))
    scan: Any = mp.scan(path, LOSS, block_size=block_size)
    with pytest.raises(mp.LogError, match="not a text log, but binary data"):
        scan.to_table()
