"""The report of a scan that goes on, in its place on a terminal's standard error."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from rich.console import Console
from rich.live import Live

from metricparse.accounting import Summary
from metricparse.report.terminal import table_of

_REFRESHES_A_SECOND = 4


class LiveReport:
    """A table that is drawn anew while it is shown, and gone afterwards; nothing but on terminals."""

    def __init__(self, summary: Summary) -> None:
        self._summary = summary
        self._console = Console(stderr=True)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the table."""
        with self._live():
            yield

    def _live(self) -> AbstractContextManager[Any]:
        if not sys.stderr.isatty():
            return nullcontext()
        return Live(
            get_renderable=lambda: table_of(self._summary, self._console.width),
            console=self._console,
            refresh_per_second=_REFRESHES_A_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
