"""Why a definition publishes other numbers than were meant."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import regex

from metricparse.diagnosis.causes.base import SIGHTINGS_SHOWN, Cause, sightings_of
from metricparse.diagnosis.causes.details import (
    CutFault,
    CutLine,
    CutShort,
    DigitsOfControl,
    FormNotTaken,
    LaterNumber,
    NameBeforeOtherGroup,
    SeveralForms,
    SeveralStates,
    TwoNames,
)
from metricparse.diagnosis.causes.not_a_number import COLOUR, CONTROL, only_group, takes
from metricparse.diagnosis.causes.other_value import why_cut_at_a_comma, why_value_is_none
from metricparse.diagnosis.edits.pieces import PATIENCE, Edit, Found, Pieces, Trial, numbers_of
from metricparse.diagnosis.edits.similar_names import DATA_WORDS, meanings
from metricparse.evidence.sample import Evidence, LogLine
from metricparse.logs.views import COLOUR_PARAMETERS, ESCAPED_CONTROL
from metricparse.matching.numbers import NUMBER_GROUP, NUMBER_OR_NAN_GROUP, THOUSANDS
from metricparse.regex_syntax.nodes import Group, Literal, Node, Repeat, walk
from metricparse.regex_syntax.parse import UnknownSyntax
from metricparse.regex_syntax.write import literally
from metricparse.scanning.summary import DefinitionSummary
from metricparse.values import replaced

_OFTEN, _MOSTLY = 0.1, 0.8
_FORMS = 3
_DIGITS, _TEXT = re.compile(r"[0-9]+"), re.compile(r"[^\W\d_]+")
_WRITTEN = re.compile(r"[-+]?[0-9.][0-9.,]*(?:[eE][-+]?[0-9]+)?")
_IN_NAME = re.compile(r"[\w/.-]")


def why_wrong_numbers(
    pattern: str, summary: DefinitionSummary, matches: Sequence[Found], evidence: Evidence
) -> Iterator[Cause]:
    """The causes that the numbers are not those that were meant."""
    found = numbers_of(matches)
    try:
        pieces = Pieces.with_value(pattern)
    except UnknownSyntax:
        pieces = None
    if pieces:
        yield from _part_of_a_control(pieces, found)
        yield from _later_number(pieces, summary.name, found)
        yield from _group_of_another_metric(pieces, summary.name, found)
    if cause := why_cut(pattern, pieces, found, evidence):
        yield cause
    comma = why_cut_at_a_comma(found)
    if comma:
        yield comma
    elif summary.truncated:
        yield _cut_short(pieces, summary, found)
    if pieces:
        yield from _missed(pieces, found, evidence)
        yield from _missed_values(pieces, summary, found, evidence)
        yield from _several(pieces, summary, found)
        yield from _two_names(pieces, summary, found)
        yield from _several_forms(pieces, found)


def _cut_short(pieces: Pieces | None, summary: DefinitionSummary, found: Sequence[Found]) -> Cause:
    cut = [each for each in found if each.is_truncated]
    proposals: list[str] = []
    if pieces and pieces.value_is_group:
        value, end = pieces.value, len(pieces.items)
        for number in (NUMBER_GROUP, NUMBER_OR_NAN_GROUP):
            proposals.append(pieces.written([Edit(value, value + 1, number)]))
            proposals.append(
                pieces.written([*_without_signs(pieces), Edit(value, value + 1, number)])
            )
            if value + 1 < end:
                proposals.append(pieces.written([Edit(value, end, number)]))
    details = CutShort(
        summary.truncated,
        summary.emitted,
        _why_cut(cut[0]) if cut else CutFault.UNKNOWN,
        (cut[0].capture or "").strip() if cut else "",
        _written_number(cut[0]) if cut else "",
        separated=bool(cut and re.match(THOUSANDS, _whole_number(cut[0]))),
    )
    return Cause(details, sightings_of(_different(cut)), list(dict.fromkeys(proposals)))


def _without_signs(pieces: Pieces) -> list[Edit]:
    """Edits that let a sign or digits, taken by the piece before the group, go to the group."""
    before = pieces.value - 1
    if before >= 0 and isinstance(pieces.items[before], Repeat):
        source = pieces.sources[before]
        if not source.endswith("?"):
            return [Edit(before, before + 1, f"{source}?")]
    return []


def _why_cut(found: Found) -> CutFault:
    text = found.line.text
    if re.match(r"[eE][-+]?[0-9]", text[found.end :]):
        return CutFault.EXPONENT
    if text[found.start - 1 : found.start] == "-":
        return CutFault.MINUS_SIGN
    if re.match(r",[0-9]{3}", text[found.end :]):
        return CutFault.THOUSANDS
    if re.match(r"[0-9.]", text[found.end :]):
        return CutFault.GROUP_STOPS
    return CutFault.BEGINS_BEFORE


def _whole_number(found: Found) -> str:
    text = found.line.text
    start = found.start
    while start and text[start - 1] in "0123456789.,":
        start -= 1
    return text[start : found.end + 20]


def _written_number(found: Found) -> str:
    """All of the number of which a part is captured."""
    text = found.line.text
    number = next(each for each in _WRITTEN.finditer(text) if each.end() > found.start)
    return number[0]


def _later_number(pieces: Pieces, name: str, found: Sequence[Found]) -> Iterator[Cause]:
    """A greedy repeat before the group that ran past the number that was meant."""
    edits = [
        Edit(place, place + 1, f"{source}?")
        for place, (item, source) in enumerate(zip(pieces.items, pieces.sources, strict=True))
        if place < pieces.value and _runs_past(item) and not source.endswith(("?", "*+", "++"))
    ]
    for edit in edits:
        lazy = {id(each.line): each for each in pieces.tried([edit]).on(e.line for e in found)}
        pairs = [(each, lazy[id(each.line)]) for each in found if id(each.line) in lazy]
        past = [
            (now, meant) for now, meant in pairs if _is_past(pieces, edit.first, name, now, meant)
        ]
        if past:
            now, meant = past[0]
            value = pieces.value
            numbers = [Edit(value, value + 1, NUMBER_GROUP)] if pieces.value_is_group else []
            yield Cause(
                LaterNumber(pieces.sources[edit.first], now.capture, meant.capture),
                sightings_of([each for each, _ in past]),
                [pieces.written([edit, *numbers]), pieces.written([edit])],
            )
            return


def _runs_past(item: Node) -> bool:
    return (
        isinstance(item, Repeat)
        and item.most is None
        and not item.lazy
        and takes(item, "5")
        and takes(item, " ")
    )


def _is_past(pieces: Pieces, place: int, metric: str, now: Found, meant: Found) -> bool:
    """Whether a greedy repeat passed over the number that belongs to the words before it."""
    if meant.start >= now.start or meant.value is None:
        return False
    text, between = now.line.text, pieces.characters[place + 1 : pieces.value]
    words = regex.findall(r"[A-Za-z]{2,}", between)
    if not words:
        return any(character.isalpha() for character in pieces.characters[:place])
    # With words of its own after it, the last of several states may be meant, but not a name
    # that only ends like the one that is asked for, nor that of other data than the metric's.
    name = between.lstrip("\0")
    at, first = text.rfind(name, 0, now.start), text.find(name)
    if not 0 < first < at:
        return False
    if _IN_NAME.match(text[at - 1]) and not _IN_NAME.match(text[first - 1]):
        return True
    wanted = meanings(metric)
    return bool(wanted & _word_before(text, first)) and not wanted & _word_before(text, at)


def _word_before(text: str, place: int) -> set[str]:
    return meanings("".join(re.findall(r"([A-Za-z]+)[^A-Za-z]{0,2}\Z", text[:place])))


def _group_of_another_metric(pieces: Pieces, name: str, found: Sequence[Found]) -> Iterator[Cause]:
    """Group 1 captures a number, and the metric's name stands before another group."""
    groups = [
        place for place, item in enumerate(pieces.items) if isinstance(item, Group) and item.number
    ]
    if len(groups) < 2 or not found:
        return
    words = set(regex.findall(r"[a-z]{3,}", name.lower()))
    before = dict(zip(groups, [0, *(place + 1 for place in groups)], strict=False))
    named = [
        place
        for place in groups
        if words
        & set(regex.findall(r"[a-z]{3,}", pieces.characters[before[place] : place].lower()))
    ]
    if not named or named[0] == groups[0] or groups[0] in named:
        return
    number = groups.index(named[0]) + 1
    nested = sum(
        isinstance(node, Group) and bool(node.number)
        for place in groups[: number - 1]
        for node in walk(pieces.items[place])
    )
    yield Cause(
        NameBeforeOtherGroup(found[0].capture, name, nested + 1),
        sightings_of(found),
        [only_group(pieces.written(), nested + 1)],
    )


