"""Measurements in the form that pytest-benchmark stores, for its comparison."""

import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import mean, median, stdev
from typing import Any

from metricparse._version import __version__
from metricparse.benchmark.measure import Bench


def as_pytest_benchmark(bench: Bench) -> dict[str, Any]:
    """A document that `pytest-benchmark compare` takes."""
    alone = {each.definition.name: each.alone.rounds for each in bench.costs}
    every = {"all definitions": bench.together.rounds, **alone}
    return {
        "machine_info": {
            "node": platform.node(),
            "processor": platform.processor(),
            "machine": platform.machine(),
            "python_version": platform.python_version(),
            "python_implementation": platform.python_implementation(),
            "system": platform.system(),
            "cpu": {"brand_raw": platform.processor()},
        },
        "commit_info": {"id": "", "dirty": False},
        "benchmarks": [_entry(name, seconds) for name, seconds in every.items()],
        "datetime": datetime.now(UTC).isoformat(),
        "version": __version__,
    }


def _entry(name: str, seconds: Sequence[float]) -> dict[str, Any]:
    low, middle, high = min(seconds), median(seconds), max(seconds)
    return {
        "group": None,
        "name": name,
        "fullname": f"metricparse::{name}",
        "params": None,
        "param": None,
        "extra_info": {},
        "options": {},
        "stats": {
            "min": low,
            "max": high,
            "mean": mean(seconds),
            "stddev": stdev(seconds) if len(seconds) > 1 else 0.0,
            "rounds": len(seconds),
            "median": middle,
            "iqr": high - low,
            "q1": low,
            "q3": high,
            "iqr_outliers": 0,
            "stddev_outliers": 0,
            "outliers": "0;0",
            "ld15iqr": low,
            "hd15iqr": high,
            "ops": 1 / mean(seconds) if mean(seconds) else 0.0,
            "total": sum(seconds),
            "iterations": 1,
        },
    }
