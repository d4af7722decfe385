"""A regex taken into pieces that can be exchanged, and tried on lines with some exchanged."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Self

import regex

from metricparse.evidence.sample import LogLine
from metricparse.logs.views import COLOUR_PARAMETERS, ESCAPED_CONTROL
from metricparse.matching.numbers import is_truncated, parse_number
from metricparse.regex_syntax.nodes import (
    Anchor,
    BackReference,
    Branch,
    Group,
    Literal,
    Node,
    Repeat,
    Sequence as Row,
    walk,
)
from metricparse.regex_syntax.parse import UnknownSyntax, parse
from metricparse.regex_syntax.write import write
from metricparse.values import value

_CONTROL_BEFORE = regex.compile(rf"{ESCAPED_CONTROL}$|{COLOUR_PARAMETERS}$")
#: Seconds that the search of one line may take while causes are looked for.
PATIENCE = 0.2


@value
class Edit:
    """The pieces from `first` up to `last` (none, to insert) exchanged for a regex."""

    first: int
    last: int
    regex: str


@value
class Pieces:
    """A regex as the pieces that follow one another at its top.

    any_case: the flag `i` holds for all of it.
    """

    items: tuple[Node, ...]
    any_case: bool

    @classmethod
    def of(cls, pattern: str) -> Self:
        """The pieces of a regex that compiles; raises `UnknownSyntax`."""
        tree = parse(pattern)
        if any(isinstance(node, BackReference) for node in walk(tree)):
            raise UnknownSyntax("a reference to a group, whose number edits would change")
        any_case = any(getattr(node, "any_case", False) for node in walk(tree))
        return cls(tree.items if isinstance(tree, Row) else (tree,), any_case)

    @classmethod
    def with_value(cls, pattern: str) -> Self:
        """The pieces of a regex that captures a value; raises `UnknownSyntax` for others, too."""
        pieces = cls.of(pattern)
        if not any(map(_holds_value, pieces.items)):
            raise UnknownSyntax("no group")
        return pieces

    @cached_property
    def value(self) -> int:
        """The place of the piece that holds group 1; raises `UnknownSyntax` if there is none."""
        for place, item in enumerate(self.items):
            if _holds_value(item):
                return place
        raise UnknownSyntax("no group")

    @property
    def value_is_group(self) -> bool:
        """Whether group 1 is a piece of its own."""
        item = self.items[self.value]
        return isinstance(item, Group) and item.number == 1

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Each piece as a regex."""
        return tuple(write(Row((item,))).removeprefix("(?i)") for item in self.items)

    @property
    def characters(self) -> str:
        """A character a piece: that of a literal, NUL for anything else."""
        return "".join(i.character if isinstance(i, Literal) else "\0" for i in self.items)

    @property
    def words(self) -> list[str]:
        """The names and words that a match contains, group 1 left out, in lower case."""
        return self.words_beside(())

    def words_beside(self, edits: Iterable[Edit]) -> list[str]:
        """The same for the regex with edits, what they hold left out."""
        texts = [_required_text(item) for item in self.items] + [""]
        for edit in edits:
            for place in range(edit.first, edit.last):
                texts[place] = "\0"
            texts[edit.first] = "\0" + texts[edit.first]
        found: list[str] = regex.findall(r"[a-z][a-z0-9_]+", "".join(texts).lower())
        return list(dict.fromkeys(found))

    @property
    def choices(self) -> list[list[str]]:
        """For each piece that is a choice of texts their names and words, in lower case."""
        branches = [
            item.item for item in self.items if isinstance(item, Group) and item.number != 1
        ]
        return [
            regex.findall(r"[a-z][a-z0-9_]+", "\0".join(map(_required_text, each.items)).lower())
            for each in branches
            if isinstance(each, Branch)
        ]

    def written(self, edits: Iterable[Edit] = ()) -> str:
        """The regex, with edits that do not overlap."""
        return self._flag + "".join(text for text, _ in self._parts(edits))

    def tried(self, edits: Sequence[Edit]) -> "Trial":
        """The regex with edits, ready to tell what stands where they were made."""
        pattern, group, opened = "", 1, 0
        names: dict[str, Edit] = {}
        for text, edit in self._parts(edits):
            if isinstance(edit, Edit):
                names[f"edit{len(names)}"] = edit
                pattern += f"(?P<edit{len(names) - 1}>{text})"
                opened += 1
                if edit.first <= self.value < edit.last:
                    group = opened + 1
            else:
                pattern += text
                if edit == self.value:
                    group = opened + 1
        return Trial(regex.compile(self._flag + pattern), group, names)

    @property
    def _flag(self) -> str:
        return "(?i)" if self.any_case else ""

    def _parts(self, edits: Iterable[Edit]) -> list[tuple[str, Edit | int]]:
        starts = {(edit.first, edit.last > edit.first): edit for edit in edits}
        parts: list[tuple[str, Edit | int]] = []
        place = 0
        while place <= len(self.items):
            if inserted := starts.get((place, False)):
                parts.append((inserted.regex, inserted))
            if replaced := starts.get((place, True)):
                parts.append((replaced.regex, replaced))
                place = replaced.last
                continue
            if place < len(self.items):
                parts.append((self.sources[place], place))
            place += 1
        return parts


