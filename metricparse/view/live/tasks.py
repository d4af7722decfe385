"""Processes that work for the page, and can be ended at any moment."""

import multiprocessing
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Any

#: Seconds that a search of the lines on the screen may take.
LOOK_LIMIT = 1.0

_METHOD = "spawn" if sys.platform == "win32" else "forkserver"


def _context() -> BaseContext:
    context = multiprocessing.get_context(_METHOD)
    if _METHOD == "forkserver":
        # Each process then starts with the imports done.
        context.set_forkserver_preload(["metricparse.view.live.work"])
    return context


class Task:
    """A process that sends what it finds, and what it sent."""

    def __init__(self, work: Callable[..., None], *arguments: Any, **options: Any) -> None:
        context = _context()
        self._from, to = context.Pipe(duplex=False)
        self._process: Any = context.Process(  # type: ignore[attr-defined] # all contexts have it
            target=work, args=(to, *arguments), kwargs=options, daemon=True
        )
        self._process.start()
        to.close()

    def receive(self) -> Any:
        """What is sent next; raises `EOFError` if it ended."""
        try:
            return self._from.recv()
        except OSError:
            raise EOFError from None

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()


class Looker:
    """Asks another process what matches on lines; one that takes too long is ended."""

    def __init__(self, work: Callable[[Connection], None]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._process: Any = None
        self._ours: Connection | None = None
        self._started = False

    def ask(self, *question: Any) -> Any:
        """The answer; None if there is none within a second."""
        with self._lock:
            ours = self._ours if self._alive() else self._begin()
            assert ours is not None
            try:
                ours.send(question)
                # The first answer waits for the process to start.
                if ours.poll(LOOK_LIMIT if self._started else LOOK_LIMIT + 10):
                    self._started = True
                    return ours.recv()
            except (EOFError, OSError):
                pass  # it was ended from outside: the next question begins another
            self.end()
            return None

    def end(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
        self._process = None

    def _alive(self) -> bool:
        return self._process is not None and self._process.is_alive()

    def _begin(self) -> Connection:
        context = _context()
        ours, theirs = context.Pipe()
        self._process = context.Process(  # type: ignore[attr-defined] # all contexts have it
            target=self._work, args=(theirs,), daemon=True
        )
        self._process.start()
        theirs.close()
        self._ours, self._started = ours, False
        return ours
