"""Which definitions the native engine searches, and the patterns that it is given for them.

The engine is PCRE2. It never sees a definition's regex: its pattern is written anew from the
parsed tree, of parts that mean the same there as in the `regex` module. What a character class
contains, or a letter in any case, is not known here: `regex` is asked about every code point, in
the words of `as_re`.

There are two patterns. The first is for events of ASCII, where a byte is a character; the second
is for all others. Events hold no line ends, so that `^`, `$` and `.` leave nothing to differ.
"""

import re
import sys
from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TypeAlias

import regex

from metricparse.definitions.compile import compile_regex
from metricparse.regex_syntax.as_re import one_character
from metricparse.regex_syntax.differences import ASCII_IN_A_PART, ascii_in_a_part
from metricparse.regex_syntax.literals import RequiredLiteral, findable
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
    children,
    in_sequence,
)
from metricparse.regex_syntax.parse import UnknownSyntax, parse
from metricparse.values import value


class NotNative(Exception):  # noqa: N818 - not an error: the reference takes the definition
    """The native engine does not take a definition; the message says why."""


@value
class EnginePattern:
    """A definition's regex in the engine's syntax.

    ascii: for events of ASCII. text: for all events. tree: what both were written from.
    """

    ascii: str
    text: str
    tree: Node


#: Regexes whose patterns are kept for the next scan: three full lists, of which each may take 100 kB.
REGEXES_KEPT = 128


@lru_cache(maxsize=REGEXES_KEPT)
def engine_pattern(pattern: str) -> EnginePattern:
    """The patterns for a regex; raises `NotNative` if it is not certain that they are right."""
    flags = compile_regex(pattern).flags
    if flags & ~_KNOWN_FLAGS:
        raise NotNative("it has flags other than a, i, m, s and u")
    try:
        tree = parse(pattern)
    except UnknownSyntax as unknown:
        raise NotNative(f"its syntax is not known to be the same: {unknown}") from None
    if ascii_in_a_part(tree, ascii_only=bool(flags & regex.ASCII)):
        raise NotNative(ASCII_IN_A_PART)
    _check(tree)
    return EnginePattern(_written(tree, ascii_only=True), _written(tree, ascii_only=False), tree)


def reach(tree: Node, literal: RequiredLiteral) -> int | None:
    """The most characters between the start of a match and `literal`, which is a part of it.

    None if there is no bound, or if it is not known where the literal stands.
    """
    before, run = 0, ""
    for item in in_sequence(tree):
        if isinstance(item, Literal) and _is_found(item, literal):
            run += item.character
            if literal.text in run:
                return before + run.index(literal.text)
            continue
        _, most = _width(item)
        if most is None:
            return None
        before, run = before + len(run) + most, ""
    return None


def _is_found(item: Literal, literal: RequiredLiteral) -> bool:
    """Whether a character is found as part of the literal, whatever its case where it matches."""
    has_case = item.character.upper() != item.character.lower()
    return findable(item) and (literal.any_case or not (item.any_case and has_case))


_KNOWN_FLAGS = (
    regex.ASCII | regex.IGNORECASE | regex.MULTILINE | regex.DOTALL | regex.UNICODE | regex.VERSION0
)
_MOST_COUNTED = 65_535
_LAST_ASCII = 0x7F
_LAST = sys.maxunicode
#: The last code point of the planes for letters, and the few that are assigned after it.
_LAST_ASSIGNED = 0x3FFFF
_TAGS = range(0xE0000, 0xE1000)
_SURROGATES = range(0xD800, 0xE000)
_NEVER = "(?:(?!))"
_ASCII = "".join(map(chr, range(_LAST_ASCII + 1)))
#: With those that are the other case of a character of ASCII, to `regex`.
_WITH_CASES_OF_ASCII = _ASCII + "\u0130\u0131\u017f\u212a"
_ESCAPED = r"\\[\x00-/:-@\[-`{-\x7f]"
#: A class of nothing but characters of ASCII and ranges of them, which matches no others.
_PLAIN_CLASS = re.compile(rf"\[(?!\^)\]?(?:[\x00-\x5a\x5e-\x7f]|{_ESCAPED})*\]")
#: One of nothing but letters that may be the other case of each other.
_CLASS_OF_CASES = re.compile("\\[[A-Za-z\u0130\u0131\u017f\u212a]+\\]")
_PLAIN_CHARACTER = re.compile(rf"[^\\\[\].^$*+?{{}}()|]|{_ESCAPED}")