@value
class Found:
    """A match on a line: where it and its group 1 stand, and what stands where edits were made.

    start, end: -1 where group 1 took no part.
    """

    line: LogLine
    first: int
    last: int
    start: int
    end: int
    spans: dict[Edit, tuple[int, int]]

    def actual(self, edit: Edit) -> str:
        """What stands where an edit was made."""
        start, end = self.spans.get(edit, (0, 0))
        return self.line.text[start:end]

    @property
    def capture(self) -> str | None:
        """The text of group 1; None where it took no part."""
        return None if self.start < 0 else self.line.text[self.start : self.end]

    @property
    def value(self) -> float | None:
        """The number that would be published; None if it is none."""
        return None if self.capture is None else parse_number(self.capture)

    @property
    def is_truncated(self) -> bool:
        """Whether the number is only a part of the number on the line."""
        capture = self.capture or ""
        start = self.start + len(capture) - len(capture.lstrip())
        return self.value is not None and is_truncated(
            self.line.text, start, start + len(capture.strip())
        )


@value
class Trial:
    """A compiled regex, the group that holds the value, and the groups of the edits."""

    compiled: Any
    group: int
    edits: dict[str, Edit]

    def on(self, lines: Iterable[LogLine]) -> list[Found]:
        """Its first match on each line that has one; a search that takes too long is none."""
        found: list[Found] = []
        for line in lines:
            try:
                match = self.compiled.search(line.text, timeout=PATIENCE)
            except TimeoutError:
                return found
            if match:
                spans = {edit: match.span(name) for name, edit in self.edits.items()}
                (first, last), (start, end) = match.span(), match.span(self.group)
                found.append(Found(line, first, last, start, end, spans))
        return found


def numbers_of(found: Iterable[Found]) -> list[Found]:
    """Those whose capture is a number."""
    return [each for each in found if each.value is not None]


def goes_on(text: str, place: int) -> bool:
    """Whether a name or a number goes on across a place in a text."""
    if place < 1 or place >= len(text) or not (in_name(text[place - 1]) and in_name(text[place])):
        return False
    return not _CONTROL_BEFORE.search(text, max(place - 4, 0), place)


def in_name(character: str) -> bool:
    """Whether a character may stand in a name."""
    return character.isalnum() or character == "_"


def _required_text(item: Node) -> str:
    """The literals that every match of a piece contains, NUL between those that stand apart."""
    match item:
        case Literal():
            return item.character
        case Anchor():
            return ""
        case Row():
            return "".join(map(_required_text, item.items))
        case Group(number=number) if number != 1:
            return _required_text(item.item)
        case Repeat(least=least) if least > 0:
            return f"\0{_required_text(item.item)}\0"
        case _:
            return "\0"


def _holds_value(item: Node) -> bool:
    """Whether a piece holds group 1."""
    return any(isinstance(node, Group) and node.number == 1 for node in walk(item))
