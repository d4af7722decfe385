"""The summary of a log as an account keeps it, and those of many added up."""

import json
import math
import sys
from array import array
from binascii import a2b_base64, b2a_base64
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, TypeVar

from metricparse.logs.filters import SkipReason
from metricparse.scanning.series import Ranked
from metricparse.scanning.summary import (
    DefinitionSummary,
    LinePlace,
    RejectedExample,
    SourceSummary,
    Summary,
)
from metricparse.values import parts

# What is counted of a definition besides values, which is added up as it is.
_COUNTS = ("emitted", "rejected", "gave_up", "set_aside", "repeated", "truncated", "not_finite")
# A definition of which anything was counted has one of them.
_ANYTHING = {"emitted", "rejected", "gave_up", "set_aside", "set_aside_at"}
# What is kept of a definition with values: of its first one and its series, and the values at the
# ends of all.
_PLACES = ("source", "line", "kept", "rank")
_ENDS = ("first", "last", "minimum", "maximum")
_Item = TypeVar("_Item")
_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True, slots=True)
class PackedSummary:
    """The summary of a scan of one log.

    definitions: names and regexes, as JSON; summaries of the same definitions share it.
    counted: what was counted, as JSON, but for values. values: of the definitions that gave any, the
    first ones, the last, the least and the greatest (NaN if none is finite), and then those of
    their series, as bytes (float64, little-endian); ranks: those of the latter.
    """

    definitions: bytes
    counted: bytes
    ranks: bytes
    values: bytes

    @classmethod
    def of(cls, summary: Summary, definitions: bytes) -> "PackedSummary":
        """Pack a summary; definitions: `definitions_as_json` of its own."""
        numbered = [
            (number, each)
            for number, each in enumerate(summary.definitions)
            if not _ANYTHING.isdisjoint(vars(each))
        ]
        with_values = [each for _, each in numbered if each.emitted]
        series = [each.kept.ranked() for each in with_values]
        counted = {
            "seconds": summary.seconds,
            "sources": [_source_to_data(each) for each in summary.sources],
            **_counts_to_data(numbered),
            "values": _places_to_data(summary.sources, with_values, series),
        }
        values = _ends_of(with_values)
        for each in series:
            values += each.values
        ranks = b"".join([each.ranks for each in series])
        return cls(definitions, as_json(counted), ranks, _little_endian(values).tobytes())

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> "PackedSummary":
        """Pack what was JSON; raises `KeyError` or `ValueError` if it was no summary."""
        return cls(
            _kept_once(as_json(data["definitions"])),
            as_json(data["counted"]),
            a2b_base64(data["ranks"]),
            a2b_base64(data["values"]),
        )

    def to_json(self) -> bytes:
        """The summary as JSON, bytes as base64."""
        ranks, values = (b2a_base64(each, newline=False) for each in (self.ranks, self.values))
        told = (self.definitions, self.counted, ranks, values)
        return b'{"definitions":%b,"counted":%b,"ranks":"%b","values":"%b"}' % told

    def unpacked(self) -> Summary:
        """The summary."""
        sums = Sums([DefinitionSummary(*each) for each in json.loads(self.definitions)])
        sums.add(0, self)
        return sums.summary()


