"""What a scan and a check have to say, and what they do not."""

import io
from typing import Any

import pytest

import metricparse as mp
from metricparse.diagnosis.check import check
from metricparse.diagnosis.edits.trial import words_of
from metricparse.diagnosis.findings import Finding, findings_of as find
from metricparse.diagnosis.kinds import Severity


def findings_of(log: bytes, *regexes: str, names: str = "abcdefgh") -> list[Finding]:
    definitions = [{"Name": n, "Regex": r} for n, r in zip(names, regexes, strict=False)]
    return find(mp.scan(io.BytesIO(log), definitions).summary)


def test_a_definition_that_always_gives_numbers_has_no_finding() -> None:
    assert findings_of(b"loss: 1\nother\nloss: nan\n", r"loss: (\S+)") == []


@pytest.mark.parametrize(
    ("log", "regex", "kind", "message"),
    [
        (b"a\nb\n", "(c)", "never-matched", "never matched in 2 lines"),
        (b"", "(c)", "never-matched", "never matched: the log holds no line"),
        (b"x=1\n", "x=.", "no-group", "the regex has no group, so nothing is captured"),
        (
            b"\nF1=0.5\nF1=0.6\n",
            "F1=(.*?)",
            "never-a-number",
            "2 matches, but never a number: on line 2 group 1 captured ''",
        ),
        (
            b"x=1\nx=n/a\n",
            "x=(.*)",
            "not-always-a-number",
            "1 of 2 matches gave no number: on line 2 group 1 captured 'n/a'",
        ),
        (b"b\n", "(a)|b", "never-a-number", "on line 1 group 1 took no part"),
        (b"x=1 x=2\nx=3\n", r"x=(\d)", "several-matches", "matches more than once on 1 line;"),
        (b"a" * 60 + b"b\n", "(a|aa)+$", "gave-up", "went over its budget on 1 line"),
    ],
)
def test_what_a_scan_finds(log: bytes, regex: str, kind: str, message: str) -> None:
    found = {each.kind.value: each for each in findings_of(log, regex)}
    assert message in found[kind].message
    assert found[kind].where == "a"


def test_a_name_used_twice() -> None:
    (found,) = findings_of(b"x=1 y=2\n", "x=(.)", "y=(.)", names="mm")
    assert found.kind == "name-used-twice"
    assert "MetricDefinitions[0], MetricDefinitions[1]" in found.message


def test_more_definitions_than_the_service_takes() -> None:
    definitions = [{"Name": f"m{n}", "Regex": "x=(.)"} for n in range(41)]
    (found,) = find(mp.scan(io.BytesIO(b"x=1\n"), definitions).summary)
    assert (found.kind, found.severity) == ("too-many-definitions", Severity.ERROR)


def kinds(regex: str) -> set[str]:
    return {found.kind for found in check([{"Name": "m", "Regex": regex}]).findings}


@pytest.mark.parametrize(
    "regex",
    [
        r"loss: ([0-9.]+)",
        r"#quality_metric: host=\S+, train loss <loss>=(\S+)",
        r".*\[[0-9]+\].*#011train-auc:([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?).*",
        r"'loss': ([0-9]+(.|e\-)[0-9]+),?",
        r"loss: (.*?),",
        r"loss: (.*?) -",
        r"loss=(\S+?)\s",
        r"acc: ([0-9\.]+)%",
        r"\<stdout\>:loss=(\S+)",
        r"metrics={'f1': (\S+)}",
        r"(?P<value>\d+)",
        r"a\\b=(\d)",
        r"x{loss}: (\d)",
        r"a{values} (\d)",
        r"(?:\d+,)+ (\d)",
        r"(?:\w+=\d+ )*loss=(\d)",
        r"loss=([0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)$",
        r"loss=((?:\d+,?)+)",
    ],
)
def test_a_healthy_regex_is_not_accused(regex: str) -> None:
    assert kinds(regex) == set()


@pytest.mark.parametrize(
    ("regex", "kind"),
    [
        ("loss: (", "does-not-compile"),
        ("loss: [0-9.]+", "no-group"),
        ("(?:loss): [0-9.]+", "no-group"),
        ("F1=(.*?)", "lazy-at-the-end"),
        ("F1=(.*?)$?", "lazy-at-the-end"),
        (r"F1=([0-9.]+?)\s*", "lazy-at-the-end"),
        (r"loss: (\\d+)", "escaped-twice"),
        (r"loss: ([\\d.]+)", "escaped-twice"),
        (r"loss\\[(\d+)\\]", "escaped-twice"),
        ("loss:\\t([0-9.]+)", "control-characters"),
        ("loss:\t([0-9.]+)", "control-characters"),
        (r"\x1b\[0mloss=(\d)", "control-characters"),
        ("(train|val)_loss: ([0-9.]+)", "several-groups"),
        ("[[:digit:]]+ (x)", "engines-differ"),
        ("(?:loss){e<=1}: (.)", "engines-differ"),
        (r"(?<=a+)(b)", "engines-differ"),
        (r"(\p{Nd}+)", "engines-differ"),
        (r"(a+)+$", "runs-away"),
        (r"took ((?:\d|\d\d)+) ms", "runs-away"),
        (r"(?:\s*\w+\s*)*=(\d)", "runs-away"),
        (r"^(?:.*?,){12}(\d+)$", "runs-away"),
    ],
)
def test_what_check_finds_in_a_regex(regex: str, kind: str) -> None:
    assert kind in kinds(regex)


def test_the_place_of_what_does_not_compile_is_shown() -> None:
    (found,) = check([{"Name": "m", "Regex": "loss: [0-9"}]).errors
    assert "unterminated character set at position" in found.message
    assert found.message.splitlines()[1] == "    loss: [0-9"
    assert found.message.splitlines()[2].strip() == "^"


def test_check_says_which_lane_a_definition_takes() -> None:
    regexes = (r"loss: (\S+)", r"(\p{Nd}+)", "x(")
    definitions = [{"Name": "m", "Regex": regex} for regex in regexes]
    (algorithm,) = check(definitions).algorithms
    native, reference, none = algorithm.lanes
    assert native == "native"
    assert reference.startswith("reference: its syntax is not known to be the same")
    assert none == "none: it does not compile"


def test_check_raises_nothing_for_a_document_that_cannot_be_used() -> None:
    documents: list[Any] = [{}, {"metric_definitons": []}, [], {"AlgorithmSpecification": 5}]
    for document in documents:
        (found,) = check(document).findings
        assert found.severity is Severity.ERROR


def test_numbers_in_names_are_no_words() -> None:
    assert words_of("layer_11_loss=([0-9.]+)") == {"layer_11_loss", "layer", "loss"}
