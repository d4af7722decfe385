"""How far into a regex the best lines of a log get, and what stands there instead."""

import re
from collections.abc import Sequence

import regex

from metricparse.diagnosis.causes.base import Cause, sightings_of
from metricparse.diagnosis.causes.details import (
    GotAsFarAs,
    NoSuchText,
    TextAfterNumber,
    TextInBetween,
)
from metricparse.diagnosis.details import Details
from metricparse.diagnosis.edits.pieces import Edit, Found, Pieces, Trial, goes_on, numbers_of
from metricparse.diagnosis.edits.trial import attempt, with_number, words_of
from metricparse.diagnosis.kinds import Kind
from metricparse.evidence.sample import Evidence, LogLine
from metricparse.regex_syntax.write import literally
from metricparse.values import replaced

_LEAST_WORDS = 3  # letters
_GAP = ".*?"
_INSTEAD = 24
_UNIT = re.compile(r" ?(?:[A-Za-zµ]+/[A-Za-z]+|[A-Za-zµ]{1,3}\b|%)")
_WORDS = re.compile(r"\s*[A-Za-z]+(?:[ _-][A-Za-z]+)?\s*")


def tail_or_gap(pieces: Pieces, candidates: Sequence[LogLine]) -> Cause | None:
    """Pieces that fail after the number, or text between two pieces."""
    value, end = pieces.value, len(pieces.items)
    if not any(len(word) >= _LEAST_WORDS for word in _before(pieces, value).words):
        return None
    if value + 1 < end:
        edit = Edit(value + 1, end, "")
        found = numbers_of(attempt(pieces, [edit], candidates))
        if found:
            asked = "".join(pieces.sources[value + 1 :])
            stands = found[0].line.text[found[0].last :][:_INSTEAD]
            units = _UNIT.match(asked) and _UNIT.match(found[0].line.text, found[0].last)
            kind = Kind.OTHER_UNIT if units else Kind.NEAREST_MISS
            cause = _miss(pieces, edit, found, TextAfterNumber(kind, asked, stands))
            if units:
                cause.proposals = [_with_unit(pieces, asked, found[0]), *cause.proposals]
            return cause
    for place in range(value, 0, -1):
        if goes_on(pieces.characters, place):
            continue
        edit = Edit(place, place, _GAP)
        found = [
            each
            for each in numbers_of(attempt(pieces, [edit], candidates))
            if _stands_apart(each, edit)
        ]
        if found and _bound_by_a_word(pieces, place):
            asked = "".join(pieces.sources[place:value])
            stands = found[0].actual(edit)[:_INSTEAD]
            are_words = _WORDS.fullmatch(found[0].actual(edit))
            kind = Kind.OTHER_WORDS if are_words else Kind.NEAREST_MISS
            return _miss(pieces, edit, found, TextInBetween(kind, asked, stands))
    return None


def _with_unit(pieces: Pieces, asked: str, found: Found) -> str:
    """The regex with the unit that stands in the log."""
    unit = _UNIT.match(found.line.text, found.last)
    rest = _UNIT.sub("", asked, count=1)
    edit = Edit(pieces.value + 1, len(pieces.items), literally(unit[0] if unit else "") + rest)
    return pieces.written([edit])


def _before(pieces: Pieces, place: int) -> Pieces:
    return Pieces(pieces.items[:place], pieces.any_case)


def _stands_apart(found: Found, edit: Edit) -> bool:
    """Whether what stands in between neither begins nor ends in the middle of a name."""
    start, end = found.spans[edit]
    return not goes_on(found.line.text, start) and not goes_on(found.line.text, end)


def _bound_by_a_word(pieces: Pieces, place: int) -> bool:
    return bool(Pieces(pieces.items[place : pieces.value], any_case=False).words)


def _miss(pieces: Pieces, edit: Edit, found: Sequence[Found], details: Details) -> Cause:
    proposals = [pieces.written([edit]), *with_number(pieces, [edit])]
    return Cause(details, sightings_of(found), proposals)


def as_far_as_it_got(pieces: Pieces, evidence: Evidence, candidates: Sequence[LogLine]) -> Cause:
    """How far the best line got, or else that the log holds no such text."""
    words = pieces.words
    missing = [word for word in words if word not in evidence.words]
    missing += [
        choice[0] for choice in pieces.choices if choice and not evidence.words.intersection(choice)
    ]
    together = [c for c in candidates if all(word in c.text.lower() for word in words)]
    place, found = _longest_prefix(pieces, together if words else candidates)
    if missing or (words and not together) or not place or found is None:
        return no_such_text("".join(pieces.sources), evidence, missing)
    failed = "".join(pieces.sources[place:])
    stands = found.line.text[found.last :][:_INSTEAD]
    reached = "".join(pieces.sources[:place])
    return Cause(GotAsFarAs(reached, failed, stands), sightings_of([found]))


def _longest_prefix(pieces: Pieces, candidates: Sequence[LogLine]) -> tuple[int, Found | None]:
    """How many pieces match at most somewhere, and the line where they do."""
    for place in range(len(pieces.items) - 1, 0, -1):
        try:
            trial = Trial(regex.compile(_before(pieces, place).written()), 0, {})
        except regex.error:
            continue
        if found := trial.on(candidates):
            return place, replaced(found[0], start=-1, end=-1)
    return 0, None


def no_such_text(pattern: str, evidence: Evidence, missing: Sequence[str] = ()) -> Cause:
    """The cause that there is nothing to be found; `missing`: words that are not there."""
    missing = missing or sorted(words_of(pattern) - evidence.words)
    word = missing[0] if missing else None
    return Cause(NoSuchText(word, _longer_word(word, evidence) if word else None))


def _longer_word(word: str, evidence: Evidence) -> str | None:
    """A word of the log that holds another one."""
    longer = re.compile(rf"(?i)\w*{re.escape(word)}\w*")
    for line in evidence.with_words([word.lower()]):
        if match := longer.search(line.text):
            return match[0]
    return None
