"""A regex's tree written as a regex again."""

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
    walk,
)
from metricparse.regex_syntax.parse import UnknownSyntax

_SPECIAL = frozenset(r"\.^$*+?{}[]|()")
_CONTROLS = {"\t": r"\t", "\n": r"\n", "\r": r"\r", "\f": r"\f", "\v": r"\v", "\a": r"\a"}


def write(tree: Node) -> str:
    """A regex with this tree; raises `UnknownSyntax` where only the original text tells it."""
    any_case = any(getattr(node, "any_case", False) for node in walk(tree))
    return f"(?i){_written(tree)}" if any_case else _written(tree)


def literally(text: str) -> str:
    """A regex that matches a text alone."""
    return "".join(map(_character, text))


def _written(node: Node) -> str:
    match node:
        case Literal():
            return _character(node.character)
        case CharacterClass() | Anchor():
            return node.source
        case Sequence():
            return "".join(map(_written, node.items))
        case Branch():
            return "|".join(map(_written, node.items))
        case Group():
            opening = "(?>" if node.atomic else "(" if node.number else "(?:"
            return f"{opening}{_written(node.item)})"
        case Look():
            opening = "(?" + "<" * node.behind + ("!" if node.negative else "=")
            return f"{opening}{_written(node.item)})"
        case Repeat():
            return _repeat(node)
        case BackReference():
            raise UnknownSyntax("a reference to a group")


def _character(character: str) -> str:
    if character in _SPECIAL:
        return f"\\{character}"
    if character in _CONTROLS:
        return _CONTROLS[character]
    return character if character.isprintable() else f"\\x{ord(character):02x}"


def _repeat(node: Repeat) -> str:
    item = _written(node.item)
    if isinstance(node.item, Sequence | Branch | Repeat):
        item = f"(?:{item})"
    match node.least, node.most:
        case 0, None:
            counts = "*"
        case 1, None:
            counts = "+"
        case 0, 1:
            counts = "?"
        case least, most if least == most:
            counts = f"{{{least}}}"
        case least, most:
            counts = f"{{{least},{'' if most is None else most}}}"
    return f"{item}{counts}{'?' * node.lazy}{'+' * node.possessive}"
