"""The shapes as values, every violation at once, and the rules that decide what is in force."""

import json
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from metricparse.definitions import algorithm
from metricparse.definitions.algorithm import (
    AlgorithmSpecification,
    HyperParameterAlgorithmSpecification,
    TrainingImageConfig,
    TrainingRepositoryAuthConfig,
)
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.errors import DefinitionError, SpecificationError, fold_paths

IMAGE = "ghcr.io/team/train:1"
ECR = "683313688378.dkr.ecr.us-east-1.amazonaws.com"
LAMBDA = "arn:aws:lambda:eu-west-1:123456789012:function:sign-in"
LOSS = {"Name": "loss", "Regex": "loss=(.*)"}
ACCURACY = {"Name": "accuracy", "Regex": "acc=(.*)"}
REQUEST: dict[str, Any] = {
    "TrainingImage": IMAGE,
    "TrainingInputMode": "File",
    "MetricDefinitions": [LOSS, ACCURACY],
}
FULL: dict[str, Any] = {
    **REQUEST,
    "EnableSageMakerMetricsTimeSeries": False,
    "ContainerEntrypoint": ["python", "train.py"],
    "ContainerArguments": ["--epochs", ""],
    "TrainingImageConfig": {
        "TrainingRepositoryAccessMode": "Vpc",
        "TrainingRepositoryAuthConfig": {"TrainingRepositoryCredentialsProviderArn": LAMBDA},
    },
}


def full_by_python_names() -> AlgorithmSpecification:
    return AlgorithmSpecification(
        training_image=IMAGE,
        training_input_mode="File",
        metric_definitions=(
            MetricDefinition(name="loss", regex="loss=(.*)"),
            MetricDefinition(name="accuracy", regex="acc=(.*)"),
        ),
        enable_sage_maker_metrics_time_series=False,
        container_entrypoint=("python", "train.py"),
        container_arguments=("--epochs", ""),
        training_image_config=TrainingImageConfig(
            training_repository_access_mode="Vpc",
            training_repository_auth_config=TrainingRepositoryAuthConfig(
                training_repository_credentials_provider_arn=LAMBDA
            ),
        ),
    )


def violations(fields: Mapping[str, Any]) -> list[str]:
    """All that is wrong with a specification that is complete but for these fields."""
    with pytest.raises(SpecificationError) as caught:
        AlgorithmSpecification(**{**REQUEST, **fields})
    return [str(violation) for violation in caught.value.violations]


def evaluated(text: str) -> object:
    return eval(text, vars(algorithm).copy())  # noqa: S307 - a repr is meant to be evaluated


# Values


def test_the_api_s_spelling_and_python_s_make_the_same_specification() -> None:
    assert AlgorithmSpecification(**FULL) == full_by_python_names()


def test_both_spellings_may_stand_side_by_side() -> None:
    fields: dict[str, Any]
    fields = {"training_image": IMAGE, "TrainingInputMode": "File", "metric_definitions": [LOSS]}
    specification = AlgorithmSpecification(**fields)
    assert specification.to_request() == {**REQUEST, "MetricDefinitions": [LOSS]}


def test_a_request_gives_back_what_was_put_in() -> None:
    assert AlgorithmSpecification(**FULL).to_request() == FULL


def test_a_request_leaves_out_what_is_not_set() -> None:
    assert AlgorithmSpecification(**REQUEST).to_request() == REQUEST


def test_a_specification_keeps_the_order_and_the_repetitions_of_its_definitions() -> None:
    listed = [ACCURACY, LOSS, ACCURACY]
    request = AlgorithmSpecification(**{**REQUEST, "MetricDefinitions": listed}).to_request()
    assert request["MetricDefinitions"] == listed


def test_equal_specifications_are_one_key() -> None:
    first, second = AlgorithmSpecification(**FULL), full_by_python_names()
    assert len({first, second}) == 1
    assert hash(first) == hash(second)


