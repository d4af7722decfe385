"""What became of one log of a dataset, and the same as JSON."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from struct import pack, unpack
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

_NO_DEFAULT = object()
# The fields of a definition's summary that JSON has as they are, and what they are at first.
_PLAIN_FIELDS = {
    name: getattr(DefinitionSummary, name, _NO_DEFAULT)
    for name in names_of(DefinitionSummary)
    if name not in {"examples", "set_aside_at", "kept"}
}
_SUMMARY = b',"summary":'


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
        return cls(len(text), pa.compress(text, "zstd", asbytes=True))

    def to_json(self) -> bytes:
        """The summary as JSON."""
        text: bytes = pa.decompress(self.compressed, self.size, "zstd", asbytes=True)
        return text

    def unpacked(self) -> Summary:
        """The summary."""
        return _summary_from_data(json.loads(self.to_json()))


def _summary_to_data(summary: Summary) -> dict[str, Any]:
    return {
        "seconds": summary.seconds,
        "definitions": [_definition_to_data(each) for each in summary.definitions],
        "sources": [_source_to_data(each) for each in summary.sources],
    }


def _summary_from_data(data: Mapping[str, Any]) -> Summary:
    return Summary(
        [_definition_from_data(each) for each in data["definitions"]],
        [_source_from_data(each) for each in data["sources"]],
        data["seconds"],
        complete=True,
    )


def _definition_to_data(definition: DefinitionSummary) -> dict[str, Any]:
    """What there is to say of a definition; most of it is often 0 or None, and left out."""
    data = {
        name: value
        for name, value in vars(definition).items()
        if name in _PLAIN_FIELDS and value != _PLAIN_FIELDS[name]
    }
    for name in ("first", "last"):
        if name in data:
            data[name] = json_number(data[name])
    if definition.examples:
        data["examples"] = [dict(parts(each)) for each in definition.examples]
    if definition.set_aside_at:
        data["set_aside_at"] = [list(each) for each in definition.set_aside_at]
    if definition.emitted:
        data["series"] = _series_to_data(definition.kept.ranked())
    return data


def _definition_from_data(data: Mapping[str, Any]) -> DefinitionSummary:
    given = dict(data)
    for name in ("first", "last"):
        if name in given:
            given[name] = float(given[name])
    if "examples" in given:
        given["examples"] = [RejectedExample(**each) for each in given["examples"]]
    if "set_aside_at" in given:
        given["set_aside_at"] = [LinePlace(*each) for each in given["set_aside_at"]]
    if "series" in given:
        given["kept"] = Series(ranked=_series_from_data(given.pop("series")))
    return DefinitionSummary(**given)


def _series_to_data(ranked: Ranked) -> list[Any]:
    """The least rank, and the bytes of the ranks and of the values as base64."""
    values, least_rank = ranked
    ranks = bytes(rank for rank, _ in values)
    doubles = pack(f"<{len(values)}d", *(value for _, value in values))
    return [least_rank, b64encode(ranks).decode(), b64encode(doubles).decode()]


def _series_from_data(data: list[Any]) -> Ranked:
    least_rank, ranks, doubles = data[0], b64decode(data[1]), b64decode(data[2])
    return list(zip(ranks, unpack(f"<{len(ranks)}d", doubles), strict=True)), least_rank


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
