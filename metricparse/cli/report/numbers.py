"""Numbers as people read them, and a picture of many."""

import math
from collections.abc import Sequence
from itertools import pairwise

_UNITS = ("bytes", "kB", "MB", "GB", "TB")
# Below it, float64 tells whole numbers apart.
_EXACT = 2**53
_BARS = "▁▂▃▄▅▆▇█"


def of_bytes(count: float) -> str:
    """Such as `53.5 kB`, in powers of 1000."""
    unit = 0
    while count >= 1000 and unit < len(_UNITS) - 1:
        count /= 1000
        unit += 1
    if count == 1 and unit == 0:
        return "1 byte"
    return f"{count:.0f} {_UNITS[0]}" if unit == 0 else f"{count:.3g} {_UNITS[unit]}"


def of_value(value: float | None, digits: int) -> str:
    """A metric's value, to so many digits, and to all of those before its point."""
    if value is None:
        return ""
    long = 10**digits <= abs(value) < _EXACT
    return f"{value:.0f}" if long else f"{value:.{digits}g}"


def of_count(count: int, noun: str) -> str:
    """Such as `1 line`, `2,000 lines`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def of_seconds(seconds: float) -> str:
    """Such as `0.031 s`, `12.5 s`, `3 min 5 s`."""
    if seconds < 60:
        return f"{seconds:.3g} s"
    return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


def sparkline(values: Sequence[float], width: int) -> str:
    """The values from left to right as at most `width` bars between their least and greatest.

    Several values that share a bar are averaged; NaN and infinities leave a gap.
    """
    if not values or width < 1:
        return ""
    columns = min(width, len(values))
    edges = [len(values) * column // columns for column in range(columns + 1)]
    means = [_mean(values[start:end]) for start, end in pairwise(edges)]
    known = [mean for mean in means if mean is not None]
    if not known:
        return " " * columns
    return "".join(_bar(mean, min(known), max(known)) for mean in means)


def _mean(values: Sequence[float]) -> float | None:
    finite = [value for value in values if math.isfinite(value)]
    return math.fsum(value / len(finite) for value in finite) if finite else None


def _bar(value: float | None, least: float, greatest: float) -> str:
    if value is None:
        return " "
    if least == greatest:
        return _BARS[len(_BARS) // 2]
    # Halved first, as the range of two float64 may be larger than any.
    share = (value / 2 - least / 2) / (greatest / 2 - least / 2)
    return _BARS[min(len(_BARS) - 1, int(share * len(_BARS)))]
