"""The reference matcher: the `regex` module, which defines what is right."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from metricparse._extension import processors
from metricparse.matching.compiled import CompiledDefinition
from metricparse.matching.numbers import is_truncated, parse_number
from metricparse.matching.prefilter import Prefilter
from metricparse.matching.results import EXAMPLES_KEPT, Matches, Rejected
from metricparse.regex_syntax.literals import RequiredLiterals

#: Processor seconds that one search may take before the line is given up, and for each
#: character of the line in addition.
BUDGET = 1.0
BUDGET_PER_CHARACTER = 1e-6
# The clock that the `regex` module watches is that of the whole process, which runs faster with
# each thread. Counting them all, no search is given up within its budget.
_CLOCKS = processors()

_MAY_GO_ON = frozenset("0123456789.,eE")
_SEPARATORS = frozenset(".,")
_MAY_HAVE_BEGUN = frozenset("0123456789.-+eE")


class _Searched(NamedTuple):
    """What the search of a definition needs at hand.

    literal: a text without which a line need not be searched; may be empty.
    others: further sets of literals, of each of which the line must contain one. Which lines are
    searched is then the definition's own affair, whatever other definitions it stands among: what
    is given up must not depend on them.
    in_match: a text that every match contains, and none of it before the match; may be empty.
    """

    number: int
    search: Any
    safe_length: int
    literal: str
    others: tuple[RequiredLiterals, ...]
    in_match: str


class ReferenceMatcher:
    """Searches every definition with the `regex` module, on the lines that the prefilter finds."""

    def __init__(self, definitions: Sequence[CompiledDefinition]) -> None:
        self._count = len(definitions)
        searched = [definition for definition in definitions if definition.has_group]
        self._prefilter = Prefilter(searched)
        self._searched = [_searched(definition) for definition in searched]

    def match(self, text: bytes) -> Matches:
        """Search the events in `text`, UTF-8 with `\\n` between them (and after the last)."""
        found = Matches(self._count)
        if not self._searched:
            return found
        event = last_start = 0
        for start, end in self._prefilter.lines(text):
            event += text.count(b"\n", last_start, start)
            last_start = start
            line = text[start:end].decode("utf-8", "replace")
            for searched in self._searched:
                if searched.literal in line and _holds(line, searched.others):
                    _search(searched, line, event, start, found)
        return found


def _holds(line: str, sets: tuple[RequiredLiterals, ...]) -> bool:
    """Whether the line contains a literal of each set."""
    for literals in sets:
        for literal in literals:
            if literal.text in line or (literal.any_case and literal.text.lower() in line.lower()):
                break
        else:
            return False
    return True


def _search(searched: _Searched, line: str, event: int, start: int, found: Matches) -> None:
    number, search, safe_length, *_, in_match = searched
    try:
        # Watching the clock costs as much as a short search.
        match = search(line) if len(line) <= safe_length else _budgeted(search, line, 0)
    except TimeoutError:
        found.gave_up[number] += 1
        return
    if match is None:
        return
    capture = match[1]
    value = None if capture is None else parse_number(capture)
    if value is None:
        found.rejected[number] += 1
        if found.rejected[number] <= EXAMPLES_KEPT:
            found.examples.append(Rejected(number, event, capture))
        return
    found.events.append(event)
    found.starts.append(start)
    found.numbers.append(number)
    found.values.append(value)
    first, last = match.span(1)
    if _may_be_part(line, first, last):
        found.truncated[number] += is_truncated(line, *_without_space(capture, first, last))
    first, last = match.span()
    if line.find(in_match, last) >= 0 and _matches_again(searched, line, first, last):
        found.repeated[number] += 1


def _budgeted(search: Any, line: str, position: int) -> Any:
    return search(line, position, timeout=_CLOCKS * (BUDGET + BUDGET_PER_CHARACTER * len(line)))


def _matches_again(searched: _Searched, line: str, start: int, end: int) -> bool:
    """Whether another match starts after the one that is published."""
    next_start = max(end, start + 1)
    if next_start > len(line):
        return False
    try:
        return _budgeted(searched.search, line, next_start) is not None
    except TimeoutError:
        return False


def _may_be_part(line: str, start: int, end: int) -> bool:
    """Whether what stands around a capture calls for a closer look at it."""
    if start and line[start - 1] in _MAY_HAVE_BEGUN:
        return True
    after = line[end : end + 1]
    return after in _MAY_GO_ON and (after not in _SEPARATORS or line[end + 1 : end + 2].isdigit())


def _without_space(capture: str, start: int, end: int) -> tuple[int, int]:
    start += len(capture) - len(capture.lstrip())
    end -= len(capture) - len(capture.rstrip())
    return start, end


def _searched(definition: CompiledDefinition) -> _Searched:
    literal = max(filter(None, map(_only, definition.literals)), key=len, default="")
    others = tuple(each for each in definition.literals if _only(each) != literal)
    return _Searched(
        definition.number,
        definition.regex.search,
        definition.safe_length,
        literal,
        others,
        "" if definition.looks_behind else literal,
    )


def _only(literals: RequiredLiterals) -> str:
    """The literal that every match contains as it stands; empty if there is no single one."""
    if len(literals) == 1:
        (literal,) = literals
        return "" if literal.any_case else literal.text
    return ""
