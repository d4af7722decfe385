"""Whether the service would take a document's definitions, and what is odd about them."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from metricparse.definitions.documents import Algorithm, chosen_in, find_algorithms, read_document
from metricparse.definitions.load import definitions_of
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.diagnosis.findings import Finding, same_names, too_many
from metricparse.diagnosis.kinds import Severity
from metricparse.diagnosis.regex_findings import examine, lane_of
from metricparse.errors import DefinitionError, SpecificationError
from metricparse.values import field, value

if TYPE_CHECKING:
    from metricparse.definitions.algorithm import HyperParameterAlgorithmSpecification
    from metricparse.definitions.places import Places

# After a file's name, in messages about it.
_IN_LINE = re.compile(r":(\d+)[: ]")


@value
class CheckedAlgorithm:
    """One algorithm of a document.

    path: where it stands; empty at the top. specification: None where the document holds the
    definitions alone, or a specification that breaks a rule. definitions: those that keep the
    service's bounds.
    """

    path: str
    specification: "HyperParameterAlgorithmSpecification | None"
    definitions: tuple[MetricDefinition, ...]

    @property
    def lanes(self) -> list[str]:
        """For each definition which matcher takes it, and why if it is not the native one."""
        return [lane_of(number, each) for number, each in enumerate(self.definitions)]


@value
class Check:
    """What `check` found in a document."""

    name: str
    algorithms: list[CheckedAlgorithm] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def errors(self) -> list[Finding]:
        """What the service refuses, or publishes nothing for."""
        return [found for found in self.findings if found.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[Finding]:
        """What is probably not meant."""
        return [found for found in self.findings if found.severity is Severity.WARNING]

    def lines(self) -> list[int]:
        """For each finding the line of the file at which it stands; 1 where that is not known."""
        from metricparse.definitions.places import Places

        places = Places(self.name)
        return [self._line(found, places) for found in self.findings]

    def _line(self, found: Finding, places: "Places") -> int:
        said = _IN_LINE.match(found.message.removeprefix(chosen_in(self.name)[0]))
        if said and not found.where:
            return int(said[1])
        names = {
            each.name: f"{algorithm.path}.MetricDefinitions[{number}]"
            for algorithm in self.algorithms
            for number, each in enumerate(algorithm.definitions)
        }
        return places.line(names.get(found.where, found.where))

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        import metricparse as mp

        return mp.as_html(self)

    def to_dict(self) -> dict[str, Any]:
        """The result as data for JSON."""
        return {
            "name": self.name,
            "algorithms": [
                {
                    "path": algorithm.path,
                    "specification": algorithm.specification.to_request()
                    if algorithm.specification
                    else None,
                    "definitions": [
                        {**each.to_request(), "lane": lane}
                        for each, lane in zip(algorithm.definitions, algorithm.lanes, strict=True)
                    ],
                }
                for algorithm in self.algorithms
            ],
            "findings": [found.to_dict() for found in self.findings],
        }


def check(source: str | os.PathLike[str] | Mapping[str, Any] | list[Any]) -> Check:
    """Check a document, or the file that holds one, without a log.

    Bounds and required fields of the specification, regexes that do not compile, that capture
    nothing, or that mean something else than it seems. Nothing that is wrong with the document
    is raised: it is among the findings.
    """
    name = os.fspath(source) if isinstance(source, str | os.PathLike) else ""
    result = Check(name)
    try:
        document = read_document(source) if isinstance(source, str | os.PathLike) else source
        algorithms = find_algorithms(document)
    except DefinitionError as error:
        result.findings.extend(_refused(error))
        return result
    for algorithm in algorithms:
        checked, findings = _check_algorithm(algorithm)
        result.algorithms.append(checked)
        result.findings.extend(findings)
    return result


def _check_algorithm(algorithm: Algorithm) -> tuple[CheckedAlgorithm, list[Finding]]:
    specification: HyperParameterAlgorithmSpecification | None = None
    findings: list[Finding] = []
    usable = dict(_usable_definitions(algorithm))
    try:
        if algorithm.whole:
            specification = _specification(algorithm)
        else:
            definitions_of(algorithm)
    except DefinitionError as error:
        findings += _refused(error)
    if not algorithm.whole:
        findings += too_many(len(_given(algorithm)))
    for number, definition in usable.items():
        where = f"{algorithm.under('MetricDefinitions')}[{number}].Regex ({definition.name})"
        findings += examine(definition, where)
    findings += same_names([definition.name for definition in usable.values()])
    definitions = specification.metric_definitions if specification else tuple(usable.values())
    return CheckedAlgorithm(algorithm.path, specification, definitions), findings


def _specification(algorithm: Algorithm) -> "HyperParameterAlgorithmSpecification":
    from metricparse.definitions.algorithm import (
        AlgorithmSpecification,
        HyperParameterAlgorithmSpecification,
    )

    kind = HyperParameterAlgorithmSpecification if algorithm.tuned else AlgorithmSpecification
    return kind.from_algorithm(algorithm)


def _usable_definitions(algorithm: Algorithm) -> Iterator[tuple[int, MetricDefinition]]:
    """The definitions that keep the bounds, by their place; the others are reported elsewhere."""
    for number, each in enumerate(_given(algorithm)):
        with suppress(SpecificationError):
            yield number, MetricDefinition.of(each)


def _given(algorithm: Algorithm) -> Sequence[Any]:
    given = algorithm.fields.get("MetricDefinitions")
    return given if isinstance(given, list | tuple) else ()


def _refused(error: DefinitionError) -> list[Finding]:
    from metricparse.diagnosis.details import BreaksABound, UnusableDocument

    if isinstance(error, SpecificationError):
        return [
            Finding(violation.path, BreaksABound(violation.problem))
            for violation in error.violations
        ]
    return [Finding("", UnusableDocument(str(error)))]
