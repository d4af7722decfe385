"""One search for the literals of all definitions, which finds the lines worth a closer look."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from metricparse.matching.compiled import CompiledDefinition
from metricparse.regex_syntax.literals import RequiredLiteral, RequiredLiterals, rarity

#: A literal rarer than this spares more than it costs: a lone space or digit does not.
_WORTH_A_SEARCH = 0.5


class Prefilter:
    """Finds the lines that hold a literal of any definition.

    Where a definition has no literal, every line is worth a look.
    """

    def __init__(self, definitions: Sequence[CompiledDefinition]) -> None:
        shared = Counter(each for definition in definitions for each in definition.literals)
        #: For each definition the literals that the prefilter looks for, one of a line's choice.
        self.literals = [_most_telling(definition.literals, shared) for definition in definitions]
        self._search = None
        if all(self.literals):
            texts = {literal for literals in self.literals for literal in literals}
            # Longer ones first, as the order of a set is not the same in each run.
            ordered = sorted(texts, key=lambda literal: (-len(literal.text), literal.text))
            self._search = re.compile(b"|".join(each.bytes_pattern for each in ordered)).search

    def lines(self, text: bytes) -> Iterator[tuple[int, int]]:
        """Start and end (before the `\\n`) of the lines worth a look, in order."""
        return self._all_lines(text) if self._search is None else self._lines_with_a_literal(text)

    def _lines_with_a_literal(self, text: bytes) -> Iterator[tuple[int, int]]:
        assert self._search is not None
        position = 0
        while hit := self._search(text, position):
            found = hit.start()
            start = text.rfind(b"\n", position, found) + 1 or position
            end = text.find(b"\n", found)
            if end < 0:
                yield start, len(text)
                return
            yield start, end
            position = end + 1

    @staticmethod
    def _all_lines(text: bytes) -> Iterator[tuple[int, int]]:
        position = 0
        while (end := text.find(b"\n", position)) >= 0:
            yield position, end
            position = end + 1
        if position < len(text):
            yield position, len(text)


def _most_telling(
    candidates: Sequence[RequiredLiterals], shared: Counter[RequiredLiterals]
) -> tuple[RequiredLiteral, ...]:
    """The literals of the set that lets the fewest lines pass, as far as can be told.

    A set that several definitions share tells less. None where the best is in almost every line.
    """

    def telling(literals: RequiredLiterals) -> tuple[float, list[str]]:
        return rarity(literals) / shared[literals], sorted(each.text for each in literals)

    best: RequiredLiterals = max(candidates, key=telling, default=frozenset())
    return tuple(best) if best and rarity(best) >= _WORTH_A_SEARCH else ()
