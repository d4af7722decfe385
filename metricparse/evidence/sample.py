"""A bounded number of a log's lines, chosen so that every kind of line is among them.

Of a log's beginning, its end and the start of each block, lines are kept by their shape, a few of
each; elsewhere, a few of those that hold a word that was asked for, which a scan finds.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from metricparse.evidence.rereadable import RereadableLogs
from metricparse.logs.blocks import Block
from metricparse.logs.input.sources import BinaryLogError, Source, find_sources
from metricparse.logs.intake import IntakeOptions, StreamBlock, blocks_of
from metricparse.logs.views import EVENT_SIZE, View
from metricparse.scanning.scan import scan

_BLOCKS_READ_WHOLE = 8
_BLOCKS_AT_THE_END = 2
_START_OF_A_BLOCK = 16 << 10
_SHAPES_KEPT = 6000
_LINES_OF_A_SHAPE = 4
_PIECES_OF_A_LINE = 8
_SHAPE_LENGTH = 2000
_REST = 40

# What finds the lines with a word: on its own, and inside a longer one.
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
    log: RereadableLogs, words: Iterable[str], view: View, *, strip_ansi: bool = False
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
        """Keep lines of a log, of each of its streams."""
        streams: dict[str | None, _Stream] = {}
        for given in self._blocks(source):
            stream = streams.get(given.stream)
            if stream is None:
                name = source.name if given.stream is None else f"{source.name}:{given.stream}"
                wanted = sorted(line for place, line in self._places if place == name)
                stream = streams[given.stream] = _Stream(name, wanted)
            self._look(stream, given.block)
        for stream in streams.values():
            for at, block in stream.last:
                self._keep_shapes(stream, block.data, at)
            kept = (each for lines in stream.kept.values() for each in lines)
            found = {(each.line, each.text): each for each in kept}
            self._evidence.lines += sorted(found.values(), key=lambda each: each.line)

    def _look(self, stream: "_Stream", block: Block) -> None:
        """Keep lines of a stream's next block."""
        line, newlines = stream.line, block.data.count(b"\n")
        here = stream.wanted[
            bisect_left(stream.wanted, line) : bisect_right(stream.wanted, line + newlines)
        ]
        if stream.blocks < _BLOCKS_READ_WHOLE:
            self._keep_shapes(stream, block.data, line)
        else:
            start = block.data[: block.data.find(b"\n", _START_OF_A_BLOCK) + 1]
            self._keep_shapes(stream, start, line)
            stream.last.append((line, block))
        if here:
            self._keep_lines(stream, block.data, line, here)
        stream.line += newlines
        stream.blocks += 1

    def _blocks(self, source: Source) -> Iterator[StreamBlock]:
        try:
            yield from blocks_of(source, IntakeOptions(EVENT_SIZE, self._strip_ansi))
        except BinaryLogError:
            if not source.listed:
                raise

    def _keep_shapes(self, stream: "_Stream", data: bytes, line: int) -> None:
        for number, text in enumerate(data.split(b"\n"), line):
            if not text:
                continue
            shape = self._shape(text)
            self._evidence.shapes[shape] += 1
            lines = stream.kept.setdefault(shape, [])
            if len(lines) < _LINES_OF_A_SHAPE:
                lines += self._pieces(stream.name, number, text, shape)

    def _keep_lines(self, stream: "_Stream", data: bytes, line: int, wanted: list[int]) -> None:
        texts = data.split(b"\n")
        for number in wanted:
            if number - line < len(texts) and (text := texts[number - line]):
                shape = self._shape(text)
                pieces = self._pieces(stream.name, number, text, shape)
                stream.kept.setdefault(shape, []).extend(pieces)

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


@dataclass(slots=True)
class _Stream:
    """How far a stream of a log was read: its next line, and what was kept, by the lines' shape."""

    name: str
    wanted: list[int]
    line: int = 1
    blocks: int = 0
    kept: dict[int, list[LogLine]] = field(default_factory=dict)
    last: deque[tuple[int, Block]] = field(default_factory=lambda: deque(maxlen=_BLOCKS_AT_THE_END))
