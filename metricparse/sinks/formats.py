"""The forms in which records are written, and a writer for each."""

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import PurePath
from typing import Any, BinaryIO, Protocol, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from metricparse.errors import OutputError
from metricparse.records import SCHEMA, json_number


class Format(StrEnum):
    """How records are written."""

    PARQUET = "parquet"
    ARROW = "arrow"
    ARROW_STREAM = "arrow-stream"
    CSV = "csv"
    JSONL = "jsonl"

    @classmethod
    def of_path(cls, path: str) -> "Format":
        """The format that a path's ending tells; raises `OutputError` if it tells none."""
        suffix = PurePath(path).suffix.lower()
        if suffix in _BY_SUFFIX:
            return _BY_SUFFIX[suffix]
        endings = ", ".join(_BY_SUFFIX)
        raise OutputError(
            f"{path}: its ending tells no format; name the file *{endings.replace(', ', ', *')}, "
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


class Writer(Protocol):
    """Writes record batches of `SCHEMA` to a file that it does not close."""

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write the rows of a batch."""
        ...

    def close(self) -> None:
        """Write what the format has at its end."""
        ...


def open_writer(file: BinaryIO, form: Format, *, goes_on: bool = False) -> Writer:
    """A writer of the format, with what the format has at its start written.

    goes_on: that start is there already, as the file goes on behind earlier records.
    """
    writers = _GOING_ON if goes_on else _WRITERS
    writer: Writer = writers[form](file)
    return writer


class _JsonLines:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write_batch(self, batch: pa.RecordBatch) -> None:
        times = pc.replace_substring(batch["timestamp"].cast(pa.string()), " ", "T")
        rows = zip(
            times.to_pylist(),
            _encoded(batch["source"]),
            batch["line"].to_pylist(),
            _encoded(batch["metric"]),
            batch["value"].to_pylist(),
            strict=True,
        )
        lines = [
            f'{{"timestamp": {json.dumps(time)}, "source": {source}, "line": {line}, '
            f'"metric": {metric}, "value": {json.dumps(json_number(value))}}}\n'
            for time, source, line, metric, value in rows
        ]
        self._file.write("".join(lines).encode())

    def close(self) -> None:
        """JSON lines have no end."""


def _encoded(names: pa.DictionaryArray) -> list[str]:
    """The names as JSON strings, each encoded once."""
    encoded = [json.dumps(name, ensure_ascii=False) for name in names.dictionary.to_pylist()]
    return [encoded[place] for place in names.indices.to_pylist()]


def _arrow(file: BinaryIO) -> Any:
    # Sources may turn up while batches are written: their names are added, not replaced, which
    # is all that the file format allows.
    options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)
    return pa.ipc.new_file(file, SCHEMA, options=options)


def _arrow_stream(file: BinaryIO) -> Any:
    options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)
    return pa.ipc.new_stream(file, SCHEMA, options=options)


class _WithoutStart:
    """A file that leaves out the first bytes that are written to it."""

    closed = False

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._left = size

    def write(self, data: bytes) -> int:
        kept = memoryview(data)[self._left :]
        self._left -= len(data) - len(kept)
        self._file.write(kept)
        return len(data)

    def tell(self) -> int:
        return self._file.tell()

    def flush(self) -> None:
        self._file.flush()


def _going_on_arrow_stream(file: BinaryIO) -> Any:
    return _arrow_stream(cast(BinaryIO, _WithoutStart(file, len(SCHEMA.serialize()))))


def _going_on_csv(file: BinaryIO) -> Any:
    options = pa_csv.WriteOptions(include_header=False)
    return pa_csv.CSVWriter(file, SCHEMA, write_options=options)


_WRITERS: dict[Format, Callable[[BinaryIO], Any]] = {
    Format.PARQUET: lambda file: pq.ParquetWriter(file, SCHEMA, compression="zstd"),
    Format.ARROW: _arrow,
    Format.ARROW_STREAM: _arrow_stream,
    Format.CSV: lambda file: pa_csv.CSVWriter(file, SCHEMA),
    Format.JSONL: _JsonLines,
}
_GOING_ON: dict[Format, Callable[[BinaryIO], Any]] = {
    Format.ARROW_STREAM: _going_on_arrow_stream,
    Format.CSV: _going_on_csv,
    Format.JSONL: _JsonLines,
}
