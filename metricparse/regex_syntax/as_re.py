"""What Python's `re` reads, written for the `regex` module.

Definitions are Python regular expressions, and `regex` differs from `re` in what it takes to be

- white space: U+001C to U+001F are, to `re`;
- a word's character: to `re` a letter, any number or `_`, and no combining mark;
- the other case of i: to `re` it is I as well as both that Turkish has in addition;
- in a class such as `[^\\s\\S]`: to `re` nothing.

Under the flag `a` the first three do not differ.
"""

import re
from functools import lru_cache

from metricparse.regex_syntax.nodes import Anchor, CharacterClass, Literal
from metricparse.regex_syntax.parse import leaves


def as_re(pattern: str) -> str:
    """The regex for the `regex` module; as it is, where it means the same to both.

    Groups keep their numbers and names. Raises `UnknownSyntax`.
    """
    written, end = "", 0
    for leaf in leaves(pattern):
        source = pattern[leaf.start : leaf.end]
        written += pattern[end : leaf.start] + _of_leaf(leaf.node, source)
        end = leaf.end
    return written + pattern[end:]


def one_character(node: Literal | CharacterClass) -> str:
    """A source for `regex`, in the scope of the node's flags, of what `re` takes the node to be."""
    return _of_leaf(node, re.escape(node.character) if isinstance(node, Literal) else node.source)


WORD = r"(?-i:[\p{L}\p{N}_])"

_NO_WORD = r"(?-i:[^\p{L}\p{N}_])"
_WORD_MEMBERS = r"\p{L}\p{N}_"
_SPACE_MEMBERS = r"\s\x1c-\x1f"
_SINGLE = {
    r"\w": WORD,
    r"\W": _NO_WORD,
    r"\s": f"[{_SPACE_MEMBERS}]",
    r"\S": f"[^{_SPACE_MEMBERS}]",
    r"\b": f"(?:(?<={WORD})(?!{WORD})|(?<!{WORD})(?={WORD}))",
    r"\B": f"(?:(?<={WORD})(?={WORD})|(?<!{WORD})(?!{WORD}))",
}
_WITHOUT_DOT_OR_WITH = "iI\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}\N{LATIN SMALL LETTER DOTLESS I}"
_ESCAPED_OR_PLAIN = r"(?:\\x..|\\u....|\\.|[^\\])"
_MEMBER = re.compile(rf"\\[dDsSwW]|{_ESCAPED_OR_PLAIN}(?:-{_ESCAPED_OR_PLAIN})?", re.DOTALL)
_MEANS_ITSELF_ONLY_ESCAPED = frozenset("-]^")
_ANY = r"[\s\S]"
_NEVER = r"(?!)"
#: As `regex` makes one set of alternatives that are sets, for which one flag then holds.
_COMPLEMENTS = {r"\W": f"(?!{WORD}){_ANY}", r"\S": f"[^{_SPACE_MEMBERS}]"}


def _of_leaf(node: Literal | CharacterClass | Anchor, source: str) -> str:
    match node:
        case CharacterClass() if source.startswith("[^") and _holds_everything(source):
            return _NEVER
        case _ if node.ascii_only:
            return source
        case Literal(any_case=True) if node.character in _WITHOUT_DOT_OR_WITH:
            return f"[{_WITHOUT_DOT_OR_WITH}]"
        case CharacterClass() if source.startswith("["):
            return _class(source, any_case=node.any_case)
        case CharacterClass() | Anchor():
            return _SINGLE.get(source, source)
        case _:
            return source


@lru_cache(maxsize=1024)
def _class(source: str, *, any_case: bool) -> str:
    negated = source.startswith("[^")
    members = _members(source)
    if _holds_everything(source):
        return source
    others = [each for each in members if each not in {r"\W", r"\S"}]
    parts = [_COMPLEMENTS[each] for each in (r"\W", r"\S") if each in members]
    if any_case and _holds_an_i(tuple(others)):
        others.append(_WITHOUT_DOT_OR_WITH)
    elif not parts and not {r"\w", r"\s"} & set(members):
        return source
    if any_case and r"\w" in others and not "".join(others).isascii():
        # A letter beyond ASCII may be the other case of what is none.
        others.remove(r"\w")
        parts.append(WORD)
    if not parts:
        return _set(others, negated="^" * negated)
    parts += [_set(others)] if others else []
    # Atomic, as there is nothing to try again.
    return f"(?:(?!{'|'.join(parts)}){_ANY})" if negated else f"(?>{'|'.join(parts)})"


def _members(source: str) -> list[str]:
    """What a class lists: characters, ranges and other classes."""
    return _MEMBER.findall(source[2 if source.startswith("[^") else 1 : -1])


def _holds_everything(source: str) -> bool:
    """Whether a class lists another one and its complement; empty to `re` if negated."""
    members = set(_members(source))
    return any({each, each.upper()} <= members for each in (r"\d", r"\s", r"\w"))


def _set(members: list[str], negated: str = "") -> str:
    written = "".join(map(_member, members))
    if r"\w" in members:
        return f"(?-i:[{negated}{written}])"
    return f"[{negated}{written}]"


def _member(source: str) -> str:
    members = {r"\w": _WORD_MEMBERS, r"\s": _SPACE_MEMBERS}
    if source in members:
        return members[source]
    return f"\\{source}" if source in _MEANS_ITSELF_ONLY_ESCAPED else source


def _holds_an_i(members: tuple[str, ...]) -> bool:
    if not members:
        return False
    positive = re.compile(f"[{''.join(map(_member_of_re, members))}]", re.IGNORECASE)
    return any(map(positive.match, _WITHOUT_DOT_OR_WITH))


def _member_of_re(source: str) -> str:
    return f"\\{source}" if source in _MEANS_ITSELF_ONLY_ESCAPED else source
