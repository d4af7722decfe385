"""The native matcher: the Rust extension for what it takes, the reference for the rest."""

import heapq
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from metricparse._extension import kernel
from metricparse.logs.blocks import Block, Stretch
from metricparse.logs.envelopes import Envelope
from metricparse.logs.input.sources import ODD_BEGINNINGS
from metricparse.logs.views import View
from metricparse.matching.compiled import CompiledDefinition
from metricparse.matching.eligibility import (
    REGEXES_KEPT,
    EnginePattern,
    NotNative,
    engine_pattern,
    reach,
)
from metricparse.matching.prefilter import Prefilter
from metricparse.matching.results import (
    EVERYWHERE,
    Backwards,
    BlockMatches,
    Decided,
    Deferred,
    RejectedOnLine,
    Row,
    SearchedBlock,
    Skipped,
    Until,
    deferred_of,
)
from metricparse.matching.tally import SeriesState, Tally
from metricparse.regex_syntax.literals import RequiredLiteral, RequiredLiterals
from metricparse.values import replaced

if TYPE_CHECKING:
    from metricparse.matching.left_to_reference import FoundByReference, LeftToReference
    from metricparse.matching.rows import Rows

#: The format of times, and the year of those whose format has none.
_Time: TypeAlias = tuple[str, int | None] | None
#: A number that no event has.
_NO_EVENT = (1 << 32) - 1
#: Undecided events that are taken from the kernel at once.
_AT_A_TIME = 256


class Segment(NamedTuple):
    """A part of a file: it stands for the lines that start in it."""

    file: "kernel.LogFile"
    start: int
    end: int


def cut_segments(path: str, size: int) -> Iterator[Segment]:
    """The segments of a file as it is now, each of `size` bytes but the last."""
    file = kernel.LogFile(path)
    length = file.size()
    for start in range(0, length, size):
        yield Segment(file, start, min(start + size, length))


