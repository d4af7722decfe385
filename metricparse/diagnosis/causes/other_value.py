"""Values in a log that no regex can capture as they are: decimal commas, objects, lists."""

import re
from collections.abc import Sequence

import regex

from metricparse.diagnosis.causes.base import Cause, sightings_of
from metricparse.diagnosis.causes.details import DecimalComma, NotOneNumber
from metricparse.diagnosis.edits.pieces import Edit, Found, Pieces, Trial
from metricparse.diagnosis.kinds import Severity
from metricparse.evidence.sample import LogLine
from metricparse.matching.numbers import NUMBER, NUMBER_GROUP

_COMMA = r"[-+]?[0-9]+,[0-9]+(?:[eE][-+]?[0-9]+)?(?![0-9.]|,[0-9])"
_DECIMAL_COMMA = re.compile(_COMMA)
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2},[0-9]{3}(?![0-9])")
_OPENED = r"\s*[\[{]"
_ALONE = re.compile(rf"[\[(]\s*{NUMBER}\s*[\])]")
_MOSTLY = 0.9
_SHOWN = 40


def why_value_is_none(pieces: Pieces, candidates: Sequence[LogLine]) -> Cause | None:
    """The cause that after the text that a regex asks for no number stands that it could take."""
    if not Pieces(pieces.items[: pieces.value], pieces.any_case).words:
        return None
    found = _with_value(pieces, _COMMA, candidates)
    if found and is_decimal_comma([each.capture or "" for each in found]):
        return _decimal_comma(found, published=None)
    found = _with_value(pieces, _OPENED, candidates)
    return _not_one_number(pieces, found) if found else None


def why_capture_is_none(pieces: Pieces | None, wrong: Sequence[Found]) -> Cause | None:
    """The cause that what is captured is no number: a decimal comma, an object or a list."""
    captures = [each.capture or "" for each in wrong]
    whole = [match[0] for each in captures if (match := _DECIMAL_COMMA.match(each.strip()))]
    if len(whole) >= _MOSTLY * len(captures) and is_decimal_comma(whole):
        return _decimal_comma(wrong, published=None)
    opened = [each for each in wrong if re.match(r"\s*[\[{(]", _seen(each))]
    if pieces and len(opened) >= _MOSTLY * len(wrong):
        return _not_one_number(pieces, opened)
    return None


def why_cut_at_a_comma(found: Sequence[Found]) -> Cause | None:
    """The cause that only what stands before a decimal comma is published."""
    numbers = [_written(each) for each in found]
    whole = [each for each in numbers if each]
    if not found or len(whole) < _MOSTLY * len(found) or not is_decimal_comma(whole):
        return None
    cut = [each for each, written in zip(found, numbers, strict=True) if written]
    return _decimal_comma(cut, published=cut[0].capture)


def is_decimal_comma(numbers: Sequence[str]) -> bool:
    """Whether numbers with one comma are decimals, and not all of them may be thousands."""
    return bool(numbers) and not all(map(_THOUSANDS.fullmatch, numbers))


def _written(found: Found) -> str:
    """The number with a comma whose part before it was captured; empty if there is none."""
    text = found.line.text
    match = _DECIMAL_COMMA.match(text, found.start)
    return match[0] if match and match[0].startswith(f"{found.capture},") else ""


def _decimal_comma(found: Sequence[Found], *, published: str | None) -> Cause:
    match = _DECIMAL_COMMA.search(found[0].line.text, max(found[0].start, 0))
    cause = Cause(DecimalComma(match[0] if match else "", published), sightings_of(found))
    cause.severity = Severity.ERROR
    return cause


def _not_one_number(pieces: Pieces, found: Sequence[Found]) -> Cause:
    """An object or a list as value; one number in brackets can be captured."""
    seen = _seen(found[0]).lstrip()
    what = "an object" if seen.startswith("{") else "a list"
    alone = _ALONE.match(seen)
    value = pieces.value
    proposals = (
        [pieces.written([Edit(value, len(pieces.items), rf"[\[(]\s*{NUMBER_GROUP}")])]
        if alone and pieces.value_is_group
        else []
    )
    return Cause(NotOneNumber(what, seen[:_SHOWN]), sightings_of(found), proposals)


def _with_value(pieces: Pieces, value: str, candidates: Sequence[LogLine]) -> list[Found]:
    """Lines on which a regex matches up to its value, with something else there, as a capture."""
    before = Pieces(pieces.items[: pieces.value], pieces.any_case)
    try:
        compiled = regex.compile(f"{before.written()}({value})")
    except regex.error:
        return []
    words = before.words
    lines = [line for line in candidates if all(word in line.text.lower() for word in words)]
    return Trial(compiled, compiled.groups, {}).on(lines)


def _seen(found: Found) -> str:
    """The text from the capture on."""
    return found.line.text[max(found.start, found.first if found.start < 0 else found.start) :]
