"""The kernel takes text out of its envelope as the decoders in Python do."""

import gzip
import io
import json
import warnings
from collections.abc import Callable
from itertools import accumulate, chain, pairwise
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest

import metricparse as mp
from metricparse.logs import intake
from metricparse.logs.envelopes import Envelope, base, cloudwatch as cloudwatch_decoder
from metricparse.logs.envelopes.detect import decoder_of
from metricparse.scanning import reading
from tests.support.long_runs import plain_and_long

pytest.importorskip("metricparse._kernel", reason="the native extension was not built")

DEFINITIONS = mp.load_definitions(
    [{"Name": "v", "Regex": "v=([^, ]+)"}, {"Name": "w", "Regex": r"w: ([0-9.e-]+)"}]
)
WORDS = (
    "v=1",
    "v=2.5,",
    "w: 3e-05",
    "v=x",
    "é",
    "日本",
    "<a>&",
    '"q"',
    "\\",
    '}, {"timestamp": 1, "events": [{"',
    "\t",
    "\r",
    "",
    "a b",
)
TIMES = (
    "2026-11-22T10:00:00.123456789Z",
    "2026-11-22T10:00:00Z",
    "2026-11-22T11:00:00.5+01:00",
    "2026-02-30T10:00:00Z",
    "1600-01-01T00:00:00Z",
)


def text(random: Random) -> str:
    line = " ".join(random.choice(WORDS) for _ in range(random.randrange(5)))
    return line * random.choice([1, 1, 1, 1, 40])


def as_json(random: Random, value: Any) -> str:
    separators = random.choice([None, (",", ":")])
    return json.dumps(value, ensure_ascii=random.random() < 0.5, separators=separators)


def docker(random: Random) -> str:
    event = {"log": text(random) + "\n", "stream": random.choice(["stdout", "stdout", "stderr"])}
    event["time"] = random.choice(TIMES)
    if random.random() < 0.1:
        event["log"] = random.choice([event["log"][:-1], event["log"] * 2, "\n", "", "\ud83d\n"])
    if random.random() < 0.05:
        event = random.choice(
            [{**event, "attrs": "x"}, dict(reversed(event.items())), {"log": "a\n"}]
        )
    return as_json(random, event) + "\n"


def cri(random: Random) -> str:
    flag = random.choice(["F", "F", "F", "F", "P", "F:x"])
    stream = random.choice(["stdout", "stdout", "stderr"])
    return f"{random.choice(TIMES)} {stream} {flag} {text(random)}\n"


def export(random: Random) -> str:
    time = random.choice(["2026-11-22T10:00:00.123Z ", "2026-11-22T10:00:01.000Z "])
    return (time if random.random() < 0.95 else "") + text(random) + "\n"


def tail(random: Random) -> str:
    stream = random.choice(["j/algo-1", "j/algo-1", "j/algo-1", "j/algo-2"])
    prefix = f"2026-11-22T10:00:00.123000+00:00 {stream} "
    return (prefix if random.random() < 0.95 else "") + text(random) + "\n"


def compose(random: Random) -> str:
    name = random.choice(["algo-1-0k2vn", "algo-1-0k2vn", "algo-1-0k2vn", "algo-2-0k2vn"])
    return f"{name}  |{random.choice([' ', ' ', ' ', ''])}{text(random)}\n"


LINES: dict[str, Callable[[Random], str]] = {
    "docker": docker,
    "cri": cri,
    "export": export,
    "tail": tail,
    "compose": compose,
}


def lines_of(random: Random, envelope: str) -> bytes:
    """Lines of an envelope, some of them broken, of another envelope or of none."""
    rare = random.choice([0, 0, 0.05])
    lines = []
    for _ in range(random.randrange(1, 60)):
        line = LINES[envelope](random).encode("utf-8", "surrogatepass")
        if random.random() < rare:
            other = LINES[random.choice(list(LINES))](random).encode("utf-8", "surrogatepass")
            line = random.choice([line[:9], b"plain v=1\n", b"\n", b"\xff\n", other, line[:-1]])
        lines.append(line.replace(b"\n", b"\r\n") if random.random() < rare else line)
    return b"".join(lines)


