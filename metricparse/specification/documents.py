"""Documents that hold metric definitions: reading them, and finding the algorithms in them.

Known forms: a list of definitions; an `AlgorithmSpecification`; `CreateTrainingJob` and
`DescribeTrainingJob`; `CreateHyperParameterTuningJob` and `DescribeHyperParameterTuningJob`; and
the keywords of the `sagemaker` SDK's estimators and shapes, in snake case.
"""

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic.alias_generators import to_pascal

from metricparse.errors import DefinitionError, SpecificationError, Violation

# The SDK's estimator keywords that are named otherwise than the API's fields.
_ESTIMATOR_KEYWORDS = {
    "image_uri": "TrainingImage",
    "algorithm_arn": "AlgorithmName",
    "input_mode": "TrainingInputMode",
    "enable_sagemaker_metrics": "EnableSageMakerMetricsTimeSeries",
    "container_entry_point": "ContainerEntrypoint",
}
_ALGORITHM_FIELDS = frozenset(
    {
        "TrainingImage",
        "AlgorithmName",
        "TrainingInputMode",
        "MetricDefinitions",
        "EnableSageMakerMetricsTimeSeries",
        "ContainerEntrypoint",
        "ContainerArguments",
        "TrainingImageConfig",
    }
)
_HOLDERS = (
    "MetricDefinitions",
    "AlgorithmSpecification",
    "TrainingJobDefinition",
    "TrainingJobDefinitions",
)
# Close enough for `metric_defs`, too far for any other field of the API's requests.
_NEAR = 0.73


@dataclass(frozen=True, slots=True)
class Algorithm:
    """What a document says of one algorithm.

    path: where it stands in the document, in the API's names; empty at the top.
    fields: the fields of its specification that are set, by API name.
    whole: it means to be a whole specification, not the definitions alone.
    tuned: it belongs to a tuning job.
    objective: the metric that the tuning job optimises.
    """

    path: str
    fields: Mapping[str, Any]
    whole: bool = False
    tuned: bool = False
    objective: str | None = None

    def under(self, field: str) -> str:
        """The path of one of the algorithm's fields."""
        return f"{self.path}.{field}" if self.path else field


