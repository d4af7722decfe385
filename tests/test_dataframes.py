"""Records from dataframe libraries, and definitions as Python has them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pydantic
import pytest

import metricparse as mp

LOSS = [{"Name": "loss", "Regex": r"loss: (\S+)"}, {"Name": "acc", "Regex": r"acc: (\S+)"}]
TEXT = "".join(
    f"2026-11-22T10:00:{second:02}.5Z loss: {second} acc: {second / 2}\n" for second in range(60)
)


def scan() -> mp.Scan:
    return mp.scan_text(TEXT, LOSS, name="algo-1")


def with_views(table: pa.Table) -> pa.Table:
    kinds = {"source": pa.string_view(), "metric": pa.string_view()}
    columns = {
        name: table[name].cast(pa.string()).cast(kinds[name]) if name in kinds else table[name]
        for name in table.column_names
    }
    return pa.table(columns)


def relation(table: pa.Table) -> Any:
    return duckdb.from_arrow(table)


FORMS: dict[str, Callable[[pa.Table], Any]] = {
    "table": lambda table: table,
    "reader": lambda table: table.to_reader(),
    "batches": lambda table: table.to_batches(max_chunksize=7),
    "one batch": lambda table: table.combine_chunks().to_batches()[0],
    "generator": lambda table: (batch for batch in table.to_batches(max_chunksize=50)),
    "polars": pl.DataFrame,
    "pandas": lambda table: table.to_pandas(),
    "duckdb": relation,
    "string views": with_views,
}
USES: dict[str, Callable[[Any], Any]] = {
    "wide": lambda records: mp.wide(records).to_pylist(),
    "aggregate": lambda records: mp.aggregate(records).to_table().to_pylist(),
    "final_metrics": lambda records: mp.final_metrics(records, LOSS),
    "publish": lambda records: vars(mp.publish(records, "job")),
    "describe": lambda records: mp.describe_training_job("job", records, mp.load_definitions(LOSS)),
    "placed": lambda records: pa.table(mp.placed(records, mp.AssumedTimes(datetime.now(UTC)))),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("use", USES)
def test_records_come_as_any_arrow_data(form: str, use: str) -> None:
    given = FORMS[form](scan().to_table())
    if use == "placed":
        assert USES[use](given).to_pylist() == scan().to_table().to_pylist()
    else:
        assert USES[use](given) == USES[use](scan())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("ending", ["parquet", "arrow", "csv", "jsonl"])
def test_any_arrow_data_is_written(form: str, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{ending}"
    mp.write(FORMS[form](scan().to_table()), path)
    if ending == "jsonl":
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        assert [row["metric"] for row in rows] == ["loss", "acc"] * 60
    elif ending == "parquet":
        assert pl.read_parquet(path)["value"].to_list() == scan().to_table()["value"].to_pylist()
    else:
        assert path.stat().st_size > 1000


@pytest.mark.parametrize("wrong", [7, [7], pa.table({"a": [1]}), "text", None])
def test_what_holds_no_records_gets_a_sentence(wrong: Any) -> None:
    with pytest.raises(mp.MetricparseError, match="give a scan, or another Arrow stream"):
        mp.wide(wrong)


def test_the_schema_without_the_records() -> None:
    records = scan()
    assert pa.schema(records) == mp.SCHEMA
    assert pa.schema(mp.aggregate(records)).names[:2] == ["timestamp", "metric"]
    assert pa.schema(mp.placed(records, mp.AssumedTimes(datetime.now(UTC)))) == mp.SCHEMA


class Shape(pydantic.BaseModel):
    name: str
    regex: str


class Holder(pydantic.BaseModel):
    training_input_mode: str
    metric_definitions: list[Shape]


MODEL = Shape(name="loss", regex="loss: (.)")


@pytest.mark.parametrize(
    "given",
    [
        {"Name": "loss", "Regex": "loss: (.)"},
        {"name": "loss", "regex": "loss: (.)"},
        {"loss": "loss: (.)"},
        [("loss", "loss: (.)")],
        [["loss", "loss: (.)"]],
        (("loss", "loss: (.)") for _ in range(1)),
        MODEL,
        [MODEL],
        Holder(training_input_mode="File", metric_definitions=[MODEL]),
        {"MetricDefinitions": [{"Name": "loss", "Regex": "loss: (.)"}]},
    ],
)
def test_definitions_as_python_has_them(given: Any) -> None:
    assert mp.load_definitions(given) == (mp.MetricDefinition(name="loss", regex="loss: (.)"),)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (7, "7: holds no metric definitions"),
        (None, "holds no metric definitions"),
        (b"loss: (.)", "holds no metric definitions"),
        ({}, "no metric definitions found"),
        ({"metric_definitons": "loss: (.)"}, "did you mean metric_definitions"),
        ([("loss", 7)], "was expected, not"),
        ({"loss": 7}, "no metric definitions found"),
    ],
)
def test_what_holds_no_definitions_gets_a_sentence(given: Any, message: str) -> None:
    with pytest.raises(mp.DefinitionError, match=message):
        mp.load_definitions(given)
