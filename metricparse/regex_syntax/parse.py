"""A regex to its syntax tree, as far as its syntax is one that metricparse reasons about.

The tree serves to find the literals that a match must contain and to bound what a search can
cost; the match itself is always the engine's. The syntax is that of the `regex` module's version
0, of which `parse` knows the part that `re` shares; anything else raises `UnknownSyntax`, and the
definition is then searched without any shortcut.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from metricparse.regex_syntax.nodes import (
    Anchor,
    BackReference,
    Branch,
    CharacterClass,
    Group,
    Literal,
    Look,
    Node,
    Repeat,
    Sequence,
)


class UnknownSyntax(Exception):  # noqa: N818 - not an error: the engine may well know it
    """The regex uses syntax outside the known part; the message names it."""


class FuzzyMatch(UnknownSyntax):
    """The regex asks for a fuzzy match, which `re` would read as plain text."""

    def __init__(self) -> None:
        super().__init__("a fuzzy match")


_DEEPEST = 50
_LEADING_FLAGS = re.compile(r"\(\?([aimsu]+)\)")
_SCOPED_FLAGS = re.compile(r"\(\?([aimsu]*)(?:-([ims]+))?:")
_NAMED_GROUP = re.compile(r"\(\?P?<([A-Za-z_][A-Za-z0-9_]*)>")
_NAMED_REFERENCE = re.compile(r"\(\?P=([A-Za-z_][A-Za-z0-9_]*)\)")
_LOOK = re.compile(r"\(\?(<?)([=!])")
_COUNTS = re.compile(r"\{(\d+)(,(\d*))?\}|\{,(\d+)\}")
_FUZZY = re.compile(r"\{[0-9,<>=+ deisDEIS]*(:[^}]*)?\}")
_HEXADECIMAL = re.compile(
    r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U(000[0-9A-Fa-f]{5}|0010[0-9A-Fa-f]{4}))"
)
_CONTROL_ESCAPES = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_CLASS = re.compile(
    r"\[\^?\]?"  # a bracket that comes first stands for itself
    r"(?:[^\[\]\\]|\\[dDsSwWbafnrtv]|\\[^A-Za-z0-9]|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4})*"
    r"\]"
)
_SET_OPERATORS = re.compile(r"--|&&|\|\||~~")


@lru_cache(maxsize=1024)
def parse(pattern: str) -> Node:
    """The tree of a regex that the engine has compiled; raises `UnknownSyntax`.

    A regex is parsed once, however often it is asked for.
    """
    return _Parser(pattern).parse()


class _Parser:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._position = 0
        self._any_case = False
        self._ascii_only = False
        self._groups = 0
        self._depth = 0
        self._names: set[str] = set()

    def parse(self) -> Node:
        while flags := self._take(_LEADING_FLAGS):
            self._any_case |= "i" in flags[1]
            self._ascii_only |= "a" in flags[1]
        tree = self._branch()
        if self._position < len(self._pattern):
            raise UnknownSyntax("an unmatched parenthesis")
        return tree

    def _branch(self) -> Node:
        branches = [self._sequence()]
        while self._take_text("|"):
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else Branch(tuple(branches))

    def _sequence(self) -> Node:
        items: list[Node] = []
        while (character := self._peek()) and character not in "|)":
            items.append(self._repeated(self._item()))
        return Sequence(tuple(items))

    def _repeated(self, item: Node) -> Node:
        counts = self._counts()
        if counts is None:
            return item
        lazy = self._take_text("?")
        possessive = not lazy and self._take_text("+")
        if self._counts() is not None:
            raise UnknownSyntax("a repeat of a repeat")
        return Repeat(item, *counts, lazy, possessive)

    def _counts(self) -> tuple[int, int | None] | None:
        for symbol, counts in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take_text(symbol):
                return counts
        if not (match := self._take(_COUNTS)):
            return None
        exact, comma, most, only_most = match.groups()
        if only_most:
            return 0, int(only_most)
        if not comma:
            return int(exact), int(exact)
        return int(exact), int(most) if most else None

    def _item(self) -> Node:
        character = self._peek()
        special: dict[str, Callable[[], Node]] = {
            "(": self._group,
            "[": self._class,
            "\\": self._escape,
            ".": self._any,
            "^": self._anchor,
            "$": self._anchor,
            "{": self._brace,
        }
        if character in special:
            return special[character]()
        if character in "*+?":
            raise UnknownSyntax("nothing to repeat")
        return self._literal(self._next())

    def _group(self) -> Node:
        if match := self._take(_NAMED_GROUP):
            if match[1] in self._names:
                raise UnknownSyntax("a group name used twice")
            self._names.add(match[1])
            return self._capture()
        if match := self._take(_NAMED_REFERENCE):
            return BackReference(match[1])
        if match := self._take(_LOOK):
            return Look(self._closed(), behind=bool(match[1]), negative=match[2] == "!")
        if self._take_text("(?>"):
            return Group(self._closed(), None, atomic=True)
        if match := self._take(_SCOPED_FLAGS):
            return self._flagged(match[1], match[2] or "")
        if self._pattern.startswith(("(?", "(*"), self._position):
            raise UnknownSyntax(self._pattern[self._position : self._position + 4])
        self._next()
        return self._capture()

    def _flagged(self, on: str, off: str) -> Node:
        outer = self._any_case, self._ascii_only
        self._any_case = "i" in on or (self._any_case and "i" not in off)
        self._ascii_only = "a" in on or (self._ascii_only and "u" not in on)
        item = self._closed()
        self._any_case, self._ascii_only = outer
        return Group(item, None)

    def _capture(self) -> Node:
        self._groups += 1
        number = self._groups
        return Group(self._closed(), number)

    def _closed(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnknownSyntax(f"groups nested more than {_DEEPEST} deep")
        item = self._branch()
        self._depth -= 1
        if not self._take_text(")"):
            raise UnknownSyntax("an open parenthesis")
        return item

    def _class(self) -> Node:
        match = self._take(_CLASS)
        if not match or _SET_OPERATORS.search(match[0]):
            raise UnknownSyntax("a nested set, a POSIX class or a set operation")
        return CharacterClass(match[0], self._any_case, self._ascii_only)

    def _escape(self) -> Node:
        if match := self._take(_HEXADECIMAL):
            return self._literal(chr(int(match[1] or match[2] or match[3], 16)))
        escape = self._pattern[self._position : self._position + 2]
        self._position += 2
        letter = escape[1:]
        if letter in "dDsSwW":
            return CharacterClass(escape, self._any_case, self._ascii_only)
        if letter in "AZbB":
            return Anchor(escape, self._ascii_only)
        if letter in _CONTROL_ESCAPES:
            return self._literal(_CONTROL_ESCAPES[letter])
        if letter in "123456789" and not self._peek().isdigit():
            return BackReference(letter)
        if letter.isascii() and letter.isalnum():
            raise UnknownSyntax(escape)
        return self._literal(letter)

    def _any(self) -> Node:
        return CharacterClass(self._next(), self._any_case)

    def _anchor(self) -> Node:
        return Anchor(self._next())

    def _brace(self) -> Node:
        """A brace that counts nothing stands for itself, unless it asks for fuzzy matching."""
        if _FUZZY.match(self._pattern, self._position):
            raise FuzzyMatch
        return self._literal(self._next())

    def _literal(self, character: str) -> Node:
        return Literal(character, self._any_case, self._any_case and self._ascii_only)

    def _peek(self) -> str:
        return self._pattern[self._position : self._position + 1]

    def _next(self) -> str:
        self._position += 1
        return self._pattern[self._position - 1]

    def _take(self, expected: re.Pattern[str]) -> re.Match[str] | None:
        match = expected.match(self._pattern, self._position)
        if match:
            self._position = match.end()
        return match

    def _take_text(self, expected: str) -> bool:
        found = self._pattern.startswith(expected, self._position)
        if found:
            self._position += len(expected)
        return found
