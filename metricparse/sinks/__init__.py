"""Where records go: Parquet, Arrow IPC, CSV and JSON lines, in files or on a stream; TensorBoard."""

import os
from enum import StrEnum

from metricparse.errors import OutputError


class Format(StrEnum):
    """How records are written."""

    PARQUET = "parquet"
    ARROW = "arrow"
    ARROW_STREAM = "arrow-stream"
    CSV = "csv"
    JSONL = "jsonl"
    TENSORBOARD = "tensorboard"

    @classmethod
    def of_path(cls, path: str) -> "Format":
        """The format that a path's ending tells; raises `OutputError` if it tells none."""
        suffix = os.path.splitext(path)[1].lower()
        if suffix in _BY_SUFFIX:
            return _BY_SUFFIX[suffix]
        endings = ", ".join(_BY_SUFFIX)
        raise OutputError(
            f"{path}: its ending does not tell the format; name the file *{endings.replace(', ', ', *')}, "
            f"or give the format: {', '.join(cls)}"
        )


#: Formats of which what is written can be read before all is.
GROWING = frozenset({Format.CSV, Format.JSONL, Format.ARROW_STREAM})

_BY_SUFFIX = {
    ".parquet": Format.PARQUET,
    ".arrow": Format.ARROW,
    ".feather": Format.ARROW,
    ".arrows": Format.ARROW_STREAM,
    ".csv": Format.CSV,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
}
