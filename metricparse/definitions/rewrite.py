"""Definitions put back into the document that they came from, which otherwise stays as it is."""

import json
import re
from collections.abc import Sequence
from typing import Any

from metricparse.definitions.documents import find_algorithms
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.errors import DefinitionError

_SPACE = re.compile(r"[ \t\n\r]*")
_NAMES = ("MetricDefinitions", "metric_definitions")


def with_definitions(text: str, definitions: Sequence[MetricDefinition]) -> str:
    """A JSON document with other definitions; all that stands around them is kept, byte for byte.

    Raises `DefinitionError` if it is no JSON document, or has not just one list of definitions.
    """
    try:
        document, spans = json.loads(text), _lists(text)
    except (ValueError, RecursionError) as error:
        raise DefinitionError(f"not a JSON document: {error}") from None
    algorithms = find_algorithms(document)
    if len(algorithms) != 1 or len(spans) != 1:
        raise DefinitionError(
            f"it has {len(spans)} lists of definitions; only a document with one can be written to"
        )
    start, end = spans[0]
    return text[:start] + _written(definitions, text, start, end) + text[end:]


def _lists(text: str) -> "list[tuple[int, int]]":
    """Where the lists of definitions stand."""
    start = _SPACE.match(text).end()  # type: ignore[union-attr] # it matches everything
    found: list[tuple[int, int]] = []
    _value(text, start, found, is_list=text[start : start + 1] == "[")
    return found


def _value(text: str, start: int, found: "list[tuple[int, int]]", *, is_list: bool) -> int:
    """The end of the value at `start`; the lists of definitions in it are added to `found`."""
    if text[start] == "{":
        return _object(text, start, found)
    if text[start] == "[":
        end = _array(text, start, [] if is_list else found)
        if is_list:
            found.append((start, end))
        return end
    _, end = json.JSONDecoder().raw_decode(text, start)
    return end


def _object(text: str, start: int, found: "list[tuple[int, int]]") -> int:
    place = _after_space(text, start + 1)
    while text[place] != "}":
        name, place = json.JSONDecoder().raw_decode(text, place)
        place = _after_space(text, _after_space(text, place) + 1)
        place = _after_space(text, _value(text, place, found, is_list=name in _NAMES))
        place = _after_space(text, place + 1) if text[place] == "," else place
    return place + 1


def _array(text: str, start: int, found: "list[tuple[int, int]]") -> int:
    place = _after_space(text, start + 1)
    while text[place] != "]":
        place = _after_space(text, _value(text, place, found, is_list=False))
        place = _after_space(text, place + 1) if text[place] == "," else place
    return place + 1


def _after_space(text: str, place: int) -> int:
    match: Any = _SPACE.match(text, place)
    return int(match.end())


def _written(definitions: Sequence[MetricDefinition], text: str, start: int, end: int) -> str:
    """The list as text, a line a definition, indented as the list that stands there."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    outer = line[: len(line) - len(line.lstrip())]
    inner = re.search(r"\[[ \t]*\r?\n([ \t]+)", text[start:end])
    indent = inner[1] if inner else outer + "  "
    rows = [json.dumps(each.to_request(), ensure_ascii=False) for each in definitions]
    if not rows:
        return "[]"
    separator = f",\n{indent}"
    return f"[\n{indent}{separator.join(rows)}\n{outer}]"
