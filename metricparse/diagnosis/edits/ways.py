"""What may have been meant otherwise in a regex: each way as the edits that allow for it.

An edit allows for more than the piece that it replaces. If a regex with edits matches where the
regex alone does not, the edits that cannot be taken back are the cause.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from metricparse.diagnosis.edits.look_alikes import look_alikes
from metricparse.diagnosis.edits.pieces import Edit, Pieces, in_name
from metricparse.diagnosis.edits.similar_names import DATA_WORDS, names_like
from metricparse.diagnosis.kinds import Kind
from metricparse.logs.views import ESCAPED_CONTROL, View
from metricparse.matching.numbers import NUMBER_OR_NAN_GROUP
from metricparse.regex_syntax.nodes import Anchor, Branch, CharacterClass, Group, Literal, Repeat
from metricparse.regex_syntax.parse import UnknownSyntax
from metricparse.regex_syntax.write import write

_SPACE = r"\s*"
_SEPARATOR = r"(?:\s*(?:[:=]|->|=>|\bis\b)\s*|\s+)"
_QUOTES = "'\"`\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}“”"
_QUOTE = rf"(?:\\?[{_QUOTES}])?"
_WRITTEN_SEPARATOR = re.compile(r"\s*(?:[:=]|->|=>)\s*|\s+\Z|(?<=[A-Za-z])\s(?=\0)")
#: What may join the words of a name.
ANY_JOINT = r"[-_/. ]?"
_JOINT = re.compile(r"(?<=[A-Za-z])[-_/.](?=[A-Za-z])")
_EXTRA_WORD = re.compile(r"(?<![A-Za-z])([A-Za-z]{2,}) (?=[A-Za-z])")
_WORD = re.compile(r"[A-Za-z]+")
_ESCAPED_LETTER = re.compile(r"(?<!\\)\\(?=[abfnrtvBAZ][A-Za-z_]{2})")
_LOST_BACKSLASH = re.compile(r"(?<![\\A-Za-z0-9_])[dDsSwW](?=[+*{]|[^A-Za-z\]][^\[]*\])")


def ways(view: View) -> dict[Kind, Callable[[Pieces], Iterable[Edit]]]:
    """For each kind of cause the edits that allow for it, the likelier kinds first."""
    return {
        Kind.CONTROL_CHARACTERS: _in_clear if view is View.RAW else _escaped_controls,
        Kind.OTHER_CASE: _any_case,
        Kind.OTHER_SPACING: _any_space,
        Kind.OTHER_SEPARATOR: _any_separator,
        Kind.OTHER_QUOTES: _any_quotes,
        Kind.NUMBER_FORM: _any_number,
        Kind.COLOUR_CODES: lambda pieces: _between(pieces, rf"(?:{view.colour_code})*"),
        Kind.ANCHORED: _without_anchors,
        Kind.LOOK_ALIKE: _any_look_alike,
        Kind.OTHER_NAME: _any_name,
        Kind.OTHER_WORDS: _without_a_word,
    }


def rewritten(pattern: str) -> Iterator[tuple[Kind, str]]:
    """Regexes that the text of a regex may have been before it was escaped once more, or less."""
    if "\\\\" in pattern:
        yield Kind.ESCAPED_TWICE, pattern.replace("\\\\", "\\")
    letters = _ESCAPED_LETTER.sub("", pattern)
    if letters != pattern:
        yield Kind.LETTER_ESCAPED, letters
    restored = _LOST_BACKSLASH.sub(r"\\\g<0>", pattern.replace("\b", "\\b"))
    if restored != pattern:
        yield Kind.NOT_ESCAPED, restored
    try:
        pieces = Pieces.of(pattern)
    except UnknownSyntax:
        return
    literal = dict(enumerate(_as_literals(pieces)))
    changed = [place for place, text in literal.items() if text is not None]
    for chosen in [*([place] for place in changed), *([changed] if len(changed) > 1 else [])]:
        edits = [Edit(place, place + 1, literal[place] or "") for place in chosen]
        yield Kind.NOT_ESCAPED, pieces.written(edits)
    if len(pieces.items) == 1 and isinstance(pieces.items[0], Branch):
        yield Kind.NOT_ESCAPED, r"\|".join(map(write, pieces.items[0].items))


def _as_literals(pieces: Pieces) -> Iterator[str | None]:
    """For each piece what it is if its special characters stand for themselves."""
    for item, source in zip(pieces.items, pieces.sources, strict=True):
        match item:
            case Repeat(item=Literal()) if source[-1] in "?*+":
                yield f"{source[:-1]}\\{source[-1]}"
            case CharacterClass() if source.startswith("["):
                yield rf"\[{source[1:-1]}\]"
            case Anchor() if source in "^$":
                yield f"\\{source}"
            case Group(number=number) if number:
                yield rf"\({source[1:-1]}\)"
            case _:
                yield None


def _escaped_controls(pieces: Pieces) -> Iterator[Edit]:
    for place, (item, source) in enumerate(zip(pieces.items, pieces.sources, strict=True)):
        match item:
            case Literal(character) if character < " " or character == "\x7f":
                yield Edit(place, place + 1, f"#{ord(character):03o}")
            case Literal(" ") | CharacterClass(r"\s"):
                yield Edit(place, place + 1, rf"(?:{source}|#01[15])+")
            case Repeat(item=CharacterClass(inner)) if inner in {r"\s", r"[\t]", r"[\s]", r"[ \t]"}:
                yield Edit(place, place + 1, rf"(?:{inner}|#01[15])*")
            case Repeat(item=Literal(" ")):
                yield Edit(place, place + 1, r"(?: |#01[15])*")
            case Repeat(item=Literal("\t")):
                yield Edit(place, place + 1, r"(?:#011)*")
            case Anchor("$"):
                yield Edit(place, place + 1, r"(?:#015)?$")


def _in_clear(pieces: Pieces) -> Iterator[Edit]:
    for match in re.finditer(ESCAPED_CONTROL, pieces.characters):
        control = rf"\x{int(match[0][1:], 8):02x}"
        yield Edit(*match.span(), {r"\x09": r"\t", r"\x0d": r"\r"}.get(control, control))


def _any_case(pieces: Pieces) -> Iterator[Edit]:
    for word in _WORD.finditer(pieces.characters):
        yield Edit(*word.span(), f"(?i:{word[0]})")


def _any_space(pieces: Pieces) -> Iterator[Edit]:
    for place, (item, source) in enumerate(zip(pieces.items, pieces.sources, strict=True)):
        is_space = isinstance(item, Literal) and item.character.isspace()
        if is_space or source in {r"\s", r"\s+", "[ ]", " +"}:
            yield Edit(place, place + 1, _SPACE)
    yield from _between(pieces, _SPACE)


def _any_separator(pieces: Pieces) -> Iterator[Edit]:
    text = pieces.characters
    for separator in _WRITTEN_SEPARATOR.finditer(text[: pieces.value]):
        yield Edit(*separator.span(), _SEPARATOR)
    if text[pieces.value - 1 : pieces.value].isalpha():
        yield Edit(pieces.value, pieces.value, _SEPARATOR)


def _any_quotes(pieces: Pieces) -> Iterator[Edit]:
    for place, character in enumerate(pieces.characters):
        if character in _QUOTES:
            yield Edit(place, place + 1, _QUOTE)
    yield from _between(pieces, _QUOTE)


def _any_number(pieces: Pieces) -> Iterator[Edit]:
    if pieces.value_is_group and pieces.words:
        yield Edit(pieces.value, pieces.value + 1, NUMBER_OR_NAN_GROUP)


def _any_name(pieces: Pieces) -> Iterator[Edit]:
    for word in _WORD.finditer(pieces.characters):
        if pattern := names_like(word[0]):
            yield Edit(*word.span(), pattern)
    for joint in _JOINT.finditer(pieces.characters):
        yield Edit(*joint.span(), ANY_JOINT)


def _any_look_alike(pieces: Pieces) -> Iterator[Edit]:
    for place, character in enumerate(pieces.characters):
        if alike := look_alikes(character):
            yield Edit(place, place + 1, f"[{re.escape(character)}{re.escape(alike)}]")


def _without_a_word(pieces: Pieces) -> Iterator[Edit]:
    """A word that tells no data apart, with the space beside it."""
    text = pieces.characters[: pieces.value]
    for word in _EXTRA_WORD.finditer(text):
        if word[1].lower() not in DATA_WORDS:
            yield Edit(*word.span(), f"(?:{re.escape(word[0])})?")


def _without_anchors(pieces: Pieces) -> Iterator[Edit]:
    for place, item in enumerate(pieces.items):
        if isinstance(item, Anchor):
            yield Edit(place, place + 1, "")


def _between(pieces: Pieces, inserted: str) -> Iterator[Edit]:
    """An insertion wherever a word, a number or what separates them may end."""
    text = pieces.characters
    for place in range(1, len(text)):
        if not (in_name(text[place - 1]) and in_name(text[place])):
            yield Edit(place, place, inserted)
