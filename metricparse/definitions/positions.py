"""Where the values of a JSON or YAML document stand in its text."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from metricparse.definitions.violations import api_name
from metricparse.errors import DefinitionError

if TYPE_CHECKING:
    import yaml

_SPACE = re.compile(r"[ \t\n\r]*")
_LIST = "MetricDefinitions"


@dataclass(frozen=True, slots=True)
class Placed:
    """A value that stands at `text[start:end]`.

    text: of a string, what it says. items: of a list. fields: of an object, by key, with the place
    of each key. style: of a string, its quote, or the sign of a block in YAML. is_flow: it stands in
    brackets.
    """

    start: int
    end: int
    text: str | None = None
    items: "list[Placed] | None" = None
    fields: "list[tuple[Placed, Placed]] | None" = None
    style: str = ""
    is_flow: bool = False

    def field(self, name: str) -> "Placed | None":
        """The value of the field that the API names so."""
        for key, value in self.fields or ():
            if key.text is not None and api_name(key.text) == name:
                return value
        return None

    def definitions(self) -> "Iterator[tuple[Placed, Placed]]":
        """The strings that are name and regex of a definition, of all that it holds."""
        name, regex = self.field("Name"), self.field("Regex")
        if name and regex and name.text is not None and regex.text is not None:
            yield name, regex
        for each in self._inner():
            yield from each.definitions()

    def lists(self) -> "Iterator[Placed]":
        """The lists of definitions in a document."""
        if self.items is not None:
            yield self
        else:
            yield from _named_lists(self)

    def _inner(self) -> "Iterator[Placed]":
        yield from self.items or ()
        for _, value in self.fields or ():
            yield value


def _named_lists(holder: Placed) -> Iterator[Placed]:
    for each in holder.items or ():
        yield from _named_lists(each)
    for key, value in holder.fields or ():
        if key.text is not None and api_name(key.text) == _LIST and value.items is not None:
            yield value
        else:
            yield from _named_lists(value)


def placed_json(text: str) -> Placed:
    """The values of a JSON document. Raises `ValueError` or `RecursionError` if it is none."""
    json.loads(text)
    return _JsonReader(text).value(_after_space(text, 0))


def placed_yaml(text: str, name: str) -> Placed:
    """The values of a YAML document.

    Raises `DefinitionError` if it is none or contains itself, `RecursionError` if it is too deep.
    """
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError) as error:
        raise DefinitionError(f"{name}: not valid YAML: {error}") from None
    if root is None:
        return Placed(0, len(text))
    return _YamlReader(name).value(root)


class _JsonReader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._decode = json.JSONDecoder().raw_decode

    def value(self, start: int) -> Placed:
        match self._text[start]:
            case "{":
                return self._object(start)
            case "[":
                return self._array(start)
        value, end = self._decode(self._text, start)
        return Placed(start, end, value if isinstance(value, str) else None, style='"')

    def _object(self, start: int) -> Placed:
        fields: list[tuple[Placed, Placed]] = []
        place = self._space(start + 1)
        while self._text[place] != "}":
            key = self.value(place)
            value = self.value(self._space(self._space(key.end) + 1))
            fields.append((key, value))
            place = self._next(value.end)
        return Placed(start, place + 1, fields=fields, is_flow=True)

    def _array(self, start: int) -> Placed:
        items: list[Placed] = []
        place = self._space(start + 1)
        while self._text[place] != "]":
            items.append(self.value(place))
            place = self._next(items[-1].end)
        return Placed(start, place + 1, items=items, is_flow=True)

    def _next(self, end: int) -> int:
        place = self._space(end)
        return self._space(place + 1) if self._text[place] == "," else place

    def _space(self, place: int) -> int:
        return _after_space(self._text, place)


def _after_space(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    assert match
    return match.end()


@dataclass
class _YamlReader:
    name: str
    _open: set[int] = field(default_factory=set)

    def value(self, node: "yaml.Node") -> Placed:
        import yaml

        start, end = node.start_mark.index, node.end_mark.index
        if isinstance(node, yaml.ScalarNode):
            said = node.value if node.tag.endswith(":str") else None
            return Placed(start, end, said, style=node.style or "")
        if id(node) in self._open:
            raise DefinitionError(f"{self.name}: it contains itself")
        self._open.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            flow = bool(node.flow_style)
            items = [self.value(each) for each in node.value]
            placed = Placed(start, end, items=items, is_flow=flow)
        else:
            assert isinstance(node, yaml.MappingNode)
            flow = bool(node.flow_style)
            fields = [(self.value(key), self.value(value)) for key, value in node.value]
            placed = Placed(start, end, fields=fields, is_flow=flow)
        self._open.discard(id(node))
        return placed
