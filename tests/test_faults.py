"""Faults seeded into the definitions of the sample logs: what is said of them."""

from pathlib import Path

import pytest

import metricparse as mp
from benchmarks.diagnosis import log_lines, outcomes_on
from tests.support.long_runs import mostly_long
from tests.support.sample_logs import SAMPLES

#: Shares of the faults of which the right cause comes first, and that are corrected, at least.
FIRST, CORRECTED = 0.95, 0.9


@pytest.mark.parametrize(
    "name", mostly_long(["xgboost", "lightgbm", "keras", "transformers"], {"xgboost", "keras"})
)
def test_seeded_faults_are_found_and_corrected(name: str) -> None:
    folder: Path = SAMPLES / name
    definitions = mp.load_definitions(folder / "definitions.json")[:2]
    lines = log_lines(folder / "train.log")[:120]
    outcomes = list(outcomes_on(name, lines, [each.to_request() for each in definitions]))
    assert len(outcomes) > 20
    wrong = [each for each in outcomes if not each.is_first]
    assert len(wrong) <= (1 - FIRST) * len(outcomes), wrong
    not_corrected = [each for each in outcomes if not each.is_corrected]
    assert len(not_corrected) <= (1 - CORRECTED) * len(outcomes), not_corrected
    assert [each.accused for each in outcomes if each.accused] == []
