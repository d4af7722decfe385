"""Why a definition matched nothing: what it asks for, and what stands in the log instead."""

import re
from collections.abc import Iterable, Sequence
from itertools import combinations

import regex

from metricparse.diagnosis.causes import Cause, Sighting
from metricparse.diagnosis.edits import rewritten, ways
from metricparse.diagnosis.likeness import may_be_meant
from metricparse.diagnosis.names import closest_name
from metricparse.diagnosis.pieces import Edit, Found, Pieces, goes_on, literally, numbers_of
from metricparse.evidence.lines import Evidence, LogLine
from metricparse.evidence.named import NUMBER, NUMBER_OR_NAN
from metricparse.logs.views import View
from metricparse.matching.syntax import UnknownSyntax

_CANDIDATES = 80
_SHOWN = 3
_LEAST_WORDS = 3  # letters
_GAP = ".*?"
_KINDS_AT_ONCE = 3
_INSTEAD = 24
_MESSAGES = {
    "control-characters": "CloudWatch shows control characters as # and three octal digits",
    "other-case": "upper and lower case differ",
    "other-spacing": "the spaces differ",
    "other-separator": "what separates the name from the number differs",
    "other-quotes": "the quotes differ",
    "number-form": "the number is written otherwise than the group takes it",
    "colour-codes": "ANSI colour codes stand in between",
    "anchored": "it is tied to the line's start or end, and the line goes on there",
    "escaped-twice": "the regex was escaped twice: \\\\ stands where one backslash is meant",
    "not-escaped": "a special character is not escaped",
    "other-name": "the name is written otherwise",
    "nearest-miss": "something stands in between",
}


def why_nothing_matched(
    pattern: str, evidence: Evidence, view: View, *, lines_in_log: int
) -> Cause:
    """The cause that a regex matches nowhere in logs of so many lines."""
    if not lines_in_log:
        return Cause("empty-log", "the log holds no line")
    candidates = _candidates(pattern, evidence)
    cause = _repaired(pattern, candidates, view)
    if cause:
        return cause
    try:
        pieces = Pieces.of(pattern)
        pieces.value  # noqa: B018 - it raises if there is none
    except UnknownSyntax:
        return _no_such_text(pattern, evidence)
    near = _other_name(pieces, evidence)
    if near and near.kind == "other-name":
        return near
    return (
        _tail_or_gap(pieces, candidates)
        or near
        or _as_far_as_it_got(pieces, evidence, candidates)
    )


def words_of(pattern: str) -> set[str]:
    """The words to look for in a log to see whether a regex could match there."""
    words: set[str] = set()
    for text in (pattern, *(each for _, each in rewritten(pattern))):
        try:
            names = Pieces.of(text).words
        except UnknownSyntax:
            continue
        words.update(names)
        words.update(part for name in names for part in name.split("_"))
    return {word for word in words if len(word) > 1}


def _candidates(pattern: str, evidence: Evidence) -> list[LogLine]:
    """The lines that hold most of the regex's words, then those of which there are most."""
    words = words_of(pattern)

    def shared(line: LogLine) -> int:
        text = line.text.lower()
        return sum(len(word) for word in words if word in text)

    ranked = sorted(
        ((shared(line), evidence.shapes[line.shape], line) for line in evidence.lines),
        key=lambda each: each[:2],
        reverse=True,
    )
    return [line for _, _, line in ranked[:_CANDIDATES]]


def _repaired(pattern: str, candidates: Sequence[LogLine], view: View) -> Cause | None:
    """The fewest kinds of edits, the likelier first, with which the regex gives numbers."""
    if not candidates:
        return None
    texts = [("", pattern), *rewritten(pattern)]
    forms: list[tuple[str, Pieces]] = []
    for kind, text in texts:
        try:
            pieces = Pieces.of(text)
            pieces.value  # noqa: B018
            regex.compile(text)
        except (UnknownSyntax, regex.error):
            continue
        forms.append((kind, pieces))
    kinds = list(ways(view))
    complete = _complete(forms, candidates)
    for count in range(_KINDS_AT_ONCE + 1):
        for chosen in combinations(kinds, count):
            if not complete and ("other-name" not in chosen or count > 2):
                continue
            for kind, pieces in forms:
                if (count > 1 and kind) or (not kind and not count):
                    continue
                cause = _with_edits(kind, pieces, chosen, candidates, view)
                if cause:
                    return cause
    return None


def _complete(forms: Sequence[tuple[str, Pieces]], candidates: Sequence[LogLine]) -> bool:
    """Whether a line holds all words of the regex in one of its forms."""
    texts = [line.text.lower() for line in candidates]
    parts = [{p for word in pieces.words for p in re.findall("[a-z]+", word)} for _, pieces in forms]
    return any(all(part in text for part in each) for each in parts for text in texts)


