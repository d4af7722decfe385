"""A whole log as blocks."""

from collections.abc import Iterable, Iterator

from metricparse.logs.blocks import Block, BlockCutter


def cut_blocks(chunks: Iterable[bytes], event_size: int | None) -> Iterator[Block]:
    """The blocks of a log that comes in chunks."""
    cutter = BlockCutter(event_size)
    yield from filter(None, map(cutter.feed, chunks))
    if last := cutter.finish():
        yield last
