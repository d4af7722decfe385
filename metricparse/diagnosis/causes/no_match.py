"""Why a definition matched nothing: what it asks for, and what stands in the log instead."""

import re
import time
from collections.abc import Iterator, Sequence
from heapq import nlargest
from itertools import combinations

import regex

from metricparse.diagnosis.causes.base import SIGHTINGS_SHOWN, Cause, sightings_of
from metricparse.diagnosis.causes.details import Differs, EmptyLog, NameInOtherText, OtherName
from metricparse.diagnosis.causes.nearest_miss import as_far_as_it_got, no_such_text, tail_or_gap
from metricparse.diagnosis.causes.other_name import closest_name
from metricparse.diagnosis.causes.other_value import why_value_is_none
from metricparse.diagnosis.causes.wrong_number import why_cut
from metricparse.diagnosis.edits.pieces import Edit, Found, Pieces, numbers_of
from metricparse.diagnosis.edits.trial import attempt, with_number, words_of
from metricparse.diagnosis.edits.ways import rewritten, ways
from metricparse.diagnosis.kinds import Kind
from metricparse.evidence.sample import Evidence, LogLine
from metricparse.logs.views import View
from metricparse.matching.numbers import NUMBER_GROUP, NUMBER_OR_NAN_GROUP
from metricparse.regex_syntax.parse import UnknownSyntax
from metricparse.regex_syntax.write import literally

_CANDIDATES = 80
_KINDS_AT_ONCE = 3
# Edits with which a line need not hold the words of the regex.
_WORDS_CHANGE = frozenset({Kind.OTHER_NAME, Kind.OTHER_WORDS, Kind.LOOK_ALIKE})
# Of a regex that takes long, not all is tried.
_PATIENCE = 4.0


def why_nothing_matched(
    pattern: str, evidence: Evidence, view: View, *, lines_in_log: int
) -> Cause:
    """The cause that a regex matches nowhere in logs of so many lines."""
    if not lines_in_log:
        return Cause(EmptyLog())
    candidates = _candidates(pattern, evidence)
    try:
        pieces = Pieces.with_value(pattern)
    except UnknownSyntax:
        pieces = None
    cause = (
        why_cut(pattern, pieces, [], evidence)
        or (pieces and why_value_is_none(pieces, candidates))
        or _repaired(pattern, candidates, view)
    )
    if cause:
        return cause
    if pieces is None:
        return no_such_text(pattern, evidence)
    near = _other_name(pieces, evidence)
    if near and near.kind is Kind.OTHER_NAME:
        return near
    return tail_or_gap(pieces, candidates) or near or as_far_as_it_got(pieces, evidence, candidates)


def _candidates(pattern: str, evidence: Evidence) -> list[LogLine]:
    """The lines that hold most of the regex's words, then those of which there are most."""
    words = words_of(pattern)
    ranked = nlargest(
        _CANDIDATES,
        (
            (sum(len(word) for word in words if word in text), evidence.shapes[line.shape], -place)
            for place, (line, text) in enumerate(zip(evidence.lines, evidence.lowered, strict=True))
        ),
    )
    return [evidence.lines[-place] for _, _, place in ranked]


def _repaired(pattern: str, candidates: Sequence[LogLine], view: View) -> Cause | None:
    """The fewest kinds of edits, the likelier first, with which the regex gives numbers."""
    if not words_of(pattern):
        return None  # it would match anything
    forms = list(_forms(pattern))
    kinds = list(ways(view))
    deadline = time.monotonic() + _PATIENCE
    complete = _complete(forms, candidates)
    for count in range(_KINDS_AT_ONCE + 1):
        best: Cause | None = None
        for chosen in combinations(kinds, count):
            if not complete and (count > 2 or not _WORDS_CHANGE.intersection(chosen)):
                continue
            if time.monotonic() > deadline:
                return best
            for kind, pieces in forms:
                if (count > 1 and kind) or (kind is None and not count):
                    continue
                cause = _with_edits(kind, pieces, chosen, candidates, view)
                if cause and (best is None or _sights(cause) > _sights(best)):
                    best = cause
                if best and _sights(best) >= SIGHTINGS_SHOWN:
                    return best
        if best:
            return best
    return None


