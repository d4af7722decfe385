"""Metric definitions in Python source and notebooks, found in the syntax tree; nothing is run.

Looked for are lists of `{"Name": ..., "Regex": ...}` and of `MetricDefinition(name=..., regex=...)`:
as the value of `metric_definitions` or `MetricDefinitions`, as what `with_metric_definitions` is
called with, and as what a name stands for. Texts may be joined, over lines, by `+`, and in f-strings;
names stand for what the same file gives them once, unless it changes that in place.
"""

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from metricparse.definitions.notebook_source import (
    blanked,
    lines_of_notebook,
    python_of_notebook,
)
from metricparse.definitions.python_names import assignments, given_once
from metricparse.errors import DefinitionError

_KEYS = {"MetricDefinitions", "metric_definitions"}
_CALLS = {"with_metric_definitions"}
_SHAPES = {"MetricDefinition", "MetricDefinitionTypeDef"}
_CHANGING = {
    "append",
    "clear",
    "extend",
    "insert",
    "pop",
    "remove",
    "reverse",
    "setdefault",
    "sort",
    "update",
}
_FIELDS = {"name": "Name", "regex": "Regex"}
_CONSTANTS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True)
class FoundList:
    """A list of definitions in a source.

    variable: the name that stands for it; empty where none does.
    """

    variable: str
    node: ast.expr
    source: "PythonSource"

    @property
    def first(self) -> int:
        """The line of the file in which it starts."""
        return self.source.line(self.node.lineno)

    @property
    def last(self) -> int:
        """The line of the file in which it ends."""
        return self.source.line(self.node.end_lineno or self.node.lineno)

    def __str__(self) -> str:
        return f"{self.variable} (line {self.first})" if self.variable else f"line {self.first}"


