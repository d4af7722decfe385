"""The examples of docs/cloudwatch.md, as they stand there."""

import re
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

import metricparse as mp

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_logs" / "transformers"


def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("train.log", "definitions.json"):
        shutil.copy(SAMPLE / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    plotted: list[tuple[pd.DataFrame, dict[str, Any]]] = []
    backend = ModuleType("a_backend")
    vars(backend)["plot"] = lambda frame, kind, **how: plotted.append(
        (frame, {**how, "kind": kind})
    )
    monkeypatch.setitem(sys.modules, "a_backend", backend)
    page = (ROOT / "docs" / "cloudwatch.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {}
    with pd.option_context("plotting.backend", "a_backend"):
        exec(code, names)  # noqa: S102 - our own

    ((frame, how),) = plotted
    assert (how["x"], how["kind"]) == ("line", "line")
    assert frame["train:loss"].count() == 150
    assert frame["line"].is_monotonic_increasing
    losses = [
        row["value"]
        for row in mp.scan("train.log", "definitions.json").to_table().to_pylist()
        if row["metric"] == "validation:loss"
    ]
    assert names["best"]["validation:loss"] == min(losses)
    assert len(names["polars_frame"]) == len(losses)
    assert names["relation"].fetchall()[-1][1] == min(losses)
