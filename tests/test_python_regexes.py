"""Native, reference and Python's `re` give the same, or it is said that they may not."""

import contextlib
import io
import re
import warnings
from random import Random

import pytest

import metricparse as mp
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.diagnosis.engines import engines_differ
from metricparse.errors import DefinitionError
from metricparse.logs.blocks import Block
from metricparse.logs.views import View
from metricparse.matching.backend import Matcher
from metricparse.matching.budgets import Budgets
from metricparse.matching.compiled import CompiledDefinition
from metricparse.matching.native import NativeMatcher
from metricparse.matching.reference import ReferenceMatcher
from metricparse.matching.results import BlockMatches
from metricparse.scanning.search import search_by_reference
from tests.support.long_runs import plain_and_long
from tests.support.oracle import outcome
from tests.support.random_regexes import random_line, random_regex

LINES = 20


def random_definition(random: Random) -> CompiledDefinition:
    """One with a group that `re` takes, of which nothing is said, and whose searches are short."""
    while True:
        regex = random_regex(random)
        with (
            contextlib.suppress(DefinitionError, re.error, RecursionError),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            definition = CompiledDefinition.compile(0, MetricDefinition(name="m", regex=regex))
            if (
                definition.has_group
                and definition.safe_length >= LINES
                and not engines_differ(regex)
            ):
                return definition


def rows(matches: BlockMatches) -> list[tuple[int, float]]:
    found = matches.rows.arrays(1)
    return list(zip(found.lines.to_pylist(), found.values.to_pylist(), strict=True))


@pytest.mark.parametrize("pairs", plain_and_long(2_000, 200_000))
def test_three_ways(pairs: int) -> None:
    random = Random(pairs)
    with_native = Matcher.chosen() is Matcher.NATIVE
    for _ in range(pairs // LINES):
        definition = random_definition(random)
        log = "".join(f"{random_line(random)}\n" for _ in range(LINES)).encode()
        expected = outcome(log, [{"Name": "m", "Regex": definition.pattern}])
        reference = ReferenceMatcher([definition])
        searched = {"reference": search_by_reference(reference, View.SAGEMAKER, Block(log))}
        if with_native:
            native = NativeMatcher([definition])
            searched["native"] = native.search_block(Block(log), view=View.SAGEMAKER)
        (counts,) = expected.counts
        for matcher, each in searched.items():
            matches = Budgets([definition]).decide(each)
            assert rows(matches) == [(line, value) for line, _, value in expected.rows], (
                matcher,
                definition.pattern,
                log.decode(),
            )
            assert matches.rejected == [counts.rejected], (
                matcher,
                definition.pattern,
                log.decode(),
            )


@pytest.mark.parametrize(
    "regex",
    [
        r"(a*)*",
        r"(?:(a)|b*)+c",
        r"(?:(a)|b)*\1",
        r"(?i)(k)\1",
        r"((a)|b|c)*+",
        r"(?a:\W)(\d)",
        r"(?a)\w(?u:\d)(1)",
        r"(?#what it is)(\d)",
        r"(a)(?(1)b|c)",
    ],
)
def test_where_they_may_not_it_is_said(regex: str) -> None:
    definition = {"Name": "m", "Regex": regex}
    assert "engines-differ" in {found.kind for found in mp.check([definition]).findings}
    summary = mp.scan(io.BytesIO(b"a\n"), [definition]).summary
    assert "engines-differ" in {found.kind for found in mp.findings_of(summary)}


@pytest.mark.parametrize(
    "regex", [r"loss: (\S+)", r"(?i)iter=(\d+)", r"\b\w+=([\w.]+)", r"(?:a|b)+(\d*)", r"(a)\1"]
)
def test_nothing_is_said_of_what_they_read_alike(regex: str) -> None:
    assert engines_differ(regex) is None


def test_explain_shows_lines_that_it_is_about() -> None:
    definition = {"Name": "m", "Regex": r"v(?:=|\s*)*(\d)"}
    (explanation,) = mp.diagnose(io.BytesIO(b"v = 1\nv=2\n"), [definition]).explanations
    (cause,) = explanation.causes
    assert cause.kind == "engines-differ"
    assert [each.line for each in cause.sightings] == [1, 2]
