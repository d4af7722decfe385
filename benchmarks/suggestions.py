"""How much of what people wrote by hand `suggest` finds, and how much of it is noise.

`python -m benchmarks.suggestions` runs it on real logs with the definitions that were written for
them (see `tests/support/public_corpus.py`). Found is a hand-written definition that gives numbers,
if a proposal gives at least nine tenths of its rows, and as few others. A proposal is noise unless

- some hand-written definition, of any list, takes at least half of its rows on this log, or
- it has the last word of a hand-written metric's name, of any list, and varies or stands once.

Counters that people wrote definitions for (epochs, steps, a running time) are no metrics to
`suggest`; they are counted apart.
"""

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

import metricparse as mp
from tests.support.public_corpus import (
    definition_list_names,
    definitions_of,
    log_definition_pairs,
    log_paths,
)

Rows = set[tuple[int, str]]

_COUNTERS = re.compile(r"(?i)(?:^|[:_ ])(?:epoch|step|iter|iteration|it|train_time_ms)$")
_RECOVERED, _SHARED = 0.9, 0.5


@dataclass
class Tally:
    """What became of a log: names of what was wanted and of what was offered."""

    log: str
    found: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    counters_missed: list[str] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    noise: list[str] = field(default_factory=list)


def main() -> None:
    """Print a row for each log, and the shares of all."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    tallies = [tally_of(path) for path in log_paths()]
    if arguments.json:
        print(json.dumps([vars(each) for each in tallies], indent=2))
        return
    console = Console()
    console.print(_table(tallies))
    found, missed = _count(tallies, "found"), _count(tallies, "missed")
    offered, noise = _count(tallies, "offered"), _count(tallies, "noise")
    console.print(
        f"found {found} of {found + missed} hand-written metrics ({found / (found + missed):.1%}), "
        f"besides {_count(tallies, 'counters_missed')} counters; "
        f"{noise} of {offered} proposals are noise ({noise / offered:.1%})"
    )


def tally_of(path: Path) -> Tally:
    """What is offered for a log, against what was written for it by hand."""
    tally = Tally(path.stem)
    offered = mp.suggest(path, most=100)
    proposed = _rows(path, [each.definition.regex for each in offered])
    by_hand = _by_hand()
    taken = [rows for rows in _rows(path, [regex for _, regex in by_hand]) if rows]
    words = {_last_word(name) for name, _ in by_hand}
    for each, rows in zip(offered, proposed, strict=True):
        tally.offered.append(each.definition.name)
        known = any(len(rows & other) >= _SHARED * len(rows) for other in taken)
        varies = each.summary.minimum != each.summary.maximum or each.summary.emitted == 1
        if not known and not (varies and _last_word(each.definition.name) in words):
            tally.noise.append(each.definition.name)
    for name, rows in _wanted(path):
        if any(len(rows & other) >= _RECOVERED * len(rows) for other in proposed):
            tally.found.append(name)
        elif _COUNTERS.search(name):
            tally.counters_missed.append(name)
        else:
            tally.missed.append(name)
    return tally


def _wanted(path: Path) -> Iterable[tuple[str, Rows]]:
    """The hand-written definitions for a log that give whole numbers; equal ones once."""
    lists = [name for log, name in log_definition_pairs() if log == path.stem]
    definitions = [each for name in lists for each in definitions_of(name)]
    given = _rows(path, [each["Regex"] for each in definitions])
    seen: list[Rows] = []
    for each, rows in zip(definitions, given, strict=True):
        if rows and rows not in seen:
            seen.append(rows)
            yield each["Name"], rows


def _rows(path: Path, regexes: Sequence[str]) -> list[Rows]:
    """For each regex the lines and values that it gives; none where they are no whole numbers."""
    if not regexes:
        return []
    scan = mp.scan(
        path, [{"Name": str(place), "Regex": each} for place, each in enumerate(regexes)]
    )
    rows: dict[int, Rows] = defaultdict(set)
    for batch in scan:
        for row in batch.to_pylist():
            rows[int(row["metric"])].add((row["line"], repr(row["value"])))
    healthy = [not each.truncated and not each.rejected for each in scan.summary.definitions]
    return [rows[place] if is_healthy else set() for place, is_healthy in enumerate(healthy)]


def _by_hand() -> list[tuple[str, str]]:
    """The names and regexes of all lists."""
    lists = (definitions_of(name) for name in definition_list_names())
    return sorted({(each["Name"], each["Regex"]) for definitions in lists for each in definitions})


def _last_word(name: str) -> str:
    return re.split(r"[\W_]+", name.lower().rstrip("0123456789_"))[-1]


def _count(tallies: Sequence[Tally], what: str) -> int:
    return sum(len(getattr(each, what)) for each in tallies)


def _table(tallies: Sequence[Tally]) -> Table:
    table = Table("log", "wanted", "missed", "offered", "noise", box=None)
    for each in tallies:
        wanted = len(each.found) + len(each.missed)
        missed, noise = ", ".join(each.missed), ", ".join(each.noise)
        table.add_row(each.log, str(wanted), missed, str(len(each.offered)), noise)
    return table


if __name__ == "__main__":
    main()