def _with_edits(
    kind: str, pieces: Pieces, chosen: Sequence[str], candidates: Sequence[LogLine], view: View
) -> Cause | None:
    every = ways(view)
    by_edit = {edit: way for way in chosen for edit in every[way](pieces)}
    if len(set(by_edit.values())) < len(chosen):
        return None
    found = numbers_of(_try(pieces, list(by_edit), candidates))
    if not found:
        return None
    edits = _needed(pieces, list(by_edit), [each.line for each in found])
    found = numbers_of(_try(pieces, edits, candidates))
    ordered = sorted(edits, key=lambda edit: edit.first)
    named = kind or (by_edit[ordered[0]] if ordered else "nearest-miss")
    return Cause(
        named,
        f"{_MESSAGES[named]}{_difference(pieces, ordered, found)}",
        sightings=[_sighting(each) for each in _spread(found)],
        proposals=_proposals(pieces, edits, found),
    )


def _try(pieces: Pieces, edits: Sequence[Edit], lines: Iterable[LogLine]) -> list[Found]:
    try:
        trial = pieces.tried(edits)
    except regex.error:
        return []
    return [each for each in trial.on(lines) if _holds(pieces, each)]


def _holds(pieces: Pieces, found: Found) -> bool:
    """Whether what an edit allowed for is not another name than the one that is asked for."""
    text = found.line.text
    for edit, (start, end) in found.spans.items():
        lost = edit.last > edit.first and start == end
        if lost and goes_on(text, start):
            return False
        asked = pieces.characters[edit.first : edit.last]
        if not may_be_meant(asked, text[start:end]):
            return False
    return True


def _needed(pieces: Pieces, edits: list[Edit], lines: Sequence[LogLine]) -> list[Edit]:
    """The edits without which the regex would give fewer numbers."""
    lines = lines[:20]
    most = len(numbers_of(_try(pieces, edits, lines)))
    for edit in list(edits):
        rest = [each for each in edits if each != edit]
        if len(numbers_of(_try(pieces, rest, lines))) >= most:
            edits = rest
    return edits


def _proposals(pieces: Pieces, edits: Sequence[Edit], found: Sequence[Found]) -> list[str]:
    """The regex with what stands in the log, or else with what allows for it."""
    written = [Edit(e.first, e.last, _actual(e, found)) for e in edits]
    whole = [*_with_number(pieces, written), *_with_number(pieces, edits)]
    return list(dict.fromkeys([pieces.written(written), *whole]))


def _with_number(pieces: Pieces, edits: Sequence[Edit]) -> list[str]:
    if not pieces.value_is_group:
        return [pieces.written(edits)]
    value = pieces.value
    others = [edit for edit in edits if not edit.first <= value < edit.last]
    return [
        pieces.written([*others, Edit(value, value + 1, number)])
        for number in (NUMBER, NUMBER_OR_NAN)
    ]


def _actual(edit: Edit, found: Sequence[Found]) -> str:
    """What stands in the log where an edit was made, if that is always the same."""
    actual = {each.actual(edit) for each in found}
    if len(actual) > 1 or edit.regex in {NUMBER, NUMBER_OR_NAN, ""} or "(?:#015)?$" in edit.regex:
        return edit.regex
    return literally(actual.pop())


def _difference(pieces: Pieces, edits: Sequence[Edit], found: Sequence[Found]) -> str:
    """The first piece that was exchanged, and what stands in the log instead."""
    if not edits or not found:
        return ""
    edit, example = edits[0], found[0]
    asked = "".join(pieces.sources[edit.first : edit.last])
    actual = example.actual(edit)
    if edit.regex in {NUMBER, NUMBER_OR_NAN}:
        actual = example.capture or ""
    if asked and actual:
        return f": the regex asks for {asked!r}, and the log has {actual!r}"
    if asked:
        return f": the regex asks for {asked!r}, which the log does not have there"
    return f": the log has {actual!r}, for which the regex does not ask"


