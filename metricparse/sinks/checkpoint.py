"""Checkpoints: how far the logs were read, and how far the output was written."""

import json
import os
from typing import Any

from metricparse.errors import OutputError

_VERSION = 2


class Checkpoint:
    """A file that says where to go on.

    written: how much of the output belongs to it: bytes, or files. state: that of the logs; None
    if there is no such file yet.

    Raises `OutputError` if the file is none, or belongs to another output or other definitions.
    """

    def __init__(self, path: str, output: str, digest: dict[str, Any]) -> None:
        self._path = path
        self._about = {"version": _VERSION, "output": os.path.realpath(output), **digest}
        self.written = 0
        self.state: dict[str, Any] | None = None
        if os.path.exists(path):
            self._load()

    def save(self, written: int, state: dict[str, Any]) -> None:
        """Put a new checkpoint in the place of the old one, all at once."""
        directory, name = os.path.split(self._path)
        beside = os.path.join(directory, f".{name}.partial")
        with open(beside, "w", encoding="utf-8") as file:
            json.dump({**self._about, "written": written, "logs_read": state}, file)
        os.replace(beside, self._path)

    def _load(self) -> None:
        try:
            with open(self._path, encoding="utf-8") as file:
                document = json.load(file)
            self.written, self.state = document.pop("written"), document.pop("logs_read")
        except (OSError, ValueError, KeyError, AttributeError) as error:
            raise OutputError(f"{self._path}: not a checkpoint: {error}") from None
        for name, value in self._about.items():
            if document.get(name) != value:
                raise OutputError(
                    f"{self._path}: a checkpoint with another {name}; delete it to begin anew"
                )
