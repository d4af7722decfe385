"""Logs read and searched without counting what is found, which may be done before their turn."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias, TypeVar

from metricparse.errors import LogError
from metricparse.logs.blocks import Stretch
from metricparse.logs.envelopes import Envelope
from metricparse.logs.envelopes.detect import HEAD_SIZE as ENVELOPE_HEAD_SIZE
from metricparse.logs.filters import RAW_LINE_LIMIT
from metricparse.logs.input.sources import DamagedLog, Source
from metricparse.logs.intake import Intake, IntakeOptions, StreamBlock
from metricparse.matching.native import DecodedMatches, Segment, cut_segments
from metricparse.matching.results import EVERYWHERE, BlockMatches, SearchedBlock, Until
from metricparse.scanning.pieces import Piece, pieces_of
from metricparse.scanning.search import Searcher

if TYPE_CHECKING:
    from metricparse._extension import kernel

#: Blocks in a segment. The kernel reads a segment in small pieces, so that it costs no memory.
_SEGMENT_BLOCKS = 4
#: Blocks that are read at once from an uncompressed file that is read in Python.
_FILE_BLOCKS = 2
#: Bytes of text of the longest log that is searched at once.
_MOST_WHOLE = 4 << 20
#: The envelopes whose ordinary lines the kernel takes out by itself, as it searches them, ...
_NATIVE_LINES = frozenset(
    {Envelope.DOCKER, Envelope.CRI, Envelope.EXPORT, Envelope.TAIL, Envelope.COMPOSE}
)
#: ... and that of events.
_NATIVE_ENVELOPES = _NATIVE_LINES | {Envelope.CLOUDWATCH}

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

FoundInPiece: TypeAlias = SearchedBlock | list[DecodedMatches] | None


class BegunFile(NamedTuple):
    """A plain file: what was found in its first segments, and those that are left."""

    searched: list[tuple[Segment, SearchedBlock]]
    segments: Iterator[Segment]


class BegunLines(NamedTuple):
    """The same of a file in an envelope that the kernel takes off."""

    path: str
    envelope: Envelope
    searched: list[tuple[Segment, DecodedMatches | None]]
    segments: Iterator[Segment]


class BegunText(NamedTuple):
    """A log that is not read by the kernel: what was found in its first pieces, and the rest.

    read_ahead: its chunks are made on a thread of their own.
    """

    intake: Intake
    chunks: "Chunks"
    read_ahead: bool
    searched: list[tuple[Piece, FoundInPiece]]
    pieces: Iterator[Piece]


BegunLog: TypeAlias = BegunFile | BegunLines | BegunText


class Chunks:
    """The chunks of a log up to its end, or to what ends it early.

    ended_by: what ended it early; None if nothing did so far.
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.ended_by: LogError | DamagedLog | None = None
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._chunks
        except (LogError, DamagedLog) as reason:
            self.ended_by = reason


class LogsAhead:
    """Logs in their order, the small ones of them read and searched at once, some ahead."""

    def __init__(self, logs: "kernel.LogsAhead", searcher: Searcher) -> None:
        self._logs = logs
        self._searcher = searcher

    def next(self) -> BlockMatches | None:
        """What was found in the next log; None if it is to be begun otherwise."""
        found = self._logs.take()
        return None if found is None else self._searcher.matches(found)

    def refused(self) -> list[int]:
        """The places of logs that are to be begun otherwise, as far as that turned out just now."""
        return self._logs.refused()


class Untils(Protocol):
    """In which events of a log the definitions are to be searched."""

    @property
    def likely_until(self) -> Until:
        """Those of lines of which it is not known yet of which stream they are."""
        ...

    def until(self, stream: str | None, /) -> Until:
        """Those of a stream's next block."""
        ...


class _AtFirst:
    """In those of a log of which nothing is counted yet."""

    likely_until = EVERYWHERE

    def until(self, _stream: str | None, /) -> Until:
        return EVERYWHERE


