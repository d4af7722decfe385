"""Definitions compiled for matching, and what a matcher gives back."""

from array import array
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from metricparse.errors import DefinitionError
from metricparse.matching.cost import safe_length
from metricparse.matching.literals import RequiredLiterals, looks_behind, required_literals
from metricparse.matching.syntax import UnknownSyntax, parse
from metricparse.specification.algorithm import MetricDefinition
from metricparse.specification.regexes import compile_regex

EXAMPLES_KEPT = 3


@dataclass(frozen=True)
class CompiledDefinition:
    """A definition ready to be searched.

    number: its place in the list, from 0.
    regex: compiled by the `regex` module, version 0, on `str`.
    literals: sets of literals; a line on which it matches contains one of each set.
    looks_behind: a match may need what stands before it.
    safe_length: the longest text, in characters, that is searched without a budget.
    """

    number: int
    definition: MetricDefinition
    regex: Any
    literals: tuple[RequiredLiterals, ...]
    looks_behind: bool
    safe_length: int

    @property
    def has_group(self) -> bool:
        """Whether there is a group 1 to capture the value; without, nothing is published."""
        return bool(self.regex.groups > 0)

    @classmethod
    def compile(cls, number: int, definition: MetricDefinition) -> "CompiledDefinition":
        """Compile one definition; raises `DefinitionError` with the place of what is wrong."""
        try:
            compiled = compile_regex(definition.regex)
        except DefinitionError as error:
            where = f"MetricDefinitions[{number}].Regex ({definition.name})"
            raise DefinitionError(f"{where}: {error}") from None
        try:
            tree = parse(definition.regex)
        except UnknownSyntax:
            return cls(number, definition, compiled, (), looks_behind=True, safe_length=0)
        literals, behind = required_literals(tree), looks_behind(tree)
        return cls(number, definition, compiled, literals, behind, safe_length(tree))


class Rejected(NamedTuple):
    """A match whose capture is no number; `capture` is None where group 1 took no part."""

    definition: int
    event: int
    capture: str | None


@dataclass
class Matches:
    """What all definitions found in one block, in the order of events, then definitions.

    The first four are columns of equal length, a row a number found: the event's place in the
    block, the byte at which it starts in the block's text, the definition's number, the value.
    The others count per definition: captures that are no number, searches that went over their
    budget, events on which the published match was not the only one, and values that are only a
    part of the number in the text (see `matching/truncation.py`).
    """

    definitions: int
    events: "array[int]" = field(default_factory=lambda: array("q"))
    starts: "array[int]" = field(default_factory=lambda: array("q"))
    numbers: "array[int]" = field(default_factory=lambda: array("i"))
    values: "array[float]" = field(default_factory=lambda: array("d"))
    rejected: list[int] = field(init=False)
    gave_up: list[int] = field(init=False)
    repeated: list[int] = field(init=False)
    truncated: list[int] = field(init=False)
    examples: list[Rejected] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rejected = [0] * self.definitions
        self.gave_up = [0] * self.definitions
        self.repeated = [0] * self.definitions
        self.truncated = [0] * self.definitions


@dataclass
class BlockMatches(Matches):
    """What all definitions found in a block of raw lines, and what there is in the block.

    There are three more columns: the line that the event belongs to, counted from 0 in the block;
    nanoseconds since 1970 in UTC at the start of that line; and 1 where it tells a time, else 0.

    newlines, event_count: how many of them there are in the block.
    ended: the block's last line ends in it.
    continued: the places, from 0, of the events that go on with the line of the event before.
    """

    lines: "array[int]" = field(default_factory=lambda: array("q"))
    times: "array[int]" = field(default_factory=lambda: array("q"))
    timed: "array[int]" = field(default_factory=lambda: array("B"))
    newlines: int = 0
    ended: bool = True
    event_count: int = 0
    continued: tuple[int, ...] = ()

    @classmethod
    def of(
        cls, found: Matches, newlines: int, event_count: int, continued: tuple[int, ...]
    ) -> "BlockMatches":
        """What was found in a block's events; the three columns more are still to be filled."""
        matches = cls(
            found.definitions,
            found.events,
            found.starts,
            found.numbers,
            found.values,
            found.examples,
            newlines=newlines,
            event_count=event_count,
            continued=continued,
        )
        matches.rejected, matches.gave_up = found.rejected, found.gave_up
        matches.repeated, matches.truncated = found.repeated, found.truncated
        return matches
