"""The examples of the documentation with dataframes, as they stand there."""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

import metricparse as mp

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_logs" / "transformers"


Plotted = list[tuple[pd.DataFrame, dict[str, Any]]]


@pytest.fixture
def plotted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plotted]:
    """What is plotted, beside the sample of transformers."""
    for file in ("train.log", "definitions.json"):
        shutil.copy(SAMPLE / file, tmp_path)
    monkeypatch.chdir(tmp_path)
    plots: Plotted = []
    name = f"backend_of_{tmp_path.name}"  # of its own, as pandas keeps them
    backend = ModuleType(name)
    vars(backend)["plot"] = lambda frame, kind, **how: plots.append((frame, {**how, "kind": kind}))
    monkeypatch.setitem(sys.modules, name, backend)
    with pd.option_context("plotting.backend", name):
        yield plots


def examples(page: str, holding: str) -> str:
    """The example of a page that holds a text."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    (code,) = (
        each for each in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if holding in each
    )
    return str(code)


def is_drawn(frame: pd.DataFrame, column: str) -> bool:
    """Whether a line through the values shows: it goes from one to the next."""
    values = frame[column][frame[column].first_valid_index() :]
    return len(values) > 1 and bool(values.notna().all())


def test_the_examples_of_dataframes_run(plotted: Plotted) -> None:
    names: dict[str, Any] = {}
    exec(examples("cloudwatch.md", "duckdb"), names)  # noqa: S102 - our own

    ((frame, how),) = plotted
    assert (frame.index.name, how["kind"]) == ("line", "line")
    assert names["pandas_frame"]["train:loss"].count() == 150
    assert frame.index.is_monotonic_increasing
    assert all(is_drawn(frame, column) for column in how["y"])
    losses = [
        row["value"]
        for row in mp.scan("train.log", "definitions.json").to_table().to_pylist()
        if row["metric"] == "validation:loss"
    ]
    assert names["best"]["validation:loss"] == min(losses)
    assert len(names["polars_frame"]) == len(losses)
    assert names["relation"].fetchall()[-1][1] == min(losses)


def test_the_example_of_a_metric_as_the_axis_runs(plotted: Plotted) -> None:
    exec(examples("python.md", "by_epoch"), {"mp": mp})  # noqa: S102 - our own
    ((frame, how),) = plotted
    assert frame.index.name == "train:epoch"
    assert frame.index[-1] == 6
    assert all(is_drawn(frame, column) for column in how["y"])
