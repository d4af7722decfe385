"""What became of one log of a dataset, and the same as JSON."""

import json
from dataclasses import dataclass, field, fields

from metricparse.dataset.packed import PackedSummary, as_json
from metricparse.scanning.summary import Summary

# That of the form of accounts.
_VERSION = 3


@dataclass(frozen=True, slots=True)
class LogAccount:
    """What became of one log of a dataset.

    log: its name. job: the training job that it is of; None if its name tells none.
    rows: how many records it gave. error: why it could not be read, in which case it gave none.
    damage: why it ended too early; None if it did not.
    file: where its records are, below the dataset's folder; None if it has none. file_size: bytes.
    identity: the log's size and the time of its last change (nanoseconds since 1970), as far as they
    are known. tag: of one that had just been written, what tells another content apart.
    time: that of its earliest record, in nanoseconds since 1970, or else of its last change; None if
    it has no lines. scanned_as: a digest of the definitions and options. run: the run that wrote it.
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
    tag: str | None = None
    time: int | None = None
    read: bool = True
    packed: PackedSummary | None = field(default=None, repr=False)

    @property
    def summary(self) -> Summary | None:
        """The accounting of its scan, made anew each time; None if it could not be read."""
        return None if self.packed is None else self.packed.unpacked()

    def to_json(self) -> bytes:
        """The account as JSON, a line."""
        data = {"version": _VERSION} | {name: getattr(self, name) for name in _TOLD}
        summary = b"null" if self.packed is None else self.packed.to_json()
        return b'%b,"summary":%b}\n' % (as_json(data)[:-1], summary)

    @classmethod
    def from_json(cls, text: bytes) -> "LogAccount":
        """The account of an earlier run; raises `ValueError` or `KeyError` if it is none.

        Of one of another version neither the summary nor the identity is kept, so that its log is
        read again.
        """
        data = json.loads(text)
        if not isinstance(data, dict):
            raise ValueError("an object was expected")  # noqa: TRY004 - as for all that is no account
        told = {name: data[name] for name in _TOLD if name in data}
        identity, summary = told.pop("identity"), data["summary"]
        if data.get("version") != _VERSION:
            identity = summary = None
        return cls(
            **told,
            packed=None if summary is None else PackedSummary.of_data(summary),
            identity=None if identity is None else (identity[0], identity[1]),
            read=False,
        )


_TOLD = [each.name for each in fields(LogAccount) if each.name not in {"read", "packed"}]