@pytest.mark.parametrize(
    "change",
    [
        {"TrainingImage": "ghcr.io/team/train:2"},
        {"TrainingInputMode": "Pipe"},
        {"MetricDefinitions": [ACCURACY, LOSS]},
        {"EnableSageMakerMetricsTimeSeries": True},
        {"EnableSageMakerMetricsTimeSeries": None},
        {"ContainerArguments": ["--epochs"]},
        {"TrainingImageConfig": None},
    ],
)
def test_specifications_that_differ_in_a_field_are_not_equal(change: dict[str, Any]) -> None:
    assert AlgorithmSpecification(**FULL) != AlgorithmSpecification(**{**FULL, **change})


def test_the_two_kinds_of_specification_are_not_equal() -> None:
    tuned = HyperParameterAlgorithmSpecification(**REQUEST)
    assert AlgorithmSpecification(**REQUEST) != tuned


@pytest.mark.parametrize("field", list(AlgorithmSpecification.model_fields))
def test_no_field_can_be_assigned(field: str) -> None:
    specification = AlgorithmSpecification(**FULL)
    with pytest.raises(ValidationError, match="frozen"):
        setattr(specification, field, getattr(specification, field))


def test_lists_become_tuples_so_that_they_cannot_change_either() -> None:
    arguments = ["--epochs", ""]
    specification = AlgorithmSpecification(**{**FULL, "ContainerArguments": arguments})
    arguments.append("3")
    assert specification.container_arguments == ("--epochs", "")
    assert isinstance(specification.metric_definitions, tuple)


def test_a_repr_names_the_fields_that_are_set_and_no_other() -> None:
    definition = "MetricDefinition(name='loss', regex='loss=(.*)')"
    specification = AlgorithmSpecification(**{**REQUEST, "MetricDefinitions": [LOSS]})
    expected = (
        f"AlgorithmSpecification(training_image='{IMAGE}', training_input_mode='File', "
        f"metric_definitions=({definition},))"
    )
    assert repr(specification) == str(specification) == expected


@pytest.mark.parametrize("fields", [REQUEST, FULL])
@pytest.mark.parametrize("shape", [AlgorithmSpecification, HyperParameterAlgorithmSpecification])
def test_a_repr_evaluates_to_an_equal_value(
    shape: type[HyperParameterAlgorithmSpecification], fields: dict[str, Any]
) -> None:
    names = {field.alias for field in shape.model_fields.values()}
    specification = shape(**{name: value for name, value in fields.items() if name in names})
    assert evaluated(repr(specification)) == specification


def test_a_specification_survives_pickling() -> None:
    specification = AlgorithmSpecification(**FULL)
    assert pickle.loads(pickle.dumps(specification)) == specification  # noqa: S301 - our own


# Violations


def test_all_violations_are_reported_at_once_each_with_its_path() -> None:
    found = violations(
        {
            "AlgorithmName": "mine",
            "TrainingInputMode": "Stream",
            "MetricDefinitions": [LOSS, LOSS, LOSS, {"Name": "", "Regex": "x" * 501}],
            "EnableSageMakerMetricsTimeSeries": "yes",
            "ContainerEntrypoint": ["python", "x" * 257],
            "ContainerArguments": [],
            "TrainingImageConfig": {
                "TrainingRepositoryAccessMode": "vpc",
                "TrainingRepositoryAuthConfig": {"TrainingRepositoryCredentialsProviderArn": ""},
            },
        }
    )
    provider = "TrainingRepositoryAuthConfig.TrainingRepositoryCredentialsProviderArn"
    shown_of_many = "'" + "x" * 58 + "…"
    assert found == [
        "TrainingInputMode: one of 'Pipe', 'File' or 'FastFile', not 'Stream'",
        "MetricDefinitions[3].Name: at least 1 character, not 0",
        f"MetricDefinitions[3].Regex: at most 500 characters, not 501: {shown_of_many}",
        "EnableSageMakerMetricsTimeSeries: true or false, not 'yes'",
        f"ContainerEntrypoint[1]: at most 256 characters, not 257: {shown_of_many}",
        "ContainerArguments: at least 1 item, not 0",
        "TrainingImageConfig.TrainingRepositoryAccessMode: one of 'Platform' or 'Vpc', not 'vpc'",
        f"TrainingImageConfig.{provider}: at least 1 character, not 0",
        "only one of TrainingImage and AlgorithmName may be given",
    ]


