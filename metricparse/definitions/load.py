"""Metric definitions from whatever holds them."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from metricparse.aws import JOB, find_job, job_named, service_errors
from metricparse.definitions.compile import compile_regex
from metricparse.definitions.documents import (
    Algorithm,
    find_algorithms,
    is_field,
    read_document,
)
from metricparse.definitions.metric_definition import MetricDefinition, with_objective
from metricparse.definitions.presets import PREFIX, find_preset
from metricparse.definitions.violations import shown
from metricparse.errors import DefinitionError, SpecificationError, Violation


class HoldsDefinitions(Protocol):
    """Anything with metric definitions, such as an `AlgorithmSpecification`."""

    @property
    def metric_definitions(self) -> Sequence[MetricDefinition]:
        """The definitions."""
        ...


class HasModelDump(Protocol):
    """A model of pydantic's kind."""

    def model_dump(self) -> dict[str, Any]:
        """Its fields."""
        ...


DefinitionSource: TypeAlias = (
    str
    | os.PathLike[str]
    | HoldsDefinitions
    | MetricDefinition
    | Mapping[str, Any]
    | Iterable[MetricDefinition | Mapping[str, Any] | tuple[str, str] | HasModelDump]
    | HasModelDump
)


def load_definitions(source: DefinitionSource) -> tuple[MetricDefinition, ...]:
    """The metric definitions that a file, a document or an object holds, in its order.

    source: the path of a JSON, YAML or TOML file, or of Python or a notebook, which is not run; or `preset:` and the name of a preset; or
    `sagemaker://JOB`, what the service says of a training or tuning job; or what
    such a file holds (a list of definitions, an `AlgorithmSpecification`, a `CreateTrainingJob`, `DescribeTrainingJob`,
    `CreateHyperParameterTuningJob` or `DescribeHyperParameterTuningJob` document, the `sagemaker`
    SDK's keywords); or a specification; or definitions: one or a list of them, pairs of a name and a
    regex, `{name: regex}`, or objects with `model_dump`, as pydantic's models have it.

    A tuning job's objective is appended as the service does it. Of a tuning job with several
    training jobs the lists are joined, a definition that they share standing once.

    The bound of 40 definitions is not held here, so that longer lists can be tried; every other
    bound is: raises `SpecificationError` with all violations, `DefinitionError` if there are no
    definitions.

    >>> mp.load_definitions("definitions.json")
    (MetricDefinition(name='loss', regex='loss: ([0-9.]+)'),)
    >>> len(mp.load_definitions("preset:xgboost")) > 1
    True
    """
    if isinstance(source, str) and source.startswith(PREFIX):
        preset = find_preset(source.removeprefix(PREFIX))
        return _from_document(list(preset.definitions), source)
    if isinstance(source, str) and source.startswith(JOB):
        with service_errors(source, DefinitionError):
            job = find_job(job_named(source))
        return _from_document(job.description, source)
    if isinstance(source, str | os.PathLike):
        return _from_document(read_document(source), os.fspath(source))
    if isinstance(source, MetricDefinition):
        return (source,)
    if hasattr(source, "metric_definitions"):
        definitions = [_as_definition(each) for each in source.metric_definitions or ()]
        return _from_document({"MetricDefinitions": definitions}, "")
    return _from_document(_as_document(source), "")


def parse_definition(text: str) -> MetricDefinition:
    """A definition written as `NAME=REGEX`; the regex starts after the first `=`."""
    name, equals, regex = text.partition("=")
    if not equals:
        raise DefinitionError(f"{text!r}: a definition is written NAME=REGEX")
    try:
        definition = MetricDefinition(name=name, regex=regex)
        compile_regex(regex)
    except SpecificationError as error:
        raise SpecificationError(error.violations, repr(text)) from None
    except DefinitionError as error:
        raise DefinitionError(f"{text!r}: {error}") from None
    return definition


def _as_document(source: Any) -> Any:
    """Definitions in one of the ways that Python has, as documents have them."""
    if hasattr(source, "model_dump"):
        return _as_document(source.model_dump())
    if isinstance(source, Mapping):
        if source and {str(key).title() for key in source} <= {"Name", "Regex"}:
            return [source]
        if _maps_names(source):
            return [{"Name": name, "Regex": regex} for name, regex in source.items()]
        return source
    if isinstance(source, bytes) or not isinstance(source, Iterable):
        raise DefinitionError(
            f"{shown(source)}: holds no metric definitions; give a path, a document, or a list of "
            "{Name, Regex}"
        )
    return [_as_definition(each) for each in source]


def _maps_names(source: Mapping[Any, Any]) -> bool:
    """Whether names are given with their regexes, and not fields of a document."""
    texts = all(isinstance(each, str) for pair in source.items() for each in pair)
    return texts and bool(source) and not any(is_field(name) for name in source)


def _as_definition(given: Any) -> Any:
    match given:
        case (str(name), str(regex)):
            return {"Name": name, "Regex": regex}
        case _ if hasattr(given, "model_dump") and not isinstance(given, MetricDefinition):
            return given.model_dump()
    return given


def _from_document(document: Any, where: str) -> tuple[MetricDefinition, ...]:
    try:
        algorithms = find_algorithms(document)
        _refuse_violations(algorithms)
        lists = [definitions_of(algorithm) for algorithm in algorithms]
    except SpecificationError as error:
        raise SpecificationError(error.violations, where) from None
    except DefinitionError as error:
        raise DefinitionError(f"{where}: {error}" if where else str(error)) from None
    if len(lists) == 1:
        return lists[0]
    return tuple(dict.fromkeys(definition for each in lists for definition in each))


def _refuse_violations(algorithms: Iterable[Algorithm]) -> None:
    violations = [each for algorithm in algorithms for each in _violations(algorithm)]
    if violations:
        raise SpecificationError(violations)


def _violations(algorithm: Algorithm) -> Iterator[Violation]:
    """The bounds that definitions break, then the regexes that do not compile."""
    definitions, violations = _read(algorithm)
    yield from violations
    for number, definition in definitions.items():
        try:
            compile_regex(definition.regex)
        except DefinitionError as error:
            path = f"{algorithm.under('MetricDefinitions')}[{number}]"
            yield Violation(f"{path}.Regex ({definition.name})", str(error))


def definitions_of(algorithm: Algorithm) -> tuple[MetricDefinition, ...]:
    """The definitions of an algorithm found in a document, its objective appended.

    Raises `DefinitionError` if there are none, `SpecificationError` with every violation.
    """
    definitions, violations = _read(algorithm)
    if violations:
        raise SpecificationError(violations)
    if algorithm.objective is None:
        return tuple(definitions.values())
    return with_objective(tuple(definitions.values()), algorithm.objective)


def _read(algorithm: Algorithm) -> tuple[dict[int, MetricDefinition], list[Violation]]:
    """The definitions that keep the bounds, by their place, and what is wrong with the others."""
    path = algorithm.under("MetricDefinitions")
    given = algorithm.fields.get("MetricDefinitions")
    if given is None:
        raise DefinitionError(f"no metric definitions found; looked for {path}")
    if not isinstance(given, list | tuple):
        raise SpecificationError([Violation(path, "a list of {Name, Regex} was expected")])
    if not given:
        raise DefinitionError(f"{path} is an empty list; give at least one {{Name, Regex}}")
    definitions: dict[int, MetricDefinition] = {}
    violations: list[Violation] = []
    for number, each in enumerate(given):
        try:
            definitions[number] = MetricDefinition.of(each)
        except SpecificationError as error:
            violations += [v.below(f"{path}[{number}]") for v in error.violations]
    return definitions, violations
