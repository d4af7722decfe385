"""The Python interface: a scan as a lazy Arrow stream."""

import gzip
import io
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pytest

import metricparse as mp

LOG = b"loss: 0.5 acc: 1\nnothing\nloss: 0.25\n"
DEFINITIONS = [{"Name": "loss", "Regex": r"loss: (\S+)"}, {"Name": "acc", "Regex": r"acc: (\S+)"}]
ROWS = [(1, "loss", 0.5), (1, "acc", 1.0), (3, "loss", 0.25)]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "train.log"
    path.write_bytes(LOG)
    return path


def test_records_are_of_the_schema(log: Path) -> None:
    batches = list(mp.scan(log, DEFINITIONS))
    assert all(batch.schema.equals(mp.SCHEMA) for batch in batches)
    assert mp.SCHEMA.names == ["timestamp", "source", "line", "metric", "value"]
    table = mp.scan(log, DEFINITIONS).to_table()
    assert table["source"].to_pylist() == [str(log)] * 3
    assert (
        list(zip(*(table[c].to_pylist() for c in ("line", "metric", "value")), strict=True)) == ROWS
    )


def test_a_log_without_matches_gives_a_table_of_no_rows(log: Path) -> None:
    table = mp.scan(log, [{"Name": "a", "Regex": "b(c)"}]).to_table()
    assert table.num_rows == 0
    assert table.schema.equals(mp.SCHEMA)


def test_other_libraries_read_the_stream(log: Path) -> None:
    scan = mp.scan(log, DEFINITIONS)
    assert pl.DataFrame(scan).height == 3
    assert scan.to_polars()["value"].to_list() == [0.5, 1.0, 0.25]
    assert scan.to_pandas()["value"].tolist() == [0.5, 1.0, 0.25]
    assert pa.table(scan).num_rows == 3
    query = "select sum(value) from scan where metric = 'loss'"
    relation = duckdb.sql(query)
    assert relation is not None
    assert relation.fetchall() == [(0.75,)]


def test_a_scan_is_lazy_and_reads_its_logs_anew_each_time(log: Path) -> None:
    scan = mp.scan(log, DEFINITIONS)
    log.write_bytes(LOG * 2)
    assert scan.to_table().num_rows == 6
    log.write_bytes(LOG)
    assert scan.to_table().num_rows == 3
    assert scan.summary.records == 3


def test_a_file_object_can_be_scanned_once() -> None:
    scan = mp.scan(io.BytesIO(LOG), DEFINITIONS)
    assert scan.to_table().num_rows == 3
    with pytest.raises(mp.LogError, match="only once"):
        scan.to_table()


def test_a_text_file_object_is_refused() -> None:
    with pytest.raises(mp.LogError, match="open it as bytes"):
        mp.scan(io.StringIO("loss: 1"), DEFINITIONS).to_table()


def test_the_summary_is_at_hand_without_records_being_asked_for(log: Path) -> None:
    loss, acc = mp.scan(log, DEFINITIONS).summary.definitions
    assert (loss.searched, loss.emitted, loss.unmatched) == (3, 2, 1)
    assert (loss.first, loss.last, loss.minimum, loss.maximum) == (0.5, 0.25, 0.25, 0.5)
    assert (loss.first_source, loss.first_line) == (str(log), 1)
    assert acc.series == [1.0]


def test_a_summary_taken_half_way_says_so(tmp_path: Path) -> None:
    path = tmp_path / "long.log"
    path.write_bytes(b"v=1\n" * 200_000)
    scan = mp.scan(path, [{"Name": "v", "Regex": "v=(.)"}], block_size=4096)
    batches = iter(scan)
    assert next(batches).num_rows == 65_536
    assert not scan.summary.complete
    assert sum(batch.num_rows for batch in batches) == 200_000 - 65_536
    assert scan.summary.complete


