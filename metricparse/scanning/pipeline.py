"""Logs that are read to their end: through intake, view and matcher to columns of records."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, islice
from typing import NamedTuple, TypeAlias, TypeVar

from metricparse._extension import processors
from metricparse.errors import LogError
from metricparse.logs.envelopes import Envelope
from metricparse.logs.envelopes.detect import HEAD_SIZE as ENVELOPE_HEAD_SIZE
from metricparse.logs.filters import RAW_LINE_LIMIT, SkipReason
from metricparse.logs.input.sources import BinaryLogError, DamagedLog, Source
from metricparse.logs.intake import IntakeOptions, StreamBlock
from metricparse.matching.combined_pattern import CombinedPattern
from metricparse.matching.native import DecodedMatches, Segment, cut_segments
from metricparse.matching.results import SearchedBlock, Until
from metricparse.records.arrays import repeated
from metricparse.records.batches import BatchBuilder, Columns
from metricparse.scanning.accounts import Accounts
from metricparse.scanning.log import Log
from metricparse.scanning.options import OnError, ScanOptions
from metricparse.scanning.pieces import Piece, RawLines, divided, lines_of, pieces_of
from metricparse.scanning.search import Searcher
from metricparse.scanning.spill import SpilledRows
from metricparse.scanning.summary import Summary
from metricparse.values import replaced

#: Blocks in a segment. The kernel reads a segment in small pieces, so that it costs no memory.
_SEGMENT_BLOCKS = 4

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


#: Bytes of lines that are decoded together where some of them are not ordinary.
_APART = 1 << 15
#: The envelopes whose ordinary lines the kernel takes out by itself, as it searches them, ...
_NATIVE_LINES = frozenset(
    {Envelope.DOCKER, Envelope.CRI, Envelope.EXPORT, Envelope.TAIL, Envelope.COMPOSE}
)
#: ... and that of events.
_NATIVE_ENVELOPES = _NATIVE_LINES | {Envelope.CLOUDWATCH}


#: A stream, and records of it.
_Found: TypeAlias = tuple[str | None, Columns | None]


class SearchedLog(NamedTuple):
    """What a pipeline of its own found in a log."""

    summary: Summary
    columns: list[Columns]


class Pipeline:
    """What the logs of a scan run through, all of them counted in one summary.

    threads: how many search a log at once; by default as many as there are processors.
    on_error: what becomes of a log that cannot be read.
    """

    def __init__(
        self,
        pattern: CombinedPattern,
        options: ScanOptions,
        summary: Summary,
        *,
        threads: int | None = None,
        on_error: OnError = OnError.RAISE,
    ) -> None:
        self._threads = threads or processors()
        self._on_error = on_error
        # Without the kernel, threads wait for the interpreter.
        self._in_parallel = pattern.native is not None and self._threads > 1
        self._searcher = Searcher(pattern, options)
        self._intake_options = IntakeOptions(
            options.view.event_size,
            options.strip_ansi,
            options.envelope,
            _left_on(pattern),
            self._threads,
        )
        self._accounts = Accounts(pattern, summary)
        self.summary = summary
        natively = self._searcher.takes_envelopes and not options.strip_ansi
        self._natively = _NATIVE_ENVELOPES if natively else frozenset()

    def batch_builder(self) -> BatchBuilder:
        """What makes record batches of the columns that the logs give."""
        return BatchBuilder(self._accounts.sources, self._accounts.metrics)

    def log(self, name: str, *, live: bool = False) -> Log:
        """A log whose bytes are fed by hand."""
        return Log(name, self._intake_options, self._searcher, self._accounts, live=live)

    def run(self, source: Source, block_size: int) -> Iterator[Columns]:
        """The records of a log, a block or segment with any at a time.

        Rows of a log's streams come stream by stream. Raises `LogError` if it cannot be read, unless
        that is to be noted.
        """
        self._accounts.begin_log(source.name)
        try:
            yield from self._run(source, block_size)
        except LogError as error:
            self._fail(source, error)

    def collect(self, searched: SearchedLog) -> Iterator[Columns]:
        """The records of a log that was searched apart, which is counted after the others."""
        self.summary.add(searched.summary)
        places = [self._accounts.place_of(each.name) for each in searched.summary.sources]
        for columns in searched.columns:
            place = places[columns.sources[0].as_py()]
            yield replaced(columns, sources=repeated(place, len(columns)))

    def _run(self, source: Source, block_size: int) -> Iterator[Columns]:
        path = source.text_file() if self._searcher.takes_segments else None
        if path is not None:
            with source.readable(), open(path, "rb") as file:
                envelope = self._intake_options.envelope_of(file.read(ENVELOPE_HEAD_SIZE))
            if envelope is Envelope.PLAIN:
                return self._run_segments(path, source, block_size)
            if envelope in self._natively & _NATIVE_LINES:
                return self._run_log(
                    source, lambda log: self._in_segments(log, path, envelope, block_size)
                )
        return self._run_log(source, lambda log: self._in_blocks(log, source, block_size))

    def _run_segments(self, path: str, source: Source, block_size: int) -> Iterator[Columns]:
        """The kernel reads a plain file by itself, several segments of it at once."""
        account = self._accounts.open(source.name)
        segments = cut_segments(path, block_size * _SEGMENT_BLOCKS)
        with source.readable():
            for searched in _in_order(
                lambda it: self._searcher.search_segment(it, account.budgets.until),
                segments,
                self._threads,
            ):
                matches = account.budgets.decide(searched)
                skipped = matches.skipped
                account.summary.bytes_in += matches.bytes + sum(skipped)
                account.summary.skip(
                    {
                        SkipReason.COLOUR_CODES: skipped.colour_codes,
                        SkipReason.BEYOND_LINE_LIMIT: skipped.beyond_line_limit,
                    }
                )
                if columns := self._accounts.enter(matches, account, self._accounts.definitions):
                    yield columns

    def _run_log(
        self, source: Source, found_in: Callable[[Log], Iterator[_Found]]
    ) -> Iterator[Columns]:
        """The records of a log; rows of its later streams wait for those of the first."""
        log = self.log(source.name)
        later_streams = SpilledRows()
        try:
            try:
                with source.readable():
                    for stream, columns in found_in(log):
                        if columns is None:
                            continue
                        if log.is_first(stream):
                            yield columns
                        else:
                            later_streams.add(columns.sources[0].as_py(), columns)
            except LogError as error:
                self._fail(source, error)
            log.close()
            yield from later_streams.take(log.places)
        finally:
            later_streams.close()

    def _in_segments(
        self, log: Log, path: str, envelope: Envelope, block_size: int
    ) -> Iterator[_Found]:
        """The records of a file in an envelope, which the kernel reads and decodes by itself.

        What it does not decide is read again, and decoded in small blocks.
        """
        log.resume(envelope, {})

        def search(segment: Segment) -> DecodedMatches | None:
            return self._decoded(
                log, partial(self._searcher.search_decoded_segment, envelope, segment)
            )

        segments = cut_segments(path, block_size * _SEGMENT_BLOCKS)
        with open(path, "rb") as file:
            for segment, found in _in_order(lambda it: (it, search(it)), segments, self._threads):
                if found and log.takes(found, envelope):
                    if found.size:  # no line may start in a segment
                        yield found.stream, log.collect_decoded(found)
                    continue
                for lines in lines_of(file, segment, log.intake.fed):
                    yield from self._apart(log, RawLines(envelope, lines))
        yield from self._searched(log, log.finish())

    def _in_blocks(self, log: Log, source: Source, block_size: int) -> Iterator[_Found]:
        """The records of a log that is read here."""
        ahead = self._threads > 1 and source.is_read_ahead
        chunks = source.chunks(block_size, ahead=ahead)
        pieces = pieces_of(log, self._noted(source, log, chunks), self._natively)
        threads = max(1, self._threads - ahead) if self._in_parallel else 1
        searched = _in_order(partial(self._search, log), pieces, threads)
        for piece, found in searched:
            if isinstance(piece, StreamBlock):
                assert isinstance(found, SearchedBlock)
                yield piece.stream, log.collect(piece.stream, found)
            elif isinstance(found, list) and all(log.takes(each, piece.envelope) for each in found):
                for each in found:
                    yield each.stream, log.collect_decoded(each)
            else:
                yield from self._apart(log, piece)
        if not log.summary.binary:
            ends = not (log.summary.damage or log.summary.error)
            yield from self._searched(log, log.finish() if ends else log.begin())
        log.summary.damage = log.summary.damage or log.intake.damage

    def _noted(self, source: Source, log: Log, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The chunks of a log up to its end, or to what ends it early, of which a note is made."""
        try:
            yield from chunks
        except DamagedLog as damage:
            log.summary.damage = str(damage)
        except BinaryLogError as error:
            if source.listed:
                log.summary.binary = True
            else:
                self._fail(source, error)
        except LogError as error:
            self._fail(source, error)

    def _fail(self, source: Source, error: LogError) -> None:
        if self._on_error is OnError.RAISE:
            raise error
        self._accounts.fail(source.name, error)

    def _apart(self, log: Log, piece: RawLines) -> Iterator[_Found]:
        """The records of lines that are not all ordinary, those that are in small blocks natively."""
        if piece.envelope is Envelope.CLOUDWATCH:
            yield from self._searched(log, log.feed(piece.lines))
            return
        for lines in divided(piece.lines, _APART):
            found = None
            if len(lines) <= RAW_LINE_LIMIT and log.intake.takes_decoded(piece.envelope):
                found = self._decoded(
                    log, partial(self._searcher.search_decoded, piece.envelope, lines)
                )
            if found and log.takes(found, piece.envelope):
                yield found.stream, log.collect_decoded(found)
            else:
                yield from self._searched(log, log.feed(lines))

    def _searched(self, log: Log, blocks: Iterator[StreamBlock]) -> Iterator[_Found]:
        for block in blocks:
            yield block.stream, log.search(block)

    def _decoded(
        self, log: Log, search: Callable[[Until], DecodedMatches | None]
    ) -> DecodedMatches | None:
        """What is found in lines of which it turns out only then of which stream they are."""
        found = search(log.likely_until)
        if found and found.until != (until := log.until(found.stream)):
            return search(until)
        return found

    def _search(
        self, log: Log, piece: Piece
    ) -> tuple[Piece, SearchedBlock | list[DecodedMatches] | None]:
        if isinstance(piece, StreamBlock):
            return piece, self._searcher.search_block(piece, log.until(piece.stream))
        if len(piece.lines) > RAW_LINE_LIMIT:  # it may hold a line that is too long
            return piece, None
        if piece.envelope is Envelope.CLOUDWATCH:
            return piece, self._searcher.search_events(piece.lines)
        search = partial(self._searcher.search_decoded, piece.envelope, piece.lines)
        found = self._decoded(log, search)
        return piece, [found] if found else None


def _in_order(
    function: Callable[[_Item], _Result], items: Iterable[_Item], threads: int
) -> Iterator[_Result]:
    """The function of each item, in their order, some of them computed ahead.

    What one thread is to do, and a single item, is done here.
    """
    items = iter(items)
    first = list(islice(items, 2 if threads > 1 else 0))
    if len(first) < 2:
        yield from map(function, chain(first, items))
        return
    from concurrent.futures import Future, ThreadPoolExecutor

    pool = ThreadPoolExecutor(threads)
    try:
        ahead: deque[Future[_Result]] = deque()
        for item in chain(first, items):
            ahead.append(pool.submit(function, item))
            if len(ahead) > threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        # Whoever stops early does not wait for what was begun.
        pool.shutdown(wait=False, cancel_futures=True)


def _left_on(pattern: CombinedPattern) -> frozenset[Envelope]:
    """MPI's tags stay if a regex may be about them, as the service does not take them off."""
    regexes = [each.pattern for each in pattern.definitions]
    named = any("stdout" in regex or "stderr" in regex for regex in regexes)
    return frozenset({Envelope.MPI}) if named else frozenset()