def test_a_list_that_is_too_long_is_reported_beside_what_is_wrong_with_its_items() -> None:
    found = violations(
        {
            "TrainingImage": "team/train:1",
            "TrainingInputMode": "File",
            "MetricDefinitions": [*[LOSS] * 43, {"Name": "", "Regex": "(.*)"}],
            "ContainerArguments": ["x"] * 100 + [1],
        }
    )
    assert found == [
        "MetricDefinitions: at most 40 items, not 44",
        "MetricDefinitions[43].Name: at least 1 character, not 0",
        "ContainerArguments: at most 100 items, not 101",
        "ContainerArguments[100]: a string, not 1",
    ]


def test_the_message_tells_what_many_items_share_once_and_violations_hold_each() -> None:
    with pytest.raises(SpecificationError) as caught:
        AlgorithmSpecification.from_document(
            {
                "TrainingImage": "team/train:1",
                "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "", "Regex": "(.*)"}] * 41,
            }
        )
    assert str(caught.value).splitlines() == [
        "MetricDefinitions: at most 40 items, not 41",
        "MetricDefinitions[0..40].Name: at least 1 character, not 0",
    ]
    assert len(caught.value.violations) == 42


@pytest.mark.parametrize(
    ("paths", "folded"),
    [
        (["A[0]", "A[1]"], ["A[0]", "A[1]"]),
        (["A[0].B", "A[1].B", "A[2].B", "A[5].B", "A[7].B", "A[8].B"], ["A[0..2, 5, 7..8].B"]),
        (["A[9]", "A[10]", "A[11]", "A[9]"], ["A[9..11]"]),
        (["A[0].B", "A[1].C", "A[2].B", "D"], ["A[0].B", "A[2].B", "A[1].C", "D"]),
        (
            ["A[0].B[0]", "A[0].B[1]", "A[0].B[2]", "A[1].B[0]"],
            ["A[0].B[0..2]", "A[1].B[0]"],
        ),
        (["A[0] (x[1])", "A[1] (x[1])", "A[2] (x[1])"], ["A[0..2] (x[1])"]),
        (["A[0] (x)", "A[1] (y)", "A[2] (z)"], ["A[0..2]"]),
        (["", "A", "A"], ["", "A"]),
    ],
)
def test_paths_that_differ_in_one_index_are_folded(paths: list[str], folded: list[str]) -> None:
    assert fold_paths(paths) == folded


def test_the_message_has_a_line_for_each_violation() -> None:
    wrong: dict[str, Any] = {"TrainingInputMode": "Stream"}
    with pytest.raises(SpecificationError) as caught:
        AlgorithmSpecification(**wrong)
    assert str(caught.value).splitlines() == [
        "TrainingInputMode: one of 'Pipe', 'File' or 'FastFile', not 'Stream'",
        "one of TrainingImage and AlgorithmName is required; give one",
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {**REQUEST, "MetricDefinitions": [{"Name": "loss"}]},
        {
            "training_image": IMAGE,
            "training_input_mode": "File",
            "metric_definitions": [{"name": "loss"}],
        },
    ],
)
def test_paths_are_in_the_api_s_names_however_the_fields_were_spelt(
    fields: dict[str, Any],
) -> None:
    with pytest.raises(SpecificationError) as caught:
        AlgorithmSpecification(**fields)
    assert str(caught.value) == "MetricDefinitions[0].Regex: required, but missing"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"MetricDefinitions": [LOSS] * 41}, "MetricDefinitions: at most 40 items, not 41"),
        ({"MetricDefinitions": "loss"}, "MetricDefinitions: a list, not 'loss'"),
        ({"MetricDefinitions": LOSS}, f"MetricDefinitions: a list, not {LOSS!r}"),
        (
            {"MetricDefinitions": ["loss"]},
            "MetricDefinitions[0]: {Name, Regex} was expected, not 'loss'",
        ),
        ({"ContainerArguments": ["a"] * 101}, "ContainerArguments: at most 100 items, not 101"),
        ({"ContainerArguments": "train"}, "ContainerArguments: a list, not 'train'"),
        ({"ContainerArguments": ["a", 3]}, "ContainerArguments[1]: a string, not 3"),
        ({"TrainingImage": 7}, "TrainingImage: a string, not 7"),
        (
            {"EnableSageMakerMetricsTimeSeries": 1},
            "EnableSageMakerMetricsTimeSeries: true or false, not 1",
        ),
        ({"TrainingImageConfig": "Vpc"}, "TrainingImageConfig: an object, not 'Vpc'"),
        (
            {"TrainingImageConfig": {}},
            "TrainingImageConfig.TrainingRepositoryAccessMode: required, but missing",
        ),
    ],
)
def test_a_violation_names_the_bound_and_the_value(fields: dict[str, Any], expected: str) -> None:
    assert violations(fields) == [expected]


