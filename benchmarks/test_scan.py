"""Throughput of a scan against the loop that people write by hand.

Run with `pytest benchmarks`; each group compares the two on one log.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import metricparse as mp
from benchmarks.generated import DEFINITIONS, write_log
from benchmarks.peers import hand_written_loop

MEGABYTES = 8
SHARES = {"sparse": 0.02, "dense": 0.9}


@pytest.fixture(scope="session", params=SHARES)
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("logs") / f"{request.param}.log"
    write_log(path, MEGABYTES, SHARES[request.param])
    return path


def measure(benchmark: Any, function: Callable[[], Any]) -> Any:
    return benchmark.pedantic(function, rounds=3, warmup_rounds=1)


def test_hand_written_loop(benchmark: BenchmarkFixture, log: Path) -> None:
    benchmark.group = log.stem
    assert measure(benchmark, lambda: hand_written_loop(log, DEFINITIONS))


def test_scan(benchmark: BenchmarkFixture, log: Path) -> None:
    benchmark.group = log.stem
    table = measure(benchmark, lambda: mp.scan(log, DEFINITIONS).to_table())
    columns = (table[name].to_pylist() for name in ("line", "metric", "value"))
    assert list(zip(*columns, strict=True)) == hand_written_loop(log, DEFINITIONS)
