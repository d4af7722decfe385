"""Throughput of a scan against the loop that people write by hand.

Run with `pytest benchmarks`; each group compares the two on one log.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import metricparse as mp
from benchmarks.generated import DEFINITIONS, write_log

MEGABYTES = 8
SHARES = {"sparse": 0.02, "dense": 0.9}


@pytest.fixture(scope="session", params=SHARES)
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("logs") / f"{request.param}.log"
    write_log(path, MEGABYTES, SHARES[request.param])
    return path


def measure(benchmark: Any, function: Callable[[], Any]) -> Any:
    return benchmark.pedantic(function, rounds=3, warmup_rounds=1)


def by_hand(path: Path) -> list[tuple[int, str, float]]:
    patterns = [(each["Name"], re.compile(each["Regex"])) for each in DEFINITIONS]
    rows = []
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            for name, pattern in patterns:
                if match := pattern.search(line):
                    rows.append((number, name, float(match[1])))
    return rows


def test_hand_written_loop(benchmark: BenchmarkFixture, log: Path) -> None:
    benchmark.group = log.stem
    assert measure(benchmark, lambda: by_hand(log))


def test_scan(benchmark: BenchmarkFixture, log: Path) -> None:
    benchmark.group = log.stem
    table = measure(benchmark, lambda: mp.scan(log, DEFINITIONS).to_table())
    columns = (table[name].to_pylist() for name in ("line", "metric", "value"))
    assert list(zip(*columns, strict=True)) == by_hand(log)
