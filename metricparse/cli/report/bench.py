"""The report of what definitions cost."""

from typing import IO

from rich.table import Table
from rich.text import Text

from metricparse.benchmark.measure import Bench, DefinitionCost
from metricparse.cli.report.console import ReportConsole, plain
from metricparse.cli.report.numbers import of_bytes, of_count, of_seconds


def report_bench(bench: Bench, file: IO[str]) -> None:
    """Print the whole, a row for each definition, and what makes some of them slow."""
    console = ReportConsole(file)
    console.print(_table(bench))
    console.print()
    for cost in bench.costs:
        for warning in cost.warnings:
            console.say(("! ", "yellow"), (plain(cost.definition.name), "bold"), f": {warning}")
        if cost.cheaper and cost.cheaper_seconds:
            times = cost.seconds / cost.cheaper_seconds
            name = (plain(cost.definition.name), "bold")
            message = f": the same values, {times:.2g} times as fast, with "
            console.say(("→ ", "green"), name, message, (plain(cost.cheaper), "bold"))
    rate = bench.bytes_in / bench.seconds if bench.seconds else 0.0
    console.say(
        f"{of_count(bench.lines, 'line')} ({of_bytes(bench.bytes_in)}) with "
        f"{of_count(len(bench.costs), 'definition')} in {of_seconds(bench.seconds)}, "
        f"{of_bytes(rate)}/s{_against(rate, bench.by_hand)}"
    )


def _against(rate: float, by_hand: float | None) -> str:
    if not by_hand:
        return ""
    return f"; a hand-written loop of re.search: {of_bytes(by_hand)}/s, {rate / by_hand:.2g} times"


def _table(bench: Bench) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("metric", overflow="fold", min_width=12)
    for name in ("alone", "share", "reached", "in vain", "slowest", "line"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("literal", overflow="fold")
    table.add_column("lane", overflow="fold", style="dim")
    for cost in bench.costs:
        table.add_row(*_row(cost, bench.bytes_in))
    return table


def _of_search(seconds: float) -> str:
    return f"{seconds * 1e6:.3g} µs" if seconds < 1e-3 else of_seconds(seconds)


def _row(cost: DefinitionCost, size: int) -> list[Text]:
    reached = cost.reached
    rate = of_bytes(size / cost.seconds) if cost.seconds else ""
    cells = [
        f"{rate}/s",
        f"{cost.share:.0%}",
        f"{reached.lines:,}",
        f"{reached.unmatched:,}",
        _of_search(reached.slowest),
        f"{reached.slowest_line:,}",
        plain(reached.literal),
        cost.lane,
    ]
    return [Text(plain(cost.definition.name), "bold"), *map(Text, cells)]
