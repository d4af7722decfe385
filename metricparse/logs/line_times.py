"""The time at the start of a line: recognised, or where and how it was said to stand there."""

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

from metricparse.logs.blocks import HEAD_SIZE

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Numbers of ten digits outside these years are taken for something else.
_FIRST_SECOND, _END_OF_SECONDS = 1_262_304_000, 4_102_444_800  # 2010, 2100
_NANOSECONDS = 10**9
_INT64 = 2**63


class Moment(NamedTuple):
    """A time that a line tells.

    nanoseconds: since 1970 in UTC; where the line gave no zone, as if it had been UTC.
    zoned: whether the line gave a zone.
    """

    nanoseconds: int
    zoned: bool


class TimeSource(StrEnum):
    """Where the times of records come from.

    AUTO: the envelope; else the line; else, where the text is live, its arrival.
    ENVELOPE, LINE, ARRIVAL: that and nothing else.
    NONE: nowhere; all times are null.
    """

    AUTO = "auto"
    ENVELOPE = "envelope"
    LINE = "line"
    ARRIVAL = "arrival"
    NONE = "none"


@cache
def _time_pattern() -> "re.Pattern[bytes]":
    """Compiled when it is first needed: that takes as long as many an import."""
    return re.compile(
        rb"\[?+"
        rb"(?:(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?+|ERROR|CRITICAL|FATAL)(?=[]: \[])"
        # Not `?+`: before Python 3.11.5 a group that has alternatives may match in part then.
        rb"\]?+:?+ {0,8}+\[?+)?"
        rb"(?:(\d{4}([-/])\d\d\2\d\d)[Tt ]((?:[01]\d|2[0-3]):\d\d(?::\d\d)?+)"
        rb"(?:[.,](\d+))?+(Z|z|[+-]\d\d(?::?\d\d)?+)?+(?![0-9A-Za-z])"
        rb"(?: (UTC|GMT|[+-](?:0\d|1[0-4]):?(?:00|15|30|45))(?![0-9A-Za-z.]))?+"
        rb"|[IWEF](\d{8} (?:[01]\d|2[0-3]):\d\d:\d\d)\.(\d{6}) +\d"
        rb"|(\d{10})(?:(\d{3})|\.(\d+))?+(?=[] ,\t]))"
    )


def parse_time(head: bytes) -> int | None:
    """The nanoseconds of `read_time`."""
    moment = read_time(head)
    return None if moment is None else moment.nanoseconds


def read_time(head: bytes) -> Moment | None:
    """The time at the start of a line, of which `head` is the first bytes.

    It may stand after `[`, a level such as `INFO`, or both, and is

    - a date and a time, as ISO 8601, Python's logging and many others write them, with `-` or `/`
      in the date, a fraction after `.` or `,`, of which nanoseconds are kept, and a zone;
    - that of a line of glog, if it gives a year;
    - seconds or milliseconds since 1970, from 2010 to 2099.

    None where there is no such time, where it is no valid one, or where it does not fit into 64
    bits (before 1677 or after 2262).
    """
    match = _time_pattern().match(head[:HEAD_SIZE])
    if not match:
        return None
    date, _, time, fraction, zone, apart, glog, micros, epoch, millis, parts = match.groups(b"")
    if date:
        if fraction and len(time) < len(b"hh:mm:ss"):
            return None
        return _moment(date.replace(b"/", b"-"), time, fraction, zone or apart)
    if glog:
        return _moment(glog[:8], glog[9:], micros, b"")
    return _since_1970(int(epoch), millis or parts)


_REMEMBERED = 4096
_FIXED = {
    "%Y": "(?P<year>[0-9]{4})",
    "%m": "(?P<month>[0-9]{2})",
    "%d": "(?P<day>[0-9]{2})",
    "%H": "(?P<hour>[0-9]{2})",
    "%M": "(?P<minute>[0-9]{2})",
    "%S": "(?P<second>[0-5][0-9])",
    "%f": "(?P<microsecond>[0-9]{1,6})",
}
#: Formats that the kernel reads: words of ASCII and the usual directives, no digit after `%f`.
_SIMPLE = re.compile(r"(?! )(?:%[YymbdHMS]|%f(?![0-9]|%[^b])|[!-$&-~]| (?! |$))+", re.ASCII)


