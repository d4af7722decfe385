"""Ways through the syntax tree of a regex."""

from collections.abc import Iterator

from metricparse.regex_syntax.parse import Branch, Group, Look, Node, Repeat, Sequence


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
