"""Progress of long work, on a terminal's standard error."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from metricparse.scanning.scan import Scan

_SHORT_WORK = 1.0
_INTERVAL = 0.1


@contextmanager
def progress_of(scan: Scan) -> Iterator[None]:
    """Show how far a scan has come, once it has taken a second, if anyone is there to see it."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    shower = threading.Thread(target=_show, args=(scan, done), daemon=True)
    shower.start()
    try:
        yield
    finally:
        done.set()
        shower.join()


def _show(scan: Scan, done: threading.Event) -> None:
    if done.wait(_SHORT_WORK):
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TimeElapsedColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("scan", total=scan.bytes_to_read)
        while not done.wait(_INTERVAL):
            progress.update(task, completed=scan.bytes_read)