class TimeFormat:
    """A time in a line that was described by hand.

    format: how it is written, as `datetime.strptime` reads it.
    where: a regex for where it stands: its group 1, or all of it if it has none; by default the
    line's first words, as many as the format has.
    year: for a format that has none.

    Raises `ValueError` for what cannot be used.
    """

    def __init__(self, format: str, where: str | None = None, year: int | None = None) -> None:  # noqa: A002 - its name in `strptime`
        if "%" not in format:
            raise ValueError(f"{format!r}: no time format; write one such as '%Y-%m-%d %H:%M:%S'")
        words = len(format.split())
        pattern = where or r"\s*+(" + r"\s+".join([r"\S+"] * words) + ")"
        try:
            self._where = re.compile(pattern.encode())
        except re.error as error:
            raise ValueError(f"{where!r}: does not compile: {error}") from None
        self._given = format, where, year
        self._group = min(1, self._where.groups)
        self._from_start = where is None
        self._format = format
        self._year = f"{year:04} " if year else ""
        # Neighbouring lines share their times, and `strptime` is slow.
        self._read: dict[bytes, Moment | None] = {}
        self._written = _as_it_is_written(self._year, format)
        self._given_year = year
        self._check(year)

    def __repr__(self) -> str:
        format_, where, year = self._given
        return f"TimeFormat({format_!r}, {where!r}, {year!r})"

    def _check(self, year: int | None) -> None:
        bears_year = re.search(r"(?<!%)(?:%%)*%[YyGcxD]", self._format) is not None
        if not bears_year and year is None:
            raise ValueError(f"{self._format!r}: the format has no year; say which it is")
        if bears_year and year is not None:
            raise ValueError(f"{self._format!r}: the format has a year of its own")
        written = datetime(2026, 1, 31, 12, tzinfo=UTC).strftime(self._format)
        self._parse(written)

    @property
    def for_kernel(self) -> tuple[str, int | None] | None:
        """Format and year, if the kernel reads what such a format writes; None if it does not."""
        if not self._from_start or not _SIMPLE.fullmatch(self._format):
            return None
        if "%b" in self._format and not _months_are_english():
            return None
        return self._format, self._given_year

    def read(self, line: bytes) -> Moment | None:
        """The time in a line, of which `line` is at least the first bytes; None if it has none."""
        match = self._where.match(line) if self._from_start else self._where.search(line)
        text = match[self._group] if match else None
        if text is None:
            return None
        if text not in self._read:
            if len(self._read) >= _REMEMBERED:
                self._read.clear()
            self._read[text] = self._moment(text)
        return self._read[text]

    def _moment(self, text: bytes) -> Moment | None:
        try:
            moment = self._parse(text.decode("utf-8", "replace"))
        except (ValueError, OverflowError):
            return None
        zoned = moment.tzinfo is not None
        since = (moment if zoned else moment.replace(tzinfo=UTC)) - _EPOCH
        return _fitting(since // timedelta(microseconds=1) * 1000, zoned=zoned)

    def _parse(self, text: str) -> datetime:
        if written := self._written.fullmatch(self._year + text) if self._written else None:
            told = {name: int(value) for name, value in written.groupdict().items()}
            told["microsecond"] = (
                int(written["microsecond"].ljust(6, "0")) if "microsecond" in told else 0
            )
            return datetime(**told)  # type: ignore[arg-type]  # noqa: DTZ001 - as below
        year_format = "%Y " if self._year else ""
        return datetime.strptime(self._year + text, year_format + self._format)  # noqa: DTZ007 - the zone is the caller's


def _as_it_is_written(year: str, format_: str) -> "re.Pattern[str] | None":
    """What a format writes, where that is of fixed width; None if it may be written otherwise.

    What `strptime` reads besides is left to it.
    """
    parts = re.split(r"(%.)", ("%Y " if year else "") + format_)
    names = [part for part in parts if part in _FIXED]
    others = [part for part in parts if part.startswith("%") and part not in _FIXED]
    if others or len(set(names)) < len(names) or not {"%Y", "%m", "%d"} <= set(names):
        return None
    return re.compile("".join(_FIXED.get(part) or re.escape(part) for part in parts))


def _months_are_english() -> bool:
    """Whether `strptime` reads the names of months as the kernel does."""
    from calendar import month_abbr

    return " ".join(month_abbr) == " Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"


def time_source(text: str) -> TimeSource | TimeFormat:
    """What `--time` says: a `TimeSource`, or the format of a time at the start of the line.

    Raises `ValueError` for what is neither.
    """
    if text in [*TimeSource]:
        return TimeSource(text)
    if "%" not in text:
        known = ", ".join(TimeSource)
        raise ValueError(f"{text!r}: give {known}, or a format such as '%Y-%m-%d %H:%M:%S'")
    return TimeFormat(text)


def _since_1970(seconds: int, fraction: bytes) -> Moment | None:
    if not _FIRST_SECOND <= seconds < _END_OF_SECONDS:
        return None
    return Moment(seconds * _NANOSECONDS + _nanoseconds(fraction), zoned=True)


def _moment(date: bytes, time: bytes, fraction: bytes, zone: bytes) -> Moment | None:
    seconds = _seconds(date, time, zone)
    if seconds is None:
        return None
    return _fitting(seconds * _NANOSECONDS + _nanoseconds(fraction), zoned=bool(zone))


def _fitting(nanoseconds: int, *, zoned: bool) -> Moment | None:
    return Moment(nanoseconds, zoned) if -_INT64 < nanoseconds < _INT64 else None


def _nanoseconds(fraction: bytes) -> int:
    return int(fraction[:9].ljust(9, b"0"))


@lru_cache(maxsize=1024)
def _seconds(date: bytes, time: bytes, zone: bytes) -> int | None:
    try:
        moment = datetime.fromisoformat(f"{date.decode()}T{time.decode()}+00:00")
        return (moment - _offset(zone) - _EPOCH) // timedelta(seconds=1)
    except (ValueError, OverflowError):
        return None


def _offset(zone: bytes) -> timedelta:
    if not zone or zone.isalpha():
        return timedelta()
    hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(b":") or b"0")
    if hours >= 24 or minutes >= 60:
        raise ValueError("no such zone")
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if zone.startswith(b"-") else offset