Ranges: TypeAlias = tuple[tuple[int, int], ...]


def _check(node: Node) -> None:
    """Raise `NotNative` for what the engines are not certain to do alike."""
    match node:
        case BackReference():
            raise NotNative("a reference to a group")
        case Look():
            _check_look(node)
        case Repeat():
            _check_repeat(node)
        case Literal() if ord(node.character) in _SURROGATES:
            raise NotNative("a surrogate")
    for item in children(node):
        _check(item)


def _check_look(look: Look) -> None:
    least, most = _width(look.item)
    if look.behind and least != most:
        raise NotNative("a lookbehind of more than one width")
    if (look.behind or look.negative) and _captures(look.item):
        raise NotNative("group 1 in a lookbehind or a negative lookahead")


def _check_repeat(repeat: Repeat) -> None:
    if isinstance(repeat.item, Anchor | Look):
        raise NotNative("a repeated position")
    if max(repeat.least, repeat.most or 0) > _MOST_COUNTED:
        raise NotNative(f"a count over {_MOST_COUNTED}")
    if _width(repeat.item)[0] == 0:
        raise NotNative("a repeat of what may be empty")


def _captures(node: Node) -> bool:
    captures = isinstance(node, Group) and node.number == 1
    return captures or any(_captures(item) for item in children(node))


def _width(node: Node) -> tuple[int, int | None]:
    """The fewest and the most characters that it matches; None is without bound."""
    match node:
        case Literal() | CharacterClass():
            return 1, 1
        case Group():
            return _width(node.item)
        case Sequence():
            widths = [_width(item) for item in node.items]
            return sum(least for least, _ in widths), _sum(most for _, most in widths)
        case Branch():
            widths = [_width(item) for item in node.items]
            return min(least for least, _ in widths), _most(most for _, most in widths)
        case Repeat():
            least, most = _width(node.item)
            unbounded = most is None or node.most is None
            return least * node.least, None if unbounded else (most or 0) * (node.most or 0)
        case _:
            return 0, 0


def _sum(widths: Iterable[int | None]) -> int | None:
    known = list(widths)
    return None if None in known else sum(width or 0 for width in known)


def _most(widths: Iterable[int | None]) -> int | None:
    known = list(widths)
    return None if None in known else max(width or 0 for width in known)


def _written(node: Node, *, ascii_only: bool) -> str:
    match node:
        case Literal(any_case=False):
            return _character(ord(node.character), ascii_only=ascii_only)
        case Literal():
            return _class(one_character(node), _flags(node), ascii_only=ascii_only)
        case CharacterClass(source="."):
            return "."
        case CharacterClass():
            return _class(one_character(node), _flags(node), ascii_only=ascii_only)
        case Anchor():
            return _anchor(node, ascii_only=ascii_only)
        case Sequence():
            return "".join(_written(item, ascii_only=ascii_only) for item in node.items)
        case Branch():
            return "|".join(_written(item, ascii_only=ascii_only) for item in node.items)
        case Group():
            return f"({_opening(node)}{_written(node.item, ascii_only=ascii_only)})"
        case Look():
            sign = ("<" if node.behind else "") + ("!" if node.negative else "=")
            return f"(?{sign}{_written(node.item, ascii_only=ascii_only)})"
        case Repeat():
            return _written(node.item, ascii_only=ascii_only) + _counts(node)
        case BackReference():
            raise NotNative("a reference to a group")


def _opening(group: Group) -> str:
    if group.number == 1:
        return ""
    return "?>" if group.atomic else "?:"


def _counts(repeat: Repeat) -> str:
    most = "" if repeat.most is None else repeat.most
    greed = "?" if repeat.lazy else "+" if repeat.possessive else ""
    return f"{{{repeat.least},{most}}}{greed}"