def _tail_or_gap(pieces: Pieces, candidates: Sequence[LogLine]) -> Cause | None:
    """Pieces that fail behind the number, or text between two pieces."""
    value, end = pieces.value, len(pieces.items)
    if not any(len(word) >= _LEAST_WORDS for word in Pieces(pieces.items[:value], False).words):
        return None
    if value + 1 < end:
        edit = Edit(value + 1, end, "")
        found = numbers_of(_try(pieces, [edit], candidates))
        if found:
            asked = "".join(pieces.sources[value + 1 :])
            stands = found[0].line.text[found[0].last :][:_INSTEAD]
            message = f"the regex asks for {asked!r} behind the number, and there stands {stands!r}"
            return _miss(pieces, edit, found, message)
    for place in range(value, 0, -1):
        if not _is_boundary(pieces, place):
            continue
        edit = Edit(place, place, _GAP)
        found = [
            each
            for each in numbers_of(_try(pieces, [edit], candidates))
            if _stands_apart(each, edit)
        ]
        if found and _bound_by_a_word(pieces, place):
            asked = "".join(pieces.sources[place:value])
            stands = found[0].actual(edit)[:_INSTEAD]
            message = f"between the parts of the regex, before {asked!r}, there stands {stands!r}"
            return _miss(pieces, edit, found, message)
    return None


def _stands_apart(found: Found, edit: Edit) -> bool:
    """Whether what stands in between neither begins nor ends in the middle of a name."""
    start, end = found.spans[edit]
    return not goes_on(found.line.text, start) and not goes_on(found.line.text, end)


def _is_boundary(pieces: Pieces, place: int) -> bool:
    return not goes_on(pieces.characters, place)


def _bound_by_a_word(pieces: Pieces, place: int) -> bool:
    return bool(Pieces(pieces.items[place : pieces.value], any_case=False).words)


def _miss(pieces: Pieces, edit: Edit, found: Sequence[Found], message: str) -> Cause:
    return Cause(
        "nearest-miss",
        message,
        sightings=[_sighting(each) for each in _spread(found)],
        proposals=[pieces.written([edit]), *_with_number(pieces, [edit])],
    )


def _other_name(pieces: Pieces, evidence: Evidence) -> Cause | None:
    near = closest_name(pieces, evidence)
    if near is None:
        return None
    kind = "nearest-miss" if near.same_name else "other-name"
    message = f"the log has {near.written!r}"
    if near.same_name:
        message += ", and around it not what the regex asks for"
    else:
        message += f", and the regex asks for {near.asked!r}"
    return Cause(kind, message, sightings=near.sightings, proposals=near.regexes)


def _as_far_as_it_got(
    pieces: Pieces, evidence: Evidence, candidates: Sequence[LogLine]
) -> Cause:
    words = pieces.words
    missing = [word for word in words if not _stands_alone(word, evidence)]
    together = [c for c in candidates if all(word in c.text.lower() for word in words)]
    place, found = _longest_prefix(pieces, together if words else candidates)
    if missing or (words and not together) or not place or found is None:
        return _no_such_text("".join(pieces.sources), evidence, missing)
    failed = "".join(pieces.sources[place:])
    stands = found.line.text[found.last :][:_INSTEAD]
    message = f"it got as far as {''.join(pieces.sources[:place])!r}; then it asks for {failed!r}"
    message += f", and there stands {stands!r}" if stands else ", and there the line ends"
    return Cause("nearest-miss", message, sightings=[_sighting(found)])


def _stands_alone(word: str, evidence: Evidence) -> bool:
    """Whether a word stands in the log, and not only inside of longer ones."""
    alone = re.compile(
        rf"(?:(?<![a-z0-9_])|(?<=#01[15])){re.escape(word)}(?![a-z0-9_])", re.IGNORECASE
    )
    return word in evidence.words and any(alone.search(line.text) for line in evidence.lines)


def _longest_prefix(
    pieces: Pieces, candidates: Sequence[LogLine]
) -> tuple[int, Found | None]:
    """How many pieces match at most somewhere, and the line where they do."""
    for place in range(len(pieces.items) - 1, 0, -1):
        prefix = Pieces(pieces.items[:place], pieces.any_case)
        try:
            compiled = regex.compile(prefix.written())
        except regex.error:
            continue
        for line in candidates:
            if match := compiled.search(line.text):
                return place, Found(line, *match.span(), -1, -1, {})
    return 0, None


def _no_such_text(pattern: str, evidence: Evidence, missing: Sequence[str] = ()) -> Cause:
    missing = missing or sorted(words_of(pattern) - evidence.words)
    if missing:
        message = f"the log holds no such text: {missing[0]!r} stands nowhere in it as a word"
    else:
        message = "the log holds no such text: no line is like what the regex asks for"
    return Cause("no-such-text", message)


def _spread(found: Sequence[Found]) -> Sequence[Found]:
    return found[:_SHOWN]


def _sighting(found: Found) -> Sighting:
    capture = None if found.start < 0 else (found.start, found.end)
    line = found.line
    return Sighting(
        line.source, line.line, line.text, (found.first, found.last), capture, None, found.value
    )
