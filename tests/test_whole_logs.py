"""Small logs that the kernel reads and searches at once give what they give otherwise."""

import bz2
import gzip
import lzma
import os
import warnings
from collections.abc import Callable
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import pytest

import metricparse as mp
from metricparse.logs.input.compression import compression_of, zstd_module
from metricparse.logs.input.sources import ODD_BEGINNINGS
from metricparse.scanning import reading
from tests.support.log_envelopes import FORMS
from tests.support.long_runs import plain_and_long

pytest.importorskip("metricparse._kernel", reason="the native extension was not built")

LOSS = [{"Name": "loss", "Regex": r"loss: (\S+)"}, {"Name": "slow", "Regex": "(?:a|aa)+b=([0-9])"}]
TEXT = b"".join(b"2026-11-22 10:00:%02d loss: %d\n" % (n % 60, n) for n in range(200))
GZIP = gzip.compress(TEXT)
#: Beginnings of lines in envelopes, and of what is like them.
WORDS = (
    *("{", "[", '{"log":"', '"stream":"stdout","time":"x"}', "[1,2]<stdout>:", "[1,a]<std", "0%|"),
    *("2026-11-22T10:00:00.123Z ", "2026-11-22 10:00:00 ", "stdout F ", "a/b ", "algo-1-abcde | "),
    *(
        "loss: 1",
        "loss: x",
        "\x1b[34m",
        "\x1b[0m",
        "\x1b",
        " ",
        "\t",
        "\r",
        "\n",
        "\n",
        "\n",
        "é",
        "\0",
    ),
)


def with_flag(flag: int) -> bytes:
    """A gzip file whose header says that more follows in it."""
    return GZIP[:3] + bytes([flag]) + GZIP[4:]


ODD: dict[str, bytes] = {
    "empty": b"",
    "no end": TEXT[:-1],
    "long lines": b"loss: 1 ".ljust(300_000) + b"\n" + TEXT + b"x" * 40_000 + b"\nloss: 2",
    "control characters": b"loss: 1\rloss: 2\t\x1b[31m\x07\n" + TEXT,
    "not UTF-8": b"\x80loss: 1\xff\n" * 50,
    "runaway": b"loss: 1 " + b"a" * 40 + b"c\n" + TEXT,
    "elf": b"\x7fELF" + TEXT,
    "parquet": b"PAR1 loss: 1\n",
    "utf-16": "loss: 1\n".encode("utf-16"),
    "nul": b"loss: 1\0\n" * 100,
    "notebook": b'{"cells": [], "nbformat": 4}',
    "gzip": GZIP,
    "gzip of nothing": gzip.compress(b""),
    "gzip of gzip": gzip.compress(GZIP),
    "gzip of a binary": gzip.compress(b"\x7fELF" + bytes(600)),
    "members": GZIP + b"\0\0" + GZIP + bytes(9),
    "cut off": GZIP[:-9],
    "cut in its header": GZIP[:5],
    "damaged": GZIP[:300] + b"xxxx" + GZIP[304:],
    "wrong sum": GZIP[:-8] + b"xxxx" + GZIP[-4:],
    "wrong length": GZIP[:-4] + b"\xff\xff\xff\x7f",
    "followed by more": GZIP + b"loss: 5\n",
    **{f"flag {flag}": with_flag(flag) for flag in (1, 2, 4, 8, 16, 32)},
    "bzip2": bz2.compress(TEXT),
    "xz": lzma.compress(TEXT),
    "zstd": zstd_module().compress(TEXT),
    "skippable": b"\x50\x2a\x4d\x18\x01\0\0\0x" + zstd_module().compress(TEXT),
    **{form: write(TEXT) for form, write in FORMS.items()},
}


def told(log: Path, **options: Any) -> tuple[list[Any], dict[str, Any], list[str], str]:
    """Rows and accounts of a log, and of what was warned."""
    scan = mp.scan([log], LOSS, on_error="record", **options)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        rows = scan.to_table().to_pylist()
    summary = scan.summary
    series = repr([each.series for each in summary.definitions])
    return rows, {**summary.to_dict(), "seconds": 0}, [str(each.message) for each in caught], series


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Any, Any]]:
    """What is told of a log that may be searched at once, and of one that may not."""

    def both(log: Path, **options: Any) -> tuple[Any, Any]:
        at_once = told(log, **options)
        with monkeypatch.context() as patched:
            patched.setattr(reading, "_MOST_WHOLE", 0)
            return at_once, told(log, **options)

    return both


@pytest.mark.parametrize("options", [{}, {"view": "raw", "strip_ansi": True}, {"time": "none"}])
@pytest.mark.parametrize("kind", ODD)
def test_odd_logs(
    kind: str,
    options: dict[str, Any],
    tmp_path: Path,
    both: Callable[..., tuple[Any, Any]],
) -> None:
    log = tmp_path / "train.log"
    log.write_bytes(ODD[kind])
    at_once, otherwise = both(log, **options)
    assert at_once == otherwise


@pytest.mark.parametrize("count", plain_and_long(300, 20_000))
def test_logs_that_begin_like_those_in_envelopes(
    count: int, tmp_path: Path, both: Callable[..., tuple[Any, Any]]
) -> None:
    log = tmp_path / "train.log"
    for seed in range(count):
        random = Random(seed)
        words = (random.choice(WORDS) for _ in range(random.randrange(60)))
        text = "".join(words).encode() * random.choice([1, 1, 20])
        log.write_bytes(gzip.compress(text) if random.random() < 0.3 else text)
        at_once, otherwise = both(log)
        assert at_once == otherwise, seed


def test_what_is_longer_is_read_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, both: Callable[..., tuple[Any, Any]]
) -> None:
    monkeypatch.setattr(reading, "_MOST_WHOLE", 1000)
    for name, log in (("long.log", TEXT), ("long.gz", GZIP), ("short.log", TEXT[:1000])):
        (tmp_path / name).write_bytes(log)
        at_once, otherwise = both(tmp_path / name)
        assert at_once == otherwise


@pytest.mark.parametrize("kind", ["bzip2", "xz", "zstd", "skippable"])
def test_beginnings_of_compressed_files_are_known(kind: str) -> None:
    assert compression_of(ODD[kind])
    assert ODD[kind].startswith(tuple(ODD_BEGINNINGS))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_opened_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_bytes, args=(TEXT * 50,))
    writer.start()
    assert mp.scan([pipe], LOSS).to_table().num_rows == 10_000
    writer.join()
