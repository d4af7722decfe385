"""Arrow arrays of what Python has.

`pyarrow.array` and `pyarrow.scalar` load pandas where that is installed, which takes longer than a
scan; these do not.
"""

from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any

import pyarrow as pa

_TYPES = {"q": pa.int64(), "i": pa.int32(), "d": pa.float64()}


def as_numbers(column: "array[Any]") -> pa.Array:
    """int64, int32 or float64 numbers, which are not copied."""
    return pa.Array.from_buffers(_TYPES[column.typecode], len(column), [None, pa.py_buffer(column)])


def as_times(times: Iterable[int | None]) -> pa.Array:
    """int64 numbers, None as null."""
    known = list(times)
    if None not in known:
        return as_numbers(array("q", known))
    bits = "".join("0" if time is None else "1" for time in reversed(known))
    valid = int(bits, 2).to_bytes(len(known) // 8 + 1, "little")
    numbers = array("q", (time or 0 for time in known))
    buffers = [pa.py_buffer(valid), pa.py_buffer(numbers)]
    return pa.Array.from_buffers(pa.int64(), len(known), buffers)


def no_times(count: int) -> pa.Array:
    """So many nulls, as int64."""
    return _nulls(1 << count.bit_length()).slice(0, count)


@lru_cache(maxsize=4)
def _nulls(count: int) -> pa.Array:
    buffers = [pa.py_buffer(bytes(count // 8 + 1)), pa.py_buffer(bytes(8 * count))]
    return pa.Array.from_buffers(pa.int64(), count, buffers)


def repeated(number: int, count: int) -> pa.Array:
    """The same int32 number so many times."""
    return as_numbers(array("i", [number]) * count)


def as_strings(texts: Sequence[str]) -> pa.Array:
    """Strings, as an Arrow array."""
    encoded = [text.encode() for text in texts]
    ends = array("i", accumulate(map(len, encoded), initial=0))
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(texts), buffers)
