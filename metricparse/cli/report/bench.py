"""The report of what definitions cost."""

from collections.abc import Iterator, Sequence
from typing import IO

from metricparse.benchmark.measure import Bench, DefinitionCost
from metricparse.benchmark.timing import Timing
from metricparse.cli.report.console import ReportConsole
from metricparse.cli.report.numbers import of_bytes, of_count, of_seconds
from metricparse.cli.report.table import Column, table
from metricparse.cli.report.text import Text, plain

_GAP = 2
_COLUMNS = (
    Column("metric", fold=True, least=12),
    *(
        Column(name, right=True)
        for name in ("alone", "share", "reached", "in vain", "slowest", "line")
    ),
    Column("literal", fold=True),
    Column("lane", fold=True, style="dim"),
)
# On a terminal that is too narrow for all of them.
_LEFT_OUT_FIRST = ("literal", "lane", "line", "slowest", "in vain", "reached")


def report_bench(bench: Bench, file: IO[str]) -> None:
    """Print the whole, a row for each definition, and what makes some of them slow."""
    console = ReportConsole(file)
    console.print_lines(_table(bench, console.width))
    console.skip_line()
    _print_warnings(bench.costs, console)
    for cost in bench.costs:
        if cost.cheaper and cost.cheaper_seconds:
            times = cost.alone.seconds / cost.cheaper_seconds
            name = (plain(cost.definition.name), "bold")
            console.say(
                ("→ ", "green"), name, f": the same values, {times:.2g} times as fast, with"
            )
            console.say_whole("  ", (plain(cost.cheaper), "bold"))
    if any(cost.share is None for cost in bench.costs):
        console.say("-: too small to measure on this log beside what reading it takes", style="dim")
    rate = bench.bytes_in / bench.together.seconds
    console.say(
        f"{of_count(bench.lines, 'line')} ({of_bytes(bench.bytes_in)}) with "
        f"{of_count(len(bench.costs), 'definition')} in {_range(bench.together)}, "
        f"{of_bytes(rate)}/s{_against(rate, bench.by_hand)}"
    )


def _print_warnings(costs: Sequence[DefinitionCost], console: ReportConsole) -> None:
    """Print what makes definitions slow, a line for all that share it."""
    names: dict[str, list[str]] = {}
    for cost in costs:
        for warning in cost.warnings:
            names.setdefault(warning, []).append(plain(cost.definition.name))
    for warning, sharing in names.items():
        console.say(("! ", "yellow"), (", ".join(sharing), "bold"), f": {warning}")


def _range(timing: Timing) -> str:
    low, high = of_seconds(timing.seconds), of_seconds(timing.highest)
    return low if low == high else f"{low.removesuffix(' s')} to {high}"


def _against(rate: float, by_hand: float | None) -> str:
    if not by_hand:
        return ""
    return f"; a hand-written loop of re.search: {of_bytes(by_hand)}/s, {rate / by_hand:.2g} times"


def _table(bench: Bench, width: int) -> Iterator[Text]:
    """A row a definition, with as many columns as there is room for."""
    rows = [_row(cost, bench.bytes_in) for cost in bench.costs]
    shown = {
        column.head: (column, cells, max(cell.width for cell in (Text(column.head), *cells)) + _GAP)
        for column, *cells in zip(_COLUMNS, *rows, strict=True)
    }
    for name in _LEFT_OUT_FIRST:
        if sum(taken for *_, taken in shown.values()) - _GAP > width:
            del shown[name]
    columns = [column for column, *_ in shown.values()]
    of_columns = [cells for _, cells, _ in shown.values()]
    return table(columns, list(zip(*of_columns, strict=True)), width, gap=_GAP)


def _of_search(seconds: float) -> str:
    return f"{seconds * 1e6:.3g} µs" if seconds < 1e-3 else of_seconds(seconds)


def _row(cost: DefinitionCost, size: int) -> list[Text]:
    reached = cost.reached
    rate = of_bytes(size / cost.alone.seconds)
    cells = [
        f"{rate}/s",
        "-" if cost.share is None else f"{cost.share:.0%}",
        f"{reached.lines:,}",
        f"{reached.unmatched:,}",
        _of_search(reached.slowest),
        f"{reached.slowest_line:,}",
        plain(reached.literal),
        cost.lane,
    ]
    return [Text((plain(cost.definition.name), "bold")), *map(Text, cells)]
