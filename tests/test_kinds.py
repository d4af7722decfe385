"""The registry of kinds, and what is said of it."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from metricparse.cli.cloudwatch_arguments import say_left_out
from metricparse.cloudwatch.series import LeftOut
from metricparse.diagnosis.causes import details as cause_details
from metricparse.diagnosis.details import Details
from metricparse.diagnosis.kinds import CAUSES, FINDINGS, Kind

DOCS = Path(__file__).parents[1] / "docs"


def all_details() -> list[type[Details]]:
    assert cause_details
    return Details.__subclasses__()


def kinds_of(details: type[Details]) -> set[Kind]:
    """The kind of a class of details; all that it may be where that depends on its parts."""
    kind: Any = details.__dict__.get("kind")
    return {kind} if isinstance(kind, Kind) else set(Kind)


def test_every_kind_is_a_finding_or_a_cause_and_none_is_listed_twice() -> None:
    assert set(FINDINGS) | set(CAUSES) == set(Kind)
    assert len(set(FINDINGS)) == len(FINDINGS)
    assert len(set(CAUSES)) == len(CAUSES)


def test_every_kind_has_details_that_say_what_is_the_matter() -> None:
    said = set().union(*map(kinds_of, all_details()))
    assert said == set(Kind)


@pytest.mark.parametrize("details", all_details(), ids=lambda each: each.__name__)
def test_details_are_plain_data_with_a_sentence_of_their_own(details: type[Details]) -> None:
    assert details.__hash__ is not object.__hash__
    assert details.__str__ is not Details.__str__


def test_the_document_says_what_the_registry_says() -> None:
    path = DOCS / "generate_kinds.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    page = (DOCS / "explaining.md").read_text(encoding="utf-8")
    assert all(f"| `{kind}` |" in page for kind in Kind)
    assert page == generator.updated(page), "run: python docs/generate_kinds.py"


@pytest.mark.parametrize("reason", LeftOut)
def test_there_is_advice_for_every_reason_to_leave_records_out(
    reason: LeftOut, capsys: pytest.CaptureFixture[str]
) -> None:
    say_left_out({reason: 2})
    said = capsys.readouterr().err
    assert said.startswith(f"metricparse: left out 2 records: {reason}; ")
    assert len(said.partition("; ")[2]) > 1
