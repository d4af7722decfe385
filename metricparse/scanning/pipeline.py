"""Logs that are read to their end: through intake, view and matcher to records."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from metricparse._extension import processors
from metricparse.errors import LogError
from metricparse.logs.blocks import Stretch
from metricparse.logs.envelopes import Envelope
from metricparse.logs.filters import RAW_LINE_LIMIT, SkipReason
from metricparse.logs.input.sources import BinaryLogError, DamagedLog, Source
from metricparse.logs.intake import Intake, IntakeOptions, StreamBlock
from metricparse.matching.combined_pattern import CombinedPattern
from metricparse.matching.native import DecodedMatches, Segment
from metricparse.matching.results import BlockMatches, SearchedBlock
from metricparse.records.found import FoundRecords
from metricparse.scanning.accounts import Account, Accounts
from metricparse.scanning.log import Log
from metricparse.scanning.options import OnError, ScanOptions
from metricparse.scanning.pieces import Piece, RawLines, divided, lines_of
from metricparse.scanning.reading import (
    BegunFile,
    BegunLines,
    BegunLog,
    BegunText,
    FoundInPiece,
    LogReader,
    LogsAhead,
)
from metricparse.scanning.search import Searcher
from metricparse.scanning.spill import SpilledRecords
from metricparse.scanning.summary import Summary
from metricparse.scanning.workers import Workers

if TYPE_CHECKING:
    from concurrent.futures import Future

    import pyarrow as pa

    from metricparse.records.batches import BatchBuilder

#: Bytes of lines that are decoded together where some of them are not ordinary.
_APART = 1 << 15
#: Bytes of a log that are searched before its turn has come.
AHEAD = 4 << 20
#: Logs of which so much was searched that may wait for their turn, besides one for each thread.
_WAITING = 2

#: A stream, and records of it.
_Found: TypeAlias = tuple[str | None, FoundRecords | None]


class Pipeline:
    """What the logs of a scan run through, counted in a summary.

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
        self._workers = Workers(threads or processors())
        self._on_error = on_error
        self._natively = pattern.native is not None
        # Without the kernel, threads wait for the interpreter.
        self.in_parallel = self._natively and self._workers.count > 1
        self._searcher = Searcher(pattern, options)
        self._intake_options = IntakeOptions(
            options.view.event_size,
            options.strip_ansi,
            options.envelope,
            _left_on(pattern),
            self._workers.count,
        )
        self._reader = LogReader(self._searcher, self._intake_options, self._workers.count)
        self._pattern = pattern
        self.count_in(summary)

    def count_in(self, summary: Summary) -> None:
        """Count the logs that come from now on in a summary of their own."""
        self.summary = summary
        self._accounts = Accounts(self._pattern, summary)

    def batches(self, found: Iterable[FoundRecords]) -> "Iterator[pa.RecordBatch]":
        """Records of the logs as record batches."""
        builder = self.batch_builder()
        for records in found:
            yield from builder.add(records.columns())
        yield from builder.finish()

    def batch_builder(self) -> "BatchBuilder":
        """What makes record batches of the records that the logs give."""
        from metricparse.records.batches import BatchBuilder

        pattern = self._pattern
        return BatchBuilder(self._accounts.sources, pattern.metrics, pattern.metric_of)

    def log(self, name: str, *, live: bool = False, intake: Intake | None = None) -> Log:
        """A log whose bytes are fed by hand, or were fed to an intake."""
        return Log(
            name, self._intake_options, self._searcher, self._accounts, live=live, intake=intake
        )

    def search_ahead(self, sources: Sequence[Source], block_size: int) -> LogsAhead | None:
        """Have the logs that are small and ordinary searched; None without the native matcher."""
        if not self._natively:
            return None
        threads = self._workers.count if len(sources) > 1 else 1
        room = (threads + _WAITING) * AHEAD
        return self._reader.search_ahead(sources, block_size, room, threads)

    def begin(self, source: Source, block_size: int) -> "Future[BegunLog]":
        """Have a log begun before its turn has come, on a thread."""
        return self._workers.submit(self._reader.begin, source, block_size, AHEAD)

    def run(
        self, source: Source, block_size: int, begun: "Future[BegunLog] | None" = None
    ) -> Iterator[FoundRecords]:
        """The records of a log, a block or segment with any at a time.

        Rows of a log's streams come stream by stream. Raises `LogError` if it cannot be read, unless
        that is to be noted.
        """
        self._accounts.begin_log(source.name)
        try:
            log = begun.result() if begun else self._reader.begin(source, block_size)
            if isinstance(log, BegunFile):
                yield from self._run_file(source, log)
            elif isinstance(log, BegunLines):
                yield from self._run_log(source, None, partial(self._in_lines, log))
            else:
                # One of the threads reads, but where other logs are begun meanwhile all search.
                reading = 1 if log.read_ahead and begun is None else 0
                threads = self._workers.count - reading
                found_in = partial(self._in_text, source, log, threads)
                yield from self._run_log(source, log.intake, found_in)
        except LogError as error:
            self._fail(source, error)

    def run_whole(self, source: Source, matches: BlockMatches) -> Iterator[FoundRecords]:
        """The records of a plain log that was searched at once."""
        self._accounts.begin_log(source.name)
        yield from self._entered(matches, self._accounts.open(source.name))

    def close(self) -> None:
        """Let its threads end."""
        self._workers.close()

    def _run_file(self, source: Source, begun: BegunFile) -> Iterator[FoundRecords]:
        """The kernel reads a plain file by itself, several segments of it at once."""
        account = self._accounts.open(source.name)

        def search(segment: Segment) -> tuple[Segment, SearchedBlock]:
            return segment, self._searcher.search_segment(segment, account.budgets.until)

        with source.readable():
            later = self._workers.in_order(search, begun.segments)
            for _, searched in chain(begun.searched, later):
                yield from self._entered(account.budgets.decide(searched), account)

    def _entered(self, matches: BlockMatches, account: Account) -> Iterator[FoundRecords]:
        """The records of what was found next in a plain log, which is counted."""
        skipped = matches.skipped
        account.summary.bytes_in += matches.bytes + sum(skipped)
        account.summary.skip(
            {
                SkipReason.COLOUR_CODES: skipped.colour_codes,
                SkipReason.BEYOND_LINE_LIMIT: skipped.beyond_line_limit,
            }
        )
        if records := self._accounts.enter(matches, account, self._accounts.definitions):
            yield records

    def _run_log(
        self, source: Source, intake: Intake | None, found_in: Callable[[Log], Iterator[_Found]]
    ) -> Iterator[FoundRecords]:
        """The records of a log; rows of its later streams wait for those of the first."""
        log = self.log(source.name, intake=intake)
        later_streams = SpilledRecords()
        try:
            try:
                with source.readable():
                    for stream, records in found_in(log):
                        if records is None:
                            continue
                        if log.is_first(stream):
                            yield records
                        else:
                            later_streams.add(records)
            except LogError as error:
                self._fail(source, error)
            log.close()
            yield from later_streams.take(log.places)
        finally:
            later_streams.close()

    def _in_lines(self, begun: BegunLines, log: Log) -> Iterator[_Found]:
        """The records of a file in an envelope, which the kernel reads and decodes by itself.

        What it does not decide is read again, and decoded in small blocks.
        """
        envelope = begun.envelope
        log.resume(envelope, {})

        def search(segment: Segment) -> tuple[Segment, DecodedMatches | None]:
            return segment, self._reader.search_segment(envelope, segment, log)

        with open(begun.path, "rb") as file:
            later = self._workers.in_order(search, begun.segments)
            for segment, found in chain(begun.searched, later):
                if found and log.takes(found, envelope):
                    if found.size:  # no line may start in a segment
                        yield found.stream, log.collect_decoded(found)
                    continue
                for lines in lines_of(file, segment, log.intake.fed):
                    yield from self._apart(log, RawLines(envelope, Stretch(lines)))
        yield from self._searched(log, log.finish())

    def _in_text(
        self, source: Source, begun: BegunText, threads: int, log: Log
    ) -> Iterator[_Found]:
        """The records of a log that is read here; threads: how many search it."""

        def search(piece: Piece) -> tuple[Piece, FoundInPiece]:
            return piece, self._reader.search_piece(piece, log)

        threads = max(1, threads) if self.in_parallel else 1
        later = self._workers.in_order(search, begun.pieces, threads)
        for piece, found in chain(begun.searched, later):
            if isinstance(piece, StreamBlock):
                assert isinstance(found, SearchedBlock)
                log.balance()
                yield piece.stream, log.collect(piece.stream, found)
            elif isinstance(found, list) and all(log.takes(each, piece.envelope) for each in found):
                for each in found:
                    yield each.stream, log.collect_decoded(each)
            else:
                yield from self._apart(log, piece)
        self._note_end(source, log, begun.chunks.ended_by)
        if not (log.summary.binary or log.summary.damage or log.summary.error):
            yield from self._searched(log, log.finish())
        log.summary.damage = log.summary.damage or log.intake.damage

    def _note_end(self, source: Source, log: Log, reason: LogError | DamagedLog | None) -> None:
        """Note what ended a log early."""
        if isinstance(reason, DamagedLog):
            log.summary.damage = str(reason)
        elif isinstance(reason, BinaryLogError) and source.listed:
            log.summary.binary = True
        elif reason:
            self._fail(source, reason)

    def _fail(self, source: Source, error: LogError) -> None:
        if self._on_error is OnError.RAISE:
            raise error
        self._accounts.fail(source.name, error)

    def _apart(self, log: Log, piece: RawLines) -> Iterator[_Found]:
        """The records of lines that are not all ordinary, those that are in small blocks natively."""
        if piece.envelope is Envelope.CLOUDWATCH:
            yield from self._searched(log, log.feed(piece.lines.data))
            return
        for lines in divided(piece.lines.data, _APART):
            found = None
            if len(lines) <= RAW_LINE_LIMIT and log.intake.takes_decoded(piece.envelope):
                found = self._reader.search_lines(piece.envelope, Stretch(lines), log)
            if found and log.takes(found, piece.envelope):
                yield found.stream, log.collect_decoded(found)
            else:
                yield from self._searched(log, log.feed(lines))

    def _searched(self, log: Log, blocks: Iterator[StreamBlock]) -> Iterator[_Found]:
        for block in blocks:
            yield block.stream, log.search(block)


@lru_cache(maxsize=8)
def _left_on(pattern: CombinedPattern) -> frozenset[Envelope]:
    """MPI's tags stay if a regex may be about them, as the service does not take them off."""
    regexes = [each.pattern for each in pattern.definitions]
    named = any("stdout" in regex or "stderr" in regex for regex in regexes)
    return frozenset({Envelope.MPI}) if named else frozenset()
