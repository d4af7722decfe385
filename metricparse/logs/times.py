"""The time at the start of a line."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_ISO_8601 = re.compile(
    rb"(\d{4}-\d\d-\d\d)[Tt ]((?:[01]\d|2[0-3]):\d\d(?::\d\d)?+)"
    rb"(?:[.,](\d+))?+(Z|z|[+-]\d\d(?::?\d\d)?+)?+(?![0-9A-Za-z])"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NANOSECONDS = 10**9
_INT64 = 2**63


def parse_time(head: bytes) -> int | None:
    """Nanoseconds since 1970 in UTC of an ISO 8601 date and time at the start of `head`.

    `T` or a space between date and time; a fraction behind `.` or `,`, of which nanoseconds are
    kept; UTC where no zone is given. None where there is no such time, where it is no valid one,
    or where it does not fit into 64 bits (before 1677 or after 2262).
    """
    match = _ISO_8601.match(head)
    if not match:
        return None
    date, time, fraction, zone = match.groups(b"")
    seconds = _seconds(date, time, zone)
    if seconds is None or (fraction and len(time) < len(b"hh:mm:ss")):
        return None
    time_ns = seconds * _NANOSECONDS + int(fraction[:9].ljust(9, b"0"))
    return time_ns if -_INT64 < time_ns < _INT64 else None


@lru_cache(maxsize=1024)
def _seconds(date: bytes, time: bytes, zone: bytes) -> int | None:
    try:
        moment = datetime.fromisoformat(f"{date.decode()}T{time.decode()}+00:00")
        return (moment - _offset(zone) - _EPOCH) // timedelta(seconds=1)
    except (ValueError, OverflowError):
        return None


def _offset(zone: bytes) -> timedelta:
    if zone in {b"", b"Z", b"z"}:
        return timedelta()
    hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(b":") or b"0")
    if hours >= 24 or minutes >= 60:
        raise ValueError("no such zone")
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if zone.startswith(b"-") else offset
