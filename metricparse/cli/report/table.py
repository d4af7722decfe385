"""Columns of cells below each other."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from metricparse.cli.report.text import Text, cells
from metricparse.values import value


@value
class Column:
    """A column; fold: break what is too wide; least: how narrow it may get."""

    head: str
    right: bool = False
    fold: bool = False
    least: int = 1
    style: str = ""


def table(
    columns: Sequence[Column], rows: Iterable[Sequence[Text]], width: int, *, gap: int
) -> Iterator[Text]:
    """Lines with a column each for the cells of all rows, below their heads if they have any.

    gap: blanks between two columns. Where the width is too small for all, the widest of those that
    may fold get narrower; what is still too wide is cut off.
    """
    heads = [Text((column.head, "dim")) for column in columns]
    shown = [*([heads] if any(column.head for column in columns) else []), *rows]
    widths = _widths(columns, shown, width - gap * (len(columns) - 1))
    for row in shown:
        folded = [
            [line for part in cell.lines() for line in part.folded(room)] if column.fold else [cell]
            for column, cell, room in zip(columns, row, widths, strict=True)
        ]
        for line in zip_longest(*folded, fillvalue=Text()):
            parts = [
                cell.styled(column.style).padded(room, right=column.right)
                for column, cell, room in zip(columns, line, widths, strict=True)
            ]
            yield _joined(parts, gap).cropped(width)


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[Text]], room: int) -> list[int]:
    widths = [
        max(cells(line) for row in rows for line in row[place].plain.split("\n"))
        for place in range(len(columns))
    ]
    while sum(widths) > room:
        foldable = [
            place
            for place, column in enumerate(columns)
            if column.fold and widths[place] > column.least
        ]
        if not foldable:
            break
        widths[max(foldable, key=widths.__getitem__)] -= 1
    return widths


def _joined(parts: Sequence[Text], gap: int) -> Text:
    line = Text()
    for place, part in enumerate(parts):
        line.append(Text(" " * gap, part) if place else part)
    return line