@pytest.mark.parametrize("name", ["mine-", "-mine", "my_algorithm", "a" * 64, "arn:aws:s3:::it"])
def test_an_algorithm_name_must_match_the_service_s_pattern(name: str) -> None:
    (found,) = violations({"TrainingImage": None, "AlgorithmName": name})
    assert found.startswith("AlgorithmName: ")
    assert "does not match the pattern (arn:aws[a-z" in found


@pytest.mark.parametrize("arn", ["function:it", LAMBDA[:20], LAMBDA.replace("lambda", "s3")])
def test_a_credentials_provider_must_be_a_lambda_function(arn: str) -> None:
    with pytest.raises(SpecificationError, match=f"'{arn}' does not match the pattern arn:"):
        TrainingRepositoryAuthConfig(training_repository_credentials_provider_arn=arn)


def test_either_an_image_or_a_name_is_given() -> None:
    by_name = AlgorithmSpecification(algorithm_name="mine", training_input_mode="File")
    by_image = AlgorithmSpecification(training_image=IMAGE, training_input_mode="File")
    assert by_name.algorithm_name == "mine"
    assert by_name.image is None
    assert by_image.algorithm_name is None
    assert str(by_image.image) == IMAGE


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"AlgorithmName": "mine"}, "only one of TrainingImage and AlgorithmName may be given"),
        ({"algorithm_name": "mine"}, "only one of TrainingImage and AlgorithmName may be given"),
        (
            {"TrainingImage": "", "AlgorithmName": "mine"},
            "only one of TrainingImage and AlgorithmName may be given",
        ),
        (
            {"TrainingImage": None},
            "one of TrainingImage and AlgorithmName is required; give one",
        ),
    ],
)
def test_both_or_neither_of_image_and_name_are_refused(
    fields: dict[str, Any], expected: str
) -> None:
    assert violations(fields) == [expected]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"metric_definitons": [LOSS]},
            "unknown field 'metric_definitons'; did you mean MetricDefinitions?",
        ),
        (
            {"ContainerEntryPoint": ["python"]},
            "unknown field 'ContainerEntryPoint'; did you mean ContainerEntrypoint?",
        ),
        (
            {"MetricDefinitions": [{**LOSS, "Regx": "x"}]},
            "MetricDefinitions[0]: unknown field 'Regx'; did you mean Regex?",
        ),
        (
            {"TrainingImageConfig": {"TrainingRepositoryAccessMode": "Vpc", "AuthConf": None}},
            (
                "TrainingImageConfig: unknown field 'AuthConf'; the fields are "
                "TrainingRepositoryAccessMode, TrainingRepositoryAuthConfig"
            ),
        ),
    ],
)
def test_an_unknown_field_is_refused_with_the_one_that_was_meant(
    fields: dict[str, Any], expected: str
) -> None:
    assert violations(fields) == [expected]


def test_a_field_like_no_other_is_refused_with_all_that_there_are() -> None:
    with pytest.raises(SpecificationError) as caught:
        MetricDefinition(**{**LOSS, "Zebra": "striped"})
    assert str(caught.value) == "unknown field 'Zebra'; the fields are Name, Regex"


# What is in force

NO_DEFINITIONS: dict[str, Any] = {"MetricDefinitions": []}


