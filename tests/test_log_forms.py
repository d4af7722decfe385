"""One log in every form: the same records; and the times and sources that the forms tell."""

import io
import json
import random
from itertools import cycle, product
from pathlib import Path

import pyarrow as pa
import pytest

import metricparse as mp
from metricparse.scanning import spill
from tests.support.log_envelopes import FORMS, NANOSECONDS, cri, docker
from tests.support.long_runs import mostly_long
from tests.support.sample_logs import SAMPLE_NAMES, SAMPLES

LOSS = [{"Name": "loss", "Regex": r"loss: (\S+)"}]


def rows(table: pa.Table) -> list[tuple[int, str, float]]:
    return list(zip(*(table[c].to_pylist() for c in ("line", "metric", "value")), strict=True))


def times(scan: mp.Scan) -> list[int | None]:
    found: list[int | None] = scan.to_table()["timestamp"].cast(pa.int64()).to_pylist()
    return found


def assert_closed(summary: mp.Summary) -> None:
    for source in summary.sources:
        assert source.bytes_in == source.bytes_seen + sum(source.skipped.values())


@pytest.mark.parametrize("matcher", ["native", "reference"])
@pytest.mark.parametrize(
    ("form", "folder"),
    mostly_long(product(FORMS, SAMPLE_NAMES), [*zip(FORMS, cycle(SAMPLE_NAMES), strict=False)]),
)
def test_a_log_in_any_form_gives_the_same_records(
    folder: str, form: str, matcher: str, tmp_path: Path
) -> None:
    log = SAMPLES / folder / "train.log"
    definitions = mp.load_definitions(SAMPLES / folder / "definitions.json")
    path = tmp_path / "log"
    path.write_bytes(FORMS[form](log.read_bytes()))
    scan = mp.scan(path, definitions, matcher=matcher, block_size=20_000)
    plain = mp.scan(log, definitions, matcher=matcher)
    assert rows(scan.to_table()) == rows(plain.to_table())
    assert_closed(scan.summary)
    assert scan.bytes_read == scan.summary.bytes_in
    if form in ("docker", "cri", "cloudwatch", "export"):
        assert set(times(scan)) == {NANOSECONDS}
        assert scan.summary.sources[0].envelopes == [form]


def interleaved(streams: int, lines: int) -> bytes:
    order = random.Random(4)
    names = [order.randrange(streams) for _ in range(lines)]
    return b"".join(b"algo-%d-abcde  | loss: %d\n" % (s, n) for n, s in enumerate(names))


@pytest.mark.parametrize("in_memory", [spill.RECORDS_IN_MEMORY, 100])
def test_streams_of_a_log_are_sources_and_come_one_after_the_other(
    in_memory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spill.SpilledRecords.__init__, "__defaults__", (in_memory,))
    log = interleaved(3, 5000)
    scan = mp.scan(io.BytesIO(log), LOSS, block_size=1000)
    table = scan.to_table()
    sources = table["source"].to_pylist()
    first = list(dict.fromkeys(sources))
    assert sorted(first) == [f"<stream>:algo-{n}-abcde" for n in range(3)]
    assert first[0] == f"<stream>:{log[:12].decode()}"
    assert sources == sorted(sources, key=first.index)
    for name in first:
        lines = [
            line for line, source in zip(table["line"], sources, strict=True) if source == name
        ]
        assert [line.as_py() for line in lines] == list(range(1, len(lines) + 1))
    assert table.num_rows == scan.summary.lines == 5000
    assert scan.summary.bytes_in == len(log)
    assert_closed(scan.summary)


def test_invalid_lines_and_times_that_go_backwards_are_counted() -> None:
    log = b"".join(
        b"2026-11-22T10:00:0%dZ stdout F loss: %d\n" % (second, second) for second in (1, 3, 2)
    )
    scan = mp.scan(io.BytesIO(log + b"loss: 9\n"), LOSS)
    assert [value is None for value in times(scan)] == [False, False, False, True]
    (source,) = scan.summary.sources
    assert (source.invalid, source.times_backwards) == (1, 1)
    assert_closed(scan.summary)


