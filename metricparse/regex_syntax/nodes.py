"""The syntax tree of a regex: its nodes, and ways through it."""

from collections.abc import Iterator
from typing import TypeAlias

from metricparse.values import value


@value
class Literal:
    """One character; `any_case` where the flag `i` holds, `ascii_only` where `a` does as well."""

    character: str
    any_case: bool = False
    ascii_only: bool = False


@value
class CharacterClass:
    """Any one character of a class: `.`, `\\d` and its like, `[...]`.

    any_case, ascii_only: where the flags `i` and `a` hold.
    """

    source: str
    any_case: bool = False
    ascii_only: bool = False


@value
class Anchor:
    """A position: `^ $ \\A \\Z \\b \\B`; `ascii_only` where the flag `a` holds."""

    source: str
    ascii_only: bool = False


@value
class BackReference:
    """The text of an earlier group, by its number or name."""

    group: str


@value
class Group:
    """A group; `number` is None where it does not capture."""

    item: "Node"
    number: int | None
    atomic: bool = False


@value
class Look:
    """A lookahead or lookbehind."""

    item: "Node"
    behind: bool
    negative: bool


@value
class Repeat:
    """An item `least` to `most` times; None is without bound."""

    item: "Node"
    least: int
    most: int | None
    lazy: bool = False
    possessive: bool = False


@value
class Sequence:
    """Items one after the other."""

    items: tuple["Node", ...]


@value
class Branch:
    """Alternatives."""

    items: tuple["Node", ...]


Node: TypeAlias = (
    Literal | CharacterClass | Anchor | BackReference | Group | Look | Repeat | Sequence | Branch
)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below a node."""
    match node:
        case Sequence() | Branch():
            return node.items
        case Group() | Look() | Repeat():
            return (node.item,)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, from left to right."""
    yield node
    for child in children(node):
        yield from walk(child)


def in_sequence(node: Node) -> Iterator[Node]:
    """What follows one another at the top of the tree, groups opened."""
    match node:
        case Sequence():
            for item in node.items:
                yield from in_sequence(item)
        case Group(item=Sequence()):
            yield from in_sequence(node.item)
        case _:
            yield node
