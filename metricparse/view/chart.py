"""Charts as SVG that needs neither a script nor a style sheet."""

import math
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from metricparse.view.curves import Point
from metricparse.view.text import shown

_WIDTH, _HEIGHT = 760, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 10, 26
# Spread over more than that, values are drawn on a logarithmic axis.
_LOGARITHMIC = 1000.0
_TICKS = 4
_LOOK = 'fill="none" stroke-linejoin="round" font-family="sans-serif" font-size="11"'
_MOST_DOTS = 60


@dataclass(frozen=True)
class Line:
    """A curve of a chart: its points, how it is called, and how it looks.

    gaps: places where no number stands, at which it is broken.
    """

    label: str
    points: Sequence[Point]
    colour: str
    dashed: bool = False
    gaps: Sequence[int] = ()


def chart(
    lines: Sequence[Line], *, title: str, places: str, band: Sequence[tuple[int, float, float]] = ()
) -> str:
    """Curves over the same places as one SVG; empty if there is nothing to draw.

    places: what the places are, such as `line`. band: place, least and greatest of a range.
    """
    values = [point.value for line in lines for point in line.points]
    values += [bound for _, *bounds in band for bound in bounds]
    if not values:
        return ""
    spots = [point.place for line in lines for point in line.points] + [each[0] for each in band]
    across = _Scale(min(spots), max(spots), _LEFT, _WIDTH - _RIGHT)
    up = _Scale.of_values(values)
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="100%" role="img" {_LOOK}>',
        f"<title>{shown(title)}</title>",
        *_grid(across, up, places),
        *_range(band, across, up),
        *(_path(line, across, up) for line in lines),
        "</svg>",
    ]
    return "".join(parts)


class _Scale:
    """Numbers to pixels."""

    def __init__(
        self, least: float, greatest: float, low: float, high: float, *, log: bool = False
    ) -> None:
        self.log = log
        self._least, self._greatest = self._of(least), self._of(greatest)
        self._low, self._high = low, high

    @classmethod
    def of_values(cls, values: Sequence[float]) -> "_Scale":
        """The scale of values, which grow upwards."""
        least, greatest = min(values), max(values)
        log = least > 0 and greatest / least > _LOGARITHMIC
        return cls(least, greatest, _HEIGHT - _BOTTOM, _TOP, log=log)

    def __call__(self, number: float) -> float:
        """The pixel of a number."""
        spread = self._greatest - self._least
        share = (self._of(number) - self._least) / spread if spread else 0.5
        return round(self._low + share * (self._high - self._low), 1)

    @property
    def ticks(self) -> list[float]:
        """A few round numbers in between."""
        if self.log:
            powers = range(math.ceil(self._least), math.floor(self._greatest) + 1)
            return [10.0**power for power in powers[:: max(1, len(powers) // _TICKS)]]
        spread = self._greatest - self._least
        if not spread:
            return [self._least]
        step = 10.0 ** math.floor(math.log10(spread / _TICKS))
        step *= next(each for each in (1, 2, 5, 10) if spread / (each * step) <= _TICKS + 1)
        first = math.ceil(self._least / step)
        return [step * n for n in range(first, first + _TICKS + 2) if step * n <= self._greatest]

    def _of(self, number: float) -> float:
        return math.log10(number) if self.log else number


def _grid(across: _Scale, up: _Scale, places: str) -> list[str]:
    base = _HEIGHT - _BOTTOM
    parts = []
    for tick in up.ticks:
        y = up(tick)
        parts.append(
            f'<path d="M{_LEFT} {y}H{_WIDTH - _RIGHT}" stroke="#8884"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end" fill="#888">{tick:.6g}</text>'
        )
    parts += [
        f'<text x="{across(tick)}" y="{base + 16}" text-anchor="middle" fill="#888">{int(tick):,}</text>'
        for tick in across.ticks
        if tick == int(tick)
    ]
    name = f"{places}, logarithmic" if up.log else places
    parts.append(
        f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 4}" text-anchor="end" fill="#888">{name}</text>'
    )
    return parts


def _path(line: Line, across: _Scale, up: _Scale) -> str:
    spots = [f"{across(place):g} {up(value):g}" for place, value in line.points]
    runs = [
        "L".join(spot for spot, _ in run)
        for _, run in groupby(
            zip(spots, line.points, strict=True), lambda each: bisect(line.gaps, each[1].place)
        )
    ]
    dashes = ' stroke-dasharray="5 4"' if line.dashed else ""
    dots = ""
    if len(spots) <= _MOST_DOTS:
        circles = (spot.split() for spot in spots)
        dots = "".join(
            f'<circle cx="{x}" cy="{y}" r="2" fill="{line.colour}"/>' for x, y in circles
        )
    return (
        f'<path d="M{"M".join(runs)}" stroke="{line.colour}" stroke-width="1.6"{dashes}>'
        f"<title>{shown(line.label)}</title></path>{dots}"
    )


def _range(band: Sequence[tuple[int, float, float]], across: _Scale, up: _Scale) -> list[str]:
    if not band:
        return []
    over = [f"{across(place):g} {up(high):g}" for place, _, high in band]
    under = [f"{across(place):g} {up(low):g}" for place, low, _ in reversed(band)]
    return [f'<path d="M{"L".join([*over, *under])}Z" fill="#4c78a8" fill-opacity="0.25"/>']
