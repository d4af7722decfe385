"""Which lines of a file its definitions stand in."""

import os
import re

from metricparse.definitions.documents import chosen_in, read_text
from metricparse.definitions.positions import Placed, placed_json, placed_yaml
from metricparse.definitions.python_source import (
    PythonSource,
    list_pasted,
    source_of,
    source_of_pasted,
)
from metricparse.errors import DefinitionError

_STEP = re.compile(r"([A-Za-z]+)|\[(\d+)\]")
_LIST = "MetricDefinitions"


class Places:
    """The lines of a file at which the places of its document stand.

    A file that cannot be read has line 1 alone.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._name, self._wanted = chosen_in(os.fspath(path))
        self._root: Placed | None = None
        self._lines: list[int] = []
        self._text = ""
        try:
            self._text = read_text(self._name)
            self._find()
        except (DefinitionError, ValueError, RecursionError):
            return

    def line(self, where: str) -> int:
        """The line of a place such as `AlgorithmSpecification.MetricDefinitions[3].Regex`.

        Of what is not there it is that of what should hold it.
        """
        steps = [(name, number) for name, number in _STEP.findall(where.partition(" ")[0])]
        if self._root is None:
            number = next((int(number) for _, number in steps if number), 0)
            return self._lines[number] if number < len(self._lines) else 1
        place = self._root
        for name, number in steps:
            inner = _item(place, int(number)) if number else place.field(name)
            if inner is None and not (name == _LIST and place.items is not None):
                break
            place = inner or place
        return self._text.count("\n", 0, place.start) + 1

    def _find(self) -> None:
        match os.path.splitext(self._name)[1].lower():
            case ".py" | ".ipynb":
                self._find_in_python(source_of(self._text, self._name))
            case ".yaml" | ".yml":
                self._root = placed_yaml(self._text, self._name)
            case ".toml":
                return
            case _:
                self._find_in_json()

    def _find_in_json(self) -> None:
        try:
            self._root = placed_json(self._text)
        except ValueError:
            self._find_in_python(source_of_pasted(self._text, self._name))

    def _find_in_python(self, source: PythonSource) -> None:
        node = list_pasted(source) or source.chosen(self._wanted).node
        self._lines = [source.line(each.lineno) for each in source.items(node)]


def _item(place: Placed, number: int) -> Placed | None:
    items = place.items or []
    return items[number] if number < len(items) else None