def test_batches_do_not_depend_on_block_sizes(tmp_path: Path) -> None:
    path = tmp_path / "long.log"
    path.write_bytes(b"v=1\n" * 150_000)
    sizes = [
        [batch.num_rows for batch in mp.scan(path, [{"Name": "v", "Regex": "v=(.)"}], block_size=s)]
        for s in (1000, 1 << 20, 1 << 24)
    ]
    assert sizes == [[65_536, 65_536, 18_928]] * 3


def test_many_sources_in_the_order_given(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.log").write_bytes(b"loss: 1\n")
    logs = [tmp_path / "b.log", tmp_path / "a.log"]
    assert mp.scan(logs, DEFINITIONS).to_table()["source"].to_pylist() == list(map(str, logs))
    pattern = str(tmp_path / "*.log")
    found = mp.scan(pattern, DEFINITIONS).to_table()["source"].to_pylist()
    assert found == sorted(map(str, logs))


def test_gzip_is_told_by_its_content_and_may_have_several_members(tmp_path: Path) -> None:
    path = tmp_path / "train.log"
    path.write_bytes(gzip.compress(LOG[:20]) + gzip.compress(LOG[20:]))
    assert mp.scan(path, DEFINITIONS).to_table()["value"].to_pylist() == [0.5, 1.0, 0.25]


def test_a_damaged_log_warns_keeps_its_whole_lines_and_counts_the_loss(tmp_path: Path) -> None:
    path = tmp_path / "train.log.gz"
    text = b"".join(b"loss: %d.5\n" % n for n in range(20_000))
    path.write_bytes(gzip.compress(text)[:-2000])
    scan = mp.scan(path, DEFINITIONS)
    with pytest.warns(mp.DamagedLogWarning, match="what follows line"):
        values = scan.to_table()["value"].to_pylist()
    assert values == [n + 0.5 for n in range(len(values))]
    (source,) = scan.summary.damaged
    assert source.lines == len(values) > 10_000
    assert source.bytes_in == source.bytes_seen + sum(source.skipped.values())


def test_a_line_of_any_length_is_searched_in_pieces() -> None:
    log = b"x" * 20_000_000 + b" loss: 7\nloss: 8\n"
    scan = mp.scan(io.BytesIO(log), DEFINITIONS)
    assert scan.to_table()["value"].to_pylist() == [7.0, 8.0]
    assert scan.summary.sources[0].events == -(-20_000_008 // 16_384) + 1


def test_the_raw_view_skips_what_is_too_long_to_hold_and_counts_it() -> None:
    log = b"loss: 1 " + b"x" * (20 << 20) + b"\nloss: 2\n"
    scan = mp.scan(io.BytesIO(log), DEFINITIONS, view="raw")
    assert scan.to_table()["value"].to_pylist() == [1.0, 2.0]
    (source,) = scan.summary.sources
    assert source.skipped == {"beyond the first 16 MiB of a line": (4 << 20) + 8}
    assert source.bytes_in == len(log) == source.bytes_seen + sum(source.skipped.values())


@pytest.mark.parametrize("size", [0, -1])
def test_a_block_has_at_least_a_byte(size: int) -> None:
    with pytest.raises(ValueError, match="at least 1 byte"):
        mp.scan(io.BytesIO(), DEFINITIONS, block_size=size)


def test_definitions_from_a_specification_are_those_of_the_job() -> None:
    specification = mp.AlgorithmSpecification(
        algorithm_name="mine",
        training_input_mode="File",
        metric_definitions=mp.load_definitions(DEFINITIONS),
    )
    for definitions in (
        specification,
        specification.metric_definitions,
        specification.to_request(),
    ):
        assert mp.scan(io.BytesIO(LOG), definitions).to_table().num_rows == 3


def test_sharing_a_name_shares_the_series() -> None:
    definitions = [{"Name": "m", "Regex": "loss: (.{3})"}, {"Name": "m", "Regex": "acc: (.)"}]
    scan = mp.scan(io.BytesIO(LOG), definitions)
    table = scan.to_table()
    assert table["metric"].combine_chunks().dictionary.to_pylist() == ["m"]
    assert [each.emitted for each in scan.summary.definitions] == [2, 1]