def test_an_envelope_by_hand_and_one_that_changes() -> None:
    log = docker(b"loss: 1\n") + cri(b"loss: 2\n")
    scan = mp.scan(io.BytesIO(log), LOSS)
    assert scan.to_table()["value"].to_pylist() == [1, 2]
    assert scan.summary.sources[0].envelopes == ["docker", "cri"]
    plain = mp.scan(io.BytesIO(cri(b"loss: 2\n")), LOSS, envelope="plain")
    assert plain.to_table()["value"].to_pylist() == [2]
    assert plain.summary.sources[0].envelopes == []


@pytest.mark.parametrize(("regex", "sources"), [("v=(.)", 2), (r"<stdout>:v=(.)", 1)])
def test_tags_of_mpi_stay_if_a_regex_is_about_them(regex: str, sources: int) -> None:
    log = b"[1,0]<stdout>:v=1\n" * 3
    scan = mp.scan(io.BytesIO(log), [{"Name": "v", "Regex": regex}])
    assert scan.to_table()["value"].to_pylist() == [1, 1, 1]
    assert len(scan.summary.sources) == sources


LINE = b"2026-11-22 11:00:00 loss: 1\n"
ENVELOPED = json.dumps({"log": LINE.decode(), "stream": "stdout", "time": "2026-11-22T10:00:00Z"})
AT = 1_795_341_600_000_000_000
HOUR = 3600 * 10**9


@pytest.mark.parametrize("matcher", ["native", "reference"])
@pytest.mark.parametrize(
    ("time", "zone", "expected"),
    [
        ("auto", "UTC", (AT + HOUR, AT)),
        ("auto", "Europe/Berlin", (AT, AT)),
        ("line", "UTC", (AT + HOUR, AT + HOUR)),
        ("line", "Europe/Berlin", (AT, AT)),
        ("envelope", "UTC", (None, AT)),
        ("arrival", "UTC", (None, None)),
        ("none", "UTC", (None, None)),
        ("%Y-%m-%d", "UTC", (AT - 10 * HOUR, AT - 10 * HOUR)),
    ],
)
def test_where_times_come_from(
    time: str, zone: str, expected: tuple[int | None, int | None], matcher: str, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    for log, each in zip((LINE * 2, ENVELOPED.encode() + b"\n"), expected, strict=True):
        path.write_bytes(log)
        scan = mp.scan(path, LOSS, matcher=matcher, time=time, time_zone=zone)
        assert set(times(scan)) == {each}


def test_a_time_anywhere_in_the_line_and_lines_longer_than_blocks() -> None:
    log = b"x\nloss: 1 @22 Nov@\n" + b"loss: 2 @23 Nov@" + b"x" * 40_000 + b" loss: 3\nloss: 4\n"
    where = mp.TimeFormat("%d %b", where="@(.*?)@", year=2026)
    scan = mp.scan(io.BytesIO(log), LOSS, time=where, block_size=17_000)
    day = 24 * HOUR
    start = AT - 10 * HOUR
    assert times(scan) == [start, start + day, start + day, None]


@pytest.mark.parametrize("block_size", [10, 1000, 1 << 20])
def test_times_belong_to_their_lines_however_the_log_is_divided(block_size: int) -> None:
    log = b"".join(
        b"2026-11-22T10:00:%02dZ stdout %b loss: %d \n" % (n % 60, b"PF"[n % 2 : n % 2 + 1], n)
        for n in range(600)
    )
    scan = mp.scan(io.BytesIO(log), LOSS, block_size=block_size)
    expected = [AT + n % 60 * 10**9 for n in range(0, 600, 2)]
    assert times(scan) == expected


def test_a_zone_that_there_is_not() -> None:
    with pytest.raises(mp.MetricparseError, match="no such time zone"):
        mp.scan(io.BytesIO(), LOSS, time_zone="Nowhere/Atlantis")


@pytest.mark.parametrize("matcher", ["native", "reference"])
def test_only_times_that_name_no_zone_are_of_the_zone(matcher: str) -> None:
    bare, zoned = b"2026-11-22 11:00:00 loss: 1", b"2026-11-22 11:00:00Z loss: 2"
    long = zoned + b" " + b"x" * 40_000 + b" loss: 3"
    log = b"\n".join([bare, b"loss: 0", zoned, zoned + b" loss: 4", long, bare])
    scan = mp.scan(
        io.BytesIO(log), LOSS, matcher=matcher, time_zone="Europe/Berlin", block_size=20_000
    )
    assert times(scan) == [AT, None, AT + HOUR, AT + HOUR, AT + HOUR, AT + HOUR, AT]
