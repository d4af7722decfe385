"""Checks as SARIF 2.1.0, which code hosts and editors read."""

from collections.abc import Iterator, Sequence
from typing import Any

from metricparse._version import __version__
from metricparse.definitions.documents import chosen_in
from metricparse.diagnosis.check import Check
from metricparse.diagnosis.kinds import Kind

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(checks: Sequence[Check]) -> dict[str, Any]:
    """What checks of files found, as the one run of a SARIF log: a result a finding, with its line."""
    results = [result for check in checks for result in _results(check)]
    named = {result["ruleId"] for result in results}
    driver = {
        "name": "metricparse",
        "version": __version__,
        "rules": [
            {"id": kind.value, "shortDescription": {"text": kind.meaning}}
            for kind in Kind
            if kind.value in named
        ],
    }
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _results(check: Check) -> Iterator[dict[str, Any]]:
    for found, line in zip(check.findings, check.lines(), strict=True):
        place = {
            "artifactLocation": {"uri": _uri(chosen_in(check.name)[0])},
            "region": {"startLine": line},
        }
        yield {
            "ruleId": found.kind.value,
            "level": found.severity.value,
            "message": {"text": str(found)},
            "locations": [{"physicalLocation": place}],
        }


def _uri(path: str) -> str:
    """A path as a reference of RFC 3986, relative where the path is."""
    from pathlib import PurePath
    from urllib.parse import quote

    given = PurePath(path)
    return given.as_uri() if given.is_absolute() else quote(given.as_posix())
