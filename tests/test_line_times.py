"""Times in lines: which are recognised, which are described by hand, and their zones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import strategies as st

from metricparse.logs.line_times import (
    Moment,
    TimeFormat,
    TimeSource,
    parse_time,
    read_time,
    time_source,
)
from metricparse.logs.row_times import in_zone
from tests.support.long_runs import tried


def nanoseconds(text: str) -> int:
    """Of a time in UTC."""
    whole, _, fraction = text.partition(".")
    seconds = int(datetime.fromisoformat(whole).replace(tzinfo=UTC).timestamp())
    return seconds * 10**9 + int(fraction.ljust(9, "0"))


TEN = nanoseconds("2026-11-22T10:00:00")


@pytest.mark.parametrize(
    ("line", "time"),
    [
        ("2026-11-22T10:00:00 loss: 1", "10:00:00"),
        ("2026-11-22 10:00 loss: 1", "10:00:00"),
        ("2026-11-22 10:00:00,123 - root - INFO", "10:00:00.123"),
        ("2026-11-22 10:00:00.123456: I tensorflow/core", "10:00:00.123456"),
        ("[2026-11-22 10:00:00] loss: 1", "10:00:00"),
        ("[2026-11-22 10:00:00,123 INFO train.py:7] loss: 1", "10:00:00.123"),
        ("[2026-11-22 10:00:00.123 algo-1:27 INFO hook.py]", "10:00:00.123"),
        ("[11/22/2026 10:00:00 INFO 1]", None),
        ("2026/11/22 10:00:00 loss: 1", "10:00:00"),
        ("2026/11-22 10:00:00 loss: 1", None),
        ("INFO 2026-11-22 10:00:00,123 loss: 1", "10:00:00.123"),
        ("INFO:2026-11-22 10:00:00 loss: 1", "10:00:00"),
        ("[INFO] 2026-11-22 10:00:00 loss: 1", "10:00:00"),
        ("[INFO 2026-11-22 10:00:00,123 a.py:7] loss: 1", "10:00:00.123"),
        ("WARNING:  [2026-11-22 10:00:00] loss: 1", "10:00:00"),
        ("INFO:root:2026-11-22 10:00:00 loss: 1", None),
        ("info 2026-11-22 10:00:00 loss: 1", None),
        ("INFORMED 2026-11-22 10:00:00", None),
        (" 2026-11-22 10:00:00", None),
        ("at 2026-11-22 10:00:00", None),
        ("I20261122 10:00:00.123456 12345 file.cc:1] loss", "10:00:00.123456"),
        ("I20261122 10:00:00.123456", None),
        ("I1122 10:00:00.123456 12345 file.cc:1] loss", None),
    ],
)
def test_a_time_without_a_zone(line: str, time: str | None) -> None:
    expected = time and Moment(nanoseconds(f"2026-11-22T{time}"), zoned=False)
    assert read_time(line.encode()) == expected


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-22T10:00:00Z loss: 1",
        "2026-11-22t10:00:00z",
        "2026-11-22T12:00:00+02:00 loss: 1",
        "2026-11-22T12:00:00+0200]",
        "2026-11-22 12:00:00+02, loss",
        "2026-11-22 12:00:00 +0200 loss: 1",
        "2026-11-22 04:30:00 -05:30 loss: 1",
        "2026-11-22 10:00:00 UTC loss: 1",
        "[2026-11-22 10:00:00 GMT] loss: 1",
        "1795341600 loss: 1",
        "1795341600.0, loss: 1",
        "[1795341600] loss: 1",
        "1795341600000\tloss: 1",
    ],
)
def test_a_time_with_a_zone(line: str) -> None:
    assert read_time(line.encode()) == Moment(TEN, zoned=True)


@pytest.mark.parametrize(
    "line",
    ["10:00:00 +1500 x", "10:00:00 -5 x", "10:00:00 -0.5", "10:00:00 +0207", "10:00:00 +0200.5"],
)
def test_a_number_behind_a_time_is_no_zone(line: str) -> None:
    assert read_time(b"2026-11-22 " + line.encode()) == Moment(TEN, zoned=False)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("1262304000 x", 1_262_304_000 * 10**9),
        ("1262303999 x", None),
        ("4102444799.9 x", 4_102_444_799_900_000_000),
        ("4102444800 x", None),
        ("1795341600123 x", 1_795_341_600_123_000_000),
        ("1795341600.1234567891 x", 1_795_341_600_123_456_789),
        ("1795341600: x", None),
        ("1795341600", None),
        ("17953416001 x", None),
        ("1795341600.x", None),
    ],
)
def test_seconds_since_1970(line: str, expected: int | None) -> None:
    assert parse_time(line.encode()) == expected


@pytest.mark.parametrize(
    "time",
    ["2026-02-29 10:00", "2026-13-01 10:00", "2026-11-22 24:00", "2026-11-22 10:60", "0000-01-01 10:00",
     "1600-01-01 10:00", "2263-01-01 10:00", "2026-11-22 10:00:60", "2026-11-22 10:00:00+24", "I20261322 10:00:00.000000 7"],
)  # fmt: skip
def test_a_time_that_does_not_exist(time: str) -> None:
    assert read_time(time.encode()) is None


@pytest.mark.parametrize(
    ("written", "line", "expected"),
    [
        (TimeFormat("%d/%b/%Y %H:%M:%S"), "22/Nov/2026 10:00:00 x", Moment(TEN, zoned=False)),
        (TimeFormat("%d.%m.%Y  %H:%M"), "  22.11.2026 10:00 x", Moment(TEN, zoned=False)),
        (TimeFormat("%d.%m.%Y %H:%M %z"), "22.11.2026 12:00 +0200 x", Moment(TEN, zoned=True)),
        (TimeFormat("%d.%m.%Y", r"at (\S+)"), "x at 22.11.2026 x", Moment(TEN - 36_000 * 10**9, zoned=False)),
        (TimeFormat("%d.%m.%Y %H:%M", r"\d+\.\d+\.\d+ \S+"), "x 22.11.2026 10:00", Moment(TEN, zoned=False)),
        (TimeFormat("%m%d %H:%M:%S.%f", r"^[IWEF](\S+ \S+)", 2026), "I1122 10:00:00.0 7", Moment(TEN, zoned=False)),
        (TimeFormat("%m%d %H:%M", year=2024), "0229 10:00", Moment(nanoseconds("2024-02-29T10:00:00"), zoned=False)),
        (TimeFormat("%m%d %H:%M", year=2026), "0229 10:00", None),
        (TimeFormat("%d.%m.%Y %H:%M"), "22.11.2026", None),
        (TimeFormat("%d.%m.%Y"), "loss: 1", None),
        (TimeFormat("%d.%m.%Y"), "22.11.1600", None),
        (TimeFormat("%Y-%m-%d", r"(x)?y"), "y", None),
        (TimeFormat("%Y-%m-%d"), "\xff", None),
    ],
)  # fmt: skip
def test_a_format(written: TimeFormat, line: str, expected: Moment | None) -> None:
    assert written.read(line.encode()) == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("noon",), "no time format"),
        (("%Y %Q",), "bad directive"),
        (("%Y %",), "stray %"),
        (("%Y", "("), "does not compile"),
        (("%m-%d",), "has no year"),
        (("%%Y %m-%d",), "has no year"),
        (("%Y-%m-%d", None, 2026), "a year of its own"),
    ],
)
def test_a_format_that_cannot_be_used(arguments: tuple[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TimeFormat(*arguments)


def test_where_times_come_from() -> None:
    assert time_source("auto") is TimeSource.AUTO
    assert time_source("none") is TimeSource.NONE
    written = time_source("%d.%m.%Y")
    assert isinstance(written, TimeFormat)
    assert written.read(b"22.11.2026 x")
    with pytest.raises(ValueError, match="give auto, envelope, line, arrival, none, or a format"):
        time_source("lines")


@pytest.mark.parametrize(
    ("zone", "clock", "expected"),
    [
        ("UTC", "2026-07-01T12:00:00.000000001", "2026-07-01T12:00:00.000000001"),
        ("Europe/Berlin", "2026-07-01T12:00:00.5", "2026-07-01T10:00:00.5"),
        ("Europe/Berlin", "2026-12-01T12:00:00", "2026-12-01T11:00:00"),
        ("Europe/Berlin", "1969-12-31T23:59:59.9", "1969-12-31T22:59:59.9"),
        ("Europe/Berlin", "2026-03-29T01:59:59.9", "2026-03-29T00:59:59.9"),
        ("Europe/Berlin", "2026-03-29T02:30:00", "2026-03-29T01:30:00"),
        ("Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30:00"),
        ("Europe/Berlin", "2026-10-25T03:00:00", "2026-10-25T02:00:00"),
        ("Asia/Kathmandu", "2026-07-01T12:00:00", "2026-07-01T06:15:00"),
    ],
)
def test_a_zone(zone: str, clock: str, expected: str) -> None:
    times = pa.array([nanoseconds(clock), None], pa.int64())
    assert in_zone(times, ZoneInfo(zone)).to_pylist() == [nanoseconds(expected), None]


def test_no_times_in_a_zone() -> None:
    empty = pa.array([], pa.int64())
    assert in_zone(empty, ZoneInfo("Europe/Berlin")) == empty


@tried(
    150,
    3000,
    st.sampled_from(["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S.%f", "%Y%m%d %H%M", "%m/%d %H:%M:%S"]),
    st.lists(
        st.sampled_from([*"0123456789", "26", "31", " ", "-", ":", "/", ".", "é", "٣"]), max_size=12
    ),
    st.booleans(),
)
def test_a_format_is_read_as_strptime_reads_it(
    format_: str, parts: list[str], is_written: bool
) -> None:
    """Whether it is one that is read without it, and whatever stands there."""
    text = "".join(parts)
    if is_written:
        day = datetime(
            1900 + len(text) * 7, 1 + len(text) % 12, 28, len(text) % 24, 59, 58, tzinfo=UTC
        )
        text = day.strftime(format_).replace("2", text[:1] or "2", 1)
    year = None if "%Y" in format_ else 2024
    try:
        dated, dated_format = (f"2024 {text}", f"%Y {format_}") if year else (text, format_)
        expected = datetime.strptime(dated, dated_format).replace(tzinfo=UTC)
    except ValueError:
        expected = None
    found = TimeFormat(format_, "(.*)", year).read(text.encode())
    nanoseconds = None
    if expected:
        since = expected - datetime(1970, 1, 1, tzinfo=UTC)
        nanoseconds = since // timedelta(microseconds=1) * 1000
    fits = nanoseconds is not None and abs(nanoseconds) < 2**63
    assert (found and found.nanoseconds) == (nanoseconds if fits else None)
