"""The numbers on a line that have a name, in the forms in which programs print them."""

import re
from collections.abc import Iterator

from metricparse.matching.numbers import NUMBER
from metricparse.values import value

_VALUE = rf"(?P<value>{NUMBER}|[-+]?(?i:nan|inf)\b)"
_NAME = r"[^\W\d_][\w@./'-]*(?: (?:[^\W\d_]|[(<])[\w@./()<>'-]*){0,3}?"
_GLUED = r"(?<![\w.])(?<!\w[-/])|(?<=#01[0-5])"  # where a name may begin
_NAMED = re.compile(
    r"""(?:(?P<quote>["'])(?P<quoted>[^\W\d_][^"'\n]{0,60}?)(?P=quote)\s*:\s*[(\[]?"""
    rf"|(?:{_GLUED})(?P<name>{_NAME})>?(?:\s*[:=]\s*[(\[]?|\s+is\s+)){_VALUE}"
)


@value
class NamedNumber:
    """A number and the name before it.

    name: as it stands, without quotes. before: the text from the name (or its quote) up to the
    number. start: where that text starts. value: the number as it stands; end: where that ends.
    """

    name: str
    before: str
    start: int
    value: str
    end: int


def named_numbers(text: str) -> Iterator[NamedNumber]:
    """The named numbers on a line, from left to right."""
    for match in _NAMED.finditer(text):
        start, (first, last) = match.start(), match.span("value")
        name = match["quoted"] or match["name"]
        yield NamedNumber(name, text[start:first], start, match["value"], last)
