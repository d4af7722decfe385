"""Waiting until something happens to files: by the system's events, or for a short while."""

import os
import time
from collections.abc import Iterable, Iterator
from typing import Any

#: Seconds after which files are looked at, whether or not there was an event.
LOOK_INTERVAL = 0.1
_STEP_MILLISECONDS = 5


class Stop:
    """Says that it is time to stop; may be set in signal handlers, as it has no lock."""

    def __init__(self) -> None:
        self._set = False

    def set(self) -> None:
        """Stop."""
        self._set = True

    def is_set(self) -> bool:
        """Whether it is time."""
        return self._set


class Watcher:
    """Waits for events in directories, by `watchfiles` where it is installed.

    Without it, and in directories that are not there yet, files are looked at every tenth of a
    second. That is done in any case, as some file systems tell nothing.
    """

    def __init__(self, directories: Iterable[str], stop: Stop) -> None:
        self._events = _events([each for each in directories if os.path.isdir(each)], stop)

    def wait(self) -> None:
        """Wait for the next event, for a tenth of a second at most."""
        if self._events is None:
            time.sleep(LOOK_INTERVAL)
        else:
            next(self._events, None)


def _events(directories: list[str], stop: Stop) -> Iterator[Any] | None:
    try:
        from watchfiles import watch
    except ImportError:
        return None
    if not directories:
        return None
    events: Iterator[Any] = watch(
        *directories,
        watch_filter=None,
        debounce=_STEP_MILLISECONDS * 4,
        step=_STEP_MILLISECONDS,
        stop_event=stop,
        rust_timeout=int(LOOK_INTERVAL * 1000),
        yield_on_timeout=True,
        recursive=False,
        ignore_permission_denied=True,
    )
    return events
