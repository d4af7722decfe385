"""A series of values as one line of bars."""

import math
from collections.abc import Sequence
from itertools import pairwise

_BARS = "▁▂▃▄▅▆▇█"


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
