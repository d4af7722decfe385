"""What is written can be read back, and appears whole or not at all."""

import csv
import errno
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import metricparse as mp
from metricparse.cli.finish import write_text
from metricparse.sinks.live import OneFile

LOG = "2026-11-22T10:00:00.123456789Z loss: 0.1\nloss: -1e-300\nloss: nan\nloss: inf\nloss: -inf\n"
DEFINITIONS = [{"Name": 'a "quoted", é', "Regex": r"loss: (\S+)"}]


@pytest.fixture
def scan(tmp_path: Path) -> mp.Scan:
    log = tmp_path / "train.log"
    log.write_text(LOG)
    return mp.scan(log, DEFINITIONS)


def texts(table: pa.Table) -> list[list[str]]:
    """A table's columns as text, in which NaN equals NaN."""
    return [list(map(str, column.cast(pa.string()).to_pylist())) for column in table.columns]


def test_parquet(scan: mp.Scan, tmp_path: Path) -> None:
    mp.write(scan, tmp_path / "out.parquet")
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.schema.equals(mp.SCHEMA)
    assert texts(table) == texts(scan.to_table())


def test_arrow_file_and_stream(scan: mp.Scan, tmp_path: Path) -> None:
    mp.write(scan, tmp_path / "out.arrow")
    mp.write(scan, tmp_path / "out.arrows")
    file = pa.ipc.open_file(tmp_path / "out.arrow").read_all()
    stream = pa.ipc.open_stream((tmp_path / "out.arrows").read_bytes()).read_all()
    assert texts(file) == texts(stream) == texts(scan.to_table())


def test_csv(scan: mp.Scan, tmp_path: Path) -> None:
    mp.write(scan, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == mp.SCHEMA.names
    assert [row[0] for row in rows] == ["2026-11-22 10:00:00.123456789Z", "", "", "", ""]
    assert [row[2] for row in rows] == ["1", "2", "3", "4", "5"]
    assert {row[3] for row in rows} == {'a "quoted", é'}
    values = [float(row[4]) for row in rows]
    assert values[:2] == [0.1, -1e-300]
    assert list(map(str, values[2:])) == ["nan", "inf", "-inf"]


def test_json_lines(scan: mp.Scan, tmp_path: Path) -> None:
    mp.write(scan, tmp_path / "out.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert rows[0] == {
        "timestamp": "2026-11-22T10:00:00.123456789Z",
        "source": str(tmp_path / "train.log"),
        "line": 1,
        "metric": 'a "quoted", é',
        "value": 0.1,
    }
    assert rows[1]["timestamp"] is None
    assert [row["value"] for row in rows] == [0.1, -1e-300, "NaN", "Infinity", "-Infinity"]


@pytest.mark.parametrize("form", ["parquet", "arrow", "arrow-stream", "csv", "jsonl"])
def test_a_file_object_stays_open_and_needs_a_format(scan: mp.Scan, form: str) -> None:
    file = io.BytesIO()
    mp.write(scan, file, form)
    assert file.getvalue()
    with pytest.raises(mp.OutputError, match="give the format"):
        mp.write(scan, file)


def test_sources_that_turn_up_between_batches_are_added_to_the_dictionary(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.log").write_text("loss: 1\n" * 70_000)
    scan = mp.scan(str(tmp_path / "*.log"), DEFINITIONS)
    mp.write(scan, tmp_path / "out.arrow")
    assert pa.ipc.open_file(tmp_path / "out.arrow").read_all().num_rows == 140_000


def test_a_failure_leaves_what_was_there_before(scan: mp.Scan, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("before")

    def failing() -> Iterator[pa.RecordBatch]:
        yield from scan
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        mp.write(failing(), out)
    assert out.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "train.log"]


def test_a_link_is_followed(scan: mp.Scan, tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    mp.write(scan, tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text().count("\n") == 6


@pytest.mark.parametrize("form", ["csv", "jsonl", "arrow-stream"])
def test_a_write_to_a_growing_file_that_fails_is_taken_back(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, out = tmp_path / "log", tmp_path / "out"
    log.write_bytes(b"v=1\n")
    follow = mp.follow(log, [{"Name": "v", "Regex": "v=(.)"}])
    append = OneFile._append  # noqa: SLF001 - where the disk would be full
    writes: list[int] = []

    def fails_later(output: OneFile, data: memoryview) -> None:
        writes.append(len(data))
        if len(writes) == 1:
            append(output, data)
            with log.open("ab") as file:
                file.write(b"v=2\n")
            return
        append(output, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(OneFile, "_append", fails_later)
    with pytest.raises(mp.OutputError, match="No space left on device"):
        mp.write(follow, out, form)
    assert writes[0] == out.stat().st_size
    assert len(writes) == 2


def test_a_text_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("what was there before")
    with pytest.raises(mp.OutputError, match="File name too long"):
        write_text("new", str(tmp_path / ("x" * 300)))
    with (
        mock.patch("os.fsync", side_effect=OSError(errno.ENOSPC, "No space left on device")),
        pytest.raises(mp.OutputError, match="No space left on device"),
    ):
        write_text("new", str(path))
    assert path.read_text() == "what was there before"
    assert os.listdir(tmp_path) == ["page.html"]
