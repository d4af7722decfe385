"""Random documents in envelopes: the kernel and the decoders in Python, in every way of reading."""

import tempfile
from pathlib import Path

import pytest

from proof.run import Run, main
from tests.test_native_envelopes import (
    LINES,
    decoded_both_ways,
    document,
    given_as,
    outcomes_both_ways,
)

# The part of the documents that are scanned as well, which takes ten times as long.
_SCANNED = 0.02


def prove(run: Run) -> None:
    """Hold the kernel's decoding against Python's on random documents of every envelope."""
    envelopes = [*LINES, "cloudwatch"]
    with tempfile.TemporaryDirectory() as folder:
        for turn in run.turns():
            envelope = envelopes[turn % len(envelopes)]
            log = document(run.random, envelope)
            natively, without = decoded_both_ways(run.random, envelope, log)
            run.counts["documents"] += 1
            run.counts["lines"] += log.count(b"\n")
            differs = natively != without
            if run.random.random() < _SCANNED:
                given = given_as(log, run.counts["scanned"], Path(folder))
                found = outcomes_both_ways(run.random, envelope, given, pytest.MonkeyPatch())
                run.counts["scanned"] += 1
                differs |= any(each != found[0] for each in found)
            if differs:
                run.fail(repr((envelope, turn, log)))


if __name__ == "__main__":
    main("envelopes", prove)
