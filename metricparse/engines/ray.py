"""Tasks on a Ray cluster."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from metricparse._extension import require

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


def map_tasks(function: Callable[[_Task], _Result], tasks: Iterable[_Task]) -> Iterator[_Result]:
    """The function of each task, as they are done, by Ray's workers, one processor a task.

    The cluster is that of `ray.init`; without, one is started on this machine. A task whose worker
    dies is tried again. metricparse must be installed where the workers run.
    """
    ray = require("ray", "Ray", "ray")

    def run(task: _Task) -> _Result:  # Ray takes functions alone
        return function(task)

    remote = ray.remote(max_retries=-1)(run)
    waiting = [remote.remote(task) for task in tasks]
    while waiting:
        done, waiting = ray.wait(waiting)
        yield from ray.get(done)
