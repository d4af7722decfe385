"""Definitions as text to copy."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from metricparse.definitions.metric_definition import MetricDefinition


def as_json(definitions: Sequence[MetricDefinition]) -> str:
    """A list as the API and the AWS CLI take it."""
    rows = [json.dumps(each.to_request(), ensure_ascii=False) for each in definitions]
    return "[\n  " + ",\n  ".join(rows) + "\n]\n" if rows else "[]\n"


def as_python(definitions: Sequence[MetricDefinition]) -> str:
    """The argument of the `sagemaker` SDK's estimators."""
    rows = [
        f'    {{"Name": {each.name!r}, "Regex": {_raw(each.regex)}}},\n' for each in definitions
    ]
    return "metric_definitions=[\n" + "".join(rows) + "]\n"


def as_case(
    definitions: Sequence[MetricDefinition], log: str, gave: Mapping[str, Mapping[str, Any]]
) -> str:
    """A file for `metricparse test`, in YAML: what the definitions give on a log now."""
    figures = {
        name: {"count": counts["emitted"], "first": counts["first"], "last": counts["last"]}
        if counts.get("emitted")
        else None
        for name, counts in gave.items()
    }
    rows = "".join(f"  - {json.dumps(each.to_request())}\n" for each in definitions)
    metrics = "".join(
        f"      {json.dumps(name)}: {json.dumps(figures[name])}\n" for name in figures
    )
    return f"definitions:\n{rows}cases:\n  - log: {json.dumps(log)}\n    metrics:\n{metrics}"


def _raw(regex: str) -> str:
    """A raw string, where the regex can be one."""
    for quote in ('"', "'"):
        if quote not in regex and not regex.endswith("\\") and regex.isprintable():
            return f"r{quote}{regex}{quote}"
    return repr(regex)