def _part_of_a_control(pieces: Pieces, found: Sequence[Found]) -> Iterator[Cause]:
    """Digits that stand for a control character taken for the number, or for a part of it."""
    wrong = [each for each in found if each.start and _is_control(each)]
    if not wrong:
        return
    value = pieces.value
    edits = (
        [Edit(value, value, rf"(?:{ESCAPED_CONTROL}(?:{COLOUR_PARAMETERS})?)+")] if value else []
    )
    yield Cause(
        DigitsOfControl(_code_at(wrong[0])),
        sightings_of(wrong),
        [pieces.written([*edits, Edit(value, value + 1, NUMBER_GROUP)])]
        if pieces.value_is_group
        else [],
    )


def _is_control(found: Found) -> bool:
    """Whether what was captured begins with the digits of a control character."""
    code, line = _code_at(found), found.line
    return bool(CONTROL.match(code)) and line.raw.count(code) < line.text.count(code)


def _code_at(found: Found) -> str:
    return found.line.text[found.start - 1 : found.start + 3]


def why_cut(
    pattern: str, pieces: Pieces | None, found: Sequence[Found], evidence: Evidence
) -> Cause | None:
    """The cause that a line is cut in the middle of what a regex asks for."""
    words = Pieces(pieces.items[: pieces.value], pieces.any_case).words if pieces else []
    cut = [
        each
        for each in found
        if each.end == len(each.line.text) and each.line.rest[:1] in set("0123456789.eE")
    ]
    matched = {id(each.line) for each in found}
    cut += _matched_across(
        regex.compile(pattern),
        [each for each in evidence.cut_with(words) if id(each) not in matched],
    )
    return Cause(CutLine(), sightings_of(cut)) if cut else None


