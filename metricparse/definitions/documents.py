"""Documents that hold metric definitions: reading them, and finding the algorithms in them.

Known forms: a list of definitions; an `AlgorithmSpecification`; `CreateTrainingJob` and
`DescribeTrainingJob`; `CreateHyperParameterTuningJob` and `DescribeHyperParameterTuningJob`; and
the keywords of the `sagemaker` SDK's estimators and shapes, in snake case.
"""

import json
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from metricparse.definitions.violations import api_name, snake_name
from metricparse.errors import (
    DefinitionError,
    LooseDocumentWarning,
    SpecificationError,
    Violation,
)
from metricparse.values import value

# The SDK's estimator keywords that are named otherwise than the API's fields.
_ESTIMATOR_KEYWORDS = {
    "image_uri": "TrainingImage",
    "algorithm_arn": "AlgorithmName",
    "input_mode": "TrainingInputMode",
    "enable_sagemaker_metrics": "EnableSageMakerMetricsTimeSeries",
    "enable_sagemaker_metrics_time_series": "EnableSageMakerMetricsTimeSeries",
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
# Fields that matter here, and how alike an unknown key must be to be taken for a misspelt one: it
# is close enough for `metric_defs`, and too far for any other field of the training and tuning
# requests.
_MISSPELT = (
    (_HOLDERS, 0.73),
    (
        (
            *sorted(_ALGORITHM_FIELDS),
            "HyperParameterTuningJobConfig",
            "HyperParameterTuningJobObjective",
            "TuningObjective",
            "MetricName",
        ),
        0.9,
    ),
)


@value
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
    """Parse a JSON, YAML (`.yaml`, `.yml`), TOML (`.toml`), Python or notebook file.

    Of Python nothing is run; of several lists in it one is chosen by `train.py:NAME` or
    `train.py:LINE`. Raises `DefinitionError` with the position of what is wrong.
    """
    name, wanted = chosen_in(os.fspath(path))
    return parse_document(read_text(name), name, wanted)


def read_text(path: str) -> str:
    """The text of a file, its lines ended as they are there. Raises `DefinitionError`."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            return file.read()
    except OSError as error:
        raise DefinitionError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise DefinitionError(f"{path}: not UTF-8 text: {error}") from None


def parse_document(text: str, name: str, wanted: str = "") -> Any:
    """Parse a text by the ending of its name; JSON, or what was pasted from Python, for others.

    wanted: of Python, the name or line of the list. Raises `DefinitionError`.
    """
    match os.path.splitext(name)[1].lower():
        case ".py" | ".ipynb":
            from metricparse.definitions.python_source import source_of

            return source_of(text, name).document(wanted)
        case ".yaml" | ".yml":
            return _parse_yaml(text, name)
        case ".toml":
            return _parse_toml(text, name)
        case _:
            return _parse_json(text, name)


def chosen_in(path: str) -> tuple[str, str]:
    """A path, and the name or line of the list that is chosen in it."""
    file, colon, wanted = path.rpartition(":")
    chosen = colon and file.lower().endswith((".py", ".ipynb")) and not os.path.exists(path)
    return (file, wanted) if chosen else (path, "")


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
    top = _as_object(document, "")
    found = [*_tuned(top), *_specified(top)]
    if found and "MetricDefinitions" in top:
        raise DefinitionError(
            f"MetricDefinitions stands at the top and in {found[0].path}; only one can be meant"
        )
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
        fields = _as_object(top["AlgorithmSpecification"], "AlgorithmSpecification")
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
        own = _object(fields, "TuningObjective", path) or objective
        specification = f"{path}.AlgorithmSpecification"
        yield Algorithm(
            specification,
            _as_object(fields.get("AlgorithmSpecification", {}), specification),
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
    whole = "TrainingInputMode" in fields
    return Algorithm("", fields, whole, objective=top.get("ObjectiveMetricName"))


def _object(holder: Mapping[str, Any], name: str, path: str) -> dict[str, Any]:
    return _as_object(holder.get(name, {}), f"{path}.{name}" if path else name)


def _as_object(value: Any, path: str) -> dict[str, Any]:
    """The keys that are set, those of the SDK translated to the API's names."""
    if not isinstance(value, Mapping):
        expected = f"an object was expected, not {type(value).__name__}"
        raise SpecificationError([Violation(path, expected)])
    fields: dict[str, Any] = {}
    for key, item in value.items():
        name = _api_name(str(key))
        _refuse_near_miss(str(key), name, path)
        if name in fields:
            raise SpecificationError([Violation(path, f"{name} is given twice, as {key!r} too")])
        if item is not None:
            fields[name] = item
    return fields


def _api_name(key: str) -> str:
    if key in _ESTIMATOR_KEYWORDS:
        return _ESTIMATOR_KEYWORDS[key]
    return api_name(key)


def is_field(key: str) -> bool:
    """Whether a key is that of a document that holds definitions, or nearly."""
    name = _api_name(key)
    try:
        _refuse_near_miss(key, name, "")
    except SpecificationError:
        return True
    return any(name in names for names, _ in _MISSPELT)


def _refuse_near_miss(key: str, name: str, path: str) -> None:
    from difflib import get_close_matches

    for names, cutoff in _MISSPELT:
        known = {_folded(each): each for each in names}
        near = get_close_matches(_folded(key), known, n=1, cutoff=cutoff)
        if name in names:
            return
        if near:
            meant = snake_name(known[near[0]]) if key.islower() else known[near[0]]
            problem = f"unknown field {key!r}; did you mean {meant}?"
            raise SpecificationError([Violation(path, problem)])


def _folded(key: str) -> str:
    return key.replace("_", "").replace("-", "").lower()


def _parse_toml(text: str, name: str) -> Any:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{name}: not valid TOML: {error}") from None


def _parse_json(text: str, name: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_without_duplicates)
    except json.JSONDecodeError as error:
        from metricparse.definitions.python_source import pasted

        with suppress(DefinitionError):
            document = pasted(text, name)
            warnings.warn(
                f"{name}: read, but not valid JSON: {error.msg} in line {error.lineno}; the clients "
                "of the service do not take it",
                LooseDocumentWarning,
                stacklevel=2,
            )
            return document
        at = f"{name}:{error.lineno}:{error.colno}"
        raise DefinitionError(f"{at}: not valid JSON: {error.msg}") from None
    except ValueError as error:
        raise DefinitionError(f"{name}: {error}") from None
    except RecursionError:
        raise DefinitionError(f"{name}: nested too deeply to be read") from None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} is given twice in one object")
    return fields


def _parse_yaml(text: str, name: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        at = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        raise DefinitionError(f"{at}: not valid YAML: {error.problem}") from None
    except RecursionError:
        raise DefinitionError(f"{name}: nested too deeply to be read") from None
    except (yaml.YAMLError, ValueError) as error:
        raise DefinitionError(f"{name}: not valid YAML: {error}") from None
