"""Files of cases: lines or logs, and the metrics that they must give."""

import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from metricparse.definitions.documents import read_document
from metricparse.definitions.load import load_definitions
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.definitions.presets import PREFIX
from metricparse.definitions.violations import unknown_key
from metricparse.errors import DamagedLogWarning, DefinitionError, MetricparseError
from metricparse.testing.expectations import Difference, Expected, checked_expectation, differences

_KEYS = frozenset({"name", "line", "log", "metrics"})


@dataclass(frozen=True)
class Case:
    """A line or a log, and what it must give.

    log: a path, or the log itself. is_line: metrics that are not named must give nothing.
    """

    name: str
    log: str | bytes
    is_line: bool
    metrics: dict[str, Expected]


@dataclass(frozen=True)
class CaseResult:
    """What became of a case: `differences` is empty if it gave what it must.

    error: why it could not be run, or not to its log's end; else empty.
    """

    case: Case
    differences: list[Difference] = field(default_factory=list)
    error: str = ""

    @property
    def passed(self) -> bool:
        """Whether it gave what it must."""
        return not self.differences and not self.error

    def to_dict(self) -> dict[str, Any]:
        """The result as data for JSON."""
        return {
            "name": self.case.name,
            "passed": self.passed,
            "error": self.error or None,
            "differences": [
                {
                    "metric": each.metric,
                    "expected": each.expected,
                    "given": each.given,
                    "reason": each.reason or None,
                }
                for each in self.differences
            ],
        }


def run_cases(path: str | os.PathLike[str]) -> Iterator[CaseResult]:
    """Run the cases in a JSON, YAML or TOML file, one by one.

    The file holds `definitions` (a path beside it, `preset:NAME`, or a list) and `cases`, each
    with a `line` or a `log` (a path beside the file) and `metrics`: for each name its only value,
    a list of values, figures about them (`count`, `first`, `last`, `min`, `max`), or null.
    Raises `DefinitionError` if it does not.
    """
    definitions, cases = _read(os.fspath(path))
    for case in cases:
        yield _result(case, definitions)


def _result(case: Case, definitions: Sequence[MetricDefinition]) -> CaseResult:
    with warnings.catch_warnings():
        warnings.simplefilter("error", DamagedLogWarning)
        try:
            found = differences(case.log, definitions, case.metrics, only_these=case.is_line)
        except (MetricparseError, DamagedLogWarning) as error:
            return CaseResult(case, error=str(error))
    return CaseResult(case, found)


def _read(path: str) -> tuple[tuple[MetricDefinition, ...], list[Case]]:
    document = read_document(path)
    if not isinstance(document, Mapping) or not {"definitions", "cases"} <= document.keys():
        raise DefinitionError(f"{path}: an object with definitions and cases was expected")
    folder = os.path.dirname(path)
    source = document["definitions"]
    if isinstance(source, str) and not source.startswith(PREFIX):
        source = os.path.join(folder, source)
    if not isinstance(document["cases"], list) or not document["cases"]:
        raise DefinitionError(f"{path}: cases: a list of at least one case was expected")
    cases = [
        _case(given, f"{path}: cases[{number}]", folder)
        for number, given in enumerate(document["cases"])
    ]
    return load_definitions(source), cases


def _case(given: Any, where: str, folder: str) -> Case:
    if not isinstance(given, Mapping) or ("line" in given) == ("log" in given):
        raise DefinitionError(f"{where}: an object with either line or log was expected")
    if unknown := sorted(set(given) - _KEYS):
        raise DefinitionError(f"{where}: {unknown_key(unknown[0], sorted(_KEYS))}")
    metrics = given.get("metrics")
    if not isinstance(metrics, Mapping):
        raise DefinitionError(f"{where}: metrics: an object of metrics and values was expected")
    try:
        expected = {str(name): checked_expectation(name, each) for name, each in metrics.items()}
    except DefinitionError as error:
        raise DefinitionError(f"{where}: {error}") from None
    text = str(given.get("line", given.get("log")))
    name = str(given.get("name") or text.splitlines()[0] if text else "an empty line")
    if "line" in given:
        return Case(name, text.encode(), is_line=True, metrics=expected)
    return Case(name, os.path.join(folder, text), is_line=False, metrics=expected)
