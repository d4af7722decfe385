"""One log's bytes, as they come in, to blocks of the streams that it holds."""

import warnings
from collections.abc import Iterator

from metricparse.errors import DamagedLogWarning
from metricparse.logs.blocks import Block, BlockCutter
from metricparse.logs.clock import Arrival, KnownTimes, LineTimes
from metricparse.logs.envelopes import Envelope
from metricparse.logs.envelopes.base import Decoder, Text
from metricparse.logs.envelopes.cloudwatch import CloudWatch
from metricparse.logs.envelopes.detect import HEAD_SIZE, decoder_of, recognise
from metricparse.logs.envelopes.line_decoder import LineDecoder
from metricparse.logs.filters import ColourFilter, Filter, LineLimitFilter, SkipReason
from metricparse.logs.input.sources import BinaryLogError, DamagedLog, Source
from metricparse.values import field, value


@value
class StreamBlock:
    """A block of a stream, and what is known of the times of its lines."""

    stream: str | None
    block: Block
    times: KnownTimes


@value
class IntakeOptions:
    """How logs are taken in.

    event_size: where the view cuts lines; None where it does not.
    envelope: the one that all logs have; None to recognise it.
    left_on: envelopes that are not taken off though recognised. threads: how many may decode at once.
    """

    event_size: int | None
    strip_ansi: bool = False
    envelope: Envelope | None = None
    left_on: frozenset[Envelope] = field(default_factory=frozenset)
    threads: int = 1

    def envelope_of(self, head: bytes) -> Envelope:
        """The envelope that is to be taken off a log that begins with `head`."""
        if self.envelope is not None:
            return self.envelope
        recognised = recognise(head)
        return Envelope.PLAIN if recognised in self.left_on else recognised


class Stream:
    """The text of one stream to blocks: colours are taken out, lines are cut, times are kept."""

    def __init__(self, options: IntakeOptions) -> None:
        self.bytes_in = 0
        #: Bytes since the last line end.
        self.unended = 0
        colours: list[Filter] = [ColourFilter()] if options.strip_ansi else []
        self._filters = colours if options.event_size else [*colours, LineLimitFilter()]
        self._cutter = BlockCutter(options.event_size)
        # Those of the envelope, and of the arrival; most texts have neither.
        self._times: tuple[LineTimes, LineTimes] | None = None

    @property
    def skipped(self) -> dict[SkipReason, int]:
        """Bytes that were taken out, by the reason."""
        return {each.reason: each.skipped for each in self._filters}

    @property
    def in_line(self) -> bool:
        """Whether some of a line was given whose end was not."""
        return self._cutter.in_line

    def feed(self, text: Text, arrival: int | None) -> Iterator[StreamBlock]:
        """The blocks that are complete with a text; arrival: when it came, if it is live."""
        data = text.data
        self.bytes_in += len(data)
        self._note_times(text, arrival)
        end = data.rfind(b"\n") + 1
        self.unended = len(data) - end + (0 if end else self.unended)
        for each in self._filters:
            data = each.feed(data)
        yield from self._given(text.stream, self._cutter.feed(data) if data else None)

    def skip_decoded(self, given: int) -> None:
        """Go on after whole lines that were decoded elsewhere."""
        self.bytes_in += given
        self._times = None

    def finish(self, stream: str | None) -> Iterator[StreamBlock]:
        """What was held, at the end of the log."""
        held = b""
        for each in self._filters:
            held = (each.feed(held) if held else b"") + each.finish()
        if held:
            yield from self._given(stream, self._cutter.feed(held))
        yield from self._given(stream, self._cutter.finish())

    def _note_times(self, text: Text, arrival: int | None) -> None:
        if self._times is None:
            if text.times is None and arrival is None:
                return
            in_line = self.unended > 0
            self._times = LineTimes(in_line=in_line), LineTimes(in_line=in_line)
        told, arrived = self._times
        newlines = text.data.count(b"\n") if text.newlines is None else text.newlines
        told.add(text.data, text.times, newlines)
        arrived.add(text.data, None if arrival is None else Arrival(arrival), newlines)

    def _given(self, stream: str | None, block: Block | None) -> Iterator[StreamBlock]:
        if block:
            spans = [times.of(block) for times in self._times] if self._times else []
            yield StreamBlock(stream, block, KnownTimes(*spans))