class DecodedMatches(NamedTuple):
    """What was found in raw lines whose text is all of one stream.

    times: those of the rows as the envelope tells them, int64 nanoseconds since 1970; None if it
    tells none. size: bytes of the raw lines. last: the last of them; empty for events. until: in
    which events the definitions were searched.
    """

    stream: str | None
    matches: BlockMatches
    times: "kernel.Column | None"
    size: int
    last: bytes
    until: Until


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
        self._searchers: dict[tuple[View, _Time], kernel.Matcher] = {}
        self.reasons = [self._take(definition) for definition in definitions]
        taken = {native.definition.number for native in self._natives}
        left = [each for each in definitions if each.has_group and each.number not in taken]
        self._left = _left_to_reference(left) if left else None

    @property
    def takes_segments(self) -> bool:
        """Whether it can search files by itself, as nothing is left to the reference."""
        return self._left is None

    def search_block(
        self,
        block: Block,
        until: Until = EVERYWHERE,
        *,
        view: View,
        time: _Time = None,
    ) -> SearchedBlock:
        """Search a block of raw lines.

        view: the one through which the lines are seen. time: the format in which their times are
        written; only if it `takes_segments`.
        """
        searcher = self._searcher(view, time)
        found = searcher.search(*block.parts, block.head, self._given(until))
        left = None
        if self._left:
            data = block.data
            text, locate = searcher.viewed(data), partial(searcher.locate, data, block.head)
            left = self._left.search(text, locate, until)
        again = partial(self.search_block, block, view=view, time=time)
        return self._searched(found, left, until, again)

    def search_segment(
        self,
        segment: Segment,
        until: Until = EVERYWHERE,
        *,
        view: View,
        strip_colours: bool,
        time: _Time = None,
    ) -> SearchedBlock:
        """Search the lines that start in a segment; only if it `takes_segments`.

        view: the one through which the lines are seen. time: as for `match_block`. Raises `OSError`
        if the file cannot be read.
        """
        found = self._searcher(view, time).search_segment(
            *segment, strip_colours, self._given(until)
        )
        again = partial(
            self.search_segment, segment, view=view, strip_colours=strip_colours, time=time
        )
        return self._searched(found, None, until, again)

    def search_ahead(
        self,
        paths: list[str | None],
        most: int,
        *,
        view: View,
        strip_colours: bool,
        time: _Time = None,
        room: int,
        threads: int,
    ) -> "kernel.LogsAhead":
        """Begin to search logs in their order, each at once; only if it `takes_segments`.

        paths: None for those that are no files. most: bytes of text of the longest log that is
        searched. room: bytes of text that are searched before they are asked for. threads: how many
        search, that which asks included.
        """
        searcher = self._searcher(view, time)
        return searcher.search_ahead(paths, most, strip_colours, ODD_BEGINNINGS, room, threads)

    def matches(self, found: "kernel.Found") -> BlockMatches:
        """What was found in a log that was searched at once."""
        return self._matches(found)

    def match_decoded(
        self, envelope: Envelope, lines: Stretch, until: Until = EVERYWHERE, *, view: View
    ) -> DecodedMatches | None:
        """Search the text of raw lines in an envelope; only if it `takes_segments`.

        None if the lines are not all in the ordinary form of the envelope, or some search is slow.
        """
        searcher = self._searcher(view)
        decoded = searcher.search_decoded(envelope, *lines.parts, self._given(until))
        if decoded is None:
            return None
        return self._decoded(envelope, decoded, lines.size, lines.last_line, until)

    def match_events(self, events: Stretch, *, view: View) -> list[DecodedMatches] | None:
        """Search the messages of CloudWatch's events, all definitions in all of them.

        What is found comes stream by stream, the size with the first. None as for raw lines.
        """
        parts = self._searcher(view).search_events(*events.parts)
        if parts is None:
            return None
        found = [
            self._decoded(Envelope.CLOUDWATCH, part, 0 if place else events.size, b"", EVERYWHERE)
            for place, part in enumerate(parts)
        ]
        decided = [each for each in found if each]
        return decided if len(decided) == len(found) else None

    def match_decoded_segment(
        self, envelope: Envelope, segment: Segment, until: Until = EVERYWHERE, *, view: View
    ) -> DecodedMatches | None:
        """The same for the lines that start in a segment; raises `OSError` as `search_segment`."""
        searcher = self._searcher(view)
        decoded = searcher.search_decoded_segment(envelope, *segment, self._given(until))
        return None if decoded is None else self._decoded(envelope, *decoded, until)

    def _decoded(
        self,
        envelope: Envelope,
        decoded: "tuple[kernel.Found, bytes | None, kernel.Column]",
        size: int,
        last: bytes,
        until: Until,
    ) -> DecodedMatches | None:
        found, stream, times = decoded
        if found.undecided:
            return None  # the times of their lines are not known here
        matches = self._matches(found)
        timed = envelope is not Envelope.COMPOSE
        return DecodedMatches(
            None if stream is None else stream.decode(),
            matches,
            times if timed else None,
            size,
            last,
            until,
        )

    def _given(self, until: Until) -> list[int]:
        """What the kernel is given of it: a number for each of its definitions, or none."""
        if not until:
            return []
        numbers = (native.definition.number for native in self._natives)
        return [until.get(number, _NO_EVENT) for number in numbers]

    def _searched(
        self,
        found: "kernel.Found",
        left: "FoundByReference | None",
        until: Until,
        again: Callable[[Until], SearchedBlock],
    ) -> SearchedBlock:
        deferred: dict[int, Callable[[], Iterable[Deferred]]] = {
            number: partial(_deferred, found, number) for number in found.undecided
        }
        if left:
            deferred |= deferred_of(left.deferred)

        def finish(decided: Sequence[Decided]) -> BlockMatches:
            matches = self._matches(found)
            rows = left.add_to(matches) if left else []
            if decided or left:
                rows += matches.add(decided)
            _add_rows(rows, found, matches)
            return matches

        return SearchedBlock(deferred, until, again, finish)

    def _searcher(self, view: View, time: _Time = None) -> "kernel.Matcher":
        """The natives for a view; the raw lines are searched for literals, not what is seen."""
        if (view, time) not in self._searchers:
            seen = [
                replaced(each.definition, literals=_raw_literals(each.definition.literals))
                if view is View.SAGEMAKER
                else each.definition
                for each in self._natives
            ]
            chosen = Prefilter(seen).literals
            given = [
                native.for_kernel(literals)
                for native, literals in zip(self._natives, chosen, strict=True)
            ]
            self._searchers[view, time] = kernel.Matcher(given, view, time)
        return self._searchers[view, time]

    def _take(self, definition: CompiledDefinition) -> str | None:
        if not definition.has_group:
            return "it has no group, and is not searched"
        try:
            self._natives.append(_Native.of(definition))
        except NotNative as reason:
            return str(reason)
        return None

    def _matches(self, found: "kernel.Found") -> BlockMatches:
        """What the engine found."""
        return BlockMatches(
            found=found.rows,
            rows=_KernelRows(found),
            rejected=self._of_all(found.rejected),
            gave_up=[0] * len(self._definitions),
            repeated=self._of_all(found.repeated),
            truncated=self._of_all(found.truncated),
            set_aside=self._of_all(found.set_aside),
            examples=[RejectedOnLine(*example) for example in found.examples],
            newlines=found.newlines,
            events=found.events,
            bytes=found.bytes,
            ended=found.ended,
            skipped=Skipped(*found.skipped),
            unclear=found.unclear,
        )

    def _of_all(self, counts: list[int]) -> list[int]:
        """Counts of all definitions, from those of the ones that the engine took."""
        if len(counts) == len(self._definitions):
            return counts
        of_all = [0] * len(self._definitions)
        for native, count in zip(self._natives, counts, strict=True):
            of_all[native.definition.number] = count
        return of_all


