"""Where each character of a notebook's Python stands in the JSON of the notebook."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from metricparse.definitions.notebook_source import CELL_GAP
from metricparse.definitions.positions import Placed, placed_json
from metricparse.definitions.python_rewrite import Edit

_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)


class _Cell(NamedTuple):
    """A cell: its text, where each character of it stands, and what divides its lines in JSON."""

    text: str
    places: list[tuple[int, int]]
    end: int
    separator: str


class NotebookText:
    """The cells of a notebook, whose Python is what `python_of_notebook` says."""

    def __init__(self, text: str) -> None:
        self._cells = list(_cells(text))
        self._is_ascii = text.isascii() and "\\u" in text

    def edits(self, edits: Iterable[Edit]) -> Iterator[Edit]:
        """Edits of the Python as edits of the notebook."""
        for edit in edits:
            cell, start = self._cell_at(edit.start)
            length = edit.end - edit.start
            first = cell.places[start][0] if start < len(cell.places) else cell.end
            last = cell.places[start + length - 1][1] if length else first
            yield Edit(first, last, self._encoded(edit.text, cell.separator))

    def _cell_at(self, place: int) -> tuple[_Cell, int]:
        for cell in self._cells:
            if place <= len(cell.text):
                return cell, place
            place -= len(cell.text) + len(CELL_GAP)
        raise AssertionError

    def _encoded(self, text: str, separator: str) -> str:
        lines = (json.dumps(each, ensure_ascii=self._is_ascii)[1:-1] for each in text.split("\n"))
        return f"\\n{separator}".join(lines)


def _cells(text: str) -> Iterator[_Cell]:
    cells = placed_json(text).field("Cells")
    for cell in (cells and cells.items) or ():
        kind, source = cell.field("CellType"), cell.field("Source")
        if kind and kind.text == "code" and source:
            yield _cell(text, source)


def _cell(text: str, source: Placed) -> _Cell:
    lines = [source] if source.items is None else source.items
    places = [place for line in lines for place in _places(text, line)]
    separator = ""
    if source.items is not None and lines:
        several = len(lines) > 1
        before = text[source.start + 1 : lines[0].start]
        between = text[lines[0].end : lines[1].start] if several else f",{before or ' '}"
        separator = f'"{between}"'
    end = lines[-1].end - 1 if lines else source.end - 1
    return _Cell("".join(line.text or "" for line in lines), places, end, separator)


def _places(text: str, line: Placed) -> Iterator[tuple[int, int]]:
    place = line.start + 1
    while place < line.end - 1:
        match = _CHARACTER.match(text, place)
        assert match
        yield match.span()
        place = match.end()
