"""Details: what is the matter, as an object with its parts; `str` makes the sentence."""

from collections.abc import Sequence
from typing import Any

from metricparse.definitions.metric_definition import MAX_METRIC_DEFINITIONS
from metricparse.diagnosis.kinds import Kind
from metricparse.errors import fold_paths
from metricparse.matching.numbers import NUMBER_GROUP
from metricparse.values import parts, value


class Details:
    """The parts of what there is to say; `str` gives the sentence, without its full stop.

    kind: what it is a case of. advice: what to do about it; may be empty.
    """

    kind: Kind
    advice: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The parts as data for JSON."""
        return {name: held for name, held in parts(self) if name != "kind"}


@value
class UnusableDocument(Details):
    """A document that holds nothing that can be checked."""

    kind = Kind.UNUSABLE_DOCUMENT
    problem: str

    def __str__(self) -> str:
        return self.problem


@value
class BreaksABound(Details):
    """A place in a document that breaks a rule of the API."""

    kind = Kind.BREAKS_A_BOUND
    problem: str

    def __str__(self) -> str:
        return self.problem


@value
class TooManyDefinitions(Details):
    """More definitions than the service takes."""

    kind = Kind.TOO_MANY_DEFINITIONS
    definitions: int

    def __str__(self) -> str:
        return (
            f"{self.definitions} metric definitions, of which the service takes at most "
            f"{MAX_METRIC_DEFINITIONS}: it would refuse this job"
        )


@value
class NameUsedTwice(Details):
    """A name that several definitions share, by their places in the list."""

    kind = Kind.NAME_USED_TWICE
    advice = "give each its own"
    places: Sequence[int]

    def __str__(self) -> str:
        places = ", ".join(fold_paths(f"MetricDefinitions[{place}]" for place in self.places))
        return (
            f"{len(self.places)} definitions share this name ({places}): "
            "their values form one series"
        )


@value
class DoesNotCompile(Details):
    """A regex that does not compile."""

    kind = Kind.DOES_NOT_COMPILE
    problem: str

    def __str__(self) -> str:
        return self.problem


@value
class NoGroup(Details):
    """A regex that captures nothing."""

    kind = Kind.NO_GROUP
    advice = "put parentheses around the number"

    def __str__(self) -> str:
        return self.kind.meaning


@value
class SeveralGroups(Details):
    """A regex with groups after the first."""

    kind = Kind.SEVERAL_GROUPS
    groups: int

    def __str__(self) -> str:
        return f"has {self.groups} groups; the value is group 1, the others are not used"


@value
class LazyAtTheEnd(Details):
    """A regex whose group ends with a lazy repeat, with nothing after it."""

    kind = Kind.LAZY_AT_THE_END
    advice = "say what follows the number, or make it greedy"

    def __str__(self) -> str:
        return "ends with a lazy repeat, which takes as little as it can: nothing, or one character"


@value
class EnginesDiffer(Details):
    """A regex that `re` and `regex` read differently."""

    kind = Kind.ENGINES_DIFFER
    difference: str

    def __str__(self) -> str:
        return f"Python's re and the regex module read this differently: {self.difference}"


@value
class EscapedTwice(Details):
    """A pair of backslashes before a character that is usually escaped, and where it stands."""

    kind = Kind.ESCAPED_TWICE
    text: str
    position: int

    def __str__(self) -> str:
        character = self.text[-1]
        return (
            f"{self.text} at position {self.position} matches a backslash and then "
            f"{character!r}: escaped twice? one backslash is meant: \\{character}"
        )


@value
class AsksForControl(Details):
    """A regex that asks for a control character as it was printed."""

    kind = Kind.CONTROL_CHARACTERS
    advice = "write that instead"
    character: str

    def __str__(self) -> str:
        return (
            f"asks for the control character {self.character!r}, which CloudWatch shows as "
            f"#{ord(self.character):03o}"
        )


@value
class NeverMatched(Details):
    """A definition that matched nowhere in so many lines."""

    kind = Kind.NEVER_MATCHED
    lines: int

    def __str__(self) -> str:
        if not self.lines:
            return "never matched: the log holds no line"
        return f"never matched in {count_of(self.lines, 'line')}"


@value
class Rejected(Details):
    """Matches whose capture is no number, with the first as an example.

    kind: `NEVER_A_NUMBER` or `NOT_ALWAYS_A_NUMBER`. source: the example's; empty if there is only
    one log. capture: None where group 1 took no part.
    """

    kind: Kind
    rejected: int
    matches: int
    source: str
    line: int
    capture: str | None

    def __str__(self) -> str:
        capture = "took no part" if self.capture is None else f"captured {self.capture!r}"
        log = f" of {self.source}" if self.source else ""
        such_as = f"on line {self.line}{log} group 1 {capture}"
        matches = count_of(self.matches, "match", "matches")
        if self.kind is Kind.NOT_ALWAYS_A_NUMBER:
            return f"{self.rejected:,} of {matches} gave no number: {such_as}"
        return f"{matches}, but never a number: {such_as}"


@value
class PartOfNumbers(Details):
    """Values that are only a part of the number in the log."""

    kind = Kind.CUT_SHORT
    advice = f"capture sign and exponent: {NUMBER_GROUP}"
    truncated: int
    emitted: int

    def __str__(self) -> str:
        return (
            f"only part of the number in the log is captured in {self.truncated:,} of "
            f"{count_of(self.emitted, 'value')}, as of 3.6e-05, -5 or 1,234"
        )


@value
class SeveralMatches(Details):
    """Lines on which a definition matches more than once."""

    kind = Kind.SEVERAL_MATCHES
    lines: int

    def __str__(self) -> str:
        return (
            f"matches more than once on {count_of(self.lines, 'line')}; "
            "only the first match of a line is published"
        )


@value
class RunsAway(Details):
    """A repeat that can match a text in exponentially many ways; part: the repeat."""

    kind = Kind.RUNS_AWAY
    advice = "leave one of its repeats out, or let a character tell them apart"
    part: str

    def __str__(self) -> str:
        return (
            f"{self.part} can match the same text in very many ways, all of which are tried on a "
            "line that does not match"
        )


@value
class GaveUp(Details):
    """Lines on which the search went over its budget; part: what runs away, or empty."""

    kind = Kind.GAVE_UP
    lines: int
    part: str = ""

    def __str__(self) -> str:
        return (
            f"the search went over its budget on {count_of(self.lines, 'line')}, "
            f"which were given up; {_slow(self.part)}"
        )


@value
class SetAside(Details):
    """A definition that was not searched any more after a line; lines: those that were left out.

    gave_up: the lines on which the search went over its budget. source: empty if there is one only.
    part: what runs away in the regex, or empty.
    """

    kind = Kind.SET_ASIDE
    lines: int
    gave_up: int
    source: str
    line: int
    part: str = ""

    def __str__(self) -> str:
        of_source = f" of {self.source}" if self.source else ""
        return (
            f"was set aside after line {self.line:,}{of_source}, as its search took too long: "
            f"{count_of(self.lines, 'further line')} with its text were not searched, and "
            f"{count_of(self.gave_up, 'line')} given up; {_slow(self.part)}"
        )


def _slow(part: str) -> str:
    if part:
        return f"{part} can match the same text in too many ways"
    return "nested repeats, or several in a row, can take very long"


def count_of(number: int, noun: str, plural: str = "") -> str:
    """Such as `1 line`, `2,000 matches`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