class PythonSource:
    """A source and what its names stand for. Raises `DefinitionError` where it is no Python.

    strict: nor may it hold escapes that stand for themselves, such as `"\\d"`. notebook: the text
    of the notebook from which it comes.
    """

    def __init__(self, text: str, name: str, *, strict: bool = False, notebook: str = "") -> None:
        self.name = name
        self.text = text
        self._notebook = notebook
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error" if strict else "ignore")
                self.tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = getattr(error, "lineno", None)
            at = f"{name}:{self.line(line)}" if line else name
            said = getattr(error, "msg", error)
            raise DefinitionError(f"{at}: not valid Python: {said}") from None
        self._assigned: dict[str, list[ast.expr]] = {}
        for target, value in assignments(self.tree):
            self._assigned.setdefault(target.id, []).append(value)
        self._given = given_once(self.tree)
        with _depth_bounded(name):
            self._changed = {id(held): node for held, node in self._changes()}

    def line(self, number: int) -> int:
        """The line of the file in which a line of the source stands."""
        return self._lines[min(number, len(self._lines)) - 1] if self._notebook else number

    @cached_property
    def _lines(self) -> list[int]:
        return lines_of_notebook(self._notebook, self.name)

    def document(self, wanted: str = "") -> list[dict[str, Any]]:
        """The definitions of the one list that there is, or of the one wanted by name or line.

        Raises `DefinitionError` if there are none or several, and for what cannot be known without
        running the source.
        """
        return self.definitions(self.chosen(wanted).node)

    def chosen(self, wanted: str = "") -> FoundList:
        """The one list that there is, or the one wanted by name or line.

        Empty lists count where there is no other, or by name or line. Raises `DefinitionError` if
        there are none or several.
        """
        found = self.lists()
        if wanted:
            found = [each for each in found if _is_wanted(each, wanted)]
        else:
            found = [each for each in found if not self._is_empty(each.node)] or found
        if not found:
            raise DefinitionError(self._none(wanted))
        if len(found) > 1:
            several = ", ".join(map(str, found))
            raise DefinitionError(
                f"{self.name}: {len(found)} lists of metric definitions: {several}; choose one by "
                f"its name or line, as in {self.name}:{found[0].variable or found[0].first}"
            )
        return found[0]

    def _is_empty(self, node: ast.expr) -> bool:
        """Whether a list is empty and stays so."""
        return not self.items(node) and id(node) not in self._changed

    def definitions(self, node: ast.expr) -> list[dict[str, Any]]:
        """The definitions of a list. Raises `DefinitionError` for what cannot be known."""
        with _depth_bounded(self.name):
            items = self.items(node)
            for each in (node, *self._parts(node), *items):
                if change := self._changed.get(id(self.resolved(each))):
                    raise self._unknown(change)
            return [self._definition(each) for each in items]

    def lists(self) -> list[FoundList]:
        """All lists of definitions, in the order of their lines. Raises `DefinitionError`."""
        with _depth_bounded(self.name):
            return sorted(self._found(), key=lambda each: each.node.lineno)

    def _found(self) -> list[FoundList]:
        found: dict[int, FoundList] = {}
        for variable, node in self._candidates():
            held = self.resolved(node)
            if isinstance(held, ast.List | ast.Tuple | ast.BinOp) and self._is_list(held, variable):
                known = found.get(id(held))
                if known is None or not known.variable:
                    found[id(held)] = FoundList(self._name_of(held), held, self)
        inner = {id(part) for each in found.values() for part in self._parts(each.node)}
        return [each for each in found.values() if id(each.node) not in inner]

    def _name_of(self, node: ast.expr) -> str:
        """The name to which a list alone is assigned; empty if there is none."""
        return next((name for name, values in self._assigned.items() if values == [node]), "")

    def _changes(self) -> Iterator[tuple[ast.expr, ast.expr | ast.stmt]]:
        """The lists and definitions that are changed in place, each with what changes it."""
        for node in ast.walk(self.tree):
            match node:
                case ast.AugAssign(target=ast.Name() as changed):
                    pass
                case ast.Call(func=ast.Attribute(value=changed, attr=method)) if (
                    method in _CHANGING
                ):
                    pass
                case ast.Subscript(value=changed, ctx=ast.Store() | ast.Del()):
                    pass
                case _:
                    continue
            for held in self._held(changed, frozenset()):
                yield held, node

    def _held(self, node: ast.expr, seen: frozenset[str]) -> Iterator[ast.expr]:
        """What an expression may stand for: `request["MetricDefinitions"]`, for example."""
        match node:
            case ast.Name(id=name):
                for value in () if name in seen else self._assigned.get(name, ()):
                    yield from self._held(value, seen | {name})
            case ast.Subscript(value=holder, slice=index):
                for held in self._held(holder, seen):
                    for each in _items_at(held, index):
                        yield from self._held(each, seen)
            case _:
                yield node

    def _candidates(self) -> Iterator[tuple[str, ast.expr]]:
        """Where a list may stand; with a key or keyword that says that it is one."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.keyword) and node.arg in _KEYS:
                yield node.arg, node.value
            elif isinstance(node, ast.Call) and _called(node) in _CALLS and node.args:
                yield _called(node), node.args[0]
            elif isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values, strict=True):
                    if isinstance(key, ast.Constant) and key.value in _KEYS:
                        yield str(key.value), value
        for target, value in assignments(self.tree):
            yield target.id if target.id in _KEYS else "", value

    def _is_list(self, node: ast.expr, said: str) -> bool:
        """Whether it is a list of definitions; where it is said that it is one, it may be empty."""
        items = self.items(node)
        shaped = [self.fields(each) is not None for each in items]
        return any(shaped) if shaped else bool(said)

    def items(self, node: ast.expr) -> list[ast.expr]:
        """The expressions of a list's definitions."""
        node = self.resolved(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return [*self.items(node.left), *self.items(node.right)]
        if not isinstance(node, ast.List | ast.Tuple):
            return [node]
        items: list[ast.expr] = []
        for each in node.elts:
            items += self.items(each.value) if isinstance(each, ast.Starred) else [each]
        return items

    def _parts(self, node: ast.expr) -> Iterator[ast.expr]:
        """The lists of which a list is put together."""
        if isinstance(node, ast.BinOp):
            for side in (node.left, node.right):
                yield self.resolved(side)
                yield from self._parts(self.resolved(side))
        elif isinstance(node, ast.List | ast.Tuple):
            for each in node.elts:
                if isinstance(each, ast.Starred):
                    yield self.resolved(each.value)
                    yield from self._parts(self.resolved(each.value))

    def fields(self, node: ast.expr) -> dict[str, ast.expr] | None:
        """The expressions of a definition's fields, by the API's names; None if it is none."""
        node = self.resolved(node)
        if isinstance(node, ast.Call) and _called(node) in _SHAPES:
            given = {each.arg: each.value for each in node.keywords if each.arg}
            positional = dict(zip(_FIELDS, node.args, strict=False))
            named = {**positional, **given}
        elif isinstance(node, ast.Call) and _called(node) == "dict" and not node.args:
            named = {each.arg: each.value for each in node.keywords if each.arg}
        elif isinstance(node, ast.Dict):
            named = {
                str(key.value): value
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)
            }
        else:
            return None
        fields = {_FIELDS.get(name, name): value for name, value in named.items()}
        return fields if {"Name", "Regex"} <= fields.keys() else None

    def _definition(self, node: ast.expr) -> dict[str, Any]:
        fields = self.fields(node)
        if fields is None:
            raise self._unknown(node)
        return {name: self.literal(value) for name, value in fields.items()}

    def given(self, name: str) -> ast.expr | None:
        """What a name stands for; None where that is not known."""
        return self._given.get(name)

    def literal(self, node: ast.expr) -> Any:
        """The value of an expression. Raises `DefinitionError` if it cannot be known."""
        node = self.resolved(node)
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name) if name in _CONSTANTS:
                return _CONSTANTS[name]
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                one, other = self.literal(left), self.literal(right)
                if isinstance(one, str) and isinstance(other, str):
                    return one + other
            case ast.JoinedStr(values=values):
                return "".join(map(self._formatted, values))
            case _:
                pass
        raise self._unknown(node)

    def _formatted(self, node: ast.expr) -> str:
        if isinstance(node, ast.FormattedValue):
            if node.format_spec is None and node.conversion == -1:
                return str(self.literal(node.value))
            raise self._unknown(node)
        return str(self.literal(node))

    def resolved(self, node: ast.expr) -> ast.expr:
        """What a name stands for, where that is known; all else as it is."""
        while isinstance(node, ast.Name) and (given := self._given.get(node.id)) is not None:
            node = given
        return node

    def _unknown(self, node: ast.expr | ast.stmt) -> DefinitionError:
        shown = (ast.get_source_segment(self.text, node) or "").strip()
        shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
        return DefinitionError(
            f"{self.name}:{self.line(node.lineno)}: {shown} cannot be known without running the file; write "
            "the definitions as literals, or give them as JSON"
        )

    def _none(self, wanted: str) -> str:
        looked = "metric_definitions=[...], MetricDefinitions, or a list of {Name, Regex}"
        if wanted and (known := self.lists()):
            return f"{self.name}: no list {wanted}; there is {', '.join(map(str, known))}"
        return f"{self.name}: no metric definitions found; looked for {looked}"


