"""How long a text may be for a search to end soon."""

from math import prod
from typing import NamedTuple

from metricparse.regex_syntax.nodes import (
    BackReference,
    Branch,
    Group,
    Look,
    Node,
    Repeat,
    Sequence,
    in_sequence,
)
from metricparse.regex_syntax.runaway import may_fail

# Steps after which a backtracking engine is watched; most of them are not taken in a real search.
_STEPS = 1_000_000
_FEW = 8


class _Ways(NamedTuple):
    """The ways to match a text of length n: at most `factor * n ** degree`."""

    degree: int
    factor: int


_ONE_WAY = _Ways(0, 1)


def safe_length(tree: Node) -> int:
    """The longest text, in characters, whose search need not be watched; 0 if there is none.

    A backtracking search tries each start, and from there each way to divide the text among the
    repeats that follow one another, up to the last item that may fail. Repeats inside repeats
    may have exponentially many ways, so that no length is safe for them.
    """
    items = list(in_sequence(tree))
    last = max((place for place, item in enumerate(items) if may_fail(item)), default=-1)
    if last >= 0 and _is_simple_repeat(items[last]):
        last -= 1  # however often it repeats, what follows does not ask it to try again
    tried = _ways(Sequence(tuple(items[: last + 1])))
    whole = _ways(tree)
    if tried is None or whole is None:
        return 0
    return int((_STEPS / tried.factor) ** (1 / (tried.degree + 1)))


def _is_simple_repeat(node: Node) -> bool:
    return isinstance(node, Repeat) and _ways(node.item) == _ONE_WAY


def _ways(node: Node) -> _Ways | None:
    match node:
        case Group() | Look():
            return _ways(node.item)
        case Sequence():
            return _in_a_row([_ways(item) for item in node.items])
        case Branch():
            return _in_turn([_ways(item) for item in node.items])
        case Repeat():
            return _repeated(node)
        case BackReference():
            return _Ways(1, 1)  # it compares up to n characters
        case _:
            return _ONE_WAY


def _in_a_row(parts: list[_Ways | None]) -> _Ways | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return _Ways(sum(part.degree for part in known), prod(part.factor for part in known))


def _in_turn(parts: list[_Ways | None]) -> _Ways | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return _Ways(max(part.degree for part in known), sum(part.factor for part in known))


def _repeated(node: Repeat) -> _Ways | None:
    inner = _ways(node.item)
    if inner is None or (node.most != 1 and inner != _ONE_WAY):
        return None
    if node.most is not None and node.most <= _FEW:
        return _Ways(inner.degree, inner.factor * (node.most - node.least + 1))
    return _Ways(inner.degree + 1, inner.factor)
