"""Lines of a file by their number: where they stand, and their text."""

from bisect import bisect_right
from itertools import islice
from typing import BinaryIO

_CHUNK = 1 << 18


class LineIndex:
    """The lines of a file of text, which may be growing.

    path: where it stands. count: how many lines were seen so far, one that has not ended among
    them. Lines are counted from 1.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.size = 0
        self._ends = 0
        # Lines that precede a place, and the place, where a line starts.
        self._lines, self._places = [0], [0]

    @property
    def count(self) -> int:
        """See the class."""
        return self._ends + (self.size > self._places[-1])

    def extend(self, most: int | None = None) -> bool:
        """Look at what was added to the file; whether there was anything.

        most: bytes to look at, at most. Raises `OSError`.
        """
        end = None if most is None else self.size + most
        before = self.size
        with open(self.path, "rb") as file:
            file.seek(self.size)
            while (end is None or self.size < end) and (chunk := file.read(_CHUNK)):
                self._ends += chunk.count(b"\n")
                last = chunk.rfind(b"\n") + 1
                if last:
                    self._lines.append(self._ends)
                    self._places.append(self.size + last)
                self.size += len(chunk)
        return self.size > before

    def lines(self, first: int, count: int, longest: int) -> list[bytes]:
        """Lines from number `first` on, without their ends, each cut after `longest` bytes.

        Raises `OSError`.
        """
        if first > self.count or count < 1:
            return []
        first = max(first, 1)
        mark = bisect_right(self._lines, first - 1) - 1
        with open(self.path, "rb") as file:
            file.seek(self._places[mark])
            for _ in range(first - 1 - self._lines[mark]):
                _skip_line(file)
            found = (_cut_line(file, longest) for _ in range(min(count, self.count - first + 1)))
            return [line for line in islice(found, count) if line is not None]

    def line_at(self, place: int) -> int:
        """The number of the line that holds a byte of the file. Raises `OSError`."""
        mark = bisect_right(self._places, place) - 1
        with open(self.path, "rb") as file:
            file.seek(self._places[mark])
            before = file.read(place - self._places[mark])
        return self._lines[mark] + before.count(b"\n") + 1

    def place_of(self, line: int) -> int:
        """The byte at which a line starts. Raises `OSError`."""
        mark = bisect_right(self._lines, line - 1) - 1
        with open(self.path, "rb") as file:
            file.seek(self._places[mark])
            for _ in range(line - 1 - self._lines[mark]):
                _skip_line(file)
            return file.tell()


def _skip_line(file: BinaryIO) -> None:
    while (part := file.readline(_CHUNK)) and not part.endswith(b"\n"):
        pass


def _cut_line(file: BinaryIO, longest: int) -> bytes | None:
    line = file.readline(longest + 1)
    if not line:
        return None
    if not line.endswith(b"\n"):
        _skip_line(file)
    return line.removesuffix(b"\n")[:longest]
