"""The forms in which records are written, and a writer for each."""

import json
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO, Protocol, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from metricparse.records.batches import SCHEMA
from metricparse.records.json_numbers import json_number
from metricparse.sinks import Format


class Writer(Protocol):
    """Writes record batches of one schema to a file that it does not close."""

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write the rows of a batch."""
        ...

    def close(self) -> None:
        """Write what the format has at its end."""
        ...


def open_writer(
    file: BinaryIO, form: Format, schema: pa.Schema = SCHEMA, *, goes_on: bool = False
) -> Writer:
    """A writer of the format, with what the format has at its start written.

    goes_on: that start is there already, as the file goes on after earlier records.
    """
    writers = _GOING_ON if goes_on else _WRITERS
    writer: Writer = writers[form](file, schema)
    return writer


def parquet_writer(
    file: BinaryIO, schema: pa.Schema, *, compression: str = "zstd", **options: Any
) -> pq.ParquetWriter:
    """A writer of Parquet; options: further ones of Arrow's."""
    # Numbers and times seldom come again.
    names = [each.name for each in schema if not pa.types.is_primitive(each.type)]
    return pq.ParquetWriter(file, schema, compression=compression, use_dictionary=names, **options)


class _JsonLines:
    def __init__(self, file: BinaryIO, schema: pa.Schema) -> None:
        self._file = file
        keys = (json.dumps(name).replace("%", "%%") for name in schema.names)
        self._form = f"{{{', '.join(f'{key}: %s' for key in keys)}}}\n"

    def write_batch(self, batch: pa.RecordBatch) -> None:
        rows = zip(*map(_as_json, batch.columns), strict=True)
        self._file.write("".join([self._form % row for row in rows]).encode())

    def close(self) -> None:
        """JSON lines have no end."""


def _as_json(column: pa.Array) -> Iterable[str]:
    """The values of a column as JSON."""
    if pa.types.is_dictionary(column.type):
        return _encoded(column)
    if pa.types.is_timestamp(column.type):
        return map(json.dumps, pc.replace_substring(column.cast(pa.string()), " ", "T").to_pylist())
    if pa.types.is_floating(column.type):
        return map(json.dumps, map(json_number, column.to_pylist()))
    return map(_json_text, column.to_pylist())


def _json_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _encoded(names: pa.DictionaryArray) -> list[str]:
    """The names as JSON strings, each encoded once."""
    encoded = [json.dumps(name, ensure_ascii=False) for name in names.dictionary.to_pylist()]
    return [encoded[place] for place in names.indices.to_pylist()]


def _arrow(file: BinaryIO, schema: pa.Schema) -> Any:
    # Sources may turn up while batches are written: their names are added, not replaced, which
    # is all that the file format allows.
    options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)
    return pa.ipc.new_file(file, schema, options=options)


def _arrow_stream(file: BinaryIO, schema: pa.Schema) -> Any:
    options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)
    return pa.ipc.new_stream(file, schema, options=options)


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


def _going_on_arrow_stream(file: BinaryIO, schema: pa.Schema) -> Any:
    without_start = _WithoutStart(file, len(schema.serialize()))
    return _arrow_stream(cast(BinaryIO, without_start), schema)


def _going_on_csv(file: BinaryIO, schema: pa.Schema) -> Any:
    options = pa_csv.WriteOptions(include_header=False)
    return pa_csv.CSVWriter(file, schema, write_options=options)


_WRITERS: dict[Format, Callable[[BinaryIO, pa.Schema], Any]] = {
    Format.PARQUET: parquet_writer,
    Format.ARROW: _arrow,
    Format.ARROW_STREAM: _arrow_stream,
    Format.CSV: pa_csv.CSVWriter,
    Format.JSONL: _JsonLines,
}
_GOING_ON: dict[Format, Callable[[BinaryIO, pa.Schema], Any]] = {
    Format.ARROW_STREAM: _going_on_arrow_stream,
    Format.CSV: _going_on_csv,
    Format.JSONL: _JsonLines,
}