class Sums:
    """What logs gave together under the same definitions, which may come in any order.

    emitted: for each log, by its place among them, how many values definitions gave, by their
    numbers; those that gave none are left out.
    """

    def __init__(self, definitions: Sequence[DefinitionSummary]) -> None:
        count = len(definitions)
        self.emitted: dict[int, dict[int, int]] = {}
        self._definitions = definitions
        self._sources: dict[int, list[SourceSummary]] = {}
        self._seconds = 0.0
        self._events = 0
        self._counts = {name: [0] * count for name in _COUNTS}
        self._first: list[tuple[int, str, int, float] | None] = [None] * count
        self._last: list[tuple[int, float] | None] = [None] * count
        self._least = [math.inf] * count
        self._greatest = [-math.inf] * count
        self._series: list[dict[int, Ranked]] = [{} for _ in range(count)]
        self._examples: dict[int, list[tuple[int, RejectedExample]]] = defaultdict(list)
        self._set_aside_at: dict[int, list[tuple[int, LinePlace]]] = defaultdict(list)

    def add(self, place: int, packed: PackedSummary) -> None:
        """Add what the log at a place gave."""
        data = json.loads(packed.counted)
        sources = [_source_from_data(source) for source in data["sources"]]
        numbers, counts = data["numbers"], data["counts"]
        for name, counted in counts.items():
            sums = self._counts[name]
            for number, count in zip(numbers, counted, strict=True):
                sums[number] += count
        emitted = zip(numbers, counts.get("emitted", ()), strict=False)
        self.emitted[place] = {number: count for number, count in emitted if count}
        self._add_values(place, sources, data["values"], packed)
        for number, *example in data.get("examples", ()):
            self._examples[number].append((place, RejectedExample(*example)))
        for number, *line in data.get("set_aside_at", ()):
            self._set_aside_at[number].append((place, LinePlace(*line)))
        self._sources[place] = sources
        self._seconds += data["seconds"]
        self._events += sum(source.events for source in sources)

    def _add_values(
        self,
        place: int,
        sources: Sequence[SourceSummary],
        told: Mapping[str, Sequence[int]],
        packed: PackedSummary,
    ) -> None:
        numbers = self.emitted[place]
        values, count = _little_endian(array("d", packed.values)), len(numbers)
        ends = (values[end * count : (end + 1) * count] for end in range(len(_ENDS)))
        places = (told.get(name) or bytes(count) for name in _PLACES)
        start, kept = 0, values[len(_ENDS) * count :]
        for number, source, line, size, rank, first, last, least, greatest in zip(
            numbers, *places, *ends, strict=True
        ):
            earliest, latest = self._first[number], self._last[number]
            if earliest is None or place < earliest[0]:
                self._first[number] = place, sources[source].name, line, first
            if latest is None or place > latest[0]:
                self._last[number] = place, last
            self._least[number] = min(self._least[number], least)
            self._greatest[number] = max(self._greatest[number], greatest)
            end = start + size
            self._series[number][place] = Ranked(packed.ranks[start:end], kept[start:end], rank)
            start = end

    def summary(self) -> Summary:
        """The summary of one scan of the logs, in the order of their places."""
        merged = Summary([each.begun_anew() for each in self._definitions], complete=True)
        for number, definition in enumerate(merged.definitions):
            definition.add(self._definition(number, has_group=definition.has_group))
            definition.kept.extend_by(_in_order(self._series[number].items()))
        merged.sources = list(chain.from_iterable(_in_order(self._sources.items())))
        merged.seconds = self._seconds
        return merged

    def _definition(self, number: int, *, has_group: bool) -> DefinitionSummary:
        """What one definition gave, but for its series, and without its name."""
        summary = DefinitionSummary("", "", has_group)
        for name, sums in self._counts.items():
            setattr(summary, name, sums[number])
        if has_group:
            # Each was searched in all events but those that were set aside.
            summary.searched = self._events - summary.set_aside
        if first := self._first[number]:
            _, summary.first_source, summary.first_line, summary.first = first
        if last := self._last[number]:
            _, summary.last = last
        if self._least[number] <= self._greatest[number]:
            summary.minimum, summary.maximum = self._least[number], self._greatest[number]
        summary.examples = _in_order(self._examples[number])
        summary.set_aside_at = _in_order(self._set_aside_at[number])
        return summary


def _in_order(placed: Iterable[tuple[int, _Item]]) -> list[_Item]:
    """What belongs to logs, in the order of their places."""
    return [item for _, item in sorted(placed, key=itemgetter(0))]


def definitions_as_json(definitions: Sequence[DefinitionSummary]) -> bytes:
    """Of each definition its name, its regex, and whether it has a group."""
    return as_json([(each.name, each.regex, each.has_group) for each in definitions])


@lru_cache(maxsize=8)
def _kept_once(text: bytes) -> bytes:
    """The like of a text that was there before, so that many logs hold one."""
    return text


def as_json(data: object) -> bytes:
    """Data as JSON, without spaces."""
    return _ENCODER.encode(data).encode()


def _counts_to_data(numbered: Sequence[tuple[int, DefinitionSummary]]) -> dict[str, Any]:
    """What was counted of these, each count for all of them; what was not of any is left out."""
    counted = [vars(each) for _, each in numbered]
    known = set().union(*counted)
    data: dict[str, Any] = {
        "numbers": [number for number, _ in numbered],
        "counts": {
            name: [each.get(name, 0) for each in counted] for name in _COUNTS if name in known
        },
    }
    if "examples" in known:
        data["examples"] = [
            (number, *(part for _, part in parts(example)))
            for number, each in numbered
            for example in each.examples
        ]
    if "set_aside_at" in known:
        data["set_aside_at"] = [
            (number, *place) for number, each in numbered for place in each.set_aside_at
        ]
    return data


def _places_to_data(
    sources: Sequence[SourceSummary],
    with_values: Sequence[DefinitionSummary],
    series: Sequence[Ranked],
) -> dict[str, list[int]]:
    """Where the first values of these are, and how many their series hold, of which ranks."""
    place_of = {source.name: place for place, source in enumerate(sources)}
    columns: list[list[Any]] = [
        [place_of[str(each.first_source)] for each in with_values],
        [each.first_line for each in with_values],
        [len(each.ranks) for each in series],
        [each.least for each in series],
    ]
    named = zip(_PLACES, columns, strict=True)
    return {name: column for name, column in named if any(column)}


def _ends_of(definitions: Sequence[DefinitionSummary]) -> "array[float]":
    """The ends of the values of definitions that gave any, end by end."""
    ends = (getattr(each, name) for name in _ENDS for each in definitions)
    return array("d", [math.nan if end is None else end for end in ends])


def _little_endian(values: "array[float]") -> "array[float]":
    """Numbers as a file has them, from those of the machine, and the other way round."""
    if sys.byteorder == "big":
        values = values[:]
        values.byteswap()
    return values


def _source_to_data(source: SourceSummary) -> dict[str, Any]:
    data = {name: value for name, value in vars(source).items() if value or name == "name"}
    if source.skipped:
        data["skipped"] = {reason.value: count for reason, count in source.skipped.items()}
    return data


def _source_from_data(data: Mapping[str, Any]) -> SourceSummary:
    given = dict(data)
    skipped = given.pop("skipped", {})
    return SourceSummary(
        **given, skipped={SkipReason(reason): count for reason, count in skipped.items()}
    )
