"""Real logs and real definitions, where they are at hand: rows equal to the oracle's."""

import random
from pathlib import Path

import pytest

import metricparse as mp
from tests.support.exact_rows import bits, rows_of
from tests.support.oracle import outcome
from tests.support.public_corpus import (
    definition_list_names,
    definitions_of,
    log_definition_pairs,
    log_path,
    log_paths,
    requires_corpus,
)

pytestmark = requires_corpus


@pytest.mark.parametrize("strip_ansi", [False, True], ids=["ansi", "no-ansi"])
@pytest.mark.parametrize("view", ["sagemaker", "raw"])
@pytest.mark.parametrize(("log", "name"), log_definition_pairs(), ids=str)
def test_a_pair_gives_the_oracles_rows(log: str, name: str, view: str, strip_ansi: bool) -> None:
    path, definitions = log_path(log), definitions_of(name)
    scan = mp.scan(path, definitions, view=view, strip_ansi=strip_ansi, envelope="plain")
    expected = outcome(path.read_bytes(), definitions, view, strip_ansi)
    assert bits(rows_of(scan.to_table())) == bits(expected.rows)
    for summary, counts in zip(scan.summary.definitions, expected.counts, strict=True):
        assert (summary.emitted, summary.rejected) == (counts.emitted, counts.rejected)
        assert summary.unmatched == counts.unmatched


@pytest.mark.parametrize("log", log_paths(), ids=lambda path: path.stem)
def test_definitions_of_other_jobs_give_the_oracles_rows(log: Path, tmp_path: Path) -> None:
    """Forty definitions drawn from all lists, most of them meant for other logs."""
    start = tmp_path / "start.log"
    start.write_bytes(log.read_bytes()[:40_000])
    definitions = random.Random(log.stem).sample(every_definition(), 40)
    expected = outcome(start.read_bytes(), definitions)
    scan = mp.scan(start, definitions, envelope="plain")
    assert bits(rows_of(scan.to_table())) == bits(expected.rows)


def every_definition() -> list[dict[str, str]]:
    regexes = {
        each["Regex"]: each["Name"]
        for name in definition_list_names()
        for each in definitions_of(name)
    }
    return [{"Name": name, "Regex": regex} for regex, name in regexes.items()]