def read_document(path: str | os.PathLike[str]) -> Any:
    """Parse a JSON, YAML (`.yaml`, `.yml`) or TOML (`.toml`) file.

    Raises `DefinitionError` with the position of what is wrong.
    """
    name = os.fspath(path)
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DefinitionError(f"{name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise DefinitionError(f"{name}: not UTF-8 text: {error}") from None
    match Path(path).suffix.lower():
        case ".yaml" | ".yml":
            return _parse_yaml(text, name)
        case ".toml":
            try:
                return tomllib.loads(text)
            except tomllib.TOMLDecodeError as error:
                raise DefinitionError(f"{name}: not valid TOML: {error}") from None
        case _:
            try:
                return json.loads(text)
            except json.JSONDecodeError as error:
                at = f"{name}:{error.lineno}:{error.colno}"
                raise DefinitionError(f"{at}: not valid JSON: {error.msg}") from None


def find_algorithms(document: Any) -> list[Algorithm]:
    """All algorithms that a document describes, in its order.

    Raises `DefinitionError` if there are none, and for a key that nearly names one.
    """
    if isinstance(document, list | tuple):
        return [Algorithm("", {"MetricDefinitions": document})]
    if not isinstance(document, Mapping):
        raise DefinitionError(
            f"a list of metric definitions or an object that holds one was expected, "
            f"not {type(document).__name__}"
        )
    top = _by_api_name(document)
    _refuse_near_misses(top, "")
    found = [*_tuned(top), *_specified(top)]
    if not found and _ALGORITHM_FIELDS & top.keys():
        found = [_inline(top)]
    if not found:
        raise DefinitionError(
            "no metric definitions found; looked for a list of {Name, Regex}, and for the keys "
            "MetricDefinitions (metric_definitions), AlgorithmSpecification, "
            "TrainingJobDefinition and TrainingJobDefinitions"
        )
    return found


def _specified(top: Mapping[str, Any]) -> Iterator[Algorithm]:
    if "AlgorithmSpecification" in top:
        fields = _algorithm_fields(top["AlgorithmSpecification"], "AlgorithmSpecification")
        yield Algorithm("AlgorithmSpecification", fields, whole=True)


def _tuned(top: Mapping[str, Any]) -> Iterator[Algorithm]:
    config = _object(top, "HyperParameterTuningJobConfig", "")
    objective = _object(config, "HyperParameterTuningJobObjective", "HyperParameterTuningJobConfig")
    jobs: list[tuple[str, Any]] = []
    if "TrainingJobDefinition" in top:
        jobs.append(("TrainingJobDefinition", top["TrainingJobDefinition"]))
    several = top.get("TrainingJobDefinitions", [])
    if not isinstance(several, list | tuple):
        raise SpecificationError([Violation("TrainingJobDefinitions", "a list was expected")])
    jobs += [(f"TrainingJobDefinitions[{n}]", job) for n, job in enumerate(several)]
    for path, job in jobs:
        fields = _as_object(job, path)
        _refuse_near_misses(fields, path)
        own = _object(fields, "TuningObjective", path) or objective
        specification = f"{path}.AlgorithmSpecification"
        yield Algorithm(
            specification,
            _algorithm_fields(fields.get("AlgorithmSpecification", {}), specification),
            whole=True,
            tuned=True,
            objective=own.get("MetricName"),
        )


def _inline(top: Mapping[str, Any]) -> Algorithm:
    """An algorithm specification itself, or an estimator's keywords, which hold much else."""
    fields = {name: top[name] for name in top if name in _ALGORITHM_FIELDS}
    if access := top.get("TrainingRepositoryAccessMode"):
        config: dict[str, Any] = {"TrainingRepositoryAccessMode": access}
        if provider := top.get("TrainingRepositoryCredentialsProviderArn"):
            name = "TrainingRepositoryCredentialsProviderArn"
            config["TrainingRepositoryAuthConfig"] = {name: provider}
        fields["TrainingImageConfig"] = config
    return Algorithm("", fields, whole="TrainingInputMode" in fields)


def _algorithm_fields(value: Any, path: str) -> dict[str, Any]:
    fields = _as_object(value, path)
    _refuse_near_misses(fields, path)
    return fields


def _object(holder: Mapping[str, Any], name: str, path: str) -> dict[str, Any]:
    return _as_object(holder.get(name, {}), f"{path}.{name}" if path else name)


def _as_object(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        expected = f"an object was expected, not {type(value).__name__}"
        raise SpecificationError([Violation(path, expected)])
    return _by_api_name(value)


def _by_api_name(document: Mapping[str, Any]) -> dict[str, Any]:
    """The keys that are set, the SDK's snake-case ones translated."""
    return {_api_name(str(key)): value for key, value in document.items() if value is not None}


def _api_name(key: str) -> str:
    if key in _ESTIMATOR_KEYWORDS:
        return _ESTIMATOR_KEYWORDS[key]
    return to_pascal(key) if key.islower() else key


def _refuse_near_misses(fields: Mapping[str, Any], path: str) -> None:
    known = {_folded(name): name for name in _HOLDERS}
    for key in fields:
        near = get_close_matches(_folded(key), known, n=1, cutoff=_NEAR)
        if near and key not in _HOLDERS:
            problem = f"unknown field {key!r}; did you mean {known[near[0]]}?"
            raise SpecificationError([Violation(path, problem)])


def _folded(key: str) -> str:
    return key.replace("_", "").replace("-", "").lower()


def _parse_yaml(text: str, name: str) -> Any:
    import yaml  # noqa: PLC0415 - only documents in YAML pay for it

    try:
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        at = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        raise DefinitionError(f"{at}: not valid YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise DefinitionError(f"{name}: not valid YAML: {error}") from None
