"""The literals that a match of a regex must contain, for the prefilter.

A definition's literals are alternatives: every line on which it matches contains at least one of
them, in the match or in what its lookarounds see.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from metricparse.regex_syntax.nodes import (
    Branch,
    Group,
    Literal,
    Look,
    Node,
    Repeat,
    Sequence,
    in_sequence,
    walk,
)
from metricparse.values import value

_MOST_ALTERNATIVES = 16
# Outside ASCII there are characters of which these are the other case (U+212A, U+017F,
# U+0130, U+0131), so that bytes cannot be compared without regard to case.
_CASE_BEYOND_ASCII = frozenset("iIkKsS")
_COMMON_CHARACTERS = frozenset(" .0123456789")


@value
class RequiredLiteral:
    """A text that a line must contain; `any_case` where ASCII letters match either case."""

    text: str
    any_case: bool = False

    @property
    def bytes_pattern(self) -> bytes:
        """A pattern for `re` that finds the literal in UTF-8."""
        escaped = re.escape(self.text.encode())
        return b"(?i:" + escaped + b")" if self.any_case else escaped

    @property
    def rarity(self) -> float:
        """How rarely a line is likely to contain it, by its length in telling characters."""
        return sum(0.3 if character in _COMMON_CHARACTERS else 1.0 for character in self.text)


RequiredLiterals: TypeAlias = frozenset[RequiredLiteral]


def required_literals(tree: Node) -> tuple[RequiredLiterals, ...]:
    """Sets of literals; each match of the regex contains one of each set."""
    return tuple(dict.fromkeys(_candidates(Sequence((tree,)))))


def looks_behind(node: Node) -> bool:
    """Whether a match may need what stands before it."""
    return any(isinstance(each, Look) and each.behind for each in walk(node))


def _required(node: Node) -> RequiredLiterals | None:
    match node:
        case Sequence():
            return _most_telling(_candidates(node))
        case Literal():
            return _most_telling(_runs([node]))
        case Group() | Look(negative=False):
            return _required(node.item)
        case Repeat(least=least) if least > 0:
            return _required(node.item)
        case Branch():
            return _of_any(node)
        case _:
            return None


def _candidates(sequence: Sequence) -> Iterator[RequiredLiterals]:
    run: list[Literal] = []
    for item in in_sequence(sequence):
        if isinstance(item, Literal):
            run.append(item)
            continue
        yield from _runs(run)
        run = []
        if literals := _required(item):
            yield literals
    yield from _runs(run)


def _runs(literals: Iterable[Literal]) -> Iterator[RequiredLiterals]:
    """The longest texts in a run of literals that can be found by their bytes."""
    text, any_case = "", False
    for literal in (*literals, None):
        if literal is not None and findable(literal):
            text += literal.character
            any_case |= literal.any_case
            continue
        if text:
            yield frozenset({RequiredLiteral(text, any_case and text.upper() != text.lower())})
        text, any_case = "", False


def findable(literal: Literal) -> bool:
    """Whether the character has one UTF-8 form in which it stands in every log.

    U+FFFD stands for any invalid bytes, surrogates for none.
    """
    character = literal.character
    if character == "\N{REPLACEMENT CHARACTER}" or "\ud800" <= character <= "\udfff":
        return False
    if literal.any_case:
        return character.isascii() and character not in _CASE_BEYOND_ASCII
    return True


def _of_any(branch: Branch) -> RequiredLiterals | None:
    alternatives: set[RequiredLiteral] = set()
    for item in branch.items:
        literals = _required(item)
        if literals is None:
            return None
        alternatives |= literals
    return frozenset(alternatives) if len(alternatives) <= _MOST_ALTERNATIVES else None


def _most_telling(candidates: Iterable[RequiredLiterals]) -> RequiredLiterals | None:
    return max(candidates, key=rarity, default=None)


def rarity(literals: RequiredLiterals) -> float:
    """How rarely a line is likely to contain any of the literals."""
    return min(literal.rarity for literal in literals) / len(literals)
