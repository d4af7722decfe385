"""What became of one log of a dataset, and the same as JSON."""

import json
import sys
from array import array
from binascii import a2b_base64, b2a_base64
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any

from metricparse.logs.filters import SkipReason
from metricparse.records.json_numbers import json_number
from metricparse.scanning.series import Ranked
from metricparse.scanning.summary import (
    DefinitionSummary,
    LinePlace,
    RejectedExample,
    SourceSummary,
    Summary,
)
from metricparse.values import like, parts

# The fields of a definition's summary that JSON has as they are.
_PLAIN_FIELDS = [
    *("emitted", "rejected", "gave_up", "set_aside", "repeated", "truncated", "not_finite"),
    *("first_source", "first_line", "first", "last", "minimum", "maximum"),
]
# A definition of which anything was counted has one of them.
_ANYTHING = {"emitted", "rejected", "gave_up", "set_aside", "set_aside_at"}
_UNNAMED = DefinitionSummary("", "", has_group=True)
_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True, slots=True)
class LogAccount:
    """What became of one log of a dataset.

    log: its name. job: the training job that it is of; None if its name tells none.
    rows: how many records it gave. error: why it could not be read, in which case it gave none.
    damage: why it ended too early; None if it did not.
    file: where its records are, below the dataset's folder; None if it has none. file_size: bytes.
    identity: the log's size and the time of its last change (nanoseconds since 1970), as far as they
    are known. time: that of its earliest record, in nanoseconds since 1970, or else of its last
    change. scanned_as: a digest of the definitions and options. run: the run that wrote it.
    final: trying again would give the same error.
    read: whether it was read in this run, and not in an earlier one.
    packed: `summary` as it is kept, since those of ten thousand logs take much memory.
    """

    log: str
    job: str | None
    scanned_as: str
    run: str
    rows: int = 0
    error: str | None = None
    damage: str | None = None
    final: bool = False
    file: str | None = None
    file_size: int = 0
    identity: tuple[int, int] | None = None
    time: int | None = None
    read: bool = True
    packed: "PackedSummary | None" = field(default=None, repr=False)

    @property
    def summary(self) -> Summary | None:
        """The accounting of its scan, made anew each time; None if it could not be read."""
        return None if self.packed is None else self.packed.unpacked()

    def to_json(self) -> bytes:
        """The account as JSON, a line."""
        data = {each.name: getattr(self, each.name) for each in fields(self)}
        del data["read"], data["packed"]
        summary = b"null" if self.packed is None else self.packed.to_json()
        return b'%b,"summary":%b}\n' % (_as_json(data)[:-1], summary)

    @classmethod
    def from_json(cls, text: bytes) -> "LogAccount":
        """The account of an earlier run; raises `ValueError` or `KeyError` if it is none."""
        data = json.loads(text)
        if not isinstance(data, dict):
            raise ValueError("an object was expected")  # noqa: TRY004 - as for all that is no account
        identity = data.pop("identity")
        known = {each.name for each in fields(cls)}
        summary = data["summary"]
        return cls(
            **{name: value for name, value in data.items() if name in known},
            packed=None if summary is None else PackedSummary.of_data(summary),
            identity=None if identity is None else (identity[0], identity[1]),
            read=False,
        )


