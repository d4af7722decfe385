"""Random documents in envelopes: the kernel and the decoders in Python, in every way of reading."""

import tempfile
from pathlib import Path

import pytest

from proof.run import Run, main
from tests.test_native_envelopes import LINES, document, given_as, outcomes_both_ways


def prove(run: Run) -> None:
    """Hold the kernel's decoding against Python's on random documents of every envelope."""
    envelopes = [*LINES, "cloudwatch"]
    with tempfile.TemporaryDirectory() as folder:
        for turn in run.turns():
            envelope = envelopes[turn % len(envelopes)]
            log = document(run.random, envelope)
            given = given_as(log, turn // len(envelopes), Path(folder))
            found = outcomes_both_ways(run.random, envelope, given, pytest.MonkeyPatch())
            run.counts["documents"] += 1
            run.counts["lines"] += log.count(b"\n")
            if any(each != found[0] for each in found):
                run.fail(repr((envelope, turn, log)))


if __name__ == "__main__":
    main("envelopes", prove)
