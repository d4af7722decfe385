"""Bytes of a log that lie in two places are taken for what they are together."""

from random import Random

import pytest

from metricparse.logs.blocks import Stretch
from tests.support.block_cutting import cut_blocks, stretches


@pytest.mark.parametrize("text", [b"one\n" * 20, b"one\n" * 20 + b"two"])
def test_what_a_stretch_tells(text: bytes) -> None:
    for each in stretches(text):
        assert (each.data, each.size, each.is_ended) == (text, len(text), text.endswith(b"\n"))
    whole = Stretch(text)
    assert whole.data is text
    assert whole.parts == (b"", text, 0, len(text))


def test_the_last_line_may_have_begun_elsewhere() -> None:
    for text in (b"one\n", b"one\ntwo\n", b"\n", b"one\n\n"):
        last = text.splitlines(keepends=True)[-1]
        begun = text.rfind(b"\n", 0, -1) + 1
        for at in range(begun + 1 if begun == 0 else 1):
            assert Stretch(text[at:] + b"x", text[:at], 0, len(text) - at).last_line == last


def test_blocks_are_all_of_a_log() -> None:
    random = Random(5)
    for _ in range(200):
        log = b"".join(random.choice([b"\n", b"ab", b"x" * 9]) for _ in range(random.randrange(40)))
        cuts = sorted(random.randrange(len(log) + 1) for _ in range(random.randrange(5)))
        chunks = [log[start:end] for start, end in zip([0, *cuts], [*cuts, len(log)], strict=True)]
        for event_size in (None, 4):
            blocks = list(cut_blocks(chunks, event_size))
            assert b"".join(block.data for block in blocks) == log
            assert all(block.is_ended for block in blocks[:-1]) or event_size
