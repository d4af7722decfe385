"""The lines of logs, as they stand in files, or taken out of what stands around them."""

import os
import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, BinaryIO, NamedTuple

from metricparse.errors import LogError
from metricparse.logs.envelopes import Envelope
from metricparse.logs.envelopes.detect import HEAD_SIZE
from metricparse.logs.input.sources import CHUNK_SIZE, Source, find_sources
from metricparse.logs.intake import Intake, IntakeOptions, StreamBlock, blocks_of
from metricparse.logs.line_index import LineIndex

#: Bytes of a line that the page gets.
LONGEST = 1 << 20
_STEP = 1 << 24


class FoundText(NamedTuple):
    """Where a text stands: the line, and whether the search came to an end of the log."""

    line: int | None
    wrapped: bool = False


class Texts:
    """The lines of each log stream, by its name as records have it.

    failures: what could not be read, and why.
    """

    def __init__(self, logs: Sequence[str], envelope: Envelope | None, *, strip_ansi: bool) -> None:
        self.failures: list[str] = []
        self._options = IntakeOptions(None, strip_ansi, envelope)
        self._folder = tempfile.mkdtemp(prefix="metricparse-view-")
        self._indexes: dict[str, LineIndex] = {}
        self._files: dict[str, BinaryIO] = {}
        self._growing: list[_Decoding] = []
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._logs = logs
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def counts(self) -> dict[str, int]:
        """How many lines of each stream are known so far."""
        return {name: index.count for name, index in list(self._indexes.items())}

    @property
    def reading(self) -> bool:
        """Whether there is more of the logs to look at."""
        return self._reader.is_alive()

    def refresh(self) -> bool:
        """Look at what was written to the logs; whether there was anything."""
        if self.reading:
            return True
        grown = False
        with self._lock:
            for decoding in self._growing:
                grown |= self._keep(decoding.name, decoding.next_blocks())
            for index in self._indexes.values():
                with suppress(OSError):
                    grown |= index.extend(_STEP)
        return grown

    def lines(self, name: str, first: int, count: int) -> list[bytes]:
        """Lines of a stream; none where it is not known."""
        index = self._indexes.get(name)
        if index is None:
            return []
        try:
            return index.lines(first, count, LONGEST)
        except OSError as error:
            raise LogError(f"{name}: cannot be read: {error.strerror}") from None

    def find(self, name: str, text: str, line: int, *, backwards: bool) -> FoundText:
        """The next line with a text, from after `line` on, or before it; once around."""
        index = self._indexes.get(name)
        wanted = text.encode()
        if index is None or not wanted or not index.size:
            return FoundText(None)
        import mmap

        with (
            open(index.path, "rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
        ):
            here = index.place_of(line if backwards else min(line + 1, index.count + 1))
            if backwards:
                place, wrapped = data.rfind(wanted, 0, here), False
                if place < 0:
                    place, wrapped = data.rfind(wanted, here), True
            else:
                place, wrapped = data.find(wanted, here), False
                if place < 0:
                    place, wrapped = data.find(wanted, 0, here), True
        return FoundText(index.line_at(place), wrapped) if place >= 0 else FoundText(None)

    def close(self) -> None:
        """Forget them; what was taken out of envelopes is deleted."""
        self._ended.set()
        self._reader.join()
        for file in self._files.values():
            file.close()
        for decoding in self._growing:
            decoding.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _read(self) -> None:
        for log in self._logs:
            try:
                for source in find_sources(log):
                    self._add(source)
            except LogError as error:
                self.failures.append(str(error))

    def _add(self, source: Source) -> None:
        path = source.text_file()
        if path is None:
            self._keep(source.name, blocks_of(source, self._options))
            return
        with source.readable(), open(path, "rb") as file:
            head = file.read(HEAD_SIZE)
        if self._options.envelope_of(head) is Envelope.PLAIN:
            index = self._indexes[source.name] = LineIndex(path)
            with source.readable():
                while not self._ended.is_set() and index.extend(_STEP):
                    pass
            return
        decoding = _Decoding(source.name, path, self._options)
        while not self._ended.is_set() and self._keep(source.name, decoding.next_blocks()):
            pass
        self._growing.append(decoding)

    def _keep(self, name: str, blocks: Iterable[StreamBlock]) -> bool:
        """Write decoded text to files, one for each stream; whether there was any."""
        found = False
        for given in blocks:
            found = True
            stream = name if given.stream is None else f"{name}:{given.stream}"
            if stream not in self._files:
                path = os.path.join(self._folder, str(len(self._files)))
                self._files[stream] = open(path, "ab", buffering=0)  # noqa: SIM115 - closed by `close`
                self._indexes[stream] = LineIndex(path)
            self._files[stream].write(given.block.data)
            self._indexes[stream].extend()
            if self._ended.is_set():
                break
        return found


class _Decoding:
    """A file in an envelope that may be growing."""

    def __init__(self, name: str, path: str, options: IntakeOptions) -> None:
        self.name = name
        self._file: Any = open(path, "rb")  # noqa: SIM115 - closed by `close`
        self._intake = Intake(options, live=True)

    def next_blocks(self) -> Iterator[StreamBlock]:
        """The blocks of what was written since."""
        if chunk := self._file.read(CHUNK_SIZE):
            yield from self._intake.feed(chunk)

    def close(self) -> None:
        self._file.close()