@dataclass(frozen=True, slots=True)
class PackedSummary:
    """The summary of a scan of one log.

    definitions: names and regexes, as JSON; summaries of the same definitions share it.
    counted: what was counted, as JSON, but for the kept values: ranks, values: those of all
    definitions, as bytes (float64, little-endian).
    """

    definitions: bytes
    counted: bytes
    ranks: bytes
    values: bytes

    @classmethod
    def of(cls, summary: Summary, definitions: bytes) -> "PackedSummary":
        """Pack a summary; definitions: `definitions_as_json` of its own."""
        # Each definition with a group was searched in all events but those that were set aside.
        numbered = [
            (number, each)
            for number, each in enumerate(summary.definitions)
            if not _ANYTHING.isdisjoint(vars(each))
        ]
        series = [(number, each.kept.ranked()) for number, each in numbered if each.emitted]
        values = array("d")
        for _, ranked in series:
            values += ranked.values
        counted = {
            "seconds": summary.seconds,
            "sources": [_source_to_data(each) for each in summary.sources],
            **_definitions_to_data(numbered),
            "series": [(number, len(ranked.ranks), ranked.least) for number, ranked in series],
        }
        ranks = b"".join(ranked.ranks for _, ranked in series)
        return cls(definitions, _as_json(counted), ranks, _little_endian(values).tobytes())

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> "PackedSummary":
        """Pack what was JSON; raises `KeyError` or `ValueError` if it was no summary."""
        return cls(
            _kept_once(_as_json(data["definitions"])),
            _as_json(data["counted"]),
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
        fresh = [DefinitionSummary(*each) for each in json.loads(self.definitions)]
        summary = Summary(fresh, complete=True)
        merge_into(summary, [self])
        return summary


def merge_into(earlier: Summary, packed: Iterable[PackedSummary]) -> list[dict[int, int]]:
    """Count summaries of later logs in the summary of earlier ones, under the same definitions.

    For each log how many values definitions gave, by their numbers; those that gave none are left
    out.
    """
    emitted = []
    events = 0
    series: dict[int, list[Ranked]] = defaultdict(list)
    for each in packed:
        data = json.loads(each.counted)
        sources = [_source_from_data(source) for source in data["sources"]]
        events += sum(source.events for source in sources)
        counted = _definitions_from_data(data)
        for number, of_log in counted.items():
            of_log.searched = -of_log.set_aside
            earlier.definitions[number].add(of_log)
        for number, ranked in _series_of(each, data["series"]):
            series[number].append(ranked)
        earlier.sources += sources
        earlier.seconds += data["seconds"]
        emitted.append(
            {number: of_log.emitted for number, of_log in counted.items() if of_log.emitted}
        )
    for definition in earlier.definitions:
        if definition.has_group:
            definition.searched += events
    for number, of_logs in series.items():
        earlier.definitions[number].kept.extend_by(of_logs)
    return emitted


def definitions_as_json(definitions: Sequence[DefinitionSummary]) -> bytes:
    """Of each definition its name, its regex, and whether it has a group."""
    return _as_json([(each.name, each.regex, each.has_group) for each in definitions])


@lru_cache(maxsize=8)
def _kept_once(text: bytes) -> bytes:
    """The like of a text that was there before, so that many logs hold one."""
    return text


def _as_json(data: object) -> bytes:
    return _ENCODER.encode(data).encode()


def _definitions_to_data(numbered: Sequence[tuple[int, DefinitionSummary]]) -> dict[str, Any]:
    """Each count with its values for all of these, but for those that are none of any."""
    counted = [vars(each) for _, each in numbered]
    known = set().union(*counted)
    plain = {name: [each.get(name) for each in counted] for name in _PLAIN_FIELDS if name in known}
    for name in ("first", "last"):
        if name in plain:
            plain[name] = [None if each is None else json_number(each) for each in plain[name]]
    return {
        "numbers": [number for number, _ in numbered],
        "plain": plain,
        "examples": [
            (number, *(part for _, part in parts(example)))
            for number, each in numbered
            if each.rejected
            for example in each.examples
        ],
        "set_aside_at": [
            (number, *place)
            for number, each in numbered
            if each.slow
            for place in each.set_aside_at
        ],
    }


def _definitions_from_data(data: Mapping[str, Any]) -> dict[int, DefinitionSummary]:
    """The definitions of which anything was counted, without their names, by their numbers."""
    plain: dict[str, list[Any]] = data["plain"]
    for name in ("first", "last"):
        if name in plain:
            plain[name] = [None if each is None else float(each) for each in plain[name]]
    definitions = {number: like(_UNNAMED) for number in data["numbers"]}
    for name, values in plain.items():
        for definition, value in zip(definitions.values(), values, strict=True):
            if value is not None:
                vars(definition)[name] = value
    for number, *example in data["examples"]:
        definitions[number].examples.append(RejectedExample(*example))
    for number, *place in data["set_aside_at"]:
        definitions[number].set_aside_at.append(LinePlace(*place))
    return definitions


def _series_of(
    packed: PackedSummary, told: Iterable[tuple[int, int, int]]
) -> Iterator[tuple[int, Ranked]]:
    """The series of definitions, of which their numbers, sizes and least ranks are told."""
    values = _little_endian(array("d", packed.values))
    start = 0
    for number, size, least in told:
        own = slice(start, start + size)
        yield number, Ranked(packed.ranks[own], values[own], least)
        start += size


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