def events(random: Random) -> bytes:
    """Pages of events, some of them odd."""
    pages = []
    for _ in range(random.randrange(1, 3)):
        listed: list[Any] = []
        streams: list[str | None] = random.choice(
            [[None], [None], ["s/1"], ["s/1"], [None, "s/1", "s/2"]]
        )
        rare = random.choice([0, 0, 0.1])
        for _ in range(random.randrange(20)):
            event: dict[str, Any] = {"timestamp": random.choice([1795341600123, 0, -5])}
            event["message"] = text(random) + random.choice(["", "", "\n", "\nv=7"])
            if stream := random.choice(streams):
                event["logStreamName"] = stream
            if random.random() < rare:
                odd = [
                    {**event, "timestamp": 1.5},
                    {**event, "message": {"v": 1}},
                    {"eventId": "1"},
                ]
                event = random.choice([*odd, {**event, "message": "\ud83d v=1"}])
            listed.append(event)
        indent = random.choice([None, 4])
        pages.append(json.dumps({"events": listed, "nextToken": "t"}, indent=indent))
    whole = "\n".join(pages).encode()
    return whole[: random.choice([len(whole)] * 4 + [len(whole) // 2])]


def outcome(
    log: bytes | Path, block_size: int, envelope: str, time: str, threads: int
) -> tuple[Any, ...]:
    given = log if isinstance(log, Path) else io.BytesIO(log)
    scan = mp.scan(
        given,
        DEFINITIONS,
        block_size=block_size,
        envelope=envelope,
        time=time,
        threads=threads,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mp.DamagedLogWarning)  # the summary says it
        rows = repr(scan.to_table().to_pylist())
    return rows, {**scan.summary.to_dict(), "seconds": None}


def document(random: Random, envelope: str) -> bytes:
    """A log in an envelope."""
    return events(random) if envelope == "cloudwatch" else lines_of(random, envelope)


def given_as(log: bytes, turn: int, folder: Path) -> bytes | Path:
    """A log as a stream, compressed or not, or as a file, by turns."""
    given = gzip.compress(log) if turn % 5 == 0 else log
    if turn % 2 == 0:
        return given
    path = folder / "log"
    path.write_bytes(log)
    return path


def outcomes_both_ways(
    random: Random, envelope: str, given: bytes | Path, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[Any, ...]]:
    """What the kernel and the decoders in Python make of a log, in blocks of some size."""
    (block_size,) = random.choices([1, 50, 500, 1 << 20], [1, 9, 45, 45])
    how = block_size, envelope, random.choice(["auto", "line"]), random.choice([1, 1, 1, 2])
    with monkeypatch.context() as patch:
        # Lines are given as they are once the envelope is known, which is here after the first few.
        patch.setattr(intake, "HEAD_SIZE", 100)
        outcomes = [outcome(given, *how), outcome(given, 200, *how[1:])]
        patch.setattr(base, "kernel", None)
        patch.setattr(cloudwatch_decoder, "kernel", None)
        patch.setattr(reading, "_NATIVE_ENVELOPES", frozenset())
        return [*outcomes, outcome(given, *how)]


def decoded(log: bytes, envelope: str, sizes: list[int]) -> tuple[Any, ...]:
    """The text and times of each stream, and all that a decoder counts, fed blocks of such sizes."""
    decoder = decoder_of(Envelope(envelope))
    texts: dict[str | None, tuple[list[bytes], list[int | None]]] = {}
    blocks = (log[start:end] for start, end in pairwise([*accumulate(sizes, initial=0), len(log)]))
    for text in chain(chain.from_iterable(map(decoder.feed, blocks)), decoder.finish()):
        parts, times = texts.setdefault(text.stream, ([b"\n"], []))
        if text.data:
            starts = parts[-1].endswith(b"\n") + text.data[:-1].count(b"\n")
            told = text.times.at(pa.array(range(starts))).to_pylist() if text.times else []
            parts.append(text.data)
            times += told
    counts = decoder.invalid, decoder.skipped, decoder.held, decoder.settled, decoder.cut_off
    return {stream: (b"".join(parts), times) for stream, (parts, times) in texts.items()}, counts


def decoded_both_ways(random: Random, envelope: str, log: bytes) -> list[tuple[Any, ...]]:
    """What the decoders make of a log, with the kernel and without."""
    cuts = sorted(random.randrange(len(log) + 1) for _ in range(random.choice([0, 0, 1, 3])))
    sizes = [end - start for start, end in pairwise([0, *cuts])]
    with pytest.MonkeyPatch.context() as patch:
        natively = decoded(log, envelope, sizes)
        patch.setattr(base, "kernel", None)
        patch.setattr(cloudwatch_decoder, "kernel", None)
        return [natively, decoded(log, envelope, sizes)]


@pytest.mark.parametrize("turns", plain_and_long(40, 2000))
@pytest.mark.parametrize("envelope", [*LINES, "cloudwatch"])
def test_decoders_are_alike_with_the_kernel_and_without(envelope: str, turns: int) -> None:
    random = Random(envelope)
    for turn in range(turns):
        log = document(random, envelope)
        natively, without = decoded_both_ways(random, envelope, log)
        assert natively == without, (turn, log)


@pytest.mark.filterwarnings("ignore::metricparse.DamagedLogWarning")
@pytest.mark.parametrize("turns", plain_and_long(4, 40))
@pytest.mark.parametrize("source", mp.TimeSource)
@pytest.mark.parametrize("envelope", [*LINES, "cloudwatch"])
def test_both_take_the_times_that_are_asked_for(
    envelope: str, source: mp.TimeSource, turns: int, tmp_path: Path
) -> None:
    """From a file, of which the kernel reads segments, and from a stream."""
    random = Random(f"{envelope} {source}")
    for turn in range(turns):
        given = given_as(document(random, envelope), turn, tmp_path)
        by_matcher = []
        for matcher in mp.Matcher:
            scan = mp.scan(
                io.BytesIO(given) if isinstance(given, bytes) else given,
                DEFINITIONS,
                matcher=matcher,
                envelope=envelope,
                time=source,
            )
            by_matcher.append((scan.to_table(), scan.summary.sources))
        assert by_matcher[0] == by_matcher[1], (turn, given)


@pytest.mark.parametrize("turns", plain_and_long(8, 2000))
@pytest.mark.parametrize("envelope", [*LINES, "cloudwatch"])
def test_both_decode_random_documents_alike(
    envelope: str, turns: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """From a file, of which the kernel reads segments, and from a stream."""
    random = Random(f"{envelope} {turns}")
    for turn in range(turns):
        log = document(random, envelope)
        outcomes = outcomes_both_ways(random, envelope, given_as(log, turn, tmp_path), monkeypatch)
        assert all(each == outcomes[0] for each in outcomes), (turn, log)
