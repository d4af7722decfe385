"""The report of a dataset, and how far it has come while it is made."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO

import metricparse as mp
from metricparse.cli.report.console import ReportConsole
from metricparse.cli.report.findings import print_findings
from metricparse.cli.report.numbers import of_bytes, of_count, of_seconds
from metricparse.cli.report.scan import report_definitions
from metricparse.cli.report.text import plain

# Jobs and logs that a line names at most.
_NAMED = 5


def report_dataset(dataset: mp.ScannedDataset, file: IO[str]) -> None:
    """Print what each definition gave over all logs, where it gave nothing, and what was lost."""
    report_definitions(dataset.summary.definitions, file)
    console = ReportConsole(file)
    print_findings(mp.findings_of(dataset.summary), console)
    jobs = {account.job or account.log for account in dataset.accounts if not account.error}
    kind = "job" if any(account.job for account in dataset.accounts) else "log"
    emitted = {each.name for each in dataset.summary.definitions if each.emitted}
    for name, without in dataset.never_matched.items():
        if name in emitted:
            listed = (
                f"no value in {len(without):,} of {of_count(len(jobs), kind)}: {_listed(without)}"
            )
            console.say(("! ", "yellow"), (plain(name), "bold"), f": {listed}")
    for name, week in dataset.vanished.items():
        since = f": no value in any log from the week of {week} on"
        console.say(("! ", "yellow"), (plain(name), "bold"), since)
    for account in (*dataset.failed, *dataset.damaged):
        lost = account.error or account.damage
        console.say(("! ", "yellow"), (plain(account.log), "bold"), f": {lost}")
    console.say(_totals(dataset), style="dim")


@contextmanager
def logs_shown() -> Iterator[Callable[[mp.LogAccount], object] | None]:
    """What is to be called with each account, to show how many there are; None if nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(_so_far(0, 0))
        logs = size = 0

        def show(account: mp.LogAccount) -> None:
            nonlocal logs, size
            logs += 1
            size += account.identity[0] if account.identity else 0
            progress.update(task, description=_so_far(logs, size))

        yield show


def _so_far(logs: int, size: int) -> str:
    return f"{of_count(logs, 'log')}, {of_bytes(size)}"


def _listed(names: Sequence[str]) -> str:
    named = ", ".join(map(plain, names[:_NAMED]))
    more = len(names) - _NAMED
    return f"{named} and {more:,} more" if more > 0 else named


def _totals(dataset: mp.ScannedDataset) -> str:
    summary = dataset.summary
    return (
        f"{of_count(summary.records, 'record')} from {of_count(summary.lines, 'line')} "
        f"({of_bytes(summary.bytes_in)}) of {of_count(len(dataset.accounts), 'log')} "
        f"in {plain(dataset.out)}, {len(dataset.read):,} of them read in {of_seconds(dataset.seconds)}"
    )
