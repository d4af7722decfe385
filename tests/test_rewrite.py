"""Definitions are put back into their document, which otherwise stays as it is."""

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

import metricparse as mp
from metricparse.definitions.rewrite import with_definitions

NEW = [
    mp.MetricDefinition(name="a", regex='a="([0-9]+)'),
    mp.MetricDefinition(name="ü", regex=r"\d"),
]

REQUEST = """{
\t"TrainingJobName" : "job",   "Note": "MetricDefinitions: [1]",
\t"AlgorithmSpecification": {
\t\t"MetricDefinitions": [ {"Name": "old", "Regex": "x]([0-9])"} ],
\t\t"TrainingInputMode":"File" },
"HyperParameters": { "MetricDefinitionsX": "[]" }}
"""


def test_all_else_stays_byte_for_byte() -> None:
    changed = with_definitions(REQUEST, NEW)
    start, _, rest = REQUEST.partition('[ {"Name"')
    end = rest.partition("} ]")[2]
    assert changed.startswith(start)
    assert changed.endswith(end)
    given_back = json.loads(changed)["AlgorithmSpecification"]["MetricDefinitions"]
    assert given_back == [each.to_request() for each in NEW]


def test_a_list_keeps_its_indentation() -> None:
    text = '[\n    {"Name": "old", "Regex": "(x)"}\n]\n'
    assert with_definitions(text, NEW[:1]) == '[\n    {"Name": "a", "Regex": "a=\\"([0-9]+)"}\n]\n'
    assert with_definitions(text, []) == "[]\n"


def test_the_keywords_of_the_sdk() -> None:
    text = '{"metric_definitions": []}'
    assert json.loads(with_definitions(text, NEW[:1]))["metric_definitions"] == [
        NEW[0].to_request()
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "# yaml\n- Name: x\n",
        '{"a": 1}',
        (
            '{"TrainingJobDefinitions": [{"AlgorithmSpecification": {"MetricDefinitions": []}}, '
            '{"AlgorithmSpecification": {"MetricDefinitions": []}}]}'
        ),
    ],
)
def test_what_cannot_be_written_to(text: str) -> None:
    with pytest.raises(mp.DefinitionError):
        with_definitions(text, NEW)


_json = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


# Keys are told apart whatever their case.
_keys = st.text('abcdefgh "\\é', max_size=5)


@given(st.dictionaries(_keys, _json, max_size=4), st.sampled_from([None, 1, "\t"]))
def test_whatever_stands_around_them(around: dict[str, Any], indent: int | str | None) -> None:
    document = {**around, "MetricDefinitions": [{"Name": "old", "Regex": "(x)"}], "z": around}
    changed = json.loads(with_definitions(json.dumps(document, indent=indent), NEW))
    assert changed == {**document, "MetricDefinitions": [each.to_request() for each in NEW]}
