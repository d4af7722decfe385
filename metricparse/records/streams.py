"""What gives out records, as those see it who pass them on."""

from collections.abc import Iterator
from typing import Any, Protocol, runtime_checkable

import pyarrow as pa


@runtime_checkable
class RecordStream(Protocol):
    """Gives out record batches of `SCHEMA`.

    live: they come while the logs are being written, and are to be passed on at once.
    """

    live: bool

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """The record batches."""
        ...


@runtime_checkable
class ResumableStream(RecordStream, Protocol):
    """A live stream that can go on after a stop, where its records ended."""

    @property
    def digest(self) -> dict[str, Any]:
        """What the records depend on besides the logs: others must not be mixed with them."""
        ...

    def flushes(self) -> Iterator[list[pa.RecordBatch]]:
        """The record batches as they come; after each list, `state` tells where it ended."""
        ...

    def begin(self) -> None:
        """Open the logs that there are, so that `state` tells where all of it begins."""
        ...

    def state(self) -> dict[str, Any] | None:
        """Where the records given out so far end; None where the stream cannot go on."""
        ...

    def resume(self, state: dict[str, Any]) -> None:
        """Go on where a `state` was taken."""
        ...

    def leave_out(self, path: str) -> None:
        """Do not read a file, as the records are written to it."""
        ...