def _flags(node: Literal | CharacterClass) -> int:
    any_case = regex.IGNORECASE if node.any_case else regex.RegexFlag(0)
    return int(any_case | (regex.ASCII if node.ascii_only else regex.UNICODE))


def _anchor(anchor: Anchor, *, ascii_only: bool) -> str:
    if anchor.source in {"^", "\\A"}:
        return r"\A"
    if anchor.source in {"$", "\\Z"}:
        return r"\z"
    if ascii_only:
        return anchor.source
    letter = CharacterClass(r"\w", ascii_only=anchor.ascii_only)
    word = _class(one_character(letter), _flags(letter), ascii_only=False)
    here, there = ("!", "=") if anchor.source == "\\b" else ("=", "!")
    return f"(?:(?<={word})(?{here}{word})|(?<!{word})(?{there}{word}))"


@lru_cache(maxsize=1024)
def _class(source: str, flags: int, *, ascii_only: bool) -> str:
    """The class of what `regex` matches with the source of one character or class."""
    ranges = _code_points(source, flags)
    if ascii_only:
        ranges = tuple(
            (first, min(last, _LAST_ASCII)) for first, last in ranges if first <= _LAST_ASCII
        )
    if not ranges:
        return _NEVER
    if ranges == ((0, _LAST_ASCII if ascii_only else _LAST),):
        return "."
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return _character(ranges[0][0], ascii_only=ascii_only)
    return "[" + "".join(f"{_escaped(first)}-{_escaped(last)}" for first, last in ranges) + "]"


def _character(code: int, *, ascii_only: bool) -> str:
    return _NEVER if ascii_only and code > _LAST_ASCII else _escaped(code)


def _escaped(code: int) -> str:
    character = chr(code)
    return character if character.isascii() and character.isalnum() else f"\\x{{{code:x}}}"


@lru_cache(maxsize=1024)
def _code_points(source: str, flags: int) -> Ranges:
    """The code points that `regex` matches with the source of one character or class."""
    any_case = flags & regex.IGNORECASE
    plain = source.isascii() and (
        _PLAIN_CHARACTER.fullmatch(source) or _PLAIN_CLASS.fullmatch(source)
    )
    if plain or _CLASS_OF_CASES.fullmatch(source):
        return _ranges(regex.findall(source, _WITH_CASES_OF_ASCII, flags))
    if source.startswith("[^") and not any_case and _PLAIN_CLASS.fullmatch(f"[{source[2:]}"):
        return tuple(_between(_ranges(regex.findall(f"[{source[2:]}", _ASCII, flags))))
    asked = _characters(every=ord(max(source)) > _LAST_ASSIGNED)
    runs = regex.finditer(f"(?:{source})+", asked, flags)
    return tuple((ord(run[0][0]), ord(run[0][-1])) for run in runs)


def _ranges(characters: Iterable[str]) -> Ranges:
    """The ranges that characters make, which are in the order of their codes."""
    ranges: list[tuple[int, int]] = []
    for code in map(ord, characters):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1] = ranges[-1][0], code
        else:
            ranges.append((code, code))
    return tuple(ranges)


def _between(ranges: Ranges) -> Iterator[tuple[int, int]]:
    """All code points that are in none of the ranges."""
    ends = [-1, *(end for pair in ranges for end in pair), _LAST + 1]
    for before, after in zip(ends[::2], ends[1::2], strict=True):
        if before + 1 < after:
            yield before + 1, after - 1


@lru_cache(maxsize=2)
def _characters(*, every: bool) -> str:
    """Every character; or those without which runs of them begin and end at the same places.

    Planes to which nothing is assigned, and those for private use, are all alike.
    """
    rest = range(_LAST_ASSIGNED + 1, _LAST + 1) if every else (*_TAGS, _LAST)
    codes = (*range(_SURROGATES.start), *range(_SURROGATES.stop, _LAST_ASSIGNED + 1), *rest)
    return (
        array("I", codes).tobytes().decode(f"utf-32-{'le' if sys.byteorder == 'little' else 'be'}")
    )
