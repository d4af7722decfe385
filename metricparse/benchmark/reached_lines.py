"""The lines that get past a definition's literal to its regex, and how long that takes there."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from metricparse.logs.blocks import Block
from metricparse.logs.views import View
from metricparse.matching.compiled import CompiledDefinition
from metricparse.matching.prefilter import Prefilter

_MOST = 20_000
_PATIENCE = 1.0
_EXAMPLES = 3


@dataclass
class Reached:
    """The lines that reached a definition's regex, at the beginning of the log.

    literal: what a line must contain to reach it; empty if any line does. lines: how many did.
    unmatched: how many of them did not match. slowest: the longest search, in seconds, and
    slowest_line its line, counted from 1. examples: some of the lines.
    """

    literal: str
    lines: int = 0
    unmatched: int = 0
    slowest: float = 0.0
    slowest_line: int = 0
    examples: list[str] = field(default_factory=list)


def reached_by(definition: CompiledDefinition, blocks: Iterable[Block], view: View) -> Reached:
    """Search the lines that reach the regex, a bounded number of them, one by one."""
    prefilter = Prefilter([definition])
    found = Reached(" or ".join(sorted(each.text for each in prefilter.literals[0])))
    first = 1
    for block in blocks:
        text = view.of(block).text
        for start, end in prefilter.lines(text):
            line = text[start:end].decode("utf-8", "replace")
            number = first + text.count(b"\n", 0, start)
            _search(definition, line, number, found)
            if found.lines >= _MOST:
                return found
        first += block.data.count(b"\n")
    return found


def _search(definition: CompiledDefinition, line: str, number: int, found: Reached) -> None:
    started = time.perf_counter()
    try:
        match = definition.regex.search(line, timeout=_PATIENCE)
    except TimeoutError:
        match = None
    seconds = time.perf_counter() - started
    found.lines += 1
    found.unmatched += match is None
    if seconds > found.slowest:
        found.slowest, found.slowest_line = seconds, number
        found.examples = [line, *found.examples][:_EXAMPLES]
