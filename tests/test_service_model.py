"""Our shapes against the service model that botocore ships: drift on either side fails."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
from pydantic import TypeAdapter
from pydantic.alias_generators import to_snake

from metricparse.definitions.algorithm import (
    AlgorithmSpecification,
    HyperParameterAlgorithmSpecification,
    TrainingImageConfig,
    TrainingRepositoryAuthConfig,
)
from metricparse.definitions.base_model import Shape
from metricparse.definitions.documents import find_algorithms
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.errors import SpecificationError

MODEL: Mapping[str, Any] = Loader().load_service_model("sagemaker", "service-2")
SHAPES: tuple[type[Shape | MetricDefinition], ...] = (
    AlgorithmSpecification,
    HyperParameterAlgorithmSpecification,
    MetricDefinition,
    TrainingImageConfig,
    TrainingRepositoryAuthConfig,
)
DEFINITION = {"Name": "loss", "Regex": "loss=(.*)"}
LAMBDA = "arn:aws:lambda:eu-west-1:123456789012:function:sign-in"

# One valid object of each shape, for the tests to change in one place.
VALID: dict[type[Shape | MetricDefinition], dict[str, Any]] = {
    AlgorithmSpecification: {"TrainingInputMode": "File", "TrainingImage": "here.example/it:1"},
    HyperParameterAlgorithmSpecification: {
        "TrainingInputMode": "File",
        "TrainingImage": "here.example/it:1",
    },
    MetricDefinition: DEFINITION,
    TrainingImageConfig: {"TrainingRepositoryAccessMode": "Vpc"},
    TrainingRepositoryAuthConfig: {"TrainingRepositoryCredentialsProviderArn": LAMBDA},
}

# For each pattern of the model, a text that matches it however much is put between its halves.
STRETCHED = {
    r".*": ("", ""),
    r".+": ("", ""),
    r"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z\-]*\/)?"
    r"([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)": (
        "arn:aws",
        ":sagemaker:eu-west-1:123456789012:algorithm/mine",
    ),
    r"arn:[\p{Alnum}\-]+:lambda:[\p{Alnum}\-]+:[0-9]{12}:function:.*": (LAMBDA, ""),
}


def modelled(name: str) -> dict[str, Any]:
    """What the service model says of a shape, all the way down."""
    shape = MODEL["shapes"][name]
    match shape["type"]:
        case "structure":
            members = shape["members"].items()
            return {
                "fields": {key: modelled(member["shape"]) for key, member in members},
                "required": set(shape.get("required", ())),
            }
        case "list":
            items = modelled(shape["member"]["shape"])
            return {"items": items, "least": shape.get("min", 0), "most": shape.get("max")}
        case "string" if "enum" in shape:
            return {"enum": sorted(shape["enum"])}
        case "string":
            bounds = {"least": shape.get("min", 0), "most": shape.get("max")}
            return {"string": shape.get("pattern"), **bounds}
        case other:
            return {"type": other}


def ours(schema: Mapping[str, Any], shapes: Mapping[str, Any]) -> dict[str, Any]:
    """The same of our shape, from its JSON schema."""
    if "anyOf" in schema:
        schema, nothing = schema["anyOf"]
        assert nothing == {"type": "null"}
    if "$ref" in schema:
        schema = shapes[schema["$ref"].rpartition("/")[2]]
    match schema["type"]:
        case "object":
            fields = schema["properties"].items()
            return {
                "fields": {key: ours(field, shapes) for key, field in fields},
                "required": set(schema.get("required", ())),
            }
        case "array":
            items = ours(schema["items"], shapes)
            return {
                "items": items,
                "least": schema.get("minItems", 0),
                "most": schema.get("maxItems"),
            }
        case "string" if "enum" in schema:
            return {"enum": sorted(schema["enum"])}
        case "string":
            bounds = {"least": schema.get("minLength", 0), "most": schema.get("maxLength")}
            return {"string": schema.get("pattern"), **bounds}
        case other:
            return {"type": other}


@dataclass(frozen=True)
class Place:
    """A field of one of our shapes, or the items of a list, that the model bounds."""

    shape: type[Shape | MetricDefinition]
    field: str
    bounds: Mapping[str, Any]
    within: bool = False

    def __str__(self) -> str:
        return f"{self.shape.__name__}.{self.path}"

    @property
    def path(self) -> str:
        return f"{self.field}[0]" if self.within else self.field

    def holding(self, value: Any) -> Shape | MetricDefinition:
        """The shape with the value in this place; in a list, a good item follows it."""
        fields = dict(VALID[self.shape])
        if self.field == "AlgorithmName":
            del fields["TrainingImage"]
        return self.shape(**{**fields, self.field: [value, "more"] if self.within else value})


def places(kind: str) -> list[Place]:
    """Every place that the model says is of a kind: `string`, `items` or `enum`."""
    return [
        place
        for shape in SHAPES
        for field, bounds in modelled(shape.__name__)["fields"].items()
        for place in (
            Place(shape, field, bounds),
            Place(shape, field, bounds.get("items", {}), within=True),
        )
        if kind in place.bounds
    ]


def text_of(bounds: Mapping[str, Any], length: int) -> str:
    before, behind = STRETCHED[bounds["string"]]
    return before + "a" * (length - len(before + behind)) + behind


def list_of(bounds: Mapping[str, Any], length: int) -> list[Any]:
    return [DEFINITION if "fields" in bounds["items"] else "text"] * length


def violations_of(place: Place, value: Any) -> list[str]:
    with pytest.raises(SpecificationError) as caught:
        place.holding(value)
    return [str(violation) for violation in caught.value.violations]


strings = pytest.mark.parametrize("place", places("string"), ids=str)
lists = pytest.mark.parametrize("place", places("items"), ids=str)
choices = pytest.mark.parametrize("place", places("enum"), ids=str)


@pytest.mark.parametrize("shape", SHAPES)
def test_fields_bounds_choices_and_patterns_are_those_of_the_model(
    shape: type[Shape | MetricDefinition],
) -> None:
    schema = TypeAdapter(shape).json_schema(by_alias=True)
    assert ours(schema, schema.get("$defs", {})) == modelled(shape.__name__)


@pytest.mark.parametrize("shape", SHAPES)
def test_required_fields_are_missed_by_name(shape: type[Shape | MetricDefinition]) -> None:
    required = modelled(shape.__name__)["required"]
    with pytest.raises(SpecificationError) as caught:
        shape()
    missed = {v.path for v in caught.value.violations if v.problem == "required, but missing"}
    assert missed == required


@pytest.mark.parametrize("shape", SHAPES)
def test_fields_that_the_model_lacks_are_refused(shape: type[Shape | MetricDefinition]) -> None:
    with pytest.raises(SpecificationError, match="unknown field 'Zebra'"):
        shape(**VALID[shape], Zebra=1)


@strings
def test_a_string_of_the_greatest_length_is_accepted(place: Place) -> None:
    value = text_of(place.bounds, place.bounds["most"])
    assert value in str(place.holding(value))


@strings
def test_a_string_beyond_the_greatest_length_is_refused(place: Place) -> None:
    most = place.bounds["most"]
    (violation,) = violations_of(place, text_of(place.bounds, most + 1))
    assert violation.startswith(f"{place.path}: at most {most} characters, not {most + 1}: '")


@strings
def test_the_empty_string_is_accepted_where_the_model_takes_it(place: Place) -> None:
    least = place.bounds["least"]
    if least == 0:
        assert "''" in str(place.holding(""))
    else:
        assert least == 1
        assert violations_of(place, "") == [f"{place.path}: at least 1 character, not 0"]


@strings
def test_a_string_must_match_the_pattern_from_end_to_end(place: Place) -> None:
    value = text_of(place.bounds, 100) + "\nmore"
    (violation,) = violations_of(place, value)
    assert violation.startswith(f"{place.path}: ")
    assert violation.endswith(f" does not match the pattern {place.bounds['string']}")


@strings
@pytest.mark.parametrize("value", [5, 1.5, True, ["text"]])
def test_a_string_is_not_made_of_anything_else(place: Place, value: object) -> None:
    assert violations_of(place, value) == [f"{place.path}: a string, not {value!r}"]


@lists
def test_a_list_of_the_least_and_of_the_greatest_length_is_accepted(place: Place) -> None:
    for length in (place.bounds["least"], place.bounds["most"]):
        request = place.holding(list_of(place.bounds, length)).to_request()
        assert len(request[place.field]) == length


@lists
def test_a_list_beyond_the_greatest_length_is_refused(place: Place) -> None:
    most = place.bounds["most"]
    violations = violations_of(place, list_of(place.bounds, most + 1))
    assert violations == [f"{place.path}: at most {most} items, not {most + 1}"]


@pytest.mark.parametrize(
    "place", [place for place in places("items") if place.bounds["least"]], ids=str
)
def test_a_list_below_the_least_length_is_refused(place: Place) -> None:
    assert place.bounds["least"] == 1
    assert violations_of(place, []) == [f"{place.path}: at least 1 item, not 0"]


@choices
def test_each_choice_is_accepted_and_no_other(place: Place) -> None:
    for choice in place.bounds["enum"]:
        assert place.holding(choice).to_request()[place.field] == choice
        (violation,) = violations_of(place, choice.lower())
        assert violation.startswith(f"{place.path}: one of ")
        assert violation.endswith(f", not {choice.lower()!r}")
        assert all(repr(each) in violation for each in place.bounds["enum"])


@functools.cache
def operation_input(operation: str) -> Any:
    return ServiceModel(MODEL).operation_model(operation).input_shape


def test_a_full_request_is_one_that_botocore_sends() -> None:
    specification = AlgorithmSpecification(
        training_image="here.example/it:1",
        training_input_mode="FastFile",
        metric_definitions=(MetricDefinition(**DEFINITION),),
        enable_sage_maker_metrics_time_series=True,
        container_entrypoint=("python", "train.py"),
        container_arguments=("--epochs", "3"),
        training_image_config=TrainingImageConfig(
            training_repository_access_mode="Vpc",
            training_repository_auth_config=TrainingRepositoryAuthConfig(
                training_repository_credentials_provider_arn=LAMBDA
            ),
        ),
    )
    request = specification.to_request()
    shape = operation_input("CreateTrainingJob").members["AlgorithmSpecification"]
    assert not ParamValidator().validate(request, shape).generate_report()
    assert set(shape.members) - set(request) == {"AlgorithmName"}


def test_a_tuning_request_is_one_that_botocore_sends() -> None:
    specification = HyperParameterAlgorithmSpecification(
        algorithm_name="mine",
        training_input_mode="Pipe",
        metric_definitions=(MetricDefinition(**DEFINITION),),
    )
    request = specification.to_request()
    job = operation_input("CreateHyperParameterTuningJob").members["TrainingJobDefinition"]
    shape = job.members["AlgorithmSpecification"]
    assert not ParamValidator().validate(request, shape).generate_report()
    assert set(shape.members) - set(request) == {"TrainingImage"}


def request_of(operation: str) -> str:
    name: str = MODEL["operations"][operation]["input"]["shape"]
    return name


def response_of(operation: str) -> str:
    name: str = MODEL["operations"][operation]["output"]["shape"]
    return name


@pytest.mark.parametrize("snake_case", [False, True])
@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ((), request_of("CreateTrainingJob")),
        ((), response_of("DescribeTrainingJob")),
        ((), request_of("CreateHyperParameterTuningJob")),
        ((), response_of("DescribeHyperParameterTuningJob")),
        (("AlgorithmSpecification",), "AlgorithmSpecification"),
        (("TrainingJobDefinition",), "HyperParameterTrainingJobDefinition"),
        (
            ("TrainingJobDefinition", "AlgorithmSpecification"),
            "HyperParameterAlgorithmSpecification",
        ),
        (("HyperParameterTuningJobConfig",), "HyperParameterTuningJobConfig"),
        (
            ("HyperParameterTuningJobConfig", "HyperParameterTuningJobObjective"),
            "HyperParameterTuningJobObjective",
        ),
        (("TrainingJobDefinition", "TuningObjective"), "HyperParameterTuningJobObjective"),
    ],
)
def test_no_field_of_the_api_is_taken_for_a_misspelt_one(
    path: tuple[str, ...], shape: str, snake_case: bool
) -> None:
    spelt = to_snake if snake_case else str
    # A key without a value is as good as none, but its name is looked at.
    inner: dict[str, Any] = {spelt(name): None for name in MODEL["shapes"][shape]["members"]}
    assert inner
    for name in reversed(path):
        inner = {spelt(name): inner}
    holders = {"AlgorithmSpecification", "TrainingJobDefinition"}
    top = {} if holders & set(path) else {"MetricDefinitions": [DEFINITION]}
    assert find_algorithms({**top, **inner})
