"""Repeats that can match a text in so many ways that a failing search may take for ever."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import regex

from metricparse.regex_syntax.as_re import one_character
from metricparse.regex_syntax.nodes import (
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
from metricparse.regex_syntax.parse import UnknownSyntax, parse
from metricparse.regex_syntax.write import write
from metricparse.values import field, state, value

#: Counts up to which a repeat is that many copies of its item; beyond, it is taken for a loop.
_COPIES = 8
#: Places at which a character is matched, beyond which a repeat is not looked at.
_MOST_PLACES = 60
_ASCII = "".join(map(chr, range(1, 0x80)))


def runaway_part(pattern: str) -> str:
    """What `runaway` finds in a regex, written as one; empty if there is none, or none is known."""
    try:
        repeat = runaway(parse(pattern))
        return write(repeat) if repeat else ""
    except UnknownSyntax:
        return ""


def without_runaway(pattern: str) -> str:
    """The regex with its runaway repeat written as one that matches the same, in one way only.

    `(a+)+` becomes `(a+)`, and `(?:\\d|\\d\\d)+` becomes `(?:\\d)+`. Empty if it is of no such form.
    """
    try:
        tree = parse(pattern)
        repeat = runaway(tree)
        simple = repeat and _simple(repeat)
        return write(_exchanged(tree, repeat, simple)) if repeat and simple else ""
    except UnknownSyntax:
        return ""


def _simple(repeat: Repeat) -> Node | None:
    """What matches the same as a repeat of repeats of one character, without a repeat inside."""
    if not _is_plain(repeat) or not isinstance(repeat.item, Group):
        return None
    group, item = repeat.item, _alone(repeat.item.item)
    if isinstance(item, Repeat) and _is_plain(item):
        both = min(repeat.least, item.least)
        if not isinstance(item.item, Literal | CharacterClass) or (group.number and not both):
            return None  # a group takes no part where there is no repetition
        return Group(Repeat(item.item, both, None, possessive=item.possessive), group.number)
    if isinstance(item, Branch) and not group.number:
        ways = [_in_a_row(way) for way in item.items]
        leaves = {leaf for way in ways for leaf in way}
        if len(leaves) == 1 and min(map(len, ways)) == 1:
            return Repeat(leaves.pop(), repeat.least, None)
    return None


def _is_plain(repeat: Repeat) -> bool:
    """Whether it repeats without bound, at least once or not at all, as often as it can."""
    return repeat.most is None and repeat.least <= 1 and not repeat.lazy


def _alone(node: Node) -> Node:
    """The one item of a sequence that has no other."""
    return node.items[0] if isinstance(node, Sequence) and len(node.items) == 1 else node


def _in_a_row(node: Node) -> tuple[Node, ...]:
    """The characters that a node matches one after the other; itself if it is none of that kind."""
    items = node.items if isinstance(node, Sequence) else (node,)
    return items if all(isinstance(item, Literal | CharacterClass) for item in items) else (node,)


def _exchanged(node: Node, old: Node, new: Node) -> Node:
    """The tree with another node in the place of one."""
    if node is old:
        return new
    match node:
        case Sequence():
            return Sequence(tuple(_exchanged(item, old, new) for item in node.items))
        case Branch():
            return Branch(tuple(_exchanged(item, old, new) for item in node.items))
        case Group():
            return Group(_exchanged(node.item, old, new), node.number, node.atomic)
        case Look():
            return Look(_exchanged(node.item, old, new), node.behind, node.negative)
        case Repeat():
            item = _exchanged(node.item, old, new)
            return Repeat(item, node.least, node.most, node.lazy, node.possessive)
        case _:
            return node


def runaway(tree: Node) -> Repeat | None:
    """The first repeat that can match some text in exponentially many ways, before what may fail.

    Such as `(a+)+` in `(a+)+$`: each `a` more on a line without a match doubles the ways to try.
    A repeat inside a repeat is harmless where a text tells how it is to be divided: `(?:\\d+,)+`.
    """
    return _runaway(tree, fails_after=False)


def _runaway(node: Node, *, fails_after: bool) -> Repeat | None:
    match node:
        case Sequence():
            return _first(_in_sequence(node, fails_after=fails_after))
        case Branch():
            return _first(_runaway(item, fails_after=fails_after) for item in node.items)
        case Group():
            return _runaway(node.item, fails_after=fails_after and not node.atomic)
        case Look():
            return _runaway(node.item, fails_after=False)
        case Repeat():
            fails_after = fails_after and not node.possessive
            if fails_after and _loops(node) and _is_ambiguous(node):
                return node
            return _runaway(node.item, fails_after=fails_after)
        case _:
            return None


def _in_sequence(sequence: Sequence, *, fails_after: bool) -> Iterator[Repeat | None]:
    for place, item in enumerate(sequence.items):
        later = fails_after or any(map(may_fail, sequence.items[place + 1 :]))
        yield _runaway(item, fails_after=later)


def _first(found: Iterable[Repeat | None]) -> Repeat | None:
    return next((each for each in found if each), None)


def may_fail(node: Node) -> bool:
    """Whether there is a text after which the node does not match."""
    match node:
        case Repeat():
            return node.least > 0
        case Group():
            return may_fail(node.item)
        case Sequence():
            return any(may_fail(item) for item in node.items)
        case Branch():
            return all(may_fail(item) for item in node.items)
        case _:
            return True


def _loops(repeat: Repeat) -> bool:
    return repeat.most is None or repeat.most > _COPIES


def _is_ambiguous(repeat: Repeat) -> bool:
    """Whether there are two ways from a place in the repeat, by the same text, back to it."""
    inner = list(walk(repeat.item))
    if not any(isinstance(node, Repeat | Branch) for node in inner):
        return False
    if any(getattr(node, "atomic", False) or getattr(node, "possessive", False) for node in inner):
        return False  # what they take is not divided in another way
    paths = _Paths()
    try:
        paths.add(repeat)
    except _TooLarge:
        return True
    return paths.diverge()


class _TooLarge(Exception):  # noqa: N818 - no error: it is not looked at
    pass


@value
class _Part:
    """A part of a regex: its first and last places, and whether it may be empty."""

    first: tuple[int, ...] = ()
    last: tuple[int, ...] = ()
    empty: bool = True


@state
class _Paths:
    """The places at which characters are matched, and the ways from one to the next.

    A way that is there twice is counted twice, as an engine tries both.
    """

    characters: list[frozenset[str]] = field(default_factory=list)
    ways: Counter[tuple[int, int]] = field(default_factory=Counter)

    def add(self, node: Node) -> _Part:
        """Add the places of a node."""
        match node:
            case Literal() | CharacterClass():
                if len(self.characters) >= _MOST_PLACES:
                    raise _TooLarge
                self.characters.append(_characters(node))
                place = (len(self.characters) - 1,)
                return _Part(place, place, empty=False)
            case Group():
                return self.add(node.item)
            case Sequence():
                return self._in_a_row(self.add(item) for item in node.items)
            case Branch():
                parts = [self.add(item) for item in node.items]
                return _Part(
                    sum((each.first for each in parts), ()),
                    sum((each.last for each in parts), ()),
                    empty=any(each.empty for each in parts),
                )
            case Repeat():
                return self._repeat(node)
            case _:
                return _Part()

    def _in_a_row(self, parts: Iterable[_Part]) -> _Part:
        whole = _Part()
        for part in parts:
            self._join(whole.last, part.first)
            whole = _Part(
                whole.first + part.first if whole.empty else whole.first,
                whole.last + part.last if part.empty else part.last,
                empty=whole.empty and part.empty,
            )
        return whole

    def _repeat(self, repeat: Repeat) -> _Part:
        if _loops(repeat):
            part = self.add(repeat.item)
            self._join(part.last, part.first)
            return _Part(part.first, part.last, empty=part.empty or repeat.least == 0)
        copies = (self.add(repeat.item) for _ in range(repeat.most or 0))
        optional = (
            _Part(part.first, part.last, empty=part.empty or number >= repeat.least)
            for number, part in enumerate(copies)
        )
        return self._in_a_row(optional)

    def _join(self, last: Iterable[int], first: Iterable[int]) -> None:
        for one in last:
            for other in first:
                self.ways[one, other] += 1

    def diverge(self) -> bool:
        """Whether two ways lead from a place back to it by the same text."""
        after: defaultdict[int, list[int]] = defaultdict(list)
        for one, other in self.ways:
            after[one].append(other)
        steps: dict[tuple[int, int], set[tuple[int, int]]] = {}
        for place in range(len(self.characters)):
            self._explore((place, place), after, steps)
        return any(
            self._meets_again(place, pair, steps)
            for place in range(len(self.characters))
            for pair in self._parted(place, steps)
        )

    def _explore(
        self,
        start: tuple[int, int],
        after: dict[int, list[int]],
        steps: dict[tuple[int, int], set[tuple[int, int]]],
    ) -> None:
        """Follow two ways at once, as far as a text may go both."""
        waiting = [start]
        while waiting:
            pair = waiting.pop()
            if pair in steps:
                continue
            steps[pair] = {
                (one, other)
                for one in after[pair[0]]
                for other in after[pair[1]]
                if self.characters[one] & self.characters[other]
            }
            waiting += steps[pair]

    def _parted(
        self, place: int, steps: dict[tuple[int, int], set[tuple[int, int]]]
    ) -> Iterator[tuple[int, int]]:
        """Where two ways from a place may be that are not the same."""
        for one, other in steps[place, place]:
            if one != other or self.ways[place, one] > 1:
                yield one, other

    @staticmethod
    def _meets_again(
        place: int, pair: tuple[int, int], steps: dict[tuple[int, int], set[tuple[int, int]]]
    ) -> bool:
        waiting, seen = [pair], set()
        while waiting:
            now = waiting.pop()
            if now == (place, place):
                return True
            if now not in seen:
                seen.add(now)
                waiting += steps[now]
        return False


def _characters(node: Literal | CharacterClass) -> frozenset[str]:
    """Some of the characters that it matches: those of ASCII, and itself."""
    own = node.character if isinstance(node, Literal) else "é中"
    flags = (regex.ASCII if node.ascii_only else regex.UNICODE) | (
        regex.IGNORECASE if node.any_case else regex.RegexFlag(0)
    )
    return frozenset(regex.findall(one_character(node), _ASCII + own, flags))
