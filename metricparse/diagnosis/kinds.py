"""The registry of what can be the matter with a definition: every kind of finding and of cause."""

from enum import StrEnum
from typing import Self


class Severity(StrEnum):
    """How bad it is.

    ERROR: the service refuses it, or nothing is published. WARNING: probably not what was meant.
    """

    ERROR = "error"
    WARNING = "warning"


class Kind(StrEnum):
    """A kind of finding or cause; its value is the word for it in JSON and reports.

    severity: that of a finding of this kind. A cause is an error where the definition publishes
    nothing, and a warning otherwise. meaning: what the kind stands for, in one sentence without
    its capital and its full stop.
    """

    severity: Severity
    meaning: str

    def __new__(cls, word: str, severity: Severity, meaning: str) -> Self:
        """A member with its properties."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.severity = severity
        member.meaning = meaning
        return member

    # Of a document, without a log.
    UNUSABLE_DOCUMENT = (
        "unusable-document",
        Severity.ERROR,
        "the document cannot be read, or holds no metric definitions",
    )
    BREAKS_A_BOUND = (
        "breaks-a-bound",
        Severity.ERROR,
        "a field is missing, unknown, or outside the bounds of the service's API",
    )
    TOO_MANY_DEFINITIONS = (
        "too-many-definitions",
        Severity.ERROR,
        "there are more definitions than the service takes",
    )
    NAME_USED_TWICE = (
        "name-used-twice",
        Severity.WARNING,
        "several definitions share a name, so that their values form one series",
    )
    DOES_NOT_COMPILE = ("does-not-compile", Severity.ERROR, "the regex does not compile")
    NO_GROUP = (
        "no-group",
        Severity.ERROR,
        "the regex has no group, so nothing is captured and nothing published",
    )
    SEVERAL_GROUPS = (
        "several-groups",
        Severity.WARNING,
        "the regex has several groups, of which only the first is used",
    )
    LAZY_AT_THE_END = (
        "lazy-at-the-end",
        Severity.WARNING,
        "the regex ends with a lazy repeat, which takes as little as it can",
    )
    ENGINES_DIFFER = (
        "engines-differ",
        Severity.WARNING,
        "Python's re and the regex module read the regex differently",
    )
    RUNS_AWAY = (
        "runs-away",
        Severity.WARNING,
        "a repeat can match a text in so many ways that a search may take too long",
    )

    # Of a scan, as far as its numbers tell; `diagnose` finds the cause.
    NEVER_MATCHED = ("never-matched", Severity.ERROR, "the regex matched on no line")
    NEVER_A_NUMBER = (
        "never-a-number",
        Severity.ERROR,
        "the regex matched, but what it captured was never a number",
    )
    NOT_ALWAYS_A_NUMBER = (
        "not-always-a-number",
        Severity.WARNING,
        "what the regex captured was not always a number",
    )

    # The causes that a regex matches nowhere.
    EMPTY_LOG = ("empty-log", Severity.ERROR, "the log holds no line")
    NO_SUCH_TEXT = (
        "no-such-text",
        Severity.ERROR,
        "the log holds nothing like what the regex asks for",
    )
    OTHER_SOURCE = (
        "other-source",
        Severity.ERROR,
        "the text is in another log of the same job, such as algo-2.log or train.err",
    )
    NEAREST_MISS = (
        "nearest-miss",
        Severity.ERROR,
        "a line comes close, but something else stands in between or after",
    )
    OTHER_CASE = ("other-case", Severity.ERROR, "upper and lower case differ")
    OTHER_SPACING = ("other-spacing", Severity.ERROR, "the spaces differ")
    OTHER_SEPARATOR = (
        "other-separator",
        Severity.ERROR,
        "what separates the name from the number differs",
    )
    OTHER_QUOTES = ("other-quotes", Severity.ERROR, "the quotes differ")
    OTHER_NAME = ("other-name", Severity.ERROR, "the log spells the name differently")
    OTHER_WORDS = (
        "other-words",
        Severity.ERROR,
        "the log has a word more or less in the text before the number",
    )
    OTHER_UNIT = ("other-unit", Severity.ERROR, "the unit after the number differs")
    LOOK_ALIKE = (
        "look-alike",
        Severity.ERROR,
        "a character of the regex looks like the one in the log and is another one",
    )
    LETTER_ESCAPED = (
        "letter-escaped",
        Severity.ERROR,
        "a backslash turns a letter of the name into something else",
    )
    NUMBER_FORM = (
        "number-form",
        Severity.ERROR,
        "the number is written in a form that the group does not take",
    )
    ANCHORED = (
        "anchored",
        Severity.ERROR,
        "the regex is tied to the start or end of the line, where the line goes on",
    )
    ESCAPED_TWICE = (
        "escaped-twice",
        Severity.WARNING,
        "the regex was escaped twice: \\\\ stands where one backslash is meant",
    )
    NOT_ESCAPED = ("not-escaped", Severity.ERROR, "a special character is not escaped")
    CONTROL_CHARACTERS = (
        "control-characters",
        Severity.WARNING,
        "CloudWatch shows control characters as # and three octal digits",
    )
    COLOUR_CODES = (
        "colour-codes",
        Severity.ERROR,
        "ANSI colour codes stand in the text or in the capture",
    )

    # The causes that what is captured is no number, or the wrong one.
    NOT_A_NUMBER = (
        "not-a-number",
        Severity.ERROR,
        "the group captures more than a number, or something else",
    )
    DECIMAL_COMMA = (
        "decimal-comma",
        Severity.WARNING,
        "the number is written with a decimal comma, of which the part before it is published",
    )
    NOT_ONE_NUMBER = (
        "not-one-number",
        Severity.ERROR,
        "the value in the log is an object or a list, and not a number",
    )
    EMPTY_CAPTURE = ("empty-capture", Severity.ERROR, "the group may be empty, and is")
    WRONG_GROUP = (
        "wrong-group",
        Severity.ERROR,
        "the value is group 1, but the number is in another group",
    )
    CUT_SHORT = (
        "cut-short",
        Severity.WARNING,
        "only part of the number in the log is captured",
    )
    CUT_LINE = (
        "cut-line",
        Severity.WARNING,
        "the line is cut after 16,384 bytes, in the middle of the number",
    )
    LATER_NUMBER = (
        "later-number",
        Severity.WARNING,
        "a greedy repeat runs past the number that was meant",
    )
    SEVERAL_MATCHES = (
        "several-matches",
        Severity.WARNING,
        "a line holds several matches, of which only the first is published",
    )
    TWO_NAMES = (
        "two-names",
        Severity.WARNING,
        "the regex matches inside several longer names, whose values form one series",
    )
    SEVERAL_FORMS = (
        "several-forms",
        Severity.WARNING,
        "the regex asks for no word, and matches lines of several forms",
    )
    GAVE_UP = ("gave-up", Severity.WARNING, "the search took too long on some lines")
    SET_ASIDE = (
        "set-aside",
        Severity.ERROR,
        "the search took too long so often that the lines after it were not searched",
    )


#: What `check` and a scan find.
FINDINGS = (
    Kind.UNUSABLE_DOCUMENT,
    Kind.BREAKS_A_BOUND,
    Kind.TOO_MANY_DEFINITIONS,
    Kind.NAME_USED_TWICE,
    Kind.DOES_NOT_COMPILE,
    Kind.NO_GROUP,
    Kind.SEVERAL_GROUPS,
    Kind.LAZY_AT_THE_END,
    Kind.ESCAPED_TWICE,
    Kind.CONTROL_CHARACTERS,
    Kind.ENGINES_DIFFER,
    Kind.RUNS_AWAY,
    Kind.NEVER_MATCHED,
    Kind.NEVER_A_NUMBER,
    Kind.NOT_ALWAYS_A_NUMBER,
    Kind.CUT_SHORT,
    Kind.SEVERAL_MATCHES,
    Kind.GAVE_UP,
    Kind.SET_ASIDE,
)
#: What `diagnose` finds.
CAUSES = (
    Kind.CUT_SHORT,
    Kind.CUT_LINE,
    Kind.DECIMAL_COMMA,
    Kind.EMPTY_CAPTURE,
    Kind.NOT_A_NUMBER,
    Kind.NOT_ONE_NUMBER,
    Kind.WRONG_GROUP,
    Kind.NO_GROUP,
    Kind.NUMBER_FORM,
    Kind.LATER_NUMBER,
    Kind.SEVERAL_MATCHES,
    Kind.TWO_NAMES,
    Kind.SEVERAL_FORMS,
    Kind.OTHER_CASE,
    Kind.OTHER_SPACING,
    Kind.OTHER_SEPARATOR,
    Kind.OTHER_QUOTES,
    Kind.OTHER_NAME,
    Kind.OTHER_WORDS,
    Kind.OTHER_UNIT,
    Kind.LOOK_ALIKE,
    Kind.LETTER_ESCAPED,
    Kind.ESCAPED_TWICE,
    Kind.NOT_ESCAPED,
    Kind.CONTROL_CHARACTERS,
    Kind.COLOUR_CODES,
    Kind.ANCHORED,
    Kind.NEAREST_MISS,
    Kind.OTHER_SOURCE,
    Kind.NO_SUCH_TEXT,
    Kind.EMPTY_LOG,
    Kind.GAVE_UP,
    Kind.SET_ASIDE,
    Kind.ENGINES_DIFFER,
)
#: The kinds of causes that say that there is nothing to be found in a log.
ABSENT = frozenset({Kind.EMPTY_LOG, Kind.NO_SUCH_TEXT})
#: Definitions of whose text a log holds nothing that are no longer told of one by one.
MANY_ABSENT = 5
