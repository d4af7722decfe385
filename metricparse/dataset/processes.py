"""Processes of this machine for the tasks of a dataset."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from metricparse._extension import processors
from metricparse.errors import MetricparseError

# Times that workers may die one after the other with no task done in between.
_ATTEMPTS = 3

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


def map_in_processes(
    function: Callable[[_Task], _Result], tasks: Iterable[_Task]
) -> Iterator[_Result]:
    """The function of each task, as they are done, by as many processes as there are processors.

    Where a process dies, what was not done is done by others. Raises `MetricparseError` if they
    die, too.
    """
    left = dict(enumerate(tasks))
    if len(left) == 1 or processors() == 1:
        yield from map(function, left.values())
        return
    # Threads that hold a lock, such as those of S3's client, do not live on in a fork.
    context = multiprocessing.get_context("spawn")
    deaths = 0
    while left:
        count = min(processors(), len(left))
        with ProcessPoolExecutor(count, mp_context=context, initializer=_end_with_parent) as pool:
            running = {pool.submit(function, task): number for number, task in left.items()}
            try:
                for done in as_completed(running):
                    result = done.result()
                    del left[running[done]]
                    deaths = 0
                    yield result
            except BrokenProcessPool as error:
                deaths += 1
                if deaths == _ATTEMPTS:
                    raise MetricparseError(
                        "the worker processes died one after the other; they may lack memory, or "
                        "the script that started them does so without a guard: write "
                        'if __name__ == "__main__": before the call'
                    ) from error
            finally:
                pool.shutdown(wait=False, cancel_futures=True)


def _end_with_parent() -> None:
    """Have a worker end with the process that started it, and by Ctrl-C without a word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_after_parent, daemon=True).start()


def _end_after_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()
    os._exit(1)
