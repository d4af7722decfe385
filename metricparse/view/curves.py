"""Curves of metrics, reduced to what a screen can show: of each pixel the least and the greatest."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

#: Buckets of a curve at most, each with its least and its greatest value.
BUCKETS = 800


class Point(NamedTuple):
    """A value, and its place: the line, or its number among the values of several logs."""

    place: int
    value: float


class _Bucket(NamedTuple):
    least: Point
    greatest: Point

    def merged_with(self, other: "_Bucket") -> "_Bucket":
        return _Bucket(
            min(self.least, other.least, key=lambda point: point.value),
            max(self.greatest, other.greatest, key=lambda point: point.value),
        )


@dataclass
class Curve:
    """The values of a metric, in order.

    count: of all values that came. gaps: places of NaN and infinities, the first few.
    """

    count: int = 0
    gaps: list[int] = field(default_factory=list)
    _stride: int = 1
    _buckets: list[_Bucket] = field(default_factory=list)
    _room: int = 0

    @property
    def points(self) -> list[Point]:
        """The points to draw, from left to right; spikes are among them."""
        return [point for bucket in self._buckets for point in sorted(set(bucket))]

    def extend(self, places: Sequence[int], values: Sequence[float]) -> None:
        """Add finite values."""
        self.count += len(values)
        start = 0
        while start < len(values):
            if not self._room:
                self._make_room()
            end = min(start + self._room, len(values))
            bucket = _bucket_of(places, values, start, end)
            if self._room < self._stride:
                self._buckets[-1] = self._buckets[-1].merged_with(bucket)
            else:
                self._buckets.append(bucket)
            self._room -= end - start
            start = end

    def _make_room(self) -> None:
        """Begin a bucket; where there are too many, two become one."""
        if len(self._buckets) >= BUCKETS:
            pairs = zip(self._buckets[::2], self._buckets[1::2], strict=True)
            self._buckets = [one.merged_with(other) for one, other in pairs]
            self._stride *= 2
        self._room = self._stride


_GAPS_KEPT = 100


def curves_of(batches: Iterable[pa.RecordBatch], *, by_line: bool) -> dict[str, Curve]:
    """The curves of records by metric; by_line: a value's place is its line."""
    curves: dict[str, Curve] = {}
    for batch in batches:
        for name, lines, values in _by_metric(batch):
            curve = curves.setdefault(name, Curve())
            first = curve.count + len(curve.gaps)
            places = lines.to_pylist() if by_line else range(first, first + len(values))
            finite = pc.is_finite(values)
            numbers = values.to_pylist()
            if pc.all(finite).as_py():
                curve.extend(places, numbers)
                continue
            kept = list(zip(places, numbers, finite.to_pylist(), strict=True))
            curve.gaps += [place for place, _, is_finite in kept if not is_finite][:_GAPS_KEPT]
            curve.extend(
                [place for place, _, is_finite in kept if is_finite],
                [value for _, value, is_finite in kept if is_finite],
            )
    return curves


def _by_metric(batch: pa.RecordBatch) -> Iterator[tuple[str, pa.Array, pa.Array]]:
    metrics = batch["metric"]
    for place, name in enumerate(metrics.dictionary.to_pylist()):
        mask = pc.equal(metrics.indices, place)
        values = batch["value"].filter(mask)
        if len(values):
            yield name, batch["line"].filter(mask), values


def _bucket_of(places: Sequence[int], values: Sequence[float], start: int, end: int) -> _Bucket:
    part = values[start:end]
    least, greatest = min(part), max(part)
    return _Bucket(
        Point(places[start + part.index(least)], least),
        Point(places[start + part.index(greatest)], greatest),
    )