def _matched_across(compiled: Any, lines: Sequence[LogLine]) -> Iterator[Found]:
    """Where a regex would match if a line were not cut, up to the cut."""
    whole = [replaced(line, text=line.text + line.rest, rest="") for line in lines]
    for line, each in zip(lines, whole, strict=True):
        for found in Trial(compiled, 1, {}).on([each]):
            end = len(line.text)
            after = Trial(compiled, 1, {}).on([replaced(line, text=line.rest)])
            is_whole = bool(after) and after[0].capture == found.capture
            if found.first < end < found.last and not is_whole:
                yield replaced(found, line=line, last=end, start=min(found.start, end), end=end)


def _missed(pieces: Pieces, found: Sequence[Found], evidence: Evidence) -> Iterator[Cause]:
    """Numbers in the same place that the group does not take: with a sign, or a fraction."""
    if not pieces.value_is_group or not _has_words_before(pieces):
        return
    matched = {id(each.line) for each in found}
    others = [line for line in evidence.with_words(pieces.words) if id(line) not in matched]
    if not others:
        return
    value = pieces.value
    edit, taken = Edit(value, value + 1, NUMBER_GROUP), regex.compile(pieces.sources[value])
    missed = [
        each
        for each in numbers_of(pieces.tried([edit]).on(others))
        if not taken.fullmatch(each.capture or "")
    ]
    if missed:
        details = FormNotTaken(missed[0].capture)
        yield Cause(details, sightings_of(missed), [pieces.written([edit])])


def _missed_values(
    pieces: Pieces, summary: DefinitionSummary, found: Sequence[Found], evidence: Evidence
) -> Iterator[Cause]:
    """Lines with the same text before the number, where no number stands that it could take."""
    if not _has_words_before(pieces):
        return
    before = Pieces(pieces.items[: pieces.value], pieces.any_case)
    matched = {id(each.line) for each in found}
    others = [line for line in evidence.with_words(before.words) if id(line) not in matched]
    lines = sum(evidence.shapes[shape] for shape in {line.shape for line in others})
    if lines >= _OFTEN * summary.emitted and (cause := why_value_is_none(pieces, others)):
        yield cause


def _has_words_before(pieces: Pieces) -> bool:
    return bool(Pieces(pieces.items[: pieces.value], pieces.any_case).words)