@pytest.mark.parametrize(
    ("fields", "enabled", "rule"),
    [
        ({"EnableSageMakerMetricsTimeSeries": True}, True, "set explicitly"),
        ({"EnableSageMakerMetricsTimeSeries": False}, False, "set explicitly"),
        (
            {
                **NO_DEFINITIONS,
                "TrainingImage": f"{ECR}/xgboost:1",
                "EnableSageMakerMetricsTimeSeries": False,
            },
            False,
            "set explicitly",
        ),
        ({}, True, "at least one metric definition is given"),
        (
            {"TrainingImage": f"{ECR}/xgboost:1"},
            True,
            "at least one metric definition is given",
        ),
        (NO_DEFINITIONS, False, "the default"),
        ({**NO_DEFINITIONS, "TrainingImage": ""}, False, "the default"),
        ({**NO_DEFINITIONS, "TrainingImage": None, "AlgorithmName": "it"}, False, "the default"),
    ],
)
def test_the_time_series_setting_says_what_decides_it(
    fields: dict[str, Any], enabled: bool, rule: str
) -> None:
    setting = AlgorithmSpecification(**{**REQUEST, **fields}).time_series
    assert (setting.enabled, setting.rule) == (enabled, rule)


@pytest.mark.parametrize(
    ("image", "rule"),
    [
        (f"{ECR}/xgboost:1", "built-in algorithm xgboost"),
        (f"{ECR}/sagemaker-xgboost:1.7-1", "built-in algorithm sagemaker-xgboost"),
        (f"{ECR}/tensorflow-training:1.15.2-cpu-py37", "prebuilt image TensorFlow >= 1.15"),
        (f"{ECR}/tensorflow-training:2.14.1-gpu-py310", "prebuilt image TensorFlow >= 1.15"),
        (f"{ECR}/tensorflow-training:1.14.0-cpu-py36", None),
        (f"{ECR}/mxnet-training:1.6.0-cpu-py3", "prebuilt image MXNet >= 1.6"),
        (f"{ECR}/mxnet-training:1.9.0-gpu-py38", "prebuilt image MXNet >= 1.6"),
        (f"{ECR}/mxnet-training:1.4.1-cpu-py3", None),
        (f"{ECR}/pytorch-training:1.3.1-gpu-py3", "prebuilt image PyTorch >= 1.3"),
        (f"{ECR}/pytorch-training:2.1.0-gpu-py310", "prebuilt image PyTorch >= 1.3"),
        (f"{ECR}/pytorch-training:1.2.0-gpu-py3", None),
        (f"{ECR}/train:2.1.0", None),
        ("ghcr.io/xgboost:1", None),
        ("ghcr.io/pytorch-training:2.1.0", None),
        ("pytorch-training:2.1.0", None),
    ],
)
def test_without_definitions_the_image_decides_about_time_series(
    image: str, rule: str | None
) -> None:
    fields = {**REQUEST, **NO_DEFINITIONS, "TrainingImage": image}
    setting = AlgorithmSpecification(**fields).time_series
    assert setting.enabled == (rule is not None)
    assert setting.rule == (rule or "the default")


def test_the_objective_is_appended_with_the_regex_of_its_metric() -> None:
    specification = HyperParameterAlgorithmSpecification(**REQUEST)
    tuned = specification.with_objective("accuracy")
    appended = MetricDefinition(name="ObjectiveMetric", regex="acc=(.*)")
    assert tuned.metric_definitions == (*specification.metric_definitions, appended)
    assert tuned.training_image == IMAGE


def test_the_objective_takes_the_first_of_several_definitions_of_its_name() -> None:
    listed = [LOSS, {**LOSS, "Regex": "other=(.*)"}]
    fields = {**REQUEST, "MetricDefinitions": listed}
    tuned = HyperParameterAlgorithmSpecification(**fields).with_objective("loss")
    assert tuned.metric_definitions[-1].regex == "loss=(.*)"


def test_appending_the_objective_leaves_the_specification_as_it_was() -> None:
    specification = AlgorithmSpecification(**REQUEST)
    tuned = specification.with_objective("loss")
    assert isinstance(tuned, AlgorithmSpecification)
    assert specification == AlgorithmSpecification(**REQUEST)


