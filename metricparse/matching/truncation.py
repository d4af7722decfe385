"""Whether a captured number is all of the number that stands in the text."""

import re

_AFTER_EXPONENT = re.compile(r"[0-9]")
_AFTER_FRACTION = re.compile(r"[0-9]|[eE][+-]?[0-9]")
_AFTER_WHOLE = re.compile(r"[0-9]|\.[0-9]|[eE][+-]?[0-9]")
_AFTER_UP_TO_THREE_DIGITS = re.compile(r"[0-9]|\.[0-9]|[eE][+-]?[0-9]|,[0-9]{3}(?![0-9])")

_LONGEST_BEFORE = 4
_EXPONENT_BEFORE = re.compile(r"[0-9]\.?[eE]$")
_NUMBER_BEFORE = re.compile(
    r"[0-9]$"
    r"|[0-9]\.?[eE][+-]?$"
    r"|(?<![A-Za-z0-9_.)\]+\-\x80-\U0010ffff])-$"  # a sign, not a hyphen
)
_POINT_BEFORE = re.compile(r"(?<![A-Za-z_.)\]\x80-\U0010ffff])\.$")


def is_truncated(text: str, start: int, end: int) -> bool:
    """Whether the number `text[start:end]` is only a part of the number that stands there.

    start, end: of the number itself, without whitespace around it.

    It is, if what follows goes on with it: a digit; a point with a digit behind it, unless the
    number has a point; an exponent, unless it has one; a comma with just three digits behind it,
    if the number is one to three digits (`1` of `1,234`). And it is, if the number began before:
    with a digit, a decimal point, a minus sign (`5` of `-5`; a hyphen that joins words or numbers
    is none), or with all of a number up to its exponent (`05` of `1e-05`). A plus sign that was
    left out changes nothing. NaN and infinities are never truncated.
    """
    number = text[start:end]
    if number[-1:] not in set("0123456789."):
        return False
    return bool(_after(number).match(text, end)) or _began_before(text, start)


def _after(number: str) -> re.Pattern[str]:
    if "e" in number or "E" in number:
        return _AFTER_EXPONENT
    if "." in number:
        return _AFTER_FRACTION
    if len(number.lstrip("+-")) <= len("123"):
        return _AFTER_UP_TO_THREE_DIGITS
    return _AFTER_WHOLE


def _began_before(text: str, start: int) -> bool:
    before = text[max(0, start - _LONGEST_BEFORE) : start]
    if text[start] in "+-":
        return bool(_EXPONENT_BEFORE.search(before))
    if _NUMBER_BEFORE.search(before):
        return True
    return text[start] != "." and bool(_POINT_BEFORE.search(before))
