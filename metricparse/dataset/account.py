"""What became of one log of a dataset, and the same as JSON."""

import json
import sys
from array import array
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import pyarrow as pa

from metricparse.logs.filters import SkipReason
from metricparse.records.batches import json_number
from metricparse.scanning.series import Ranked, Series
from metricparse.scanning.summary import (
    DefinitionSummary,
    LinePlace,
    RejectedExample,
    SourceSummary,
    Summary,
)
from metricparse.values import names_of, parts

# The fields of a definition's summary that JSON has as they are.
_PLAIN_FIELDS = [
    name for name in names_of(DefinitionSummary) if name not in {"examples", "set_aside_at", "kept"}
]
_SUMMARY = b',"summary":'
_CODEC = "lz4_raw"  # the fastest for so little


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
        head = json.dumps(data, separators=(",", ":"), allow_nan=False).encode()
        summary = b"null" if self.packed is None else self.packed.to_json()
        return b"%b%b%b}\n" % (head[:-1], _SUMMARY, summary)

    @classmethod
    def from_json(cls, text: bytes) -> "LogAccount":
        """The account of an earlier run; raises `ValueError` or `KeyError` if it is none."""
        data = json.loads(text)
        if not isinstance(data, dict):
            raise ValueError("an object was expected")  # noqa: TRY004 - as for all that is no account
        identity = data.pop("identity")
        known = {each.name for each in fields(cls)}
        summary = text[text.index(_SUMMARY) + len(_SUMMARY) : text.rindex(b"}")]
        return cls(
            **{name: value for name, value in data.items() if name in known},
            packed=None if data["summary"] is None else PackedSummary.of_json(summary),
            identity=None if identity is None else (identity[0], identity[1]),
            read=False,
        )


@dataclass(frozen=True, slots=True)
class PackedSummary:
    """The summary of a scan, compressed. size: bytes of its JSON."""

    size: int
    compressed: bytes

    @classmethod
    def of(cls, summary: Summary) -> "PackedSummary":
        """Pack a summary."""
        data = _summary_to_data(summary)
        return cls.of_json(json.dumps(data, separators=(",", ":"), allow_nan=False).encode())

    @classmethod
    def of_json(cls, text: bytes) -> "PackedSummary":
        """Pack a summary that is JSON already."""
        return cls(len(text), pa.compress(text, _CODEC, asbytes=True))

    def to_json(self) -> bytes:
        """The summary as JSON."""
        text: bytes = pa.decompress(self.compressed, self.size, _CODEC, asbytes=True)
        return text

    def unpacked(self) -> Summary:
        """The summary."""
        return _summary_from_data(json.loads(self.to_json()))


def _summary_to_data(summary: Summary) -> dict[str, Any]:
    return {
        "seconds": summary.seconds,
        "definitions": _definitions_to_data(summary.definitions),
        "sources": [_source_to_data(each) for each in summary.sources],
    }


def _summary_from_data(data: Mapping[str, Any]) -> Summary:
    return Summary(
        _definitions_from_data(data["definitions"]),
        [_source_from_data(each) for each in data["sources"]],
        data["seconds"],
        complete=True,
    )


def _definitions_to_data(definitions: Sequence[DefinitionSummary]) -> dict[str, Any]:
    """Each field with its values for all definitions, but for those in which nothing was counted."""
    known = set().union(*map(vars, definitions))
    data: dict[str, Any] = {
        name: [getattr(each, name) for each in definitions]
        for name in _PLAIN_FIELDS
        if name in known
    }
    for name in ("first", "last"):
        if name in data:
            data[name] = [None if each is None else json_number(each) for each in data[name]]
    data["examples"] = [
        (number, *(part for _, part in parts(example)))
        for number, each in enumerate(definitions)
        if each.rejected
        for example in each.examples
    ]
    data["set_aside_at"] = [
        (number, *place)
        for number, each in enumerate(definitions)
        if each.slow
        for place in each.set_aside_at
    ]
    data["series"] = [
        (number, *_series_to_data(each.kept.ranked()))
        for number, each in enumerate(definitions)
        if each.emitted
    ]
    return data


def _definitions_from_data(data: Mapping[str, Any]) -> list[DefinitionSummary]:
    fields_ = {name: values for name, values in data.items() if name in _PLAIN_FIELDS}
    for name in ("first", "last"):
        if name in fields_:
            fields_[name] = [None if each is None else float(each) for each in fields_[name]]
    rows = zip(*fields_.values(), strict=True)
    definitions = [DefinitionSummary(**dict(zip(fields_, row, strict=True))) for row in rows]
    for number, *example in data["examples"]:
        definitions[number].examples.append(RejectedExample(*example))
    for number, *place in data["set_aside_at"]:
        definitions[number].set_aside_at.append(LinePlace(*place))
    for number, *series in data["series"]:
        definitions[number].kept = Series(ranked=_series_from_data(*series))
    return definitions


def _series_to_data(ranked: Ranked) -> tuple[int, str, str]:
    """The least rank, and the bytes of the ranks and of the values as base64."""
    values = _little_endian(ranked.values).tobytes()
    return ranked.least, _as_text(ranked.ranks), _as_text(values)


def _series_from_data(least: int, ranks: str, values: str) -> Ranked:
    return Ranked(a2b_base64(ranks), _little_endian(array("d", a2b_base64(values))), least)


def _as_text(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode()


def _little_endian(values: "array[float]") -> "array[float]":
    """Numbers as a file has them, from those of the machine, and the other way round."""
    if sys.byteorder == "big":
        values = values[:]
        values.byteswap()
    return values


def _source_to_data(source: SourceSummary) -> dict[str, Any]:
    data = dict(parts(source))
    data["skipped"] = {reason.value: count for reason, count in source.skipped.items()}
    return {name: value for name, value in data.items() if value or name == "name"}


def _source_from_data(data: Mapping[str, Any]) -> SourceSummary:
    given = dict(data)
    skipped = given.pop("skipped", {})
    return SourceSummary(
        **given, skipped={SkipReason(reason): count for reason, count in skipped.items()}
    )
