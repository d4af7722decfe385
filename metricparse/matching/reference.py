"""The reference matcher: the `regex` module, which defines what is right."""

from collections.abc import Sequence
from typing import Any

from metricparse.matching.numbers import parse_number
from metricparse.matching.pattern import EXAMPLES_KEPT, CompiledDefinition, Matches, Rejected
from metricparse.matching.prefilter import Prefilter

#: Processor seconds that one search may take before the line is given up, and for each
#: character of the line in addition.
BUDGET = 1.0
BUDGET_PER_CHARACTER = 1e-6


class ReferenceMatcher:
    """Searches every definition with the `regex` module, on the lines that the prefilter finds."""

    def __init__(self, definitions: Sequence[CompiledDefinition]) -> None:
        self._count = len(definitions)
        searched = [definition for definition in definitions if definition.has_group]
        self._prefilter = Prefilter(searched)
        self._searched = [
            _Searched(definition, _only(literals))
            for definition, literals in zip(searched, self._prefilter.literals, strict=True)
        ]

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
                if searched.literal in line:
                    searched.search(line, event, start, found)
        return found


class _Searched:
    """A definition being searched in one line after the other."""

    def __init__(self, definition: CompiledDefinition, literal: str) -> None:
        self._number = definition.number
        self._search = definition.regex.search
        self._safe_length = definition.safe_length
        #: A text that every match contains, and none of it before the match; may be empty.
        self._in_match = "" if definition.looks_behind else literal
        #: A text without which the line need not be searched; may be empty.
        self.literal = literal

    def search(self, line: str, event: int, start: int, found: Matches) -> None:
        try:
            match = self._budgeted(line, 0)
        except TimeoutError:
            found.gave_up[self._number] += 1
            return
        if match is None:
            return
        capture = match[1]
        value = None if capture is None else parse_number(capture)
        if value is None:
            self._reject(capture, event, found)
            return
        found.events.append(event)
        found.starts.append(start)
        found.numbers.append(self._number)
        found.values.append(value)
        if self._matches_again(line, match):
            found.repeated[self._number] += 1

    def _budgeted(self, line: str, position: int) -> Any:
        if len(line) <= self._safe_length:
            return self._search(line, position)
        budget = BUDGET + BUDGET_PER_CHARACTER * len(line)
        return self._search(line, position, timeout=budget)

    def _matches_again(self, line: str, match: Any) -> bool:
        """Whether another match starts behind the one that is published."""
        start, end = match.span()
        if line.find(self._in_match, end) < 0:
            return False
        try:
            return self._budgeted(line, max(end, start + 1)) is not None
        except TimeoutError:
            return False

    def _reject(self, capture: str | None, event: int, found: Matches) -> None:
        found.rejected[self._number] += 1
        if found.rejected[self._number] <= EXAMPLES_KEPT:
            found.examples.append(Rejected(self._number, event, capture))


def _only(literals: Sequence[Any]) -> str:
    """The literal that every match contains as it stands; empty if there is no single one."""
    if len(literals) == 1 and not literals[0].any_case:
        return str(literals[0].text)
    return ""
