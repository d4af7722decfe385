"""The reference matcher: the `regex` module, which defines what is right."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from metricparse.matching.compiled import CompiledDefinition
from metricparse.matching.numbers import is_truncated, parse_number
from metricparse.matching.prefilter import Prefilter
from metricparse.matching.results import (
    EVERYWHERE,
    EXAMPLES_KEPT,
    Matches,
    Rejected,
    Undecided,
    Until,
    Verdict,
)
from metricparse.regex_syntax.literals import RequiredLiterals

#: Seconds that a search may take, and for each character in addition, before it counts as slow.
SLOW = 1e-3
SLOW_PER_CHARACTER = 0.25e-6
#: Slow searches for a definition, until the rest of a block is left undecided without a try.
TRIED_IN_VAIN = 5

_MAY_GO_ON = frozenset("0123456789.,eE")
_SEPARATORS = frozenset(".,")
_MAY_HAVE_BEGUN = frozenset("0123456789.-+eE")


class Searched(NamedTuple):
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

    @classmethod
    def of(cls, definition: CompiledDefinition) -> "Searched":
        """What there is at hand of a definition."""
        literal = max(filter(None, map(_only, definition.literals)), key=len, default="")
        others = tuple(each for each in definition.literals if _only(each) != literal)
        return cls(
            definition.number,
            definition.regex.search,
            definition.safe_length,
            literal,
            others,
            "" if definition.looks_behind else literal,
        )


class ReferenceMatcher:
    """Searches every definition with the `regex` module, on the lines that the prefilter finds.

    A search that turns out slow is left undecided.
    """

    def __init__(self, definitions: Sequence[CompiledDefinition]) -> None:
        self._count = len(definitions)
        searched = [definition for definition in definitions if definition.has_group]
        self._prefilter = Prefilter(searched)
        self._searched = [Searched.of(definition) for definition in searched]

    def match(self, text: bytes, until: Until = EVERYWHERE) -> Matches:
        """Search the events in `text`, UTF-8 with `\\n` between them (and after the last).

        until: the first event in which a definition is not searched any more.
        """
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
                    if until and event >= until.get(searched.number, event + 1):
                        found.set_aside[searched.number] += 1
                    else:
                        _search(searched, line, event, start, found)
        return found


def slow_from(characters: int) -> float:
    """The seconds from which on the search of a text is slow."""
    return SLOW + SLOW_PER_CHARACTER * characters


def verdict_on(
    searched: Searched, line: str, match: Any, search_from: Callable[[int], Any]
) -> Verdict:
    """What a match comes to; `search_from` searches for another one."""
    capture = match[1]
    value = None if capture is None else parse_number(capture)
    if value is None:
        return Verdict(capture)
    first, last = match.span(1)
    truncated = _may_be_part(line, first, last) and is_truncated(
        line, *_without_space(capture, first, last)
    )
    first, last = match.span()
    next_start = max(last, first + 1)
    repeated = (
        line.find(searched.in_match, last) >= 0
        and next_start <= len(line)
        and search_from(next_start) is not None
    )
    return Verdict(capture, value, truncated, repeated)


def _holds(line: str, sets: tuple[RequiredLiterals, ...]) -> bool:
    """Whether the line contains a literal of each set."""
    for literals in sets:
        for literal in literals:
            if literal.text in line or (literal.any_case and literal.text.lower() in line.lower()):
                break
        else:
            return False
    return True


def _search(searched: Searched, line: str, event: int, start: int, found: Matches) -> None:
    number, search, safe_length, *_ = searched

    def quickly(position: int) -> Any:
        return search(line, position, timeout=slow_from(len(line)))

    if found.undecided_of[number] >= TRIED_IN_VAIN:
        found.leave(Undecided(number, event, start, line))
        return
    try:
        # Watching the clock costs as much as a short search.
        match = search(line) if len(line) <= safe_length else quickly(0)
        if match is None:
            return
        verdict = verdict_on(searched, line, match, quickly)
    except TimeoutError:
        found.leave(Undecided(number, event, start, line))
        return
    if verdict.value is None:
        found.rejected[number] += 1
        if found.rejected[number] <= EXAMPLES_KEPT:
            found.examples.append(Rejected(number, event, verdict.capture))
        return
    found.events.append(event)
    found.starts.append(start)
    found.numbers.append(number)
    found.values.append(verdict.value)
    found.truncated[number] += verdict.truncated
    found.repeated[number] += verdict.repeated


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


def _only(literals: RequiredLiterals) -> str:
    """The literal that every match contains as it stands; empty if there is no single one."""
    if len(literals) == 1:
        (literal,) = literals
        return "" if literal.any_case else literal.text
    return ""