def _several(pieces: Pieces, summary: DefinitionSummary, found: Sequence[Found]) -> Iterator[Cause]:
    """Lines that hold several states, of which the first is published."""
    if summary.repeated < _OFTEN * summary.emitted:
        return
    compiled = regex.compile(pieces.written())
    several: list[tuple[Found, list[str]]] = []
    for each in found:
        values = _values_on_the_line(compiled, each)
        if len(set(values)) > 1:
            several.append((each, values))
    if not several or len(several) < _OFTEN * len(found):
        return
    each, values = several[0]
    # Where a line is cut, the last number may be the beginning of one.
    ending = "(?=[^0-9.eE])" if any(found.line.rest for found, _ in several) else ""
    yield Cause(
        SeveralStates(summary.repeated, values[0], len(values), values[-1]),
        sightings_of([found for found, _ in several]),
        [f".*{pieces.written()}{ending}"],
    )


def _values_on_the_line(compiled: Any, found: Found) -> list[str]:
    try:
        matches = list(compiled.finditer(found.line.text, timeout=PATIENCE))
    except TimeoutError:
        return []
    return [each[1] for each in matches if each[1] and _is_alike(found, each.start(1))]


def _is_alike(found: Found, start: int) -> bool:
    """Whether another match belongs to the same name: what stands before it is the same."""
    text = found.line.text
    lead = found.start - found.first
    first, other = text[: found.start - lead], text[: start - lead]
    return bool(_IN_NAME.match(first[-1:])) == bool(_IN_NAME.match(other[-1:]))


def _two_names(
    pieces: Pieces, summary: DefinitionSummary, found: Sequence[Found]
) -> Iterator[Cause]:
    """A regex that matches inside longer names, of which there are several."""
    if not isinstance(pieces.items[0], Literal) or not pieces.items[0].character.isalpha():
        return
    names: dict[str, Found] = {}
    counts: Counter[str] = Counter()
    for each in found:
        before = CONTROL.sub(" ", COLOUR.sub(" ", each.line.text[: each.first]))
        lead = re.search(r"[\w/.-]*\Z", before)
        name = lead[0] if lead else ""
        names.setdefault(name, each)
        counts[name] += 1
    often = [name for name, count in counts.items() if count >= max(2, _OFTEN * len(found))]
    other = [name for name in counts if name not in often and _is_of_other_data(name)]
    if len(often) < 2 and not (often and other):
        return
    text = "".join(pieces.sources[: pieces.value]).strip(" :=")
    shown = sorted([*often, *other])
    details = TwoNames([f"{name}{text}" for name in shown[:2]])
    cause = Cause(details, sightings_of([names[name] for name in shown]))
    meant = counts.most_common(1)[0][0]
    cause.proposals = [f"{literally(_before(names[meant]))}{pieces.written()}"]
    cause.surplus = summary.emitted - summary.emitted * counts[meant] // len(found)
    yield cause


def _is_of_other_data(name: str) -> bool:
    """Whether what stands before a name makes it that of other data, as in `train_loss`."""
    return any(word in DATA_WORDS for word in re.split(r"[\W_]+", name.lower()))


def _before(found: Found) -> str:
    """What stands right before a match, as far as it is no part of a name."""
    text = found.line.text[: found.first]
    return text[-4:] if CONTROL.match(text[-4:]) else text[-1:]


def _several_forms(pieces: Pieces, found: Sequence[Found]) -> Iterator[Cause]:
    """A regex without a word that matches lines of several forms."""
    if pieces.words or len(found) < _FORMS:
        return
    forms: dict[str, Found] = {}
    counts: Counter[str] = Counter()
    for each in found:
        form = _TEXT.sub("a", _DIGITS.sub("0", each.line.text))
        forms.setdefault(form, each)
        counts[form] += 1
    if len(counts) >= _FORMS and counts.most_common(1)[0][1] < _MOSTLY * len(found):
        shown = [forms[form] for form, _ in counts.most_common(SIGHTINGS_SHOWN)]
        yield Cause(SeveralForms(len(counts)), sightings_of(shown))


def _different(found: Sequence[Found]) -> list[Found]:
    """A few whose captures differ."""
    return list({each.capture: each for each in reversed(found)}.values())[-SIGHTINGS_SHOWN:][::-1]
