"""A bounded number of a log's lines, chosen so that every kind of line is among them.

Of the logs' beginning, their end and the start of each block, lines are kept by their shape, a few
of each; elsewhere, a few of those that hold a word that was asked for.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from functools import cached_property

from metricparse.evidence.named_numbers import NamedNumber, named_numbers
from metricparse.evidence.reading import Reading
from metricparse.evidence.rereadable import RereadableLogs
from metricparse.evidence.words import WordSearch
from metricparse.logs.blocks import Block
from metricparse.logs.input.sources import Source, find_sources
from metricparse.logs.intake import StreamBlock, blocks_of
from metricparse.logs.views import EVENT_SIZE
from metricparse.values import field, state, value

# Bytes whose lines are all looked at: of logs that are read to their end, and of others.
_READ_WHOLE, _BEGINNING = 8 << 20, 2 << 20
_BLOCKS_AT_THE_END = 2
_START_OF_A_BLOCK = 8 << 10
_SHAPES_KEPT = 6000
_LINES_OF_A_SHAPE = 4
_PIECES_OF_A_LINE = 8
_SHAPE_LENGTH = 2000
_REST = 40

_ANY_DIGIT = bytes.maketrans(b"123456789", b"000000000")


@value
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


@state
class Evidence:
    """The lines that were kept of some logs, and what is known of the others.

    shapes: how many lines of each shape were seen, of those that were looked at.
    words: those that were asked for and stand somewhere in the logs on their own, in lower case.
    """

    lines: list[LogLine] = field(default_factory=list)
    shapes: Counter[int] = field(default_factory=Counter)
    words: set[str] = field(default_factory=set)

    @cached_property
    def lowered(self) -> list[str]:
        """The texts of the lines in lower case."""
        return [line.text.lower() for line in self.lines]

    def with_words(self, words: Iterable[str]) -> list[LogLine]:
        """The lines that hold all of some words, given in lower case."""
        longest_first = sorted(words, key=len, reverse=True)
        texts = zip(self.lines, self.lowered, strict=True)
        return [line for line, text in texts if all(word in text for word in longest_first)]

    def cut_with(self, words: Iterable[str]) -> list[LogLine]:
        """The pieces of long lines after which there is another one, that hold most of the words.

        A word may stand where the line is cut.
        """
        wanted = list(words)
        return [
            line
            for line, text in zip(self.lines, self.lowered, strict=True)
            if line.rest and sum(word in text for word in wanted) >= len(wanted) - 1
        ]

    @cached_property
    def named(self) -> dict[tuple[str, str], list[tuple[LogLine, NamedNumber]]]:
        """The named numbers on the lines, by their name and the text from it up to the number."""
        found: dict[tuple[str, str], list[tuple[LogLine, NamedNumber]]] = {}
        for line in self.lines:
            for named in named_numbers(line.text):
                found.setdefault((named.name, named.before), []).append((line, named))
        return found


def gather(
    log: RereadableLogs, words: Iterable[str], reading: Reading, *, everywhere: bool = True
) -> Evidence:
    """Read the logs once and keep the lines that are worth a closer look.

    words: looked for in all of the logs, in lower and upper case and capitalised. everywhere:
    otherwise only the beginning is read.
    """
    gatherer = _Gatherer(WordSearch(words, reading.view), reading, everywhere=everywhere)
    for source in find_sources(log.rewound()):
        gatherer.read(source)
        if gatherer.has_enough:
            break
    return gatherer.evidence


class _Gatherer:
    def __init__(self, words: WordSearch, reading: Reading, *, everywhere: bool) -> None:
        self.evidence = Evidence(words=words.found)
        self._words = words
        self._reading = reading
        self._everywhere = everywhere
        self._whole = _READ_WHOLE if everywhere else _BEGINNING
        self._shapes: dict[bytes, int] = {}

    @property
    def has_enough(self) -> bool:
        """Whether no more of the logs is to be read."""
        return not self._everywhere and self._whole <= 0

    def read(self, source: Source) -> None:
        """Keep lines of a log, of each of its streams."""
        streams: dict[str | None, _Stream] = {}
        for given in blocks_of(source, self._reading.intake_options(EVENT_SIZE)):
            stream = streams.get(given.stream)
            if stream is None:
                name = source.name if given.stream is None else f"{source.name}:{given.stream}"
                stream = streams[given.stream] = _Stream(name)
            self._look(stream, given)
            if self.has_enough:
                break
        for stream in streams.values():
            for line, data in stream.last:
                self._keep_shapes(stream, data, line)
            kept = (each for lines in stream.kept.values() for each in lines)
            found = {(each.line, each.text): each for each in kept}
            self.evidence.lines += sorted(found.values(), key=lambda each: each.line)

    def _look(self, stream: "_Stream", given: StreamBlock) -> None:
        """Keep lines of a stream's next block."""
        data, line = given.block.data, stream.line
        if self._whole > 0:
            self._keep_shapes(stream, data, line)
            self._whole -= len(data)
        else:
            start = data[: data.find(b"\n", _START_OF_A_BLOCK) + 1]
            self._keep_shapes(stream, start, line)
            stream.last.append((line, data))
        if with_words := self._words.lines_in(given):
            self._keep_lines(stream, data, line, with_words)
        stream.line += data.count(b"\n")

    def _keep_shapes(self, stream: "_Stream", data: bytes, line: int) -> None:
        texts, shapes = data.split(b"\n"), _collapsed(data).split(b"\n")
        for number, (text, collapsed) in enumerate(zip(texts, shapes, strict=True), line):
            if not text:
                continue
            shape = self._shape(collapsed)
            self.evidence.shapes[shape] += 1
            lines = stream.kept.setdefault(shape, [])
            if len(lines) < _LINES_OF_A_SHAPE:
                lines += self._pieces(stream.name, number, text, shape)

    def _keep_lines(self, stream: "_Stream", data: bytes, line: int, wanted: list[int]) -> None:
        texts = data.split(b"\n")
        for place in wanted:
            shape = self._shape(_collapsed(texts[place]))
            pieces = self._pieces(stream.name, line + place, texts[place], shape)
            stream.kept.setdefault(shape, []).extend(pieces)

    def _shape(self, collapsed: bytes) -> int:
        beginning = collapsed[:_SHAPE_LENGTH]
        if len(self._shapes) >= _SHAPES_KEPT:
            return self._shapes.get(beginning, _SHAPES_KEPT)
        return self._shapes.setdefault(beginning, len(self._shapes))

    def _pieces(self, source: str, line: int, text: bytes, shape: int) -> Iterator[LogLine]:
        starts = range(0, len(text), EVENT_SIZE)
        chosen = starts if len(starts) <= _PIECES_OF_A_LINE else [*starts[:6], *starts[-2:]]
        for start in chosen:
            raw = text[start : start + EVENT_SIZE]
            rest = text[start + EVENT_SIZE : start + EVENT_SIZE + _REST]
            seen = self._reading.view.of(Block(raw)).text
            decoded = (each.decode("utf-8", "replace") for each in (seen, raw, rest))
            shown, printed, following = decoded
            yield LogLine(source, line, shown, printed, following, shape)


def _collapsed(text: bytes) -> bytes:
    """A text with one digit, 0, in place of each run of digits."""
    text = text.translate(_ANY_DIGIT)
    while b"00" in text:
        text = text.replace(b"00", b"0")
    return text


@state
class _Stream:
    """How far a stream of a log was read: its next line, and what was kept, by the lines' shape."""

    name: str
    line: int = 1
    kept: dict[int, list[LogLine]] = field(default_factory=dict)
    last: deque[tuple[int, bytes]] = field(default_factory=lambda: deque(maxlen=_BLOCKS_AT_THE_END))
