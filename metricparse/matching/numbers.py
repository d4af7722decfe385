"""What counts as a number: rule 5 of the semantics."""

import re

_SPACE = r"[ \t\n\r\f\v]*"
_NUMBER = re.compile(
    _SPACE
    + r"([+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|(?i:nan|inf|infinity)))"
    + _SPACE,
    re.ASCII,
)


def parse_number(text: str) -> float | None:
    """The nearest float64 to a captured number; None where the text is no number."""
    match = _NUMBER.fullmatch(text)
    return float(match[1]) if match else None
