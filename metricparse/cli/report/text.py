"""Styled text, as wide as a terminal shows it."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

_CODES = {"bold": 1, "dim": 2, "underline": 4, "red": 31, "green": 32, "yellow": 33, "cyan": 36}
_WIDE = ("W", "F")
_NO_ROOM = ("Mn", "Me", "Cf")
_WORDS = re.compile(r"\s*\S+|\s+")


def cells(text: str) -> int:
    """How many columns of a terminal a text takes: two for a wide character, none for an accent."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def plain(text: str) -> str:
    """The text with what a terminal would obey written out."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


class Text:
    """Parts with a style each, such as `bold red`; empty for none."""

    def __init__(self, *parts: "str | tuple[str, str] | Text") -> None:
        self.parts: list[tuple[str, str]] = []
        for part in parts:
            self.append(part)

    def append(self, part: "str | tuple[str, str] | Text") -> None:
        """Add a part at the end."""
        if isinstance(part, Text):
            self.parts += part.parts
        else:
            self.parts.append((part, "") if isinstance(part, str) else part)

    @property
    def plain(self) -> str:
        """It without styles."""
        return "".join(text for text, _ in self.parts)

    @property
    def width(self) -> int:
        """The columns that it takes."""
        return sum(cells(text) for text, _ in self.parts)

    def lines(self) -> "list[Text]":
        """It parted at its line ends."""
        lines = [Text()]
        for text, style in self.parts:
            first, *others = text.split("\n")
            lines[-1].append((first, style))
            lines += [Text((other, style)) for other in others]
        return lines

    def styled(self, style: str) -> "Text":
        """It with a style for those parts that have none."""
        return Text(*((text, own or style) for text, own in self.parts))

    def cropped(self, width: int) -> "Text":
        """As much of its beginning as so many columns hold."""
        return self.folded(width)[0]

    def folded(self, width: int) -> "list[Text]":
        """Lines of at most so many columns, broken wherever one is full."""
        return _filled(((each, style) for text, style in self.parts for each in text), width)

    def wrapped(self, width: int) -> "list[Text]":
        """Lines of at most so many columns, broken between words where that is possible."""
        lines, line = [], Text()
        for word in _words(self):
            if line.width + word.width <= width:
                line.append(word)
                continue
            if line.plain.strip():
                lines.append(line)
                line = _without_blanks_before(word)
            else:
                line.append(word)
            *full, line = line.folded(width)
            lines += full
        return [*lines, line]

    def padded(self, width: int, *, right: bool = False) -> "Text":
        """It with blanks up to a width, after it or before it."""
        blanks = " " * (width - self.width)
        return Text(blanks, self) if right else Text(self, blanks)

    def in_colour(self) -> str:
        """It with the codes that a terminal obeys."""
        alike = groupby(self.parts, key=itemgetter(1))
        return "".join(_coded("".join(text for text, _ in run), style) for style, run in alike)


def _words(text: Text) -> Iterator[Text]:
    """Each word with the blanks before it, a part a character."""
    styles = [style for part, style in text.parts for _ in part]
    for found in _WORDS.finditer(text.plain):
        yield Text(*zip(found[0], styles[found.start() : found.end()], strict=True))


def _without_blanks_before(word: Text) -> Text:
    return Text(*word.parts[len(word.plain) - len(word.plain.lstrip()) :])


def _filled(characters: Iterator[tuple[str, str]], width: int) -> list[Text]:
    lines, room = [Text()], width
    for character, style in characters:
        taken = _cells(character)
        if taken > room and room < width:
            lines.append(Text())
            room = width
        lines[-1].append((character, style))
        room -= taken
    return lines


def _cells(character: str) -> int:
    if unicodedata.category(character) in _NO_ROOM:
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def _coded(text: str, style: str) -> str:
    codes = ";".join(str(_CODES[each]) for each in style.split())
    return f"\x1b[{codes}m{text}\x1b[0m" if codes and text else text
