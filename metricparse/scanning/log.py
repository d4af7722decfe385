"""One log on its way to records: its bytes are fed by hand, what is found is counted in order."""

from collections.abc import Iterator, Mapping

from metricparse.logs.envelopes import Envelope
from metricparse.logs.filters import SkipReason
from metricparse.logs.intake import Intake, IntakeOptions, StreamBlock
from metricparse.matching.native import DecodedMatches
from metricparse.matching.results import EVERYWHERE, BlockMatches, SearchedBlock, Until
from metricparse.records.found import FoundRecords
from metricparse.scanning.accounts import Account, Accounts
from metricparse.scanning.search import Searcher
from metricparse.scanning.summary import DefinitionSummary


class Log:
    """One log on its way to records.

    summary: the accounting of the log itself; each of its streams has its own, named `log:stream`.
    live: it is still being written. intake: what took in the beginning of it, of which nothing is
    counted yet.
    """

    def __init__(
        self,
        name: str,
        options: IntakeOptions,
        searcher: Searcher,
        accounts: Accounts,
        *,
        live: bool = False,
        intake: Intake | None = None,
    ) -> None:
        self._name = name
        self._options = options
        self._searcher = searcher
        self._accounts = accounts
        self._live = live
        self._intake = intake or Intake(options, live=live)
        self._own = accounts.open(name)
        self._streams: dict[str | None, Account] = {None: self._own}
        self._later: dict[str | None, list[DefinitionSummary]] = {}
        self._last_stream: str | None = None
        self._invalid_earlier = 0
        self._envelopes_earlier: list[str] = []
        self.summary = self._own.summary

    @property
    def intake(self) -> Intake:
        """What takes the log's bytes in."""
        return self._intake

    @property
    def lines(self) -> dict[str | None, int]:
        """The number of the next line of each stream."""
        return {name: account.line for name, account in self._streams.items()}

    @property
    def places(self) -> list[int]:
        """The places of its streams in `Accounts.sources`, in the order of their first text."""
        return [self._account_of(stream).place for stream in self._intake.streams]

    def resume(self, envelope: Envelope | None, lines: Mapping[str | None, int]) -> None:
        """Go on with a log of which some was read before."""
        self._intake = Intake(self._options, live=self._live, resumed=envelope)
        for stream, line in lines.items():
            account = self._account_of(stream)
            account.line = account.first_line = line

    def begin_file(self) -> None:
        """Go on with another file: its envelope is recognised anew, its lines are counted on."""
        self.balance()
        self._invalid_earlier = self.summary.invalid
        self._envelopes_earlier = self.summary.envelopes
        for account in self._streams.values():
            account.begin_file()
        self._intake = Intake(self._options, live=self._live)

    def feed(self, data: bytes, arrival: int | None = None) -> Iterator[StreamBlock]:
        """The blocks that are complete with more of the log.

        arrival: when it came, in nanoseconds since 1970, if it is live.
        """
        yield from self._intake.feed(data, arrival)
        self.balance()

    def finish(self) -> Iterator[StreamBlock]:
        """The rest, at the end of the log."""
        yield from self._intake.finish()
        self.balance()

    def records_of(self, blocks: Iterator[StreamBlock]) -> Iterator[FoundRecords]:
        """The records of blocks, each searched in its turn."""
        for block in blocks:
            if records := self.search(block):
                yield records

    def search(self, block: StreamBlock) -> FoundRecords | None:
        """The records of the next block; None if it has none."""
        until = self._account_of(block.stream).budgets.until
        return self.collect(block.stream, self._searcher.search_block(block, until))

    def until(self, stream: str | None) -> Until:
        """In which events of the next block of a stream the definitions are to be searched."""
        account = self._streams.get(stream)
        return account.budgets.until if account else EVERYWHERE

    @property
    def likely_until(self) -> Until:
        """The same for lines of whichever stream: what holds for the last one is the likeliest."""
        return self.until(self._last_stream)

    def takes(self, decoded: DecodedMatches, envelope: Envelope) -> bool:
        """Whether raw lines that were decoded and searched can be collected as they are."""
        searched = decoded.until == self.until(decoded.stream)
        return searched and self._intake.takes_decoded(envelope)

    def collect(self, stream: str | None, searched: SearchedBlock) -> FoundRecords | None:
        """The records of the next block of a stream, which was searched; None if it has none."""
        return self._enter(self._account_of(stream).budgets.decide(searched), stream)

    def collect_decoded(self, decoded: DecodedMatches) -> FoundRecords | None:
        """The records of raw lines that were decoded and searched; only if the intake takes them."""
        stream, matches = decoded.stream, decoded.matches
        self._intake.skip_decoded(decoded.size, decoded.last, stream, matches.bytes)
        self.balance()
        return self._enter(matches, stream)

    def _enter(self, matches: BlockMatches, stream: str | None) -> FoundRecords | None:
        """Count what was found next of a stream.

        Rows come stream by stream, and so does what is counted of definitions; only of a live log
        it is counted as it comes.
        """
        self._last_stream = stream
        definitions = self._accounts.definitions
        if not self._live and not self.is_first(stream):
            fresh = [each.begun_anew() for each in definitions]
            definitions = self._later.setdefault(stream, fresh)
        return self._accounts.enter(matches, self._account_of(stream), definitions)

    def is_first(self, stream: str | None) -> bool:
        """Whether a stream was the first one to have text."""
        return stream == next(iter(self._intake.streams))

    def close(self) -> None:
        """Account for what is lost, if the log was damaged, and for its later streams."""
        self.balance()
        for stream in self._intake.streams:
            for each, later in zip(
                self._accounts.definitions, self._later.pop(stream, ()), strict=False
            ):
                each.add(later)
        if self.summary.damage or self.summary.error:
            for account in self._streams.values():
                account.summary.skip_rest(SkipReason.INCOMPLETE_LINE)
        if self.summary.damage:
            self.summary.damage += f"; what follows line {self.summary.lines} is lost"

    def balance(self) -> None:
        """Say of all bytes that were fed whose they are, and which of them were skipped."""
        intake = self._intake
        own, skipped = intake.fed, {SkipReason.ENVELOPE: intake.skipped}
        for name, stream in intake.streams.items():
            if name is None:
                skipped.update(stream.skipped)
            else:
                own -= stream.bytes_in
                self._account_of(name).balance(stream.bytes_in, stream.skipped)
        self._own.balance(own, skipped)
        self.summary.invalid = self._invalid_earlier + intake.invalid
        known = dict.fromkeys([*self._envelopes_earlier, *map(str, intake.envelopes)])
        self.summary.envelopes = list(known)

    def leave(self) -> None:
        """Account for the line that has not ended, as the log is followed no longer."""
        self.balance()
        for account in self._streams.values():
            account.summary.skip_rest(SkipReason.UNENDED_LINE)

    def _account_of(self, stream: str | None) -> Account:
        account = self._streams.get(stream)
        if account is None:
            account = self._streams[stream] = self._accounts.open(f"{self._name}:{stream}")
        return account
