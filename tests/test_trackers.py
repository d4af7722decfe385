"""The documented ways into MLflow and Weights & Biases, with their own clients, offline."""

import importlib
import importlib.util
import json
import os
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import metricparse as mp
from tests.support.long_runs import long
from tests.support.sample_logs import SAMPLES

pytestmark = long

PAGE = Path(__file__).parents[1] / "docs" / "trackers.md"
_BLOCK = 32768
_HEADER = struct.Struct("<IHB")
_WHOLE, _LAST = 1, 4

Values = dict[tuple[str, int], float]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    for name in ("train.log", "definitions.json"):
        shutil.copy(SAMPLES / "transformers" / name, tmp_path)
    return tmp_path / "train.log"


def run_example(heading: str, folder: Path, **environment: str) -> None:
    """Run the Python below a heading of the page, with the clients that it imports."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    (code,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    library = re.findall(r"^import (\w+)", code, re.MULTILINE)[0]
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed; pip install --group trackers")
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "HOME": str(folder), **environment},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def wanted(log: Path) -> Values:
    rows = mp.scan(log, log.with_name("definitions.json")).to_table().to_pylist()
    return {(row["metric"], row["line"]): row["value"] for row in rows}


def test_mlflow_has_the_values_at_their_lines(log: Path) -> None:
    store = log.parent / "mlruns"
    run_example(
        "MLflow", log.parent, MLFLOW_TRACKING_URI=store.as_uri(), MLFLOW_ALLOW_FILE_STORE="true"
    )
    found = {
        (path.relative_to(folder).as_posix(), int(step)): float(value)
        for folder in store.glob("*/*/metrics")
        for path in folder.rglob("*")
        if path.is_file()
        for _, value, step in map(str.split, path.read_text().splitlines())
    }
    assert found == wanted(log)


def test_weights_and_biases_has_the_values_at_their_lines(log: Path) -> None:
    run_example("Weights & Biases", log.parent, WANDB_MODE="offline", WANDB_SILENT="true")
    messages: Any = importlib.import_module("wandb.proto.wandb_internal_pb2")
    (file,) = log.parent.glob("wandb/offline-*/*.wandb")
    found: Values = {}
    for data in records_of(file.read_bytes()):
        record = messages.Record.FromString(data)
        items = {
            each.key or each.nested_key[0]: json.loads(each.value_json)
            for each in record.history.item
        }
        step = items.pop("_step", 0)
        found |= {(name, step): each for name, each in items.items() if not name.startswith("_")}
    assert found == wanted(log)


def records_of(data: bytes) -> Iterator[bytes]:
    """The records of a `.wandb` file: pieces in blocks, as LevelDB's logs have them."""
    place, held = _HEADER.size, b""
    while place + _HEADER.size <= len(data):
        left = _BLOCK - place % _BLOCK
        if left < _HEADER.size:
            place += left
            continue
        _, size, kind = _HEADER.unpack_from(data, place)
        place += _HEADER.size + size
        held += data[place - size : place]
        if kind in {_WHOLE, _LAST}:
            yield held
            held = b""
