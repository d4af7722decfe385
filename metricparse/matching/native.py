"""The native matcher: the Rust extension for what it takes, the reference for the rest."""

import re
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from metricparse.matching.eligibility import EnginePattern, NotNative, engine_pattern, reach
from metricparse.matching.literals import RequiredLiteral, RequiredLiterals
from metricparse.matching.pattern import (
    EXAMPLES_KEPT,
    BlockMatches,
    CompiledDefinition,
    Rejected,
)
from metricparse.matching.prefilter import Prefilter
from metricparse.matching.reference import ReferenceMatcher

if TYPE_CHECKING:
    from metricparse import _kernel as kernel
else:
    from metricparse.matching.choice import kernel


class NativeMatcher:
    """Searches with the native engine; what that does not take is left to the reference.

    reasons: for each definition why the engine does not take it; None where it does.
    Raises `RuntimeError` if the extension was not built.
    """

    def __init__(self, definitions: Sequence[CompiledDefinition]) -> None:
        if kernel is None:
            raise RuntimeError("metricparse was built without its native extension")
        self._definitions = definitions
        self._natives: list[_Native] = []
        self.reasons = [self._take(definition) for definition in definitions]
        taken = {native.definition.number for native in self._natives}
        left = [each for each in definitions if each.has_group and each.number not in taken]
        self._left = _Reference(left) if left else None

    def match(self, text: bytes) -> BlockMatches:
        """Search the events in `text`, UTF-8 with `\\n` between them (and after the last)."""
        return self.match_block(text, sagemaker=False)

    def match_block(self, data: bytes, head: bytes = b"", *, sagemaker: bool) -> BlockMatches:
        """Search a block of raw lines, seen through the view `sagemaker`, or else `raw`.

        data: lines with their `\\n`; it ends where a line ends, or an event of a line.
        head: the first bytes of the first line where the block starts in the middle of it.
        `starts` are places in the raw block.
        """
        searcher = self._sagemaker if sagemaker else self._raw
        found = searcher.search(data, head)
        matches = self._matches(found)
        matches.ended = data.endswith(b"\n")
        rows = self._search_deferred(found.deferred, matches)
        if self._left:
            rows += self._left.search(searcher.viewed(data), None, matches)
        if rows:
            _merge(rows, matches, searcher, data, head)
        matches.examples = _first_of_each(matches.examples)
        return matches

    @cached_property
    def _sagemaker(self) -> "kernel.Matcher":
        return self._searcher(sagemaker=True)

    @cached_property
    def _raw(self) -> "kernel.Matcher":
        return self._searcher(sagemaker=False)

    def _searcher(self, *, sagemaker: bool) -> "kernel.Matcher":
        """The natives for one view; the raw lines are searched for literals, not what is seen."""
        seen = [
            replace(each.definition, literals=_raw_literals(each.definition.literals))
            if sagemaker
            else each.definition
            for each in self._natives
        ]
        chosen = Prefilter(seen).literals
        return kernel.Matcher(
            [
                native.for_kernel(literals)
                for native, literals in zip(self._natives, chosen, strict=True)
            ],
            sagemaker,
        )

    def _take(self, definition: CompiledDefinition) -> str | None:
        if not definition.has_group:
            return "it has no group, and is not searched"
        try:
            self._natives.append(_Native.of(definition))
        except NotNative as reason:
            return str(reason)
        return None

    def _matches(self, found: "kernel.Found") -> BlockMatches:
        events, lines, starts, times, timed = found.places
        matches = BlockMatches(
            len(self._definitions),
            events=array("q", events),
            starts=array("q", starts),
            numbers=array("i", found.definitions),
            values=array("d", found.values),
            lines=array("q", lines),
            times=array("q", times),
            timed=array("B", timed),
            newlines=found.newlines,
            event_count=found.event_count,
            continued=tuple(found.continued),
            examples=[Rejected(*example) for example in found.examples],
        )
        for native, *counts in zip(
            self._natives, found.rejected, found.repeated, found.truncated, strict=True
        ):
            number = native.definition.number
            matches.rejected[number], matches.repeated[number], matches.truncated[number] = counts
        return matches

    def _search_deferred(
        self, deferred: list[tuple[int, int, bytes]], matches: BlockMatches
    ) -> list["_Row"]:
        rows: list[_Row] = []
        for number, of_one in groupby(sorted(deferred), key=itemgetter(0)):
            _, events, texts = zip(*of_one, strict=True)
            reference = _Reference([self._definitions[number]])
            rows += reference.search(b"".join(text + b"\n" for text in texts), events, matches)
        return rows


