"""Standard output, whose reader may go away."""

import os

TYPE_CHECKING = False  # as `typing` has it, whose import takes longer than `--version`
if TYPE_CHECKING:
    from typing import Any, TextIO

_STANDARD_OUTPUT = 1


class Output:
    """Standard output for text: where nobody reads it any more, the command goes on without.

    So its status stays what it is, and what it writes to files is written. Bytes go to `buffer`,
    where a command that only passes records on ends with its reader.
    """

    def __init__(self, stream: "TextIO") -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text, if somebody reads it."""
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            discard_output()
            return len(text)

    def flush(self) -> None:
        """Write what is waiting, if somebody reads it."""
        try:
            self._stream.flush()
        except BrokenPipeError:
            discard_output()

    def __getattr__(self, name: str) -> "Any":
        return getattr(self._stream, name)


def discard_output() -> None:
    """Let nothing that is still to be written to standard output fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), _STANDARD_OUTPUT)
