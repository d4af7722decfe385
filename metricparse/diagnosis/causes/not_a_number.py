"""Why a definition that matches gives no number."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import regex

from metricparse.diagnosis.causes.base import SIGHTINGS_SHOWN, Cause, sightings_of
from metricparse.diagnosis.causes.details import (
    CaptureFault,
    NoPartUnescaped,
    NotANumber,
    NumberInOtherGroup,
)
from metricparse.diagnosis.causes.other_value import why_capture_is_none
from metricparse.diagnosis.details import NoGroup
from metricparse.diagnosis.edits.pieces import Edit, Found, Pieces, Trial, numbers_of
from metricparse.diagnosis.edits.ways import rewritten
from metricparse.logs.views import ESCAPED_CONTROL, View
from metricparse.matching.numbers import (
    NUMBER,
    NUMBER_GROUP,
    NUMBER_OR_NAN_GROUP,
    THOUSANDS,
    parse_number,
)
from metricparse.regex_syntax.nodes import (
    Branch,
    CharacterClass,
    Group,
    Literal,
    Node,
    Repeat,
    Sequence as Row,
    children,
    walk,
)
from metricparse.regex_syntax.parse import UnknownSyntax
from metricparse.regex_syntax.write import literally
from metricparse.scanning.summary import DefinitionSummary

_FIRST_NUMBER = re.compile(rf"{NUMBER}|\b(?i:nan|inf)\b")
_COLOURS = rf"(?:{View.SAGEMAKER.colour_code}|{View.RAW.colour_code})+"
COLOUR = re.compile("|".join(view.colour_code for view in View))
CONTROL = re.compile(rf"{ESCAPED_CONTROL}|[\x00-\x1f\x7f]")


def why_no_number(
    pattern: str, summary: DefinitionSummary, matches: Sequence[Found]
) -> Iterator[Cause]:
    """The cause that captures are no numbers, if there is one that can be told."""
    wrong = [each for each in matches if each.value is None]
    if not wrong:
        return
    other = (
        _other_group(pattern, wrong)
        or _unescaped(pattern, wrong)
        or why_capture_is_none(_pieces_of(pattern), wrong)
    )
    if other:
        yield other
        return
    telling = [each for each in wrong if _FIRST_NUMBER.search(_seen(each))]
    if not telling and summary.emitted:
        return  # the log says `None` or `n/a` there, and no number could be captured
    shown = telling or wrong
    often = Counter(each.capture for each in shown).most_common(SIGHTINGS_SHOWN)
    yield Cause(
        NotANumber(
            _fault_of(pattern, shown),
            summary.rejected,
            summary.rejected + summary.emitted,
            [capture for capture, _ in often],
        ),
        sightings_of(shown),
        list(_better_captures(pattern, shown)),
    )


def _pieces_of(pattern: str) -> Pieces | None:
    try:
        return Pieces.with_value(pattern)
    except UnknownSyntax:
        return None


def why_no_group(pattern: str) -> Cause:
    """The cause that nothing can be published, as there is no group."""
    try:
        pieces = Pieces.of(pattern)
    except UnknownSyntax:
        return Cause(NoGroup())
    proposals = [
        pieces.written([Edit(first, last, NUMBER_GROUP)])
        for first, last in reversed(list(_written_numbers(pieces)))
    ]
    proposals += [
        pieces.written([Edit(place, place + 1, NUMBER_GROUP)])
        for place, item in reversed(list(enumerate(pieces.items)))
        if isinstance(item, Repeat) and takes(item, "5") and takes(item, "x")
    ]
    proposals.append(f"{pattern}{NUMBER_GROUP}")
    return Cause(NoGroup(), proposals=proposals)


def _written_numbers(pieces: Pieces) -> Iterator[tuple[int, int]]:
    """Where consecutive pieces match what numbers are made of, and nothing else."""
    first: int | None = None
    for place, item in enumerate([*pieces.items, None]):
        if item and _is_of_numbers(item):
            first = place if first is None else first
        elif first is not None:
            if any(map(_takes_digit, pieces.items[first:place])):
                yield first, place
            first = None


def _takes_digit(item: Node) -> bool:
    classes = (node for node in walk(item) if isinstance(node, CharacterClass))
    return any(regex.fullmatch(each.source, "5") for each in classes)


def _is_of_numbers(item: Node) -> bool:
    match item:
        case Literal(character):
            return character in "0123456789.+-"
        case CharacterClass(source):
            return not any(regex.fullmatch(source, each) for each in "xX _:=,/")
        case Repeat() | Row() | Branch() | Group(number=None):
            return all(map(_is_of_numbers, children(item)))
        case _:
            return False


def takes(repeat: Repeat, character: str) -> bool:
    """Whether it repeats a class that holds a character."""
    item = repeat.item
    return isinstance(item, CharacterClass) and bool(regex.fullmatch(item.source, character))


def _seen(found: Found) -> str:
    """The capture, and what stands after it."""
    return found.line.text[found.start if found.start >= 0 else found.first :][:40]


def _fault_of(pattern: str, wrong: Sequence[Found]) -> CaptureFault:
    capture = next((each.capture for each in wrong if each.capture), wrong[0].capture)
    if capture is None:
        return CaptureFault.NO_PART
    if not capture.strip():
        return CaptureFault.EMPTY
    plain = COLOUR.sub("", capture)
    if plain != capture and parse_number(plain) is not None:
        return CaptureFault.COLOUR_CODES
    if re.fullmatch(r"[-+]?[0-9.,]+\s*%", capture):
        return CaptureFault.PERCENT_SIGN
    if parse_number(CONTROL.split(capture)[0]) is not None and not _takes_spaces(pattern):
        return CaptureFault.CONTROLS
    if re.fullmatch(THOUSANDS, capture):
        return CaptureFault.THOUSANDS
    return CaptureFault.ANYTHING


def _takes_spaces(pattern: str) -> bool:
    """Whether group 1 goes on after a space, so that it is not for a tab that it does."""
    try:
        pieces = Pieces.of(pattern)
        return bool(regex.fullmatch(pieces.sources[pieces.value], "0 0"))
    except (UnknownSyntax, regex.error):
        return False


def _better_captures(pattern: str, wrong: Sequence[Found]) -> Iterator[str]:
    """The regex with a group that captures the number alone."""
    try:
        pieces = Pieces.of(pattern)
        if not pieces.value_is_group or not pieces.words:
            return
    except UnknownSyntax:
        return
    value, end = pieces.value, len(pieces.items)
    if all(COLOUR.match(_seen(each)) for each in wrong):
        for number in (NUMBER_GROUP, NUMBER_OR_NAN_GROUP):
            yield pieces.written([Edit(value, value + 1, _COLOURS + number)])
            yield pieces.written([Edit(value, end, _COLOURS + number)])
        return
    between = {_before_the_number(each) for each in wrong}
    literal = literally(between.pop() or "")
    leads = [literal] if not between else [r"[^0-9.+-]*?"]
    for lead in dict.fromkeys([*leads, r"[^0-9.+-]*?"]):
        for number in (NUMBER_GROUP, NUMBER_OR_NAN_GROUP):
            yield pieces.written([Edit(value, value + 1, lead + number)])
            if value + 1 < end:
                yield pieces.written([Edit(value, value + 1, rf"{lead}{number}\S*?")])
                yield pieces.written([Edit(value, end, lead + number)])


def _before_the_number(found: Found) -> str | None:
    seen = _seen(found)
    number = _FIRST_NUMBER.search(seen)
    return seen[: number.start()] if number else None


def _other_group(pattern: str, wrong: Sequence[Found]) -> Cause | None:
    """Group 1 is no number, and another one is."""
    compiled = regex.compile(pattern)
    for group in range(2, compiled.groups + 1):
        found = Trial(compiled, group, {}).on(each.line for each in wrong)
        captured = [each for each in found if each.capture]
        if captured and len(numbers_of(captured)) == len(captured):
            details = NumberInOtherGroup(wrong[0].capture, group)
            return Cause(details, sightings_of(wrong), [only_group(pattern, group)])
    return None


def _unescaped(pattern: str, wrong: Sequence[Found]) -> Cause | None:
    """The group takes no part, and would if special characters stood for themselves."""
    if any(each.capture is not None for each in wrong):
        return None
    for kind, text in rewritten(pattern):
        try:
            found = Trial(regex.compile(text), 1, {}).on(each.line for each in wrong)
        except regex.error:
            continue
        if numbers_of(found):
            return Cause(NoPartUnescaped(kind), sightings_of(wrong), [text])
    return None


def only_group(pattern: str, kept: int) -> str:
    """The regex with one of its groups capturing, the others not."""
    opening = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?!\?)|\(\?P?<(?![=!])[^>]*>")
    number = 0

    def replaced(match: re.Match[str]) -> str:
        nonlocal number
        if not match[0].startswith("("):
            return match[0]
        number += 1
        return "(" if number == kept else "(?:"

    return opening.sub(replaced, pattern)
