"""A whole log as blocks, and blocks that lie in two places."""

from collections.abc import Iterable, Iterator

from metricparse.logs.blocks import Block, BlockCutter, Stretch


def cut_blocks(chunks: Iterable[bytes], event_size: int | None) -> Iterator[Block]:
    """The blocks of a log that comes in chunks."""
    cutter = BlockCutter(event_size)
    yield from filter(None, map(cutter.feed, chunks))
    if last := cutter.finish():
        yield last


def stretches(text: bytes) -> list[Stretch]:
    """A text that lies in two places, with other bytes around it, by the place where it is cut."""
    places = [*range(40), *range(len(text) - 40, len(text))]
    return [
        Stretch(b"\n.." + text[at:] + b"..\n", text[:at], 3, 3 + len(text) - at) for at in places
    ]
