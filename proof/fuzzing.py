"""Mutated bytes, given to the kernel's entry points, to decoders and to all that reads documents."""

import bz2
import gzip
import io
import lzma
import warnings
from array import array
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from random import Random

import metricparse as mp
from metricparse import _kernel as kernel
from metricparse.definitions.documents import find_algorithms, parse_document
from metricparse.logs.envelopes import Envelope
from metricparse.matching.combined_pattern import CombinedPattern
from proof.run import Run, main
from tests.support.log_envelopes import FORMS
from tests.support.sample_logs import SAMPLE_NAMES, SAMPLES
from tests.test_native_envelopes import DEFINITIONS, LINES, document

_BEGINNING = 4000
_LONGEST = 20_000
_ODD = (
    b"\n",
    b"\r\n",
    b"\0",
    b"\xff",
    b"\x1b[0m",
    b'"',
    b"\\",
    b"\\u",
    b"{",
    b"}",
    b"[",
    b",",
    b":",
)
_ODD_NUMBERS = (b"-1", b"0", b"1e999", b"9223372036854775808", b"99999999999999999999999", b"-")
_TYPICAL = (b"loss: 0.5\n", b"1.5e-05", b"nan", "é日本😀".encode(), b"2026-11-22T10:00:00.5Z ")
_ENVELOPES = [*LINES, "cloudwatch"]


def prove(run: Run) -> None:
    """Feed mutated bytes to everything that reads bytes from elsewhere."""
    warnings.simplefilter("ignore")
    logs, documents = _seed_logs(), _seed_documents()
    feeds: dict[str, Callable[[Random, bytes], None]] = {
        "kernel": _feed_kernel,
        "scans": partial(_scan, CombinedPattern(DEFINITIONS)),
        "documents": _read_document,
        "regexes": _check_regex,
    }
    for _ in run.turns():
        random = run.random
        fresh = document(random, random.choice(_ENVELOPES))
        seeds = random.choice([[*logs, fresh], documents])
        data = _mutated(random, random.choice(seeds), random.choice(seeds))
        for name, feed in feeds.items():
            run.counts[name] += 1
            try:
                feed(random, data)
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as surprise:  # noqa: BLE001 - a panic of the kernel is no `Exception`
                run.fail(f"{name}: {type(surprise).__name__}: {surprise}: {data!r}")


def _seed_logs() -> list[bytes]:
    samples = [(SAMPLES / name / "train.log").read_bytes()[:_BEGINNING] for name in SAMPLE_NAMES]
    plain = samples[0]
    forms = [make(plain) for make in FORMS.values()]
    packed = [gzip.compress(plain), bz2.compress(plain), lzma.compress(plain)]
    return [*samples, *forms, *packed]


def _seed_documents() -> list[bytes]:
    found = [(SAMPLES / name / "definitions.json").read_bytes() for name in SAMPLE_NAMES]
    python = b"definitions = [\n    {'Name': 'a', 'Regex': r'a=([0-9.]+)'},\n]\n"
    yaml = b"MetricDefinitions:\n  - Name: a\n    Regex: 'a=([0-9.]+)'\n"
    toml = b'[[MetricDefinitions]]\nName = "a"\nRegex = "a=([0-9.]+)"\n'
    notebook = b'{"cells": [{"cell_type": "code", "source": ["m = 1\\n", "x = []"]}]}'
    return [*found, python, yaml, toml, notebook]


def _mutated(random: Random, data: bytes, other: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice([0, 1, 1, 2, 5, 20])):
        start = random.randrange(len(changed) + 1)
        end = min(len(changed), start + random.choice([0, 1, 1, 2, 8, 100]))
        match random.randrange(7):
            case 0:
                changed[start:end] = random.randbytes(end - start)
            case 1:
                del changed[start:end]
            case 2:
                changed[start:start] = changed[start:end] * random.choice([1, 2, 50])
            case 3:
                changed[start:end] = random.choice([*_ODD, *_ODD_NUMBERS, *_TYPICAL])
            case 4:
                place = random.randrange(len(other) + 1)
                changed[start:start] = other[place : place + 200]
            case 5 if end > start:
                changed[start] ^= 1 << random.randrange(8)
            case 6 if random.random() < 0.2:
                del changed[start:]
    return bytes(changed[:_LONGEST])


def _feed_kernel(random: Random, data: bytes) -> None:
    """All functions of the kernel that take bytes."""
    lines = sorted(random.randrange(50) for _ in range(random.randrange(5)))
    place = random.randrange(len(data) + 2)
    kernel.parse_time(data)
    kernel.parse_number(data[: random.randrange(40)])
    kernel.zoned(data, data[:9], lines)
    kernel.event_cuts(data)
    kernel.decode_events(data, place, random.choice([1, 2]))
    with suppress(ValueError):
        kernel.is_truncated(data, place, place + random.randrange(20))
    for envelope in LINES:
        if kernel.decode_envelope(envelope, data) is not None:
            kernel.envelope_times(envelope, data, lines)
    series, times, values = (array(kind, lines).tobytes() for kind in "iqd")
    with suppress(ValueError):
        kernel.gather_periods(series, times, values, random.randrange(5))


def _scan(pattern: CombinedPattern, random: Random, data: bytes) -> None:
    """A scan in whatever envelope: what comes of each byte and each line is told."""
    given = random.choice([data, data, gzip.compress(data)])
    envelope = random.choice([None, None, *Envelope])
    try:
        scan = mp.scan(
            io.BytesIO(given),
            pattern,
            envelope=envelope,
            view=random.choice(["sagemaker", "raw"]),
            time=random.choice(["auto", "%Y-%m-%d %H:%M:%S"]),
            block_size=random.choice([7, 100, 1 << 20]),
            threads=random.choice([1, 2]),
        )
        rows = sum(len(batch) for batch in scan)
    except mp.MetricparseError:
        return
    summary = scan.summary
    assert rows == summary.records, "rows are not what is told of them"
    for source in summary.sources:
        balance = source.bytes_in - source.bytes_seen - sum(source.skipped.values())
        assert balance == 0, f"{balance} bytes are lost"
    for each in summary.definitions:
        assert each.unmatched >= 0, "more outcomes than searches"


def _read_document(random: Random, data: bytes) -> None:
    """Definitions in whatever a file's name says it is."""
    text = data.decode("utf-8", "replace")
    with suppress(mp.MetricparseError):
        name = random.choice(["a.json", "a.yaml", "a.toml", "a.py", "a.ipynb", "a"])
        find_algorithms(parse_document(text, name))


def _check_regex(random: Random, data: bytes) -> None:
    """A regex made of the text, as `check` reads it."""
    text = data.decode("utf-8", "replace")
    start = random.randrange(len(text) + 1)
    regex = text[start : start + random.randrange(1, 60)]
    mp.check([{"Name": "a", "Regex": regex}])


if __name__ == "__main__":
    main("fuzzing", prove)