def test_an_objective_that_is_there_already_is_not_appended_again() -> None:
    listed = [LOSS, {"Name": "ObjectiveMetric", "Regex": "loss=(.*)"}]
    specification = AlgorithmSpecification(**{**REQUEST, "MetricDefinitions": listed})
    assert specification.with_objective("loss") == specification
    tuned = AlgorithmSpecification(**REQUEST).with_objective("loss")
    assert tuned.with_objective("accuracy") == tuned


@pytest.mark.parametrize(("listed", "names"), [([LOSS, ACCURACY], "loss, accuracy"), ([], "none")])
def test_an_objective_that_no_definition_bears_is_refused(listed: list[Any], names: str) -> None:
    specification = AlgorithmSpecification(**{**REQUEST, "MetricDefinitions": listed})
    with pytest.raises(DefinitionError) as caught:
        specification.with_objective("f1")
    assert str(caught.value) == (
        "no metric definition is named 'f1', which the tuning objective names; "
        f"the definitions are: {names}"
    )


# Documents

OBJECTIVE = {"Type": "Minimize", "MetricName": "loss"}
APPENDED = {"Name": "ObjectiveMetric", "Regex": "loss=(.*)"}
TUNED = {**REQUEST, "MetricDefinitions": [LOSS, ACCURACY, APPENDED]}
CONFIG = {"Strategy": "Bayesian", "HyperParameterTuningJobObjective": OBJECTIVE}
KEYWORDS = {
    "role": "arn:aws:iam::123456789012:role/train",
    "image_uri": IMAGE,
    "instance_count": 1,
    "input_mode": "File",
    "metric_definitions": [LOSS, ACCURACY],
    "hyperparameters": {"epochs": 3},
}
DOCUMENTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "AlgorithmSpecification": (REQUEST, REQUEST),
    "CreateTrainingJob": (
        {"TrainingJobName": "it", "AlgorithmSpecification": FULL, "HyperParameters": {"a": "1"}},
        FULL,
    ),
    "DescribeTrainingJob": (
        {
            "TrainingJobName": "it",
            "AlgorithmSpecification": {**FULL, "AlgorithmName": None},
            "FinalMetricDataList": [{"MetricName": "loss", "Value": 0.5}],
        },
        FULL,
    ),
    "CreateHyperParameterTuningJob": (
        {
            "HyperParameterTuningJobName": "it",
            "HyperParameterTuningJobConfig": CONFIG,
            "TrainingJobDefinition": {"AlgorithmSpecification": REQUEST},
        },
        TUNED,
    ),
    "DescribeHyperParameterTuningJob": (
        {
            "HyperParameterTuningJobConfig": CONFIG,
            "TrainingJobDefinition": {"AlgorithmSpecification": TUNED, "RoleArn": "arn"},
        },
        TUNED,
    ),
    "one of TrainingJobDefinitions": (
        {
            "HyperParameterTuningJobConfig": {"Strategy": "Random"},
            "TrainingJobDefinitions": [
                {"TuningObjective": OBJECTIVE, "AlgorithmSpecification": REQUEST}
            ],
        },
        TUNED,
    ),
    "the estimator's keywords": (KEYWORDS, REQUEST),
    "all of the estimator's keywords": (
        {
            **KEYWORDS,
            "enable_sagemaker_metrics": False,
            "container_entry_point": ["python", "train.py"],
            "container_arguments": ["--epochs", ""],
            "training_repository_access_mode": "Vpc",
            "training_repository_credentials_provider_arn": LAMBDA,
        },
        FULL,
    ),
    "the estimator's keywords, by name": (
        {"algorithm_arn": "mine", "input_mode": "Pipe", "metric_definitions": [LOSS]},
        {"AlgorithmName": "mine", "TrainingInputMode": "Pipe", "MetricDefinitions": [LOSS]},
    ),
    "shapes in snake case": (
        {
            "training_job_name": "it",
            "algorithm_specification": {
                "training_image": IMAGE,
                "training_input_mode": "File",
                "metric_definitions": [
                    {"name": "loss", "regex": "loss=(.*)"},
                    {"name": "accuracy", "regex": "acc=(.*)"},
                ],
                "enable_sage_maker_metrics_time_series": None,
            },
        },
        REQUEST,
    ),
}
documents = pytest.mark.parametrize(
    ("document", "expected"), list(DOCUMENTS.values()), ids=list(DOCUMENTS)
)


