"""Where records go: Parquet, Arrow IPC, CSV and JSON lines, in files or on a stream."""

import os
from collections.abc import Iterable
from typing import BinaryIO

import pyarrow as pa

from metricparse.errors import OutputError
from metricparse.records import SCHEMA
from metricparse.sinks.formats import Format, open_writer
from metricparse.sinks.whole import whole_file

__all__ = ["Format", "write"]


def write(
    records: Iterable[pa.RecordBatch],
    target: str | os.PathLike[str] | BinaryIO,
    format: Format | str | None = None,  # noqa: A002 - what everyone calls it
) -> None:
    """Write records, batch by batch.

    records: record batches, such as a `Scan`; of its `schema` where it tells one, as `Periods` do,
    else of `SCHEMA`.
    target: a path, where the file appears whole or not at all; or a binary file object, which
    stays open.
    format: a `Format` or its value; may be left out where the path's ending tells it.

    Raises `OutputError` if the target cannot be written, or tells no format.
    """
    if not isinstance(target, str | os.PathLike):
        if format is None:
            formats = ", ".join(Format)
            raise OutputError(f"a file object has no ending; give the format: {formats}")
        _write(records, target, Format(format))
        return
    path = os.fspath(target)
    form = Format(format) if format else Format.of_path(path)
    if hasattr(records, "reads") and records.reads(path):
        raise OutputError(f"{path}: is one of the logs, and would be lost; write elsewhere")
    try:
        with whole_file(path) as file:
            _write(records, file, form)
    except BrokenPipeError:
        raise
    except FileNotFoundError:
        directory = os.path.dirname(path)
        raise OutputError(f"{path}: cannot be written: no directory {directory}") from None
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error


def _write(records: Iterable[pa.RecordBatch], file: BinaryIO, form: Format) -> None:
    writer = open_writer(file, form, getattr(records, "schema", SCHEMA))
    for batch in records:
        writer.write_batch(batch)
    writer.close()
