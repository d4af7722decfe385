"""Real logs and real definitions, where they are at hand: rows equal to the oracle's."""

import csv
import json
import random
from pathlib import Path
from typing import Any

import pytest

import metricparse as mp
from tests.support.oracle import outcome
from tests.test_conformance import bits, rows_of

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real logs is not here")


def logs() -> list[Path]:
    return sorted((CORPUS / "logs").glob("*.log"))


def pairs() -> list[tuple[str, str]]:
    """Log and definitions that belong together."""
    if not CORPUS.is_dir():
        return []
    with (CORPUS / "SOURCES.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))[1:]
    return [(row[0], name) for row in rows for name in row[3].split(",") if name]


def definitions_of(name: str) -> list[dict[str, str]]:
    document: dict[str, Any] = json.loads((CORPUS / "definitions" / f"{name}.json").read_bytes())
    definitions: list[dict[str, str]] = document["metric_definitions"]
    return definitions


@pytest.mark.parametrize("strip_ansi", [False, True], ids=["ansi", "no-ansi"])
@pytest.mark.parametrize("view", ["sagemaker", "raw"])
@pytest.mark.parametrize(("log", "name"), pairs(), ids=str)
def test_a_pair_gives_the_oracles_rows(log: str, name: str, view: str, strip_ansi: bool) -> None:
    path, definitions = CORPUS / "logs" / f"{log}.log", definitions_of(name)
    scan = mp.scan(path, definitions, view=view, strip_ansi=strip_ansi)
    expected = outcome(path.read_bytes(), definitions, view, strip_ansi)
    assert bits(rows_of(scan.to_table())) == bits(expected.rows)
    for summary, counts in zip(scan.summary.definitions, expected.counts, strict=True):
        assert (summary.emitted, summary.rejected) == (counts.emitted, counts.rejected)
        assert summary.unmatched == counts.unmatched


@pytest.mark.parametrize("log", logs(), ids=lambda path: path.stem)
def test_definitions_of_other_jobs_give_the_oracles_rows(log: Path, tmp_path: Path) -> None:
    """Forty definitions drawn from all lists, most of them meant for other logs."""
    start = tmp_path / "start.log"
    start.write_bytes(log.read_bytes()[:40_000])
    definitions = random.Random(log.stem).sample(every_definition(), 40)
    expected = outcome(start.read_bytes(), definitions)
    assert bits(rows_of(mp.scan(start, definitions).to_table())) == bits(expected.rows)


def every_definition() -> list[dict[str, str]]:
    names = sorted(path.stem for path in (CORPUS / "definitions").glob("*.json"))
    regexes = {each["Regex"]: each["Name"] for name in names for each in definitions_of(name)}
    return [{"Name": name, "Regex": regex} for regex, name in regexes.items()]
