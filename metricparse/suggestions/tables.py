"""Numbers in the columns of a table, named by its header."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from metricparse.evidence.sample import LogLine
from metricparse.matching.numbers import NUMBER_GROUP, parse_number
from metricparse.suggestions.forms import Form

_FEWEST_COLUMNS = 3
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
                regex = _regex(separator, place, len(names), ends=len(names) == len(cells))
                yield Form(name, regex, cells[place])
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


def _regex(separator: str | None, place: int, columns: int, *, ends: bool) -> str:
    """A regex for one of so many columns; `ends`: the line ends after the last."""
    after = columns - place - 1
    if separator is None:
        end = r"\s*$" if ends else r"\s"
        return rf"^\s*{_times(r'(?:[^ ]+ +)', place)}{NUMBER_GROUP}{_times(r'(?: +[^ ]+)', after)}{end}"
    mark = re.escape(separator)
    cell = f"[^{separator[0]}]*"
    edge = r"^\s*\|?" if separator == "|" else "^"
    end = r"\s*\|?\s*$" if ends else ""
    before, following = _times(f"(?:{cell}{mark})", place), _times(f"(?:{mark}{cell})", after)
    return rf"{edge}{before}\s*{NUMBER_GROUP}\s*{following}{end}"


def _times(group: str, times: int) -> str:
    return f"{group}{{{times}}}" if times > 1 else group.removeprefix("(?:")[:-1] * times
