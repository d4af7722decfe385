"""Where records go: Parquet, Arrow IPC, CSV and JSON lines, in files or on a stream; TensorBoard."""

import os
from typing import BinaryIO

from metricparse.errors import OutputError
from metricparse.records.batches import SCHEMA
from metricparse.records.streams import (
    Records,
    RecordStream,
    ResumableStream,
    batches_of,
    stream_of,
)
from metricparse.sinks import GROWING, Format
from metricparse.sinks.formats import open_writer
from metricparse.sinks.live import write_growing
from metricparse.whole_file import is_special, whole_file


def write(
    records: Records,
    target: str | os.PathLike[str] | BinaryIO,
    format: Format | str | None = None,  # noqa: A002 - what everyone calls it
    *,
    checkpoint: str | os.PathLike[str] | None = None,
) -> None:
    r"""Write records, batch by batch.

    records: a `Scan`, a `Follow`, an `Execution`, `Periods`; record batches, or Arrow data of any kind,
    such as a table, a dataframe of pandas or Polars, or a relation of DuckDB.
    target: a path, where the file appears whole or not at all; or a binary file object, which
    stays open. What is followed, or printed by a command, can be read from the path as it grows;
    formats that are readable only when they are complete become several files for a `Follow`,
    `out-00001.parquet` and so on.
    format: a `Format` or its value; may be left out where the path's ending tells it. For
    `tensorboard` the target is a folder, in which each source becomes a run, with its lines as steps.
    checkpoint: a file that says how far a `Follow` and its output came. If it is there, they go on
    from there, so that nothing is lost and nothing comes twice, however the previous run ended.

    Raises `OutputError` if the target cannot be written, or does not tell the format.

    >>> mp.write(mp.scan("train.log", "definitions.json"), "out.jsonl")
    >>> Path("out.jsonl").read_text().count("\n")
    2
    """
    resumable = isinstance(records, ResumableStream)
    if checkpoint and not (resumable and isinstance(target, str | os.PathLike)):
        raise OutputError("a checkpoint is for logs that are followed, and written to a file")
    if checkpoint and not records.resumable:
        raise OutputError("a checkpoint is for files; follow jobs and log streams without one")
    if not isinstance(target, str | os.PathLike):
        if format is None:
            formats = ", ".join(Format)
            raise OutputError(f"a file object has no ending; give the format: {formats}")
        if Format(format) is Format.TENSORBOARD:
            raise OutputError("event files of TensorBoard need a folder; give its path")
        _write(records, target, Format(format))
        return
    path = os.fspath(target)
    if checkpoint and is_special(path):
        raise OutputError(f"{path}: is not a regular file, so a checkpoint cannot go on in it")
    form = Format(format) if format else Format.of_path(path)
    if hasattr(records, "reads") and records.reads(path):
        raise OutputError(f"{path}: is one of the logs, and would be overwritten; write elsewhere")
    try:
        _write_to_path(records, path, form, os.fspath(checkpoint) if checkpoint else None)
    except BrokenPipeError:
        raise
    except FileNotFoundError:
        directory = os.path.dirname(path)
        raise OutputError(f"{path}: cannot be written: no directory {directory}") from None
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error


def _write_to_path(records: Records, path: str, form: Format, checkpoint: str | None) -> None:
    if form is Format.TENSORBOARD:
        if checkpoint:
            raise OutputError("TensorBoard event files cannot be resumed from a checkpoint")
        _write_event_files(records, path)
    elif isinstance(records, ResumableStream) and not is_special(path):
        write_growing(records, path, form, checkpoint)
    elif _is_live(records) and form in GROWING:
        with open(path, "wb") as file:
            _write(records, file, form)
    else:
        with whole_file(path) as file:
            _write(records, file, form)


def _write(records: Records, file: BinaryIO, form: Format) -> None:
    if isinstance(records, RecordStream) or hasattr(records, "reads"):
        schema, batches = getattr(records, "schema", SCHEMA), records
    else:
        try:
            schema, batches = stream_of(records)
        except (TypeError, ValueError) as error:
            raise OutputError(f"records: {error}; give a scan, or other Arrow data") from error
    writer = open_writer(file, form, schema)
    for batch in batches:
        writer.write_batch(batch)
        if _is_live(records):
            file.flush()
    writer.close()


def _write_event_files(records: Records, folder: str) -> None:
    from metricparse.sinks.tensorboard import event_files

    with event_files(folder, live=_is_live(records)) as files:
        for batch in batches_of(records):
            files.write_batch(batch)
            if _is_live(records):
                files.flush()


def _is_live(records: Records) -> bool:
    return isinstance(records, RecordStream) and records.live
