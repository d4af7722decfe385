"""A bounded number of a log's lines, chosen so that every kind of line is among them.

Of a log's beginning, its end and the start of each block, lines are kept by their shape, a few of
each; elsewhere, a few of those that hold a word that was asked for, which a scan finds.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from metricparse.evidence.again import ReadAgain
from metricparse.logs.blocks import Block, cut_blocks
from metricparse.logs.filters import ColourFilter
from metricparse.logs.sources import (
    CHUNK_SIZE,
    BinaryLogError,
    DamagedLog,
    Source,
    find_sources,
)
from metricparse.logs.views import EVENT_SIZE, View
from metricparse.scanning import scan

_BLOCKS_READ_WHOLE = 8
_BLOCKS_AT_THE_END = 2
_START_OF_A_BLOCK = 16 << 10
_SHAPES_KEPT = 6000
_LINES_OF_A_SHAPE = 4
_PIECES_OF_A_LINE = 8
_SHAPE_LENGTH = 2000
_REST = 40

# What finds the lines with a word: on its own, and inside of a longer one.
_ALONE = r"(?:^|[^A-Za-z0-9_]|#01[15])(?:%s)(?:[^A-Za-z0-9_]|$)()"
_WITHIN = r"(?:%s)()"
_DIGITS = re.compile(rb"[0-9]+")


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line, or a piece of a long one.

    source, line: where it stands. text: what the regexes see. raw: what the container printed.
    rest: the beginning of the line's next piece; empty where the line ends.
    shape: a number that lines share which differ in their digits only.
    """

    source: str
    line: int
    text: str
    raw: str
    rest: str = ""
    shape: int = 0


@dataclass
class Evidence:
    """The lines that were kept of some logs, and what is known of the others.

    shapes: how many lines of each shape were seen, of those that were looked at.
    words: those that were asked for and stand somewhere in the logs on their own, in lower case.
    """

    lines: list[LogLine] = field(default_factory=list)
    shapes: Counter[int] = field(default_factory=Counter)
    words: set[str] = field(default_factory=set)


def gather(
    log: ReadAgain, words: Iterable[str], view: View, *, strip_ansi: bool = False
) -> Evidence:
    """Read the logs and keep the lines that are worth a closer look.

    words: looked for in all of the logs, in lower and upper case and capitalised.
    """
    evidence = Evidence()
    wanted = sorted({word.lower() for word in words})
    places: set[tuple[str, int]] = set()
    if wanted:
        probes = [{"Name": word, "Regex": _ALONE % _in_cases(word)} for word in wanted]
        probes += [{"Name": word, "Regex": _WITHIN % _in_cases(word)} for word in wanted]
        found = scan(log.rewound(), probes, view=view, strip_ansi=strip_ansi).summary.definitions
        evidence.words = {each.name for each in found[: len(wanted)] if each.rejected}
        places = {(each.source, each.line) for probe in found for each in probe.examples}
    gatherer = _Gatherer(evidence, places, view, strip_ansi)
    for source in find_sources(log.rewound()):
        gatherer.read(source)
    return evidence


def _in_cases(word: str) -> str:
    return "|".join(dict.fromkeys([word, word.capitalize(), word.title(), word.upper()]))


class _Gatherer:
    def __init__(
        self, evidence: Evidence, places: set[tuple[str, int]], view: View, strip_ansi: bool
    ) -> None:
        self._evidence = evidence
        self._places = places
        self._view = view
        self._strip_ansi = strip_ansi
        self._shapes: dict[bytes, int] = {}

    def read(self, source: Source) -> None:
        line, last = 1, deque[tuple[int, Block]](maxlen=_BLOCKS_AT_THE_END)
        kept: dict[int, list[LogLine]] = {}
        wanted = sorted(line for name, line in self._places if name == source.name)
        for place, block in enumerate(self._blocks(source)):
            newlines = block.data.count(b"\n")
            here = wanted[bisect_left(wanted, line) : bisect_right(wanted, line + newlines)]
            if place < _BLOCKS_READ_WHOLE:
                self._keep_shapes(source, block.data, line, kept)
            else:
                start = block.data[: block.data.find(b"\n", _START_OF_A_BLOCK) + 1]
                self._keep_shapes(source, start, line, kept)
                last.append((line, block))
            if here:
                self._keep_lines(source, block.data, line, here, kept)
            line += newlines
        for at, block in last:
            self._keep_shapes(source, block.data, at, kept)
        found = {(each.line, each.text): each for lines in kept.values() for each in lines}
        self._evidence.lines += sorted(found.values(), key=lambda each: each.line)

    def _blocks(self, source: Source) -> Iterator[Block]:
        chunks: Iterable[bytes] = source.chunks(CHUNK_SIZE)
        if self._strip_ansi:
            chunks = ColourFilter().apply(chunks)
        try:
            yield from cut_blocks(chunks, EVENT_SIZE)
        except BinaryLogError:
            if not source.listed:
                raise
        except DamagedLog:
            return

    def _keep_shapes(
        self, source: Source, data: bytes, line: int, kept: dict[int, list[LogLine]]
    ) -> None:
        for number, text in enumerate(data.split(b"\n"), line):
            if not text:
                continue
            shape = self._shape(text)
            self._evidence.shapes[shape] += 1
            lines = kept.setdefault(shape, [])
            if len(lines) < _LINES_OF_A_SHAPE:
                lines += self._pieces(source.name, number, text, shape)

    def _keep_lines(
        self,
        source: Source,
        data: bytes,
        line: int,
        wanted: list[int],
        kept: dict[int, list[LogLine]],
    ) -> None:
        texts = data.split(b"\n")
        for number in wanted:
            if number - line < len(texts) and (text := texts[number - line]):
                shape = self._shape(text)
                kept.setdefault(shape, []).extend(self._pieces(source.name, number, text, shape))

    def _shape(self, text: bytes) -> int:
        collapsed = _DIGITS.sub(b"0", text[:_SHAPE_LENGTH])
        if len(self._shapes) >= _SHAPES_KEPT:
            return self._shapes.get(collapsed, _SHAPES_KEPT)
        return self._shapes.setdefault(collapsed, len(self._shapes))

    def _pieces(self, source: str, line: int, text: bytes, shape: int) -> Iterator[LogLine]:
        starts = range(0, len(text), EVENT_SIZE)
        chosen = starts if len(starts) <= _PIECES_OF_A_LINE else [*starts[:6], *starts[-2:]]
        for start in chosen:
            raw = text[start : start + EVENT_SIZE]
            rest = text[start + EVENT_SIZE : start + EVENT_SIZE + _REST]
            seen = self._view.of(Block(raw)).text
            decoded = (each.decode("utf-8", "replace") for each in (seen, raw, rest))
            shown, printed, following = decoded
            yield LogLine(source, line, shown, printed, following, shape)