class LogReader:
    """Reads and searches logs; threads may share it.

    threads: how many search a log at once.
    """

    def __init__(self, searcher: Searcher, options: IntakeOptions, threads: int) -> None:
        self._searcher = searcher
        self._options = options
        self._threads = threads
        natively = searcher.takes_envelopes and not options.strip_ansi
        self._natively = _NATIVE_ENVELOPES if natively else frozenset()
        plain = options.envelope in {None, Envelope.PLAIN}
        self._takes_whole = searcher.takes_segments and plain

    def search_ahead(
        self, sources: Sequence[Source], block_size: int, room: int, threads: int
    ) -> LogsAhead:
        """Begin to search the logs that are small and ordinary; only with the native matcher.

        room: bytes of text that may be searched ahead. threads: how many search.
        """
        paths = [
            source.log
            if self._takes_whole and isinstance(source.log, str) and source.problem is None
            else None
            for source in sources
        ]
        most = min(block_size * _SEGMENT_BLOCKS, _MOST_WHOLE)
        return LogsAhead(self._searcher.search_ahead(paths, most, room, threads), self._searcher)

    def begin(self, source: Source, block_size: int, ahead: int = 0) -> BegunLog:
        """Begin a log, and search about so many bytes of it.

        Raises `LogError` if it cannot be read.
        """
        path = source.text_file() if self._searcher.takes_segments else None
        if path is not None:
            with source.readable():
                with open(path, "rb") as file:
                    envelope = self._options.envelope_of(file.read(ENVELOPE_HEAD_SIZE))
                segments = cut_segments(path, block_size * _SEGMENT_BLOCKS)
                if envelope is Envelope.PLAIN:
                    plainly = self._searcher.search_segment
                    return BegunFile(*_searched(segments, plainly, _size_of_segment, ahead))
                if envelope in self._natively & _NATIVE_LINES:
                    in_lines = partial(self.search_segment, envelope, untils=_AtFirst())
                    found = _searched(segments, in_lines, _size_of_segment, ahead)
                    return BegunLines(path, envelope, *found)
        read_ahead = self._threads > 1 and source.is_read_ahead
        size = block_size * (1 if path is None else _FILE_BLOCKS)
        chunks = Chunks(source.chunks(size, ahead=read_ahead))
        left = iter(chunks)
        first = _first_of(left)
        intake = Intake(self._options, resumed=self._options.envelope_of(b"".join(first)))
        pieces = pieces_of(intake, chain(first, left), self._natively)
        in_piece = partial(self.search_piece, untils=_AtFirst())
        found_first = _searched(pieces, in_piece, _size_of_piece, ahead)
        return BegunText(intake, chunks, read_ahead, *found_first)

    def search_segment(
        self, envelope: Envelope, segment: Segment, untils: Untils
    ) -> DecodedMatches | None:
        """What is found in a part of a file in an envelope; None if it is to be read line by line.

        Raises `OSError` if it cannot be read.
        """
        search = partial(self._searcher.search_decoded_segment, envelope, segment)
        return _decoded(search, untils)

    def search_piece(self, piece: Piece, untils: Untils) -> FoundInPiece:
        """What is found in a piece; None if it is to be searched in smaller ones."""
        if isinstance(piece, StreamBlock):
            return self._searcher.search_block(piece, untils.until(piece.stream))
        if piece.lines.size > RAW_LINE_LIMIT:  # it may hold a line that is too long
            return None
        if piece.envelope is Envelope.CLOUDWATCH:
            return self._searcher.search_events(piece.lines)
        found = self.search_lines(piece.envelope, piece.lines, untils)
        return [found] if found else None

    def search_lines(
        self, envelope: Envelope, lines: Stretch, untils: Untils
    ) -> DecodedMatches | None:
        """What is found in lines in an envelope; None if they are to be decoded one by one."""
        return _decoded(partial(self._searcher.search_decoded, envelope, lines), untils)


def _first_of(chunks: Iterator[bytes]) -> list[bytes]:
    """The first chunks of a log, as many as tell its envelope."""
    found: list[bytes] = []
    size = 0
    while size < ENVELOPE_HEAD_SIZE and (chunk := next(chunks, None)) is not None:
        found.append(chunk)
        size += len(chunk)
    return found


def _decoded(
    search: Callable[[Until], DecodedMatches | None], untils: Untils
) -> DecodedMatches | None:
    """What is found in lines of which it turns out only then of which stream they are."""
    found = search(untils.likely_until)
    if found and found.until != (until := untils.until(found.stream)):
        return search(until)
    return found


def _searched(
    items: Iterator[_Item],
    search: Callable[[_Item], _Result],
    size_of: Callable[[_Item], int],
    ahead: int,
) -> tuple[list[tuple[_Item, _Result]], Iterator[_Item]]:
    """What is found in the first items, so many bytes or some more, and those that are left."""
    found: list[tuple[_Item, _Result]] = []
    while ahead > 0 and (item := next(items, None)) is not None:
        try:
            found.append((item, search(item)))
        except OSError:  # whoever counts comes upon it again, after what was found before
            return found, chain([item], items)
        ahead -= size_of(item)
    return found, items


def _size_of_segment(segment: Segment) -> int:
    return segment.end - segment.start


def _size_of_piece(piece: Piece) -> int:
    return (piece.block if isinstance(piece, StreamBlock) else piece.lines).size
