"""Joins the pieces of lines that a container's standard output and error wrote into one text."""

from metricparse.logs.envelopes.base import Text, Written, written_times

#: Bytes of a line, or of lines that wait for one to end, that are held in memory.
HELD_LIMIT = 16 << 20

# A line that is longer is given out before it ends.
_LINE_HELD = 1 << 16

# A block that needs a closer look is looked at in parts of this size.
_PART = 1 << 15

_NOBODY = object()


class LineJoiner:
    """Joins pieces to lines, those of each stream on their own, and puts the lines in one text.

    A line stands where it ended. One that is longer than 64 KiB stands where it grew longer, and
    what other streams wrote before it ended comes behind it. If that would be more than can be
    held, the line ends there.
    """

    def __init__(self) -> None:
        self._begun: dict[str, tuple[list[bytes], Written]] = {}
        self._sizes: dict[str, int] = {}
        self._waiting: list[tuple[str, bytes, Written]] = []
        self._waiting_size = 0
        self._owner: object = _NOBODY
        self._data: list[bytes] = []
        self._times: list[Written] = []

    @property
    def settled(self) -> bool:
        """Whether no line is begun."""
        return not self._begun and self._owner is _NOBODY

    @property
    def held(self) -> int:
        """Bytes of lines that wait to end."""
        return sum(self._sizes[stream] for stream in self._begun) + self._waiting_size

    def add(self, stream: str, data: bytes, time: Written) -> None:
        """The next bytes that a stream wrote, at that time; they may have lines in them."""
        if not data:
            return
        if self._owner is _NOBODY:
            self._add_lines(stream, data, time)
        elif self._owner == stream:
            self._go_on(stream, data, time)
        else:
            self._waiting.append((stream, data, time))
            self._waiting_size += len(data)
            if self._waiting_size > HELD_LIMIT:
                self._data.append(b"\n")
                self._let_others()

    def take(self) -> Text | None:
        """The lines that are complete, once."""
        if not self._data:
            return None
        text = Text(None, b"".join(self._data), written_times(self._times))
        self._data, self._times = [], []
        return text

    def finish(self, *, more: bool) -> None:
        """End all lines, the last one only if there is more to come."""
        while self._owner is not _NOBODY and (self._waiting or self._begun or more):
            self._data.append(b"\n")
            self._let_others()
        begun = list(self._begun.values())
        for number, (parts, time) in enumerate(begun, 1):
            self._data += [*parts, b"\n"] if more or number < len(begun) else parts
            self._times.append(time)
        self._begun.clear()
        self._owner = _NOBODY

    def _add_lines(self, stream: str, data: bytes, time: Written) -> None:
        end = data.rfind(b"\n") + 1
        if end:
            begun, first = self._begun.pop(stream, ([], time))
            self._data += [*begun, data[:end]]
            self._times += [first, *[time] * (data.count(b"\n") - 1)]
        if end < len(data):
            self._hold(stream, data[end:], time)

    def _hold(self, stream: str, data: bytes, time: Written) -> None:
        parts, time = self._begun.setdefault(stream, ([], time))
        size = self._sizes[stream] = len(data) + (self._sizes[stream] if parts else 0)
        parts.append(data)
        if size > _LINE_HELD:
            self._data += parts
            self._times.append(time)
            del self._begun[stream]
            self._owner = stream

    def _go_on(self, stream: str, data: bytes, time: Written) -> None:
        """Go on with the line that was given out before it ended."""
        end = data.find(b"\n") + 1
        self._data.append(data[:end] if end else data)
        if end:
            self._let_others()
            self.add(stream, data[end:], time)

    def _let_others(self) -> None:
        waiting, self._waiting, self._waiting_size = self._waiting, [], 0
        self._owner = _NOBODY
        for piece in waiting:
            self.add(*piece)


class JoinedLines:
    """What envelopes have in common whose lines are pieces of lines."""

    def __init__(self) -> None:
        self.invalid = 0
        self._pieces = LineJoiner()

    @property
    def settled(self) -> bool:
        """Whether nothing is held, and no line is begun."""
        return self._pieces.settled

    @property
    def held(self) -> int:
        """Bytes of text that wait for more."""
        return self._pieces.held

    def decode(self, block: bytes) -> tuple[list[Text], int]:
        """The text of the lines in `block`, up to one of another envelope, and where that is.

        If not all of them are whole, those of smaller parts may be.
        """
        text = self._whole_lines(block) if self.settled else None
        if text:
            return [text], len(block)
        if len(block) > _PART and 0 < block.find(b"\n") + 1 < len(block):
            return self._decode_parts(block)
        end = self._decode_lines(block)
        return self._taken(), end

    def finish(self, *, more: bool) -> list[Text]:
        """Lines that were begun, the last one with an end if there is more to come."""
        self._pieces.finish(more=more)
        return self._taken()

    def go_on_after(self, line: bytes) -> None:
        """Nothing: a line is known by itself."""

    def _whole_lines(self, block: bytes) -> Text | None:
        """The text of a block, if each of its lines is the whole of one; fast."""
        raise NotImplementedError

    def _decode_lines(self, block: bytes) -> int:
        """Add the lines of a block to the pieces, up to one of another envelope; where that is."""
        raise NotImplementedError

    def _decode_parts(self, block: bytes) -> tuple[list[Text], int]:
        texts: list[Text] = []
        start = 0
        while start < len(block):
            end = block.rfind(b"\n", start, start + _PART) + 1
            end = end or block.find(b"\n", start) + 1 or len(block)
            more, taken = self.decode(block[start:end])
            texts += more
            start += taken
            if start < end:
                break
        return texts, start

    def _taken(self) -> list[Text]:
        text = self._pieces.take()
        return [text] if text else []
