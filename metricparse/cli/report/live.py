"""The report of a scan that goes on, in its place on a terminal's standard error."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

from metricparse.cli.report.scan import live_report
from metricparse.scanning.summary import Summary

if TYPE_CHECKING:
    from rich.live import Live

# Columns that are left free at the right: a terminal shows Ctrl-C where the cursor is, and would go on
# to the next line, from which the table could not be taken away.
_ROOM_FOR_CTRL_C = 3
# Seconds between two drawings, and after the last output of a command until the first.
_INTERVAL = 0.25


class LiveReport:
    """A table that is drawn anew while it is shown, and gone afterwards; nothing but on terminals.

    What is written `above` it comes first: the table is taken away, and comes back when nothing
    was written for a while and the last line has ended.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._live: Live | None = None
        self._written = 0.0
        self._line_ended = True

    def above(self, file: BinaryIO) -> BinaryIO:
        """The file, for what is to be written above the table."""
        return cast(BinaryIO, _Above(self, file)) if sys.stderr.isatty() else file

    @contextmanager
    def shown(self, summary: Summary) -> Iterator[None]:
        """Show the table of a summary."""
        if not sys.stderr.isatty():
            yield
            return
        done = threading.Event()
        shower = threading.Thread(target=self._show, args=(summary, done), daemon=True)
        shower.start()
        try:
            yield
        finally:
            done.set()
            shower.join()
            self._hide()

    def write(self, file: BinaryIO, data: bytes) -> int:
        """Write something above the table."""
        with self._lock:
            self._hide()
            self._written = time.monotonic()
            self._line_ended = data.endswith(b"\n")
            return file.write(data)

    def _show(self, summary: Summary, done: threading.Event) -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.text import Text

        console = Console(stderr=True)
        while not done.wait(_INTERVAL):
            with self._lock:
                if self._line_ended and time.monotonic() - self._written >= _INTERVAL:
                    if self._live is None:
                        self._live = Live(console=console, auto_refresh=False, transient=True)
                        self._live.start()
                    width = console.width - _ROOM_FOR_CTRL_C
                    lines = live_report(summary, width, console.height)
                    drawn = "\n".join(line.in_colour() for line in lines)
                    self._live.update(Text.from_ansi(drawn, no_wrap=True), refresh=True)

    def _hide(self) -> None:
        with self._lock:
            if self._live:
                self._live.stop()
                self._live = None


class _Above:
    def __init__(self, report: LiveReport, file: BinaryIO) -> None:
        self._report = report
        self._file = file

    def write(self, data: bytes) -> int:
        return self._report.write(self._file, data)

    def flush(self) -> None:
        self._file.flush()