def source_of(text: str, name: str) -> PythonSource:
    """The source of a Python file or a notebook. Raises `DefinitionError` if it is none."""
    if name.lower().endswith(".ipynb"):
        return PythonSource(python_of_notebook(text, name), name, notebook=text)
    return PythonSource(text, name)


def pasted(text: str, name: str) -> Any:
    """A document pasted from Python, or JSON with comments and commas too many.

    Raises `DefinitionError` if it is neither.
    """
    source = source_of_pasted(text, name)
    node = list_pasted(source)
    return source.document() if node is None else source.definitions(node)


def source_of_pasted(text: str, name: str) -> PythonSource:
    """The source of what was pasted, each character of which keeps its place.

    Raises `DefinitionError` if it is no Python.
    """
    code = _without_comments(text).rstrip()
    start = len(code) - len(code.lstrip())
    if code[start : start + 1] in ("[", "{"):
        code = code.rstrip(",")
    try:
        return PythonSource("\n" * start + code[start:], name, strict=True)
    except DefinitionError:
        raise DefinitionError(f"{name}: neither JSON nor Python") from None


def list_pasted(source: PythonSource) -> ast.expr | None:
    """The list that is all that was pasted; None if something holds it."""
    match source.tree.body:
        case [ast.Expr(value=ast.List() | ast.Tuple() as node)]:
            return node
    return None


def _without_comments(text: str) -> str:
    """A text with blanks for `//` and `/* */` comments, which editors allow in JSON."""
    token = (
        r'"(?:\\.|[^"\\\n])*"|' + r"'(?:\\.|[^'\\\n])*'|(//[^\n]*|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/)"
    )
    return re.sub(token, lambda match: blanked(match[1]) if match[1] else match[0], text)


def _is_wanted(found: FoundList, wanted: str) -> bool:
    if wanted.isdigit():
        return found.first <= int(wanted) <= found.last
    return found.variable == wanted


def _called(node: ast.Call) -> str:
    """The last name of what is called."""
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _items_at(node: ast.expr, index: ast.expr) -> Sequence[ast.expr]:
    """The items of a list or dictionary that an index may mean."""
    wanted = index.value if isinstance(index, ast.Constant) else None
    match node:
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return [
                value
                for key, value in pairs
                if isinstance(key, ast.Constant) and key.value == wanted
            ]
        case ast.List(elts=items) | ast.Tuple(elts=items):
            if isinstance(wanted, int) and -len(items) <= wanted < len(items):
                return [items[wanted]]
            return items
    return []


@contextmanager
def _depth_bounded(name: str) -> Iterator[None]:
    try:
        yield
    except RecursionError:
        raise DefinitionError(f"{name}: nested too deeply to be read") from None
