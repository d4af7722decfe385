"""Definitions that the native engine does not take: searched by the reference, told as the rest is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from metricparse.matching.compiled import CompiledDefinition
from metricparse.matching.reference import ReferenceMatcher
from metricparse.matching.results import (
    BlockMatches,
    Deferred,
    Matches,
    RejectedOnLine,
    Row,
    Until,
)
from metricparse.values import replaced

#: Event, line and time of an event.
Place: TypeAlias = tuple[int, int, int | None]


class FoundByReference(NamedTuple):
    """What the reference found in a block.

    numbers: those of its definitions. places: of the events in which it found something.
    """

    numbers: Sequence[int]
    found: Matches
    places: Mapping[int, Place]

    @property
    def deferred(self) -> list[Deferred]:
        """What it left undecided."""
        return [
            Deferred(self.numbers[definition], *self.places[event], text)
            for definition, event, _, text in self.found.undecided
        ]

    def add_to(self, matches: BlockMatches) -> list[Row]:
        """Count it; gives the rows, which are not added yet."""
        found = self.found
        for place, number in enumerate(self.numbers):
            matches.rejected[number] += found.rejected[place]
            matches.repeated[number] += found.repeated[place]
            matches.truncated[number] += found.truncated[place]
            matches.set_aside[number] += found.set_aside[place]
        for example in found.examples:
            event, line, _ = self.places[example.event]
            number = self.numbers[example.definition]
            matches.examples.append(RejectedOnLine(number, event, line, example.capture))
        return [
            Row(event, self.numbers[place], line, value, time)
            for (event, line, time), place, value in zip(
                map(self.places.__getitem__, found.events), found.numbers, found.values, strict=True
            )
        ]


class LeftToReference:
    """Some of the definitions, searched by the reference."""

    def __init__(self, definitions: Sequence[CompiledDefinition]) -> None:
        self._numbers = [definition.number for definition in definitions]
        self._matcher = ReferenceMatcher(
            [replaced(definition, number=place) for place, definition in enumerate(definitions)]
        )

    def search(
        self, text: bytes, locate: Callable[[list[int]], Iterable[Place]], until: Until
    ) -> FoundByReference:
        """What is found in the events of `text`.

        locate: gives the places of events, given by their growing numbers in `text`.
        """
        own = {
            place: until[number] for place, number in enumerate(self._numbers) if number in until
        }
        found = self._matcher.match(text, own)
        rejected = (each.event for each in found.examples)
        wanted = sorted({*found.events, *rejected, *(each.event for each in found.undecided)})
        return FoundByReference(
            self._numbers, found, dict(zip(wanted, locate(wanted), strict=True))
        )
