"""Numbers: what is one, what is only a part of one, and the regexes that capture one.

What counts as a number is told in `docs/semantics.md`, under Numbers. `kernel/src/number.rs` has
the same rules in Rust; `tests/test_native.py` holds the two together.
"""

import re

_DECIMAL = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_EXPONENT = r"[eE][-+]?[0-9]+"
#: A finite number, with all of its sign, fraction and exponent.
NUMBER = rf"[-+]?{_DECIMAL}(?:{_EXPONENT})?"
#: A number whose digits are separated by commas, such as 1,234.
THOUSANDS = r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])"

#: The same numbers as a regex is best written that is to capture them: simple, and so that a point
#: at the end of a sentence is none of theirs.
WHOLE_NUMBER = r"[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?"
#: Captures a number.
NUMBER_GROUP = rf"({WHOLE_NUMBER})"
#: Captures a number, or what is printed where a number has ceased to be one.
NUMBER_OR_NAN_GROUP = r"([-+]?(?:[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?|(?i:nan|inf)))"

_SPACE = r"[ \t\n\r\f\v]*"
_PARSED = re.compile(
    rf"{_SPACE}([-+]?(?:{_DECIMAL}(?:{_EXPONENT})?|(?i:nan|inf|infinity))){_SPACE}", re.ASCII
)

_AFTER_EXPONENT = re.compile(r"[0-9]")
_AFTER_FRACTION = re.compile(r"[0-9]|[eE][+-]?[0-9]")
_AFTER_WHOLE = re.compile(r"[0-9]|\.[0-9]|[eE][+-]?[0-9]")
_AFTER_UP_TO_THREE_DIGITS = re.compile(r"[0-9]|\.[0-9]|[eE][+-]?[0-9]|,[0-9]{3}(?![0-9])")

_LONGEST_BEFORE = 4
#: What neither a word nor a number holds or ends with: all of ASCII but `A-Z a-z 0-9 _ . ) ] + -`.
_LOOSE = r"\x00-(*,/:-@\[\\^`{-\x7f"
_EXPONENT_BEFORE = re.compile(r"[0-9]\.?[eE]$")
_NUMBER_BEFORE = re.compile(
    r"[0-9]$"
    r"|[0-9]\.?[eE][+-]?$"
    rf"|(?:^|(?<=[{_LOOSE}]))-$"  # a sign, not a hyphen
)
_POINT_BEFORE = re.compile(rf"(?:^|(?<=[0-9+\-{_LOOSE}]))\.$")


def parse_number(text: str) -> float | None:
    """The nearest float64 to a captured number; None where the text is no number."""
    match = _PARSED.fullmatch(text)
    return float(match[1]) if match else None


def is_truncated(text: str, start: int, end: int) -> bool:
    """Whether the number `text[start:end]` is only a part of the number that stands there.

    start, end: of the number itself, without whitespace around it.

    It is, if what follows goes on with it: a digit; a point with a digit after it, unless the
    number has a point; an exponent, unless it has one; a comma with just three digits after it,
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
