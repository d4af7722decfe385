"""Threads that compute ahead of what is wanted next."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_Given = ParamSpec("_Given")


class Workers:
    """So many threads, which start when there is something for them to do."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool: ThreadPoolExecutor | None = None

    def submit(
        self, function: Callable[_Given, _Result], *args: _Given.args, **kwargs: _Given.kwargs
    ) -> "Future[_Result]":
        """Have a function called by one of them."""
        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor

            self._pool = ThreadPoolExecutor(self.count)
        return self._pool.submit(function, *args, **kwargs)

    def in_order(
        self,
        function: Callable[[_Item], _Result],
        items: Iterable[_Item],
        threads: int | None = None,
    ) -> Iterator[_Result]:
        """The function of each item, in their order, some of them computed ahead.

        threads: how many compute at once; all of them by default. What one thread is to do, and a
        single item, is done here.
        """
        items, threads = iter(items), threads or self.count
        first = list(islice(items, 2 if threads > 1 else 0))
        if len(first) < 2:
            yield from map(function, chain(first, items))
            return
        ahead: deque[Future[_Result]] = deque()
        try:
            for item in chain(first, items):
                ahead.append(self.submit(function, item))
                if len(ahead) > threads:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for each in ahead:
                each.cancel()

    def close(self) -> None:
        """Let them end; whoever stops early does not wait for what was begun."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
