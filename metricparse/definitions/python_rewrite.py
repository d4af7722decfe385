"""Changes to the definitions in a Python source: other regexes, and definitions added to a list."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple, NoReturn

from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.definitions.python_source import PythonSource
from metricparse.definitions.string_literals import Literal, escaped, literals, raw
from metricparse.errors import DefinitionError

_INDENT = "    "


class Edit(NamedTuple):
    """`text` takes the place of what stands from `start` to `end`."""

    start: int
    end: int
    text: str


class _Part(NamedTuple):
    """A part of a string: a literal, or a text that no literal says."""

    literal: Literal | None
    text: str
    #: The names by which it is reached.
    names: tuple[str, ...]
    node: ast.expr


@dataclass
class _Change:
    """What a literal is to say, for the definition of that name."""

    part: _Part
    text: str
    metric: str


class PythonRewriter:
    """Finds out what to change in a source so that its list of definitions becomes another."""

    def __init__(self, source: PythonSource, chosen: ast.expr) -> None:
        self._source = source
        self._list = chosen
        self._lines = _line_starts(source.text)
        self._found: dict[tuple[int, int], list[Literal | None]] = {}
        self._reached: set[int] = set()

    def corrected(self, regexes: Mapping[MetricDefinition, str]) -> list[Edit]:
        """The edits that give definitions other regexes.

        Raises `DefinitionError`, with the line, where a literal is shared with what stays as it is.
        """
        changes: dict[int, _Change] = {}
        for item in self._source.items(self._list):
            fields = self._source.fields(item) or {}
            name, regex = (
                self._source.literal(fields["Name"]),
                self._source.literal(fields["Regex"]),
            )
            parts = list(self._parts(fields["Regex"], ()))
            list(self._parts(fields["Name"], ()))  # so that its names are known as reached
            wanted = _wanted(regexes, name, regex)
            if "".join(part.text for part in parts) != regex:
                self._refuse(fields["Regex"], f"the regex of {name} cannot be changed")
            for change in self._distributed(parts, wanted, name):
                self._add(changes, change)
        return [self._edit(each) for each in changes.values() if each.text != each.part.text]

    def extended(self, definitions: Sequence[MetricDefinition]) -> list[Edit]:
        """The edits that add definitions at the end of the list, as the last one is written."""
        node = self._last_display(self._list)
        start, end = self._span(node)
        if not node.elts:
            return [self._filled(start, end, definitions)]
        template = next(
            (each for each in reversed(node.elts) if isinstance(each, ast.Dict | ast.Call)), None
        )
        written = [self._like(template, each) for each in definitions]
        last_end = self._span(node.elts[-1])[1]
        text = self._source.text
        comma = _comma_after(text, last_end, end)
        if self._same_line(start, self._span(node.elts[0])[0]):
            place = last_end if comma is None else comma + 1
            joined = ", ".join(written)
            return [Edit(place, place, f" {joined}" if comma is not None else f", {joined}")]
        newline = "\r\n" if "\r\n" in text else "\n"
        gap = newline + self._indent_of(self._span(node.elts[-1])[0])
        place = _end_of_line(text, last_end if comma is None else comma + 1, end)
        rows = f",{gap}".join(written)
        if comma is None:
            return [Edit(last_end, last_end, ","), Edit(place, place, f"{gap}{rows}")]
        return [Edit(place, place, f"{gap}{rows},")]

    def _distributed(self, parts: Sequence[_Part], wanted: str, metric: str) -> Iterator[_Change]:
        """What each literal is to say, so that together they say what is wanted."""
        owners = [number for number, part in enumerate(parts) for _ in part.text]
        before = "".join(part.text for part in parts)
        texts = [""] * len(parts)
        matcher = SequenceMatcher(None, before, wanted, autojunk=False)
        for kind, start, end, new_start, new_end in matcher.get_opcodes():
            if kind == "equal":
                for place in range(start, end):
                    texts[owners[place]] += before[place]
            elif kind != "delete":
                number = _owner(owners, start, end, parts)
                texts[number] += wanted[new_start:new_end]
        for part, text in zip(parts, texts, strict=True):
            if part.literal is not None:
                yield _Change(part, text, metric)
            elif text != part.text:
                self._refuse(part.node, f"the regex of {metric} cannot be changed")

    def _add(self, changes: dict[int, _Change], change: _Change) -> None:
        known = changes.setdefault(id(change.part.literal), change)
        if known.text != change.text:
            self._refuse(
                change.part.node,
                f"{_named(change.part)} is shared by {known.metric} and {change.metric}, which need "
                "different regexes",
            )

    def _edit(self, change: _Change) -> Edit:
        for name in change.part.names:
            self._refuse_if_used_elsewhere(name, change)
        assert change.part.literal is not None
        edit = change.part.literal.saying(change.text)
        if edit is None:
            self._refuse(change.part.node, f"{change.text!r} cannot be written in this f-string")
        return Edit(*edit)

    def _refuse_if_used_elsewhere(self, name: str, change: _Change) -> None:
        for node in ast.walk(self._source.tree):
            if (
                isinstance(node, ast.Name)
                and node.id == name
                and isinstance(node.ctx, ast.Load)
                and id(node) not in self._reached
            ):
                self._refuse(
                    change.part.node,
                    f"{name} is used in line {self._source.line(node.lineno)} as well as by {change.metric}",
                )

    def _parts(self, node: ast.expr, names: tuple[str, ...]) -> Iterator[_Part]:
        if isinstance(node, ast.Name):
            self._reached.add(id(node))
            given = self._source.given(node.id)
            if given is not None:
                yield from self._parts(given, (*names, node.id))
                return
        if isinstance(node, ast.BinOp):
            yield from self._parts(node.left, names)
            yield from self._parts(node.right, names)
        elif isinstance(node, ast.JoinedStr):
            expressions = iter(
                [each for each in node.values if isinstance(each, ast.FormattedValue)]
            )
            for literal in self._literals(node):
                if literal is None:
                    yield from self._parts(next(expressions).value, names)
                else:
                    yield _Part(literal, literal.text, names, node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            for literal in self._literals(node):
                if literal is not None:
                    yield _Part(literal, literal.text, names, node)
        else:
            yield _Part(None, str(self._source.literal(node)), names, node)

    def _literals(self, node: ast.expr) -> list[Literal | None]:
        span = self._span(node)
        if span not in self._found:
            self._found[span] = list(literals(self._source.text, *span))
        return self._found[span]

    def _last_display(self, node: ast.expr) -> "ast.List | ast.Tuple":
        """The list that is written out, of one that is put together of several the last."""
        node = self._source.resolved(node)
        if isinstance(node, ast.BinOp):
            return self._last_display(node.right)
        if not isinstance(node, ast.List | ast.Tuple):
            self._refuse(node, "definitions cannot be added here")
        return node

    def _filled(self, start: int, end: int, definitions: Iterable[MetricDefinition]) -> Edit:
        opening, closing = self._source.text[start], self._source.text[end - 1]
        outer = self._indent_of(start)
        rows = "".join(f"{outer}{_INDENT}{self._like(None, each)},\n" for each in definitions)
        return Edit(start, end, f"{opening}\n{rows}{outer}{closing}")

    def _like(self, template: "ast.expr | None", definition: MetricDefinition) -> str:
        """A definition written as another one is."""
        fields = None if template is None else self._source.fields(template)
        if template is None or fields is None or len(fields) != 2:
            return f'{{"Name": {_string(definition.name)}, "Regex": {_string(definition.regex)}}}'
        start, end = self._span(template)
        values = {"Name": definition.name, "Regex": definition.regex}
        edits = [
            Edit(*self._span(node), _string(values[name], self._style(node)))
            for name, node in fields.items()
        ]
        shifted = [Edit(one - start, other - start, text) for one, other, text in edits]
        return applied(self._source.text[start:end], shifted)

    def _style(self, node: ast.expr) -> Literal | None:
        """How a string is written; None if it is no literal."""
        if not isinstance(node, ast.Constant | ast.JoinedStr):
            return None
        return next((each for each in self._literals(node) if each), None)

    def _span(self, node: ast.expr) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return (
            self._place(node.lineno, node.col_offset),
            self._place(node.end_lineno, node.end_col_offset),
        )

    def _place(self, line: int, column: int) -> int:
        """The place of a byte of a line, which is how syntax trees count."""
        start, end = self._lines[line - 1], self._lines[line]
        return start + len(self._source.text[start:end].encode()[:column].decode())

    def _same_line(self, one: int, other: int) -> bool:
        return "\n" not in self._source.text[one:other]

    def _indent_of(self, place: int) -> str:
        text = self._source.text
        line = text[text.rfind("\n", 0, place) + 1 : place]
        return line[: len(line) - len(line.lstrip())]

    def _refuse(self, node: ast.expr, why: str) -> NoReturn:
        at = f"{self._source.name}:{self._source.line(node.lineno)}"
        raise DefinitionError(f"{at}: {why}; change it by hand")


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text after edits, none of which overlap; those at one place in their order."""
    pieces: list[str] = []
    place = 0
    for edit in sorted(edits, key=lambda each: each.start):
        pieces += [text[place : edit.start], edit.text]
        place = edit.end
    return "".join([*pieces, text[place:]])


