"""The Python of a notebook."""

import ast
import json
import re
import warnings
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from metricparse.definitions.positions import Placed, placed_json
from metricparse.errors import DefinitionError

# What notebooks have besides Python: commands to themselves and to the shell, and questions.
_MAGIC = re.compile(
    r"^([ \t]*(?:[^=\n]+=[ \t]*)?)([!%](?:.*\\\n)*.*)$|^([ \t]*)(\?.*|[\w.*]+\?\??[ \t\r]*)$",
    re.MULTILINE,
)
# What stands where magic stood: an expression, and no one knows its value.
_UNKNOWN = "_"
#: What the Python of a notebook has between two cells.
CELL_GAP = "\n\n"


def python_of_notebook(text: str, name: str) -> str:
    """The Python of a notebook's cells, one after the other. Raises `DefinitionError`."""
    try:
        cells = json.loads(text)["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell.get("cell_type") == "code"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DefinitionError(f"{name}: not a notebook: {error}") from None
    return CELL_GAP.join(map(python_of_cell, sources)) + "\n"


def lines_of_notebook(text: str, name: str) -> list[int]:
    """For each line of the Python of a notebook the line of the notebook in which it stands.

    Raises `DefinitionError` if the notebook is nested too deeply.
    """
    try:
        cells = placed_json(text).field("Cells")
    except RecursionError:
        raise DefinitionError(f"{name}: nested too deeply to be read") from None
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    lines: list[int] = []
    for cell in (cells and cells.items) or ():
        kind, source = cell.field("CellType"), cell.field("Source")
        if kind and kind.text == "code" and source:
            written = [source] if source.items is None else source.items
            lines += [bisect_right(starts, place) for place in _line_places(source, written)]
            lines += lines[-1:] * (len(CELL_GAP) - 1)
    return lines


def _line_places(source: Placed, written: Sequence[Placed]) -> Iterator[int]:
    """For each line of a cell the place of the string in which it starts."""
    is_open = False
    place = source.start
    for each in written:
        text = each.text or ""
        place = each.start
        starts = text.count("\n") + (not is_open) - text.endswith("\n")
        yield from [place] * (starts if text else 0)
        is_open = not text.endswith("\n") if text else is_open
    if not is_open:
        yield place


def python_of_cell(source: str) -> str:
    """The Python of a notebook's cell: as long as the cell, so that each character keeps its place."""
    if source.lstrip().startswith("%%"):
        return blanked(source)
    while (magic := _magic_at(source, _broken_line(source))) is not None:
        start, end = magic
        source = f"{source[:start]}{_UNKNOWN}{blanked(source[start + 1 : end])}{source[end:]}"
    return source


def _broken_line(source: str) -> int:
    """The line at which a text is no Python; 0 if it is, or if none is to blame."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except SyntaxError as error:
        return error.lineno or 0
    except (ValueError, RecursionError, MemoryError):
        return 0
    return 0


def _magic_at(source: str, line: int) -> tuple[int, int] | None:
    """From where to where the magic reaches of which a line is part."""
    for match in _MAGIC.finditer(source) if line else ():
        first = source.count("\n", 0, match.start()) + 1
        if first <= line <= first + match[0].count("\n"):
            return match.span(2) if match[2] is not None else match.span(4)
    return None


def blanked(text: str) -> str:
    """A text as long, with blanks for all but the ends of its lines."""
    return re.sub(r"[^\n]", " ", text)
