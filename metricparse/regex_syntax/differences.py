"""Where a search by the `regex` module may not be that of Python's `re`, told from a regex's tree."""

from typing import TypeGuard

from metricparse.regex_syntax.nodes import (
    Anchor,
    BackReference,
    Branch,
    CharacterClass,
    Group,
    Literal,
    Node,
    Repeat,
    Sequence,
    walk,
)

ASCII_IN_A_PART = "a flag a or u that holds for a part"


def difference(tree: Node, *, ascii_only: bool) -> str | None:
    """What the two may not agree on; None if they are known to agree.

    ascii_only: the flag `a` holds for the whole regex.
    """
    if ascii_in_a_part(tree, ascii_only=ascii_only):
        return ASCII_IN_A_PART
    repeats = [node for node in walk(tree) if isinstance(node, Repeat) and node.most != 1]
    if any(_may_be_empty(repeat.item) for repeat in repeats):
        return "a repeat of what may be empty"
    if any(repeat.possessive and _captures(repeat) for repeat in repeats):
        return "a possessive repeat of a group, whose capture is wrong in some versions of re"
    nodes = list(walk(tree))
    if not any(isinstance(node, BackReference) for node in nodes):
        return None
    if any(map(_captures, repeats)):
        return "a reference to a group, where a group is repeated"
    if any(isinstance(node, Literal | CharacterClass) and node.any_case for node in nodes):
        return "a reference to a group in any case"
    return None


def ascii_in_a_part(tree: Node, *, ascii_only: bool) -> bool:
    """Whether the flag `a` holds for a part of the regex and not for another.

    A search of `re` then skips characters at which a match may begin, by the flags of the whole.
    """
    return any(node.ascii_only is not ascii_only for node in walk(tree) if _depends_on_ascii(node))


def _depends_on_ascii(node: Node) -> TypeGuard[Literal | CharacterClass | Anchor]:
    match node:
        case Literal():
            return node.any_case
        case CharacterClass():
            return node.source != "."
        case Anchor():
            return node.source in {r"\b", r"\B"}
        case _:
            return False


def _captures(node: Node) -> bool:
    """Whether there is a group in it that captures."""
    return any(isinstance(inner, Group) and inner.number for inner in walk(node))


def _may_be_empty(node: Node) -> bool:
    """Whether the node may match no characters; positions always do."""
    match node:
        case Literal() | CharacterClass():
            return False
        case Repeat():
            return node.least == 0 or _may_be_empty(node.item)
        case Group():
            return _may_be_empty(node.item)
        case Sequence():
            return all(_may_be_empty(item) for item in node.items)
        case Branch():
            return any(_may_be_empty(item) for item in node.items)
        case _:
            return True
