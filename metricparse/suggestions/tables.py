"""Numbers in the columns of a table, named by its header."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from metricparse.evidence.sample import LogLine
from metricparse.matching.numbers import NUMBER_GROUP, parse_number
from metricparse.regex_syntax.write import literally
from metricparse.suggestions.forms import Form, metric_name

_FEWEST_COLUMNS = 3
# A number of which no more is asked: regexes have at most 500 characters.
_DIGITS = "[0-9.eE+-]+"
_NUMBER_IN_CELL = re.compile(r"[0-9][0-9.]*")
_MOST_PARTS = 4
_NAME = re.compile(r"[A-Za-z][\w@./%-]*(?:\([^)]*\))?")


def table_forms(lines: Sequence[LogLine]) -> Iterator[tuple[LogLine, Form]]:
    """For a header and the line below it, a form for each column with a number."""
    for header, row in pairwise(lines):
        if header.source == row.source and row.line - header.line == 1:
            for form in _columns(header.text, row.text):
                yield row, form


def _columns(header: str, row: str) -> Iterator[Form]:
    for separator in (",", "|", "#011", None):
        if separator and (separator not in header or separator not in row):
            continue
        names = _names(header.strip(" |").split(separator))
        cells = [cell.strip() for cell in row.strip(" |").split(separator)]
        numbers = [parse_number(cell) is not None for cell in cells[: len(names)]]
        if len(names) < _FEWEST_COLUMNS or len(cells) < len(names):
            continue
        if sum(numbers) < _FEWEST_COLUMNS - 1:
            continue
        for place, name in enumerate(names):
            if numbers[place]:
                ends = len(names) == len(cells)
                regex = _regex(separator, place, cells[: len(names)], ends=ends)
                yield Form(metric_name(name), regex, cells[place])
        return


def _names(cells: Sequence[str]) -> list[str]:
    """The names that a header begins with; one with a colon is the last."""
    names: list[str] = []
    for cell in cells:
        name = cell.strip()
        if not _NAME.fullmatch(name.removesuffix(":")):
            return names
        names.append(name.removesuffix(":"))
        if name.endswith(":"):
            return names
    return names


def _regex(separator: str | None, place: int, row: Sequence[str], *, ends: bool) -> str:
    """A regex for one of the columns; `ends`: the line ends after the last.

    row: a row's cells in these columns, whose forms tell the table's rows from those of others.
    """
    if separator is None:
        between, edge, end = " +", r"^\s*", r"\s*$" if ends else r"\s"
    else:
        between = rf"\s*{re.escape(separator)}\s*"
        edge = r"^\s*\|?\s*" if separator == "|" else r"^\s*"
        end = r"\s*\|?\s*$" if ends else ""
    cells = [_cell(cell, separator) for cell in row]
    cells[place] = NUMBER_GROUP
    return f"{edge}{between.join(cells)}{end}"


def _cell(cell: str, separator: str | None) -> str:
    """A regex for a cell of such a form: a number, a number with something around it, or a text."""
    if parse_number(cell) is not None:
        return _DIGITS
    parts = _NUMBER_IN_CELL.split(cell)
    if 1 < len(parts) < _MOST_PARTS:
        return "[0-9.]+".join(literally(part) for part in parts)
    return r"\S+" if separator is None else f"[^{separator[0]}]*"