def _wanted(regexes: Mapping[MetricDefinition, str], name: object, regex: str) -> str:
    return next(
        (new for old, new in regexes.items() if (old.name, old.regex) == (name, regex)), regex
    )


def _owner(owners: Sequence[int], start: int, end: int, parts: Sequence[_Part]) -> int:
    """The part that takes what is put in: that which it replaces, or one beside that is not shared."""
    if start < end:
        return owners[start]
    beside = [owners[place] for place in (start - 1, start) if 0 <= place < len(owners)]
    return min(beside, key=lambda number: (parts[number].literal is None, len(parts[number].names)))


def _named(part: _Part) -> str:
    return part.names[-1] if part.names else "a text"


def _string(text: str, like: Literal | None = None) -> str:
    """A string in the quotes of another one; raw if it holds backslashes, or if the other is."""
    quote = like.quote[0] if like else '"'
    if "\\" in text or (like and like.is_raw):
        other = "'" if quote == '"' else '"'
        for each in (quote, other):
            if written := raw(text, each):
                return written
    return f"{quote}{escaped(text, quote)}{quote}"


def _line_starts(text: str) -> list[int]:
    """Where lines start, as Python counts them, and the end of the text."""
    starts = [0]
    for place, character in enumerate(text):
        if character == "\n" or (character == "\r" and text[place + 1 : place + 2] != "\n"):
            starts.append(place + 1)
    return [*starts, len(text)]


def _comma_after(text: str, place: int, end: int) -> int | None:
    """Where the comma after the last item stands; None if there is none."""
    while place < end and text[place] in " \t\r\n#,":
        if text[place] == ",":
            return place
        place = _end_of_line(text, place, end) if text[place] == "#" else place + 1
    return None


def _end_of_line(text: str, place: int, end: int) -> int:
    """The end of a line, after a comment that nothing but blanks precedes; else the place itself."""
    rest = text[place:end].split("\n", 1)[0].rstrip("\r")
    return place + len(rest) if not rest.strip() or rest.lstrip().startswith("#") else place
