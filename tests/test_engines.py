"""Many logs into a dataset by the workers of Ray, Spark and Dask, of which one is killed."""

import contextlib
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import metricparse as mp
from metricparse.dataset import tasks
from tests.support.datasets import (
    DEFINITIONS,
    JOB,
    rows_in,
    rows_of,
    told,
    with_a_death,
    write_logs,
)
from tests.support.long_runs import long

pytestmark = long


def _engine(name: str) -> Any:
    pytest.importorskip({"dask": "distributed", "spark": "pyspark"}.get(name, name))
    if name == "spark" and shutil.which("java") is None:
        pytest.skip("Spark needs a Java runtime")
    return __import__(f"metricparse.engines.{name}", fromlist=["map_tasks"]).map_tasks


@pytest.mark.parametrize("name", ["ray", "spark", "dask"])
def test_engines_give_what_one_machine_gives_though_a_worker_is_killed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapped = with_a_death(_engine(name))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    monkeypatch.setattr(tasks, "_MOST_LOGS", 8)
    with _running(name):
        given = [os.path.abspath(log) for log in write_logs(tmp_path)[:24]]
        out = os.path.abspath("out")
        dataset = mp.scan_dataset(given, DEFINITIONS, out, job=JOB, map=mapped)
        scan = mp.scan(given, DEFINITIONS)
        assert rows_in(out) == rows_of(scan.to_table())
        assert told(dataset.summary) == told(scan.summary)
        assert len(dataset.accounts) == 24
        assert Path("died").exists()


@contextlib.contextmanager
def _running(name: str) -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the engines' own
        if name == "ray":
            import ray

            ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
            yield
            ray.shutdown()
        elif name == "spark":
            from pyspark.sql import SparkSession

            builder = SparkSession.builder.master("local[2]")
            session = builder.config("spark.ui.enabled", "false").getOrCreate()
            yield
            session.stop()
        else:
            import distributed

            cluster: Any = distributed.LocalCluster
            client: Any = distributed.Client
            with (
                cluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local,
                client(local),
            ):
                yield
