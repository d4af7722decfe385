"""A notebook given as a log is what its cells printed."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

import metricparse as mp

LOSS = [{"Name": "loss", "Regex": "loss: ([0-9.]+)"}]


def notebook(*outputs: dict[str, Any], **members: Any) -> bytes:
    cells = [
        {"cell_type": "markdown", "source": ["loss: 9"]},
        {"cell_type": "code", "source": "print('loss: 8')", "outputs": list(outputs)},
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, **members}, indent=1).encode()


OUTPUTS = (
    {"output_type": "stream", "name": "stdout", "text": ["loss: 1\n", "loss: 2"]},
    {"output_type": "stream", "name": "stderr", "text": "loss: 3\n"},
    {"output_type": "execute_result", "data": {"text/plain": ["loss: 4"], "text/html": "loss: 7"}},
    {"output_type": "display_data", "data": {"image/png": "loss: 6"}},
    {"output_type": "error", "ename": "E", "traceback": ["loss: 5", "E: bad"]},
)


def values(log: Any) -> list[tuple[int, float]]:
    table = mp.scan(log, LOSS).to_table()
    return list(zip(table["line"].to_pylist(), table["value"].to_pylist(), strict=True))


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_the_outputs_of_its_cells_in_their_order(tmp_path: Path, compress: Any) -> None:
    path = tmp_path / "train.ipynb"
    path.write_bytes(compress(notebook(*OUTPUTS)))
    expected = [(1, 1.0), (2, 2.0), (3, 3.0), (4, 4.0), (5, 5.0)]
    assert values(path) == values(io.BytesIO(path.read_bytes())) == expected
    assert mp.scan(path, LOSS).bytes_to_read is None


def test_what_the_sdk_printed_into_it() -> None:
    printed = (
        "2026-11-22 10:00:00 Starting - Starting the training job...\n\x1b[34mloss: 1\x1b[0m\n"
    )
    scan = mp.scan(io.BytesIO(notebook({"output_type": "stream", "text": printed})), LOSS)
    assert scan.to_table()["line"].to_pylist() == [2]
    assert scan.summary.sources[0].envelopes == ["sdk"]


@pytest.mark.parametrize(
    "log",
    [
        b'{"cells": [{"text": "loss: 1"}]}\n',
        b'{"cells": ["loss: 1"], "nbformat": 4\nloss: 1\n',
        b'{"nbformat": 4, "cells": {"loss: 1": 2}}\n',
    ],
)
def test_a_log_that_only_begins_like_one_stays_as_it_is(log: bytes) -> None:
    scan = mp.scan(io.BytesIO(log), LOSS)
    assert scan.to_table()["value"].to_pylist()[:1] == [1.0]
    assert scan.summary.bytes_in == len(log)


@pytest.mark.parametrize(
    "output",
    [None, 3, {"text": 3}, {"data": []}, {"data": {"text/plain": [1]}}, {"traceback": [2]}],
)
def test_outputs_that_hold_no_text(output: Any) -> None:
    assert mp.scan(io.BytesIO(notebook(output)), LOSS).summary.lines == 0