class _Native(NamedTuple):
    """A definition that the engine takes."""

    definition: CompiledDefinition
    pattern: EnginePattern
    compiled: "kernel.Pattern"

    @classmethod
    def of(cls, definition: CompiledDefinition) -> "_Native":
        pattern = engine_pattern(definition)
        try:
            return cls(definition, pattern, kernel.Pattern(pattern.ascii, pattern.text))
        except ValueError as refusal:
            raise NotNative(f"PCRE2 refuses it: {refusal}") from None

    def for_kernel(
        self, literals: Sequence[RequiredLiteral]
    ) -> tuple[int, "kernel.Pattern", list[tuple[bytes, bool]] | None, int | None, bool]:
        """What the kernel takes: number, pattern, literals, reach, looks_behind."""
        texts = [(each.text.encode(), each.any_case) for each in literals if "\n" not in each.text]
        return (
            self.definition.number,
            self.compiled,
            texts if literals else None,
            reach(self.pattern.tree, literals[0].text) if len(literals) == 1 else None,
            self.definition.looks_behind,
        )


class _Row(NamedTuple):
    event: int
    number: int
    value: float


class _Reference:
    """Some of the definitions, searched by the reference."""

    def __init__(self, definitions: Sequence[CompiledDefinition]) -> None:
        self._numbers = [definition.number for definition in definitions]
        self._matcher = ReferenceMatcher(
            [replace(definition, number=place) for place, definition in enumerate(definitions)]
        )

    def search(
        self, text: bytes, events: Sequence[int] | None, matches: BlockMatches
    ) -> list[_Row]:
        """The numbers found in the events of `text`; the rest is added to `matches`.

        events: their numbers in the block; None where `text` is all of it.
        """
        found = self._matcher.match(text)
        for place, number in enumerate(self._numbers):
            matches.rejected[number] += found.rejected[place]
            matches.gave_up[number] += found.gave_up[place]
            matches.repeated[number] += found.repeated[place]
            matches.truncated[number] += found.truncated[place]
        for place, event, capture in found.examples:
            number_in_block = event if events is None else events[event]
            matches.examples.append(Rejected(self._numbers[place], number_in_block, capture))
        return [
            _Row(event if events is None else events[event], self._numbers[place], value)
            for event, place, value in zip(found.events, found.numbers, found.values, strict=True)
        ]


def _merge(
    rows: list[_Row], matches: BlockMatches, searcher: "kernel.Matcher", data: bytes, head: bytes
) -> None:
    """Put the reference's rows between those of the engine."""
    rows.sort()
    events = array("q", (row.event for row in rows))
    _, lines, starts, times, timed = searcher.locate(data, head, events.tobytes())
    added = {
        "events": events,
        "lines": array("q", lines),
        "starts": array("q", starts),
        "times": array("q", times),
        "timed": array("B", timed),
        "numbers": array("i", (row.number for row in rows)),
        "values": array("d", (row.value for row in rows)),
    }
    for name, column in added.items():
        getattr(matches, name).extend(column)
    order = _order(matches)
    for name in added:
        setattr(matches, name, _taken(getattr(matches, name), order))


def _order(matches: BlockMatches) -> Any:
    """The places of the rows in the order of events, then definitions."""
    keys = {"event": _arrow(matches.events), "number": _arrow(matches.numbers)}
    by_both = [("event", "ascending"), ("number", "ascending")]
    return pc.sort_indices(pa.table(keys), sort_keys=by_both)


_ARROW_TYPES = {"q": pa.int64(), "i": pa.int32(), "d": pa.float64(), "B": pa.uint8()}


def _arrow(column: "array[Any]") -> Any:
    kind = _ARROW_TYPES[column.typecode]
    return pa.Array.from_buffers(kind, len(column), [None, pa.py_buffer(column)])


def _taken(column: "array[Any]", order: Any) -> "array[Any]":
    taken = _arrow(column).take(order).buffers()[1]
    return array(column.typecode, memoryview(taken)[: len(column) * column.itemsize].tobytes())


def _first_of_each(examples: list[Rejected]) -> list[Rejected]:
    kept: list[Rejected] = []
    seen: Counter[int] = Counter()
    for example in sorted(examples, key=lambda each: (each.event, each.definition)):
        seen[example.definition] += 1
        if seen[example.definition] <= EXAMPLES_KEPT:
            kept.append(example)
    return kept


def _raw_literals(literals: Sequence[RequiredLiterals]) -> tuple[RequiredLiterals, ...]:
    """The literals as they must stand in raw lines, if they are to stand in what is seen of them.

    Of each only a part that cannot come of an escape is certain to.
    """
    sets = (frozenset(map(_certain_part, alternatives)) for alternatives in literals)
    return tuple(known for known in sets if all(each.text for each in known))


#: What may be the end, all, or the beginning of an escaped control character.
_MAY_BE_ESCAPED = re.compile(r"^[0-7]{1,3}|#[0-7]{0,3}")


def _certain_part(literal: RequiredLiteral) -> RequiredLiteral:
    parts = _MAY_BE_ESCAPED.split(literal.text)
    return max((replace(literal, text=part) for part in parts), key=lambda part: part.rarity)
