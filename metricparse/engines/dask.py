"""Tasks on a Dask cluster."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from metricparse._extension import require

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


def map_tasks(function: Callable[[_Task], _Result], tasks: Iterable[_Task]) -> Iterator[_Result]:
    """The function of each task, as they are done, by Dask's workers.

    The cluster is that of the current `distributed.Client`; without, one is started on this machine
    until all is done. A task whose worker dies is tried again. metricparse must be installed where
    the workers run.
    """
    distributed = require("distributed", "Dask", "dask")
    try:
        client = distributed.get_client()
    except ValueError:
        with distributed.Client() as client:
            yield from _results(distributed, client, function, tasks)
        return
    yield from _results(distributed, client, function, tasks)


def _results(
    distributed: Any, client: Any, function: Callable[[_Task], _Result], tasks: Iterable[_Task]
) -> Iterator[_Result]:
    # Whether the same task was done before is for its logs to tell, not for Dask.
    futures = client.map(function, list(tasks), pure=False)
    for future in distributed.as_completed(futures):
        yield future.result()
        future.release()