class Intake:
    """One log: its envelope is recognised and taken off, and its streams are told apart.

    streams: those that had text, in the order in which they first had some; None is the log itself.
    live: the log is still being written; its envelope is told as soon as there is a whole line.
    resumed: the envelope, where that was told before.
    """

    def __init__(
        self, options: IntakeOptions, *, live: bool = False, resumed: Envelope | None = None
    ) -> None:
        self.fed = 0
        self.streams: dict[str | None, Stream] = {}
        self._options = options
        self._live = live
        self._head: list[bytes] = []
        self._head_size = 0
        self._decoder: Decoder | None = decoder_of(resumed, options.threads) if resumed else None
        self._first = resumed or Envelope.PLAIN

    @property
    def envelopes(self) -> list[Envelope]:
        """The envelopes at the log's start and at its end so far, without that of plain text."""
        last = self._decoder.envelope if self._decoder else self._first
        both = dict.fromkeys((self._first, last))
        return [envelope for envelope in both if envelope is not Envelope.PLAIN]

    @property
    def envelope(self) -> Envelope | None:
        """The envelope where the log was fed last; None if that cannot be told yet."""
        return self._decoder.envelope if self._decoder else None

    @property
    def unended(self) -> int:
        """Bytes at the end of what was fed that wait for more, if it is settled."""
        if self._decoder is None:
            return self._head_size
        own = self.streams.get(None)
        plain = self._decoder.envelope is Envelope.PLAIN
        return self._decoder.held + (own.unended if own and plain else 0)

    @property
    def settled(self) -> bool:
        """Whether a new intake could go on here, fed the unended bytes again."""
        if self._decoder is None:
            return True
        plain = self._decoder.envelope is Envelope.PLAIN
        return self._decoder.settled and not any(
            each.in_line or (each.unended and not plain) for each in self.streams.values()
        )

    @property
    def invalid(self) -> int:
        """Lines that were not valid in their envelope."""
        return self._decoder.invalid if self._decoder else 0

    @property
    def skipped(self) -> int:
        """Bytes that were the envelope's own."""
        return self._decoder.skipped if self._decoder else 0

    @property
    def damage(self) -> str | None:
        """Why the log is incomplete if it ends here, as its envelope tells; None if it is not."""
        cut_off = self._decoder is not None and self._decoder.cut_off
        return "incomplete JSON: a document does not end" if cut_off else None

    def takes_decoded(self, envelope: Envelope) -> bool:
        """Whether whole lines, or events, may be decoded elsewhere, as nothing waits for more."""
        if isinstance(self._decoder, CloudWatch):
            streams = self.streams.values()
            between = self._decoder.is_between_events
            waits = not between or any(each.in_line or each.unended for each in streams)
        else:
            waits = not self.settled or self.unended > 0
        return self.envelope is envelope and not waits

    def skip_decoded(self, size: int, last: bytes, stream: str | None, given: int) -> None:
        """Go on after whole lines, or events, decoded elsewhere, to so many bytes of a stream.

        size: their bytes. last: the last line.
        """
        assert isinstance(self._decoder, LineDecoder | CloudWatch)
        self.fed += size
        self._decoder.skip_decoded(size, last, given)
        self._stream(stream).skip_decoded(given)

    def feed(self, data: bytes, arrival: int | None = None) -> Iterator[StreamBlock]:
        """The blocks that are complete with `data`; arrival: when it came (nanoseconds), if live."""
        self.fed += len(data)
        if self._decoder is None:
            self._head.append(data)
            self._head_size += len(data)
            if self._head_size < HEAD_SIZE and not (self._live and b"\n" in data):
                return
            data = self._recognise()
        assert self._decoder
        yield from self._blocks(self._decoder.feed(data), arrival)

    def begin(self) -> Iterator[StreamBlock]:
        """The blocks that are complete; no more is waited for to tell the envelope."""
        if self._decoder is None:
            head = self._recognise()
            assert self._decoder
            yield from self._blocks(self._decoder.feed(head), None)

    def finish(self) -> Iterator[StreamBlock]:
        """What was held, at the end of the log."""
        yield from self.begin()
        assert self._decoder
        yield from self._blocks(self._decoder.finish(), None)
        for name, stream in self.streams.items():
            yield from stream.finish(name)

    def _recognise(self) -> bytes:
        """Tell the envelope by all that was fed so far, which is given back."""
        head = b"".join(self._head)
        self._head.clear()
        self._first = self._options.envelope_of(head)
        self._decoder = decoder_of(self._first, self._options.threads)
        return head

    def _blocks(self, texts: Iterator[Text], arrival: int | None) -> Iterator[StreamBlock]:
        for text in texts:
            if text.data:
                yield from self._stream(text.stream).feed(text, arrival)

    def _stream(self, name: str | None) -> Stream:
        stream = self.streams.get(name)
        if stream is None:
            stream = self.streams[name] = Stream(self._options)
        return stream


def blocks_of(source: Source, options: IntakeOptions) -> Iterator[StreamBlock]:
    """The blocks of a log, up to its damage where it has any, of which it warns.

    None of a log that is no text and was found in a directory. Raises `LogError` if one cannot be
    read, `BinaryLogError` if one that was named is no text.
    """
    intake = Intake(options)
    try:
        for chunk in source.chunks():
            yield from intake.feed(chunk)
        damage = None
    except BinaryLogError:
        if source.listed:
            return
        raise
    except DamagedLog as error:
        damage = str(error)
    yield from intake.begin() if damage else intake.finish()
    if damage := damage or intake.damage:
        warnings.warn(f"{source.name}: {damage}", DamagedLogWarning, stacklevel=2)