class _Native(NamedTuple):
    """A definition that the engine takes."""

    definition: CompiledDefinition
    pattern: EnginePattern
    compiled: "kernel.Pattern"

    @classmethod
    def of(cls, definition: CompiledDefinition) -> "_Native":
        pattern = engine_pattern(definition.pattern)
        return cls(definition, pattern, _compiled(pattern.ascii, pattern.text))

    def for_kernel(
        self, literals: Sequence[RequiredLiteral]
    ) -> tuple[
        int,
        "kernel.Pattern",
        list[tuple[bytes, bool]] | None,
        int | None,
        list[list[tuple[bytes, bool]]],
        bool,
    ]:
        """What the kernel takes: number, pattern, literals, reach, required, looks_behind."""
        texts = [(each.text.encode(), each.any_case) for each in literals if "\n" not in each.text]
        return (
            self.definition.number,
            self.compiled,
            texts if literals else None,
            reach(self.pattern.tree, literals[0]) if len(literals) == 1 else None,
            [
                [(each.text.encode(), each.any_case) for each in required]
                for required in self.definition.literals
            ],
            self.definition.looks_behind,
        )


@lru_cache(maxsize=REGEXES_KEPT)
def _compiled(ascii: str, text: str) -> "kernel.Pattern":  # noqa: A002 - as `EnginePattern` has it
    try:
        return kernel.Pattern(ascii, text)
    except ValueError as refusal:
        raise NotNative(f"PCRE2 refuses it: {refusal}") from None


def _deferred(found: "kernel.Found", number: int) -> Iterator[Deferred]:
    """What the engine left undecided of a definition."""
    skipped = 0
    while events := found.deferred(number, skipped, _AT_A_TIME):
        skipped += len(events)
        yield from (Deferred(number, *place, text.decode()) for place, text in events)


def _left_to_reference(definitions: Sequence[CompiledDefinition]) -> "LeftToReference":
    # Imported where there is something for it, as there seldom is.
    from metricparse.matching.left_to_reference import LeftToReference

    return LeftToReference(definitions)


class _KernelRows(NamedTuple):
    """Rows that the kernel found."""

    found: "kernel.Found"

    def tally(self, series: Sequence[SeriesState], most: int) -> list[Tally]:
        """As `FoundRows` has it."""
        return [Tally(*each) for each in self.found.tally(series, most)]

    def backwards(self, last: int | None) -> Backwards:
        """As `FoundRows` has it."""
        return self.found.backwards(last)

    def arrays(self, line: int) -> "Rows":
        """As `FoundRows` has it."""
        from metricparse.matching.rows import Rows

        return Rows.taken(self.found, line)


def _add_rows(added: list[Row], found: "kernel.Found", matches: BlockMatches) -> None:
    """Put other rows between those of the engine."""
    if not added:
        return
    events, engine = found.row_events, _KernelRows(found).arrays(0)
    columns = (engine.numbers, engine.lines, engine.values, engine.times)
    rows: Iterator[Row] = map(Row, events, *(column.to_pylist() for column in columns))
    matches.put(heapq.merge(rows, sorted(added), key=itemgetter(0, 1)))


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
    return max((replaced(literal, text=part) for part in parts), key=lambda part: part.rarity)
