"""The details of causes: what a log showed, as objects with their parts."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Self

from metricparse.diagnosis.details import Details, count_of
from metricparse.diagnosis.kinds import Kind
from metricparse.values import value


@value
class EmptyLog(Details):
    """A log without a line."""

    kind = Kind.EMPTY_LOG

    def __str__(self) -> str:
        return self.kind.meaning


@value
class NoSuchText(Details):
    """Nothing in the log is like the regex.

    word: one that stands nowhere in it on its own, if any is. inside: a longer one that holds it.
    """

    kind = Kind.NO_SUCH_TEXT
    word: str | None
    inside: str | None = None

    def __str__(self) -> str:
        if self.word and self.inside:
            return (
                f"the log holds no such text: {self.word!r} does not occur in it as a word, only "
                f"inside of {self.inside!r}"
            )
        if self.word:
            return f"the log holds no such text: {self.word!r} does not occur in it as a word"
        return "the log holds no such text: no line is like what the regex asks for"


@value
class OtherSource(Details):
    """Another log of the job gives the numbers."""

    kind = Kind.OTHER_SOURCE
    path: str
    numbers: int

    def __str__(self) -> str:
        return (
            f"the text is not in this log, but in {self.path}: {count_of(self.numbers, 'number')}"
        )


@value
class Differs(Details):
    """The first piece of a regex that differs from the log, and what stands there instead.

    asked, found: either may be empty, where one has what the other lacks; both are where only the
    kind is known.
    """

    kind: Kind
    asked: str = ""
    found: str = ""

    def __str__(self) -> str:
        meaning = self.kind.meaning
        if self.asked and self.found:
            return f"{meaning}: the regex asks for '{self.asked}', and the log has {self.found!r}"
        if self.asked:
            return f"{meaning}: the regex asks for '{self.asked}', which is not there in the log"
        if self.found:
            return f"{meaning}: the log has {self.found!r}, which the regex does not ask for"
        return meaning


@value
class OtherName(Details):
    """A name in the log that is nearly the one asked for; written: with its number."""

    kind = Kind.OTHER_NAME
    asked: str
    written: str

    def __str__(self) -> str:
        return f"the log has {self.written!r}, and the regex asks for '{self.asked}'"


@value
class NameInOtherText(Details):
    """The name that is asked for, in a text that the regex does not match."""

    kind = Kind.NEAREST_MISS
    written: str

    def __str__(self) -> str:
        return f"the log has {self.written!r}, but not what the regex asks for around it"


@value
class TextAfterNumber(Details):
    """What the regex asks for after the number, and what stands there.

    kind: `OTHER_UNIT` if both are units, or `NEAREST_MISS`.
    """

    kind: Kind
    asked: str
    found: str

    def __str__(self) -> str:
        return f"the regex asks for '{self.asked}' after the number, but finds {self.found!r}"


@value
class TextInBetween(Details):
    """What stands between two parts of the regex; asked: the second.

    kind: `OTHER_WORDS` if only words stand there, or `NEAREST_MISS`.
    """

    kind: Kind
    asked: str
    found: str

    def __str__(self) -> str:
        return f"between the parts of the regex, before '{self.asked}', the log has {self.found!r}"


@value
class GotAsFarAs(Details):
    """How far into the regex the best line got; found: what stands there, empty at its end."""

    kind = Kind.NEAREST_MISS
    reached: str
    asked: str
    found: str

    def __str__(self) -> str:
        there = f"finds {self.found!r}" if self.found else "the line ends"
        return f"it got as far as '{self.reached}'; then it asks for '{self.asked}', but {there}"


class CaptureFault(StrEnum):
    """What is wrong with captures that are no number; sentence: in words, without a full stop."""

    kind: Kind
    sentence: str

    def __new__(cls, word: str, kind: Kind, sentence: str) -> Self:
        """A member with its properties."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.kind, member.sentence = kind, sentence
        return member

    NO_PART = "no-part", Kind.NOT_A_NUMBER, "the group takes no part in the match"
    EMPTY = "empty", Kind.EMPTY_CAPTURE, Kind.EMPTY_CAPTURE.meaning
    COLOUR_CODES = (
        "colour-codes",
        Kind.COLOUR_CODES,
        "ANSI colour codes are captured with the number",
    )
    PERCENT_SIGN = (
        "percent-sign",
        Kind.NOT_A_NUMBER,
        "the percent sign is captured with the number",
    )
    CONTROLS = (
        "control-characters",
        Kind.CONTROL_CHARACTERS,
        "control characters are captured with the number",
    )
    THOUSANDS = (
        "thousands",
        Kind.NOT_A_NUMBER,
        "a thousands separator makes it no number",
    )
    ANYTHING = "anything", Kind.NOT_A_NUMBER, Kind.NOT_A_NUMBER.meaning


@value
class NotANumber(Details):
    """Captures that are no number; captures: the most frequent, None where the group had none."""

    fault: CaptureFault
    rejected: int
    matches: int
    captures: Sequence[str | None]

    @property
    def kind(self) -> Kind:  # type: ignore[override] # it depends on the fault
        """That of the fault."""
        return self.fault.kind

    def __str__(self) -> str:
        captures = ", ".join(map(_shortened, self.captures))
        return (
            f"{self.fault.sentence}: {self.rejected:,} of {self.matches:,} captures are not numbers, "
            f"such as {captures}"
        )


@value
class NumberInOtherGroup(Details):
    """Group 1 captures no number, and another one does."""

    kind = Kind.WRONG_GROUP
    capture: str | None
    group: int

    def __str__(self) -> str:
        return (
            f"the value is group 1, which captures {self.capture!r}; "
            f"the number is in group {self.group}"
        )


