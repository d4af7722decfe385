"""A curve as text: the dots of Braille characters, two across and four down in each."""

import math
from collections.abc import Sequence
from itertools import pairwise

from metricparse.cli.report.numbers import of_value
from metricparse.cli.report.text import Text, plain

_EMPTY = 0x2800
# The bits of the dots of a character, from the top down, in its left and its right column.
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_DOWN, _ACROSS = 4, 2
_MARGIN = 11
_DIGITS = 4


def curve(name: str, values: Sequence[float], width: int, rows: int) -> list[Text]:
    """A title, and a curve of so many columns and rows of characters.

    Where several values share a column of dots, all from the least to the greatest are set; NaN and
    infinities leave a gap.
    """
    title = Text((plain(name), "bold"))
    drawn = [title if title.width <= width else Text(title.cropped(width - 1), "…")]
    finite = [each for each in values if math.isfinite(each)]
    if not finite:
        return drawn
    least, greatest = min(finite), max(finite)
    lines = _dots(values, least, greatest, max(1, width - _MARGIN), rows)
    for row, line in enumerate(lines):
        value = greatest if row == 0 else least if row == rows - 1 else None
        drawn.append(Text((f"{_label(value):>{_MARGIN - 1}} ", "dim"), (line, "cyan")))
    return drawn


def _label(value: float | None) -> str:
    label = of_value(value, _DIGITS)
    return label if len(label) < _MARGIN else f"{value:.{_DIGITS}g}"


def _dots(
    values: Sequence[float], least: float, greatest: float, width: int, rows: int
) -> list[str]:
    columns = width * _ACROSS
    bits = [[_EMPTY] * width for _ in range(rows)]
    edges = [len(values) * column // columns for column in range(columns + 1)]
    lowest = rows * _DOWN - 1
    for column, (start, end) in enumerate(pairwise(edges)):
        heights = [
            lowest - round(lowest * _share(each, least, greatest))
            for each in values[start : max(end, start + 1)]
            if math.isfinite(each)
        ]
        for height in range(min(heights), max(heights) + 1) if heights else ():
            dots = _DOTS[column % _ACROSS]
            bits[height // _DOWN][column // _ACROSS] |= dots[height % _DOWN]
    return ["".join(map(chr, row)) for row in bits]


def _share(value: float, least: float, greatest: float) -> float:
    if least == greatest:
        return 0.5
    # Halved first, as the range of two float64 may be larger than any.
    return (value / 2 - least / 2) / (greatest / 2 - least / 2)
