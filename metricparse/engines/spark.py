"""Tasks on a Spark cluster, through `mapInArrow`."""

import math
import pickle
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, TypeVar

import pyarrow as pa

from metricparse._extension import require

# Times that a worker may die where Spark does not try again by itself.
_ATTEMPTS = 3
_DIED = "Python worker exited unexpectedly"

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


def map_tasks(function: Callable[[_Task], _Result], tasks: Iterable[_Task]) -> Iterator[_Result]:
    """The function of each task, once all are done, by Spark's executors.

    There are as many partitions as the session has by default, mostly one a processor: starting
    one takes as long as reading some tens of megabytes. The session is the active one; without, one
    is started. A task whose executor dies is tried again, as `spark.task.maxFailures` says; in a
    session on this machine, which does not do so, all tasks are. metricparse must be installed in
    the Python of the executors, which `PYSPARK_PYTHON` names.
    """
    sql = require("pyspark.sql", "PySpark", "spark")
    session = sql.SparkSession.builder.getOrCreate()
    pickled = _dealt([pickle.dumps(task) for task in tasks])
    numbers = session.range(0, len(pickled))
    results = numbers.mapInArrow(partial(_run, function, pickled), "result binary")
    for row in _collected(results):
        yield pickle.loads(row.result)  # noqa: S301 - by our own function


def _collected(results: Any) -> list[Any]:
    for _ in range(_ATTEMPTS - 1):
        try:
            return results.collect()  # type: ignore[no-any-return] # rows
        except Exception as error:  # of Java, of Python, or of their connection
            if _DIED not in str(error):
                raise
    return results.collect()  # type: ignore[no-any-return] # rows


def _dealt(tasks: list[bytes]) -> list[bytes]:
    """Tasks that come by size, in an order of which every part has large and small ones."""
    step = math.isqrt(len(tasks)) or 1
    return [task for start in range(step) for task in tasks[start::step]]


def _run(
    function: Callable[[_Task], _Result], tasks: list[bytes], batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        numbers = batch["id"].to_pylist()
        found = [pickle.dumps(function(pickle.loads(tasks[each]))) for each in numbers]  # noqa: S301 - our own
        yield pa.record_batch({"result": pa.array(found, pa.binary())})