def _sights(cause: Cause) -> int:
    """On how many lines it was seen, as far as they are kept; of the first of equals comes first."""
    return len(cause.sightings)


def _forms(pattern: str) -> Iterator[tuple[Kind | None, Pieces]]:
    """The regex, and what it may have been before it was escaped otherwise, with that cause."""
    for kind, text in [(None, pattern), *rewritten(pattern)]:
        try:
            pieces = Pieces.with_value(text)
            regex.compile(text)
        except (UnknownSyntax, regex.error):
            continue
        yield kind, pieces


def _complete(forms: Sequence[tuple[Kind | None, Pieces]], candidates: Sequence[LogLine]) -> bool:
    """Whether a line holds all words of the regex in one of its forms."""
    texts = [line.text.lower() for line in candidates]
    parts = [
        {p for word in pieces.words for p in re.findall("[a-z]+", word)} for _, pieces in forms
    ]
    return any(all(part in text for part in each) for each in parts for text in texts)


def _with_edits(
    kind: Kind | None,
    pieces: Pieces,
    chosen: Sequence[Kind],
    candidates: Sequence[LogLine],
    view: View,
) -> Cause | None:
    every = ways(view)
    by_edit = {edit: way for way in chosen for edit in every[way](pieces)}
    if len(set(by_edit.values())) < len(chosen):
        return None
    found = numbers_of(attempt(pieces, list(by_edit), candidates))
    if not found:
        return None
    edits = _needed(pieces, list(by_edit), [each.line for each in found])
    found = numbers_of(attempt(pieces, edits, candidates))
    ordered = sorted(edits, key=lambda edit: edit.first)
    named = kind or (by_edit[ordered[0]] if ordered else Kind.NEAREST_MISS)
    details = _difference(named, pieces, ordered, found)
    return Cause(details, sightings_of(found), _proposals(pieces, edits, found))


def _needed(pieces: Pieces, edits: list[Edit], lines: Sequence[LogLine]) -> list[Edit]:
    """The edits without which the regex would give fewer numbers."""
    lines = lines[:20]
    most = len(numbers_of(attempt(pieces, edits, lines)))
    for edit in list(edits):
        rest = [each for each in edits if each != edit]
        if len(numbers_of(attempt(pieces, rest, lines))) >= most:
            edits = rest
    return edits


def _proposals(pieces: Pieces, edits: Sequence[Edit], found: Sequence[Found]) -> list[str]:
    """The regex with what stands in the log, or with what allows for it where that varies."""
    written = [Edit(e.first, e.last, _actual(e, found)) for e in edits]
    return list(dict.fromkeys([pieces.written(written), *with_number(pieces, written)]))


def _actual(edit: Edit, found: Sequence[Found]) -> str:
    """What stands in the log where an edit was made, if that is always the same."""
    actual = {each.actual(edit) for each in found}
    if (
        len(actual) > 1
        or edit.regex in {NUMBER_GROUP, NUMBER_OR_NAN_GROUP, ""}
        or "(?:#015)?$" in edit.regex
    ):
        return edit.regex
    return literally(actual.pop())


def _difference(
    kind: Kind, pieces: Pieces, edits: Sequence[Edit], found: Sequence[Found]
) -> Differs:
    """The first piece that was exchanged, and what stands in the log instead."""
    if not edits or not found:
        return Differs(kind)
    edit, example = edits[0], found[0]
    asked = "".join(pieces.sources[edit.first : edit.last])
    is_number = edit.regex in {NUMBER_GROUP, NUMBER_OR_NAN_GROUP}
    return Differs(kind, asked, (example.capture or "") if is_number else example.actual(edit))


def _other_name(pieces: Pieces, evidence: Evidence) -> Cause | None:
    near = closest_name(pieces, evidence)
    if near is None:
        return None
    details = (
        NameInOtherText(near.written) if near.same_name else OtherName(near.asked, near.written)
    )
    return Cause(details, near.sightings, near.regexes)
