"""What became of one log of a dataset, and the same as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from metricparse.logs.filters import SkipReason
from metricparse.records.batches import json_number
from metricparse.scanning.series import Series
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
_PLAIN_FIELDS = [
    (name, getattr(DefinitionSummary, name, _NO_DEFAULT))
    for name in names_of(DefinitionSummary)
    if name not in {"examples", "set_aside_at", "kept"}
]


@dataclass(frozen=True, slots=True)
class LogAccount:
    """What became of one log of a dataset.

    log: its name. job: the training job that it is of; None if its name tells none.
    rows: how many records it gave. error: why it could not be read, in which case it gave none.
    summary: the accounting of its scan; None if it could not be read.
    file: where its records are, below the dataset's folder; None if it has none. file_size: bytes.
    identity: the log's size and the time of its last change (nanoseconds since 1970), as far as they
    are known. time: that of its earliest record, in nanoseconds since 1970, or else of its last
    change. scanned_as: a digest of the definitions and options. run: the run that wrote it.
    final: trying again would give the same error.
    read: whether it was read in this run, and not in an earlier one.
    """

    log: str
    job: str | None
    scanned_as: str
    run: str
    rows: int = 0
    error: str | None = None
    final: bool = False
    summary: Summary | None = None
    file: str | None = None
    file_size: int = 0
    identity: tuple[int, int] | None = None
    time: int | None = None
    read: bool = True

    @property
    def damage(self) -> str | None:
        """Why the log ended too early; None if it did not."""
        damaged = self.summary.damaged if self.summary else []
        return damaged[0].damage if damaged else None

    def to_json(self) -> bytes:
        """The account as JSON."""
        data = {each.name: getattr(self, each.name) for each in fields(self)}
        del data["read"]
        data["damage"] = self.damage
        data["summary"] = self.summary and _summary_to_data(self.summary)
        return json.dumps(data, separators=(",", ":"), allow_nan=False).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "LogAccount":
        """The account of an earlier run; raises `ValueError` or `KeyError` if it is none."""
        data = json.loads(text)
        if not isinstance(data, dict):
            raise ValueError("an object was expected")  # noqa: TRY004 - as for all that is no account
        del data["damage"]
        summary, identity = data.pop("summary"), data.pop("identity")
        known = {each.name for each in fields(cls)}
        return cls(
            **{name: value for name, value in data.items() if name in known},
            summary=None if summary is None else _summary_from_data(summary),
            identity=None if identity is None else (identity[0], identity[1]),
            read=False,
        )


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
    values, least_rank = definition.kept.ranked()
    data = {
        name: value
        for name, default in _PLAIN_FIELDS
        if (value := getattr(definition, name)) != default
    }
    data |= {name: json_number(data[name]) for name in ("first", "last") if name in data}
    if definition.examples:
        data["examples"] = [dict(parts(each)) for each in definition.examples]
    if definition.set_aside_at:
        data["set_aside_at"] = [list(each) for each in definition.set_aside_at]
    if values:
        data["series"] = [[rank, json_number(value)] for rank, value in values]
        data["least_rank"] = least_rank
    return data


def _definition_from_data(data: Mapping[str, Any]) -> DefinitionSummary:
    given = dict(data)
    for name in ("first", "last"):
        if name in given:
            given[name] = float(given[name])
    given["examples"] = [RejectedExample(**each) for each in given.pop("examples", [])]
    given["set_aside_at"] = [LinePlace(*each) for each in given.pop("set_aside_at", [])]
    values = [(rank, float(value)) for rank, value in given.pop("series", [])]
    kept = Series(ranked=(values, given.pop("least_rank", 0)))
    return DefinitionSummary(**given, kept=kept)


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
