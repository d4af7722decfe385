"""`AlgorithmSpecification` and the shapes around it, with the service's bounds.

Bounds, enumerations and required fields are those of the SageMaker API's service model.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, StrictBool

from metricparse.definitions.base_model import Items, Shape, Text
from metricparse.definitions.documents import Algorithm, find_algorithms, read_document
from metricparse.definitions.image import ImageReference
from metricparse.definitions.metric_definition import (
    MAX_METRIC_DEFINITIONS,
    MetricDefinition,
    with_objective,
)
from metricparse.errors import DefinitionError, SpecificationError, Violation

_ARN_OR_NAME = (
    r"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z\-]*\/)?"
    r"([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)"
)
_LAMBDA_ARN = r"arn:[\p{Alnum}\-]+:lambda:[\p{Alnum}\-]+:[0-9]{12}:function:.*"


def _is_reference(image: str) -> str:
    if image:
        ImageReference.parse(image)
    return image


_Image = Annotated[str, Text(r".*", 0, 255), AfterValidator(_is_reference)]
_CommandLine = Annotated[tuple[Annotated[str, Text(r".*", 0, 256)], ...], Items(1, 100)]


class TrainingRepositoryAuthConfig(Shape):
    """How the service signs in to a private registry."""

    if TYPE_CHECKING:

        def __init__(self, /, **fields: Any) -> None:
            """Its fields take what is validated into them, such as a list of dictionaries."""

    training_repository_credentials_provider_arn: Annotated[str, Text(_LAMBDA_ARN, 1, 2048)]


class TrainingImageConfig(Shape):
    """Where the service finds the training image's registry."""

    if TYPE_CHECKING:

        def __init__(self, /, **fields: Any) -> None:
            """Its fields take what is validated into them, such as a list of dictionaries."""

    training_repository_access_mode: Literal["Platform", "Vpc"]
    training_repository_auth_config: TrainingRepositoryAuthConfig | None = None


class HyperParameterAlgorithmSpecification(Shape):
    """The algorithm of the training jobs that a hyperparameter tuning job starts."""

    if TYPE_CHECKING:

        def __init__(self, /, **fields: Any) -> None:
            """Its fields take what is validated into them, such as a list of dictionaries."""

    training_image: _Image | None = None
    algorithm_name: Annotated[str, Text(_ARN_OR_NAME, 1, 170)] | None = None
    training_input_mode: Literal["Pipe", "File", "FastFile"]
    metric_definitions: Annotated[
        tuple[MetricDefinition, ...], Items(0, MAX_METRIC_DEFINITIONS)
    ] = ()

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Self:
        """Read the specification that a JSON, YAML or TOML file holds.

        The file holds a specification or any document around one (`load_definitions` names
        them). Raises `SpecificationError` with every violation, `DefinitionError` if the file
        holds no specification of this kind, or more than one.
        """
        try:
            return cls.from_document(read_document(path))
        except SpecificationError as error:
            raise SpecificationError(error.violations, os.fspath(path)) from None
        except DefinitionError as error:
            raise DefinitionError(f"{os.fspath(path)}: {error}") from None

    @classmethod
    def from_document(cls, document: Any) -> Self:
        """The specification in a document, as `from_file` finds it in a file."""
        found = find_algorithms(document)
        if len(found) > 1:
            paths = ", ".join(algorithm.path for algorithm in found)
            raise DefinitionError(f"several specifications; pass one of them alone: {paths}")
        return cls.from_algorithm(found[0])

    @classmethod
    def from_algorithm(cls, algorithm: Algorithm) -> Self:
        """The specification of an algorithm found in a document, its objective appended."""
        try:
            specification = cls(**algorithm.fields)
        except SpecificationError as error:
            violations = [violation.below(algorithm.path) for violation in error.violations]
            raise SpecificationError(violations) from None
        if algorithm.objective is None:
            return specification
        return specification.with_objective(algorithm.objective)

    @classmethod
    def rules_across_fields(cls, fields: Mapping[str, Any]) -> Iterator[Violation]:
        """Exactly one of `TrainingImage` and `AlgorithmName` is given."""
        image, name = fields.get("TrainingImage"), fields.get("AlgorithmName")
        if image is None and name is None:
            yield Violation("", "one of TrainingImage and AlgorithmName is required; give one")
        if image is not None and name is not None:
            yield Violation("", "only one of TrainingImage and AlgorithmName may be given")

    @property
    def image(self) -> ImageReference | None:
        """The training image taken apart; None for an algorithm named otherwise."""
        return ImageReference.parse(self.training_image) if self.training_image else None

    def with_objective(self, metric_name: str) -> Self:
        """The specification as the service runs it when tuning for `metric_name`.

        The service appends a definition named `ObjectiveMetric` with the objective's regex, as
        the documents that it returns show. Raises `DefinitionError` if no definition has the
        objective's name.
        """
        definitions = with_objective(self.metric_definitions, metric_name)
        return self.model_copy(update={"metric_definitions": definitions})


class AlgorithmSpecification(HyperParameterAlgorithmSpecification):
    """What a training job runs, and what is read from its output.

    >>> specification = mp.AlgorithmSpecification(
    ...     training_image="registry.example.com/team/train:1",
    ...     training_input_mode="File",
    ...     metric_definitions=[{"Name": "loss", "Regex": "loss: ([0-9.]+)"}],
    ... )
    >>> specification.image.tag
    '1'
    >>> specification.time_series.rule
    'at least one metric definition is given'
    """

    if TYPE_CHECKING:

        def __init__(self, /, **fields: Any) -> None:
            """Its fields take what is validated into them, such as a list of dictionaries."""

    enable_sage_maker_metrics_time_series: StrictBool | None = None
    container_entrypoint: _CommandLine | None = None
    container_arguments: _CommandLine | None = None
    training_image_config: TrainingImageConfig | None = None

    @property
    def command(self) -> tuple[str, ...]:
        """What the container runs: its entrypoint and arguments, as far as they are given."""
        return (self.container_entrypoint or ()) + (self.container_arguments or ())

    @property
    def time_series(self) -> "TimeSeriesSetting":
        """The effective value of `EnableSageMakerMetricsTimeSeries`, and what decides it."""
        if self.enable_sage_maker_metrics_time_series is not None:
            return TimeSeriesSetting(self.enable_sage_maker_metrics_time_series, "set explicitly")
        if self.metric_definitions:
            return TimeSeriesSetting(True, "at least one metric definition is given")
        if self.image and (algorithm := self.image.built_in_algorithm):
            return TimeSeriesSetting(True, f"built-in algorithm {algorithm}")
        if self.image and (framework := self.image.prebuilt_framework):
            return TimeSeriesSetting(True, f"prebuilt image {framework}")
        return TimeSeriesSetting(False, "the default")


@dataclass(frozen=True, slots=True)
class TimeSeriesSetting:
    """Whether the service keeps the metrics as time series, and the rule that says so."""

    enabled: bool
    rule: str