@documents
def test_a_specification_is_found_in_any_document_around_one(
    document: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert AlgorithmSpecification.from_document(document).to_request() == expected


@documents
def test_a_file_says_the_same_as_the_document_in_it(
    tmp_path: Path, document: dict[str, Any], expected: dict[str, Any]
) -> None:
    path = tmp_path / "job.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert AlgorithmSpecification.from_file(path).to_request() == expected
    assert AlgorithmSpecification.from_file(str(path)).to_request() == expected


def test_the_specification_of_a_tuning_job_can_be_read_as_its_own_kind() -> None:
    document, expected = DOCUMENTS["CreateHyperParameterTuningJob"]
    specification = HyperParameterAlgorithmSpecification.from_document(document)
    assert type(specification) is HyperParameterAlgorithmSpecification
    assert specification.to_request() == expected


def test_fields_that_a_tuning_job_cannot_have_are_refused_in_its_specification() -> None:
    document = {"TrainingJobDefinition": {"AlgorithmSpecification": FULL}}
    with pytest.raises(SpecificationError) as caught:
        HyperParameterAlgorithmSpecification.from_document(document)
    assert [violation.path for violation in caught.value.violations] == [
        "TrainingJobDefinition.AlgorithmSpecification"
    ] * 4
    assert "unknown field 'ContainerEntrypoint'" in str(caught.value)


SEVERAL = {
    "TrainingJobDefinitions": [
        {"DefinitionName": "first", "AlgorithmSpecification": REQUEST},
        {"DefinitionName": "second", "AlgorithmSpecification": REQUEST},
    ]
}


def test_several_jobs_are_refused_with_the_path_of_each(tmp_path: Path) -> None:
    expected = (
        "several specifications; pass one of them alone: "
        "TrainingJobDefinitions[0].AlgorithmSpecification, "
        "TrainingJobDefinitions[1].AlgorithmSpecification"
    )
    with pytest.raises(DefinitionError) as caught:
        AlgorithmSpecification.from_document(SEVERAL)
    assert str(caught.value) == expected
    path = tmp_path / "jobs.json"
    path.write_text(json.dumps(SEVERAL), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        AlgorithmSpecification.from_file(path)
    assert str(caught.value) == f"{path}: {expected}"


def test_a_list_of_definitions_is_no_whole_specification() -> None:
    with pytest.raises(SpecificationError) as caught:
        AlgorithmSpecification.from_document([LOSS])
    assert [str(violation) for violation in caught.value.violations] == [
        "TrainingInputMode: required, but missing",
        "one of TrainingImage and AlgorithmName is required; give one",
    ]


def test_violations_in_a_document_bear_their_path_from_its_top(tmp_path: Path) -> None:
    long = {"Name": "loss", "Regex": "x" * 501}
    wrong = {"TrainingInputMode": "File", "MetricDefinitions": [LOSS, long]}
    document = {"TrainingJobDefinitions": [{"AlgorithmSpecification": wrong}]}
    path = tmp_path / "job.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(SpecificationError) as caught:
        AlgorithmSpecification.from_file(path)
    at = "TrainingJobDefinitions[0].AlgorithmSpecification"
    paths = [violation.path for violation in caught.value.violations]
    assert paths == [f"{at}.MetricDefinitions[1].Regex", at]
    first, second = str(caught.value).splitlines()
    assert first.startswith(f"{path}: {at}.MetricDefinitions[1].Regex: at most 500 characters")
    assert second == (f"{path}: {at}: one of TrainingImage and AlgorithmName is required; give one")


def test_an_objective_that_the_document_does_not_define_is_refused(tmp_path: Path) -> None:
    document = {
        "HyperParameterTuningJobConfig": {
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "f1"}
        },
        "TrainingJobDefinition": {"AlgorithmSpecification": REQUEST},
    }
    path = tmp_path / "tuning.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        AlgorithmSpecification.from_file(path)
    assert str(caught.value).startswith(f"{path}: no metric definition is named 'f1', which the")