@value
class NameBeforeOtherGroup(Details):
    """Group 1 captures a number, and the metric's name stands before another group."""

    kind = Kind.WRONG_GROUP
    capture: str | None
    metric: str
    group: int

    def __str__(self) -> str:
        return (
            f"the value is group 1, which captures {self.capture!r}; what is named "
            f"{self.metric!r} stands in group {self.group}"
        )


@value
class NoPartUnescaped(Details):
    """The group takes no part, and would if special characters stood for themselves."""

    kind: Kind

    def __str__(self) -> str:
        return "the group takes no part in the match: a special character is not escaped"


class CutFault(StrEnum):
    """Why only a part of a number is captured."""

    EXPONENT = "exponent"
    MINUS_SIGN = "minus-sign"
    THOUSANDS = "thousands"
    GROUP_STOPS = "group-stops"
    BEGINS_BEFORE = "begins-before"
    UNKNOWN = "unknown"

    def sentence(self, capture: str) -> str:
        """In words, without a full stop; `capture` is what the group took."""
        return {
            CutFault.EXPONENT: "the exponent is not captured",
            CutFault.MINUS_SIGN: "the minus sign is not captured",
            CutFault.THOUSANDS: f"a thousands separator ends it after {capture!r}",
            CutFault.GROUP_STOPS: f"the group takes {capture!r} of it and stops",
            CutFault.BEGINS_BEFORE: "it begins before the group",
            CutFault.UNKNOWN: "the rest of the number is not captured",
        }[self]


@value
class CutShort(Details):
    """Values that are only a part of the number in the log.

    capture, written: an example, and the number as it stands in the log. separated: it has
    thousands separators, so that no regex can capture it.
    """

    kind = Kind.CUT_SHORT
    truncated: int
    emitted: int
    fault: CutFault
    capture: str
    written: str
    separated: bool

    def __str__(self) -> str:
        reason = self.fault.sentence(self.capture)
        if self.written:
            reason += f", as {self.capture} of {self.written}"
        if self.separated:
            reason += "; print it without, as no regex can take the separators out"
        return f"the number is cut short in {self.truncated:,} of {self.emitted:,} values: {reason}"


@value
class CutLine(Details):
    """Numbers that stand where a line is cut into events."""

    kind = Kind.CUT_LINE

    def __str__(self) -> str:
        return (
            "a line is cut after 16,384 bytes, in the middle of the number, of which "
            "only the beginning is published; print line ends more often"
        )


@value
class DecimalComma(Details):
    """A number with a decimal comma; published: what is taken of it, None if nothing is."""

    kind = Kind.DECIMAL_COMMA
    number: str
    published: str | None

    def __str__(self) -> str:
        published = f"{self.published} of it is published" if self.published else "it is no number"
        return (
            f"{self.number} is written with a decimal comma: {published}, and no regex can put a "
            "point there; print it with one"
        )


@value
class NotOneNumber(Details):
    """An object or a list where the number was meant to be; text: its beginning."""

    kind = Kind.NOT_ONE_NUMBER
    what: str
    text: str

    def __str__(self) -> str:
        return (
            f"the value is {self.what}, not a number: {self.text}; print the number that is meant"
        )


@value
class LaterNumber(Details):
    """A greedy piece of a regex, the number that it makes the regex capture, and the right one."""

    kind = Kind.LATER_NUMBER
    piece: str
    capture: str | None
    meant: str | None

    def __str__(self) -> str:
        return (
            f"{self.piece} is greedy and takes a later number than was meant: "
            f"{self.capture!r} in place of {self.meant!r}"
        )


@value
class DigitsOfControl(Details):
    """An escaped control character whose digits are taken for the number."""

    kind = Kind.CONTROL_CHARACTERS
    code: str

    def __str__(self) -> str:
        return (
            f"{self.code} stands for a control character, and its digits are taken for the number"
        )


@value
class FormNotTaken(Details):
    """A number in the same place that the group does not take."""

    kind = Kind.NUMBER_FORM
    number: str | None

    def __str__(self) -> str:
        return f"numbers such as {self.number!r} are not matched, as the group does not take them"


@value
class SeveralStates(Details):
    """Lines with several matches, and the first and last value of one of them."""

    kind = Kind.SEVERAL_MATCHES
    lines: int
    first: str
    matches: int
    last: str

    def __str__(self) -> str:
        return (
            f"{self.lines:,} lines hold several matches, of which the first is published: "
            f"{self.first} of {self.matches} up to {self.last}; .* in front takes the last"
        )


@value
class TwoNames(Details):
    """Longer names inside which a regex matches."""

    kind = Kind.TWO_NAMES
    names: Sequence[str]

    def __str__(self) -> str:
        listed = " and ".join(map(repr, self.names))
        return f"it matches inside longer names: {listed} form one series"


@value
class SeveralForms(Details):
    """Lines of so many forms on which a regex matches that asks for no word."""

    kind = Kind.SEVERAL_FORMS
    forms: int

    def __str__(self) -> str:
        return (
            f"it asks for no word, and matches lines of {self.forms} forms, whose values hardly "
            "belong together; ask for a word that the right lines have"
        )


_LONGEST_CAPTURE = 24


def _shortened(capture: str | None) -> str:
    if capture is None:
        return "none at all"
    return repr(capture if len(capture) <= _LONGEST_CAPTURE else f"{capture[:_LONGEST_CAPTURE]}…")
