"""A regex tried with edits, on the lines of a log."""

from collections.abc import Iterable, Sequence

import regex

from metricparse.diagnosis.edits.pieces import Edit, Found, Pieces, goes_on
from metricparse.diagnosis.edits.similar_names import may_be_meant
from metricparse.diagnosis.edits.ways import ANY_JOINT, rewritten
from metricparse.evidence.sample import LogLine
from metricparse.matching.numbers import NUMBER_GROUP, NUMBER_OR_NAN_GROUP
from metricparse.regex_syntax.parse import UnknownSyntax


def words_of(pattern: str) -> set[str]:
    """The words to look for in a log to see whether a regex could match there.

    The numbers in names are none: they stand on most lines, and tell nothing.
    """
    words: set[str] = set()
    for text in (pattern, *(each for _, each in rewritten(pattern))):
        try:
            pieces = Pieces.of(text)
        except UnknownSyntax:
            continue
        names = [*pieces.words, *(word for choice in pieces.choices for word in choice)]
        words.update(names)
        words.update(part for name in names for part in name.split("_"))
    return {word for word in words if len(word) > 1 and not word.isdigit()}


def required_words(pattern: str) -> list[str]:
    """The words, in lower case, that stand in whatever a regex matches."""
    try:
        return Pieces.of(pattern).words
    except UnknownSyntax:
        return []


def attempt(pieces: Pieces, edits: Sequence[Edit], lines: Iterable[LogLine]) -> list[Found]:
    """The lines on which the regex with edits matches the name that it asks for."""
    words = pieces.words_beside(edits)
    possible = [line for line in lines if all(word in line.text.lower() for word in words)]
    if not possible:
        return []
    try:
        trial = pieces.tried(edits)
    except regex.error:
        return []
    return [each for each in trial.on(possible) if _holds(pieces, each)]


def _holds(pieces: Pieces, found: Found) -> bool:
    """Whether what an edit allowed for is not another name than the one that is asked for."""
    text = found.line.text
    for edit, (start, end) in found.spans.items():
        lost = edit.last > edit.first and start == end and edit.regex != ANY_JOINT
        if lost and goes_on(text, start) and not text[start - 1].isdigit():
            return False
        asked = pieces.characters[edit.first : edit.last]
        if not may_be_meant(asked, text[start:end]):
            return False
    return True


def with_number(pieces: Pieces, edits: Sequence[Edit]) -> list[str]:
    """The regex with edits, and a group that takes all of a number."""
    if not pieces.value_is_group:
        return [pieces.written(edits)]
    value = pieces.value
    others = [edit for edit in edits if not edit.first <= value < edit.last]
    return [
        pieces.written([*others, Edit(value, value + 1, number)])
        for number in (NUMBER_GROUP, NUMBER_OR_NAN_GROUP)
    ]
