"""Definitions from every form of document, and what is said of those that hold none."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from metricparse.definitions.algorithm import (
    AlgorithmSpecification,
    HyperParameterAlgorithmSpecification,
)
from metricparse.definitions.load import load_definitions, parse_definition
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.errors import DefinitionError, SpecificationError
from tests.support.public_corpus import (
    definition_list_names,
    definition_list_path,
    definitions_of,
    description_paths,
    requires_corpus,
)

LOSS = {"Name": "loss", "Regex": r"loss=(\S+)"}
ACCURACY = {"Name": "accuracy", "Regex": r"acc: ([0-9.]+) \"%\""}
BOTH = [LOSS, ACCURACY]
APPENDED = {"Name": "ObjectiveMetric", "Regex": LOSS["Regex"]}
SNAKE_BOTH = [{key.lower(): value for key, value in each.items()} for each in BOTH]
IMAGE = "ghcr.io/team/train:1"
SPECIFICATION = {
    "TrainingImage": IMAGE,
    "TrainingInputMode": "File",
    "MetricDefinitions": BOTH,
}
OBJECTIVE = {"Type": "Minimize", "MetricName": "loss"}
CONFIG = {"Strategy": "Bayesian", "HyperParameterTuningJobObjective": OBJECTIVE}


def job(*definitions: dict[str, str], **more: Any) -> dict[str, Any]:
    """A training job definition of a tuning job."""
    specification = {**SPECIFICATION, "MetricDefinitions": list(definitions)}
    return {"AlgorithmSpecification": specification, "RoleArn": "arn", **more}


# What a file may hold, and the definitions that it gives.
FORMS: dict[str, tuple[Any, list[dict[str, str]]]] = {
    "the key alone": ({"MetricDefinitions": BOTH}, BOTH),
    "AlgorithmSpecification": (SPECIFICATION, BOTH),
    "CreateTrainingJob": (
        {"TrainingJobName": "it", "AlgorithmSpecification": SPECIFICATION},
        BOTH,
    ),
    "DescribeTrainingJob": (
        {
            "TrainingJobName": "it",
            "TrainingJobStatus": "Completed",
            "AlgorithmSpecification": {
                **SPECIFICATION,
                "EnableSageMakerMetricsTimeSeries": True,
            },
            "FinalMetricDataList": [{"MetricName": "loss", "Value": 0.25}],
        },
        BOTH,
    ),
    "CreateHyperParameterTuningJob": (
        {
            "HyperParameterTuningJobName": "it",
            "HyperParameterTuningJobConfig": CONFIG,
            "TrainingJobDefinition": job(*BOTH),
        },
        [*BOTH, APPENDED],
    ),
    "DescribeHyperParameterTuningJob": (
        {
            "HyperParameterTuningJobStatus": "Completed",
            "HyperParameterTuningJobConfig": CONFIG,
            "TrainingJobDefinition": job(*BOTH, APPENDED),
        },
        [*BOTH, APPENDED],
    ),
    "a tuning job without objective": (
        {
            "HyperParameterTuningJobConfig": {"Strategy": "Random"},
            "TrainingJobDefinition": job(*BOTH),
        },
        BOTH,
    ),
    "a training job definition without config": ({"TrainingJobDefinition": job(*BOTH)}, BOTH),
    "TrainingJobDefinitions, an objective each": (
        {
            "HyperParameterTuningJobConfig": {"Strategy": "Random"},
            "TrainingJobDefinitions": [
                job(LOSS, TuningObjective=OBJECTIVE),
                job(ACCURACY, TuningObjective={"Type": "Maximize", "MetricName": "accuracy"}),
            ],
        },
        [LOSS, APPENDED, ACCURACY, {**ACCURACY, "Name": "ObjectiveMetric"}],
    ),
    "a job's objective before the tuning job's": (
        {
            "HyperParameterTuningJobConfig": {
                "HyperParameterTuningJobObjective": {"MetricName": "accuracy"}
            },
            "TrainingJobDefinition": job(*BOTH, TuningObjective=OBJECTIVE),
        },
        [*BOTH, APPENDED],
    ),
    "what several jobs share, once": (
        {
            "TrainingJobDefinitions": [
                job(LOSS),
                job(ACCURACY, LOSS),
                job({**LOSS, "Name": "mean_loss"}),
            ]
        },
        [LOSS, ACCURACY, {**LOSS, "Name": "mean_loss"}],
    ),
    "an estimator's keywords": (
        {
            "entry_point": "train.py",
            "role": "arn:aws:iam::123456789012:role/train",
            "image_uri": IMAGE,
            "instance_type": "ml.m5.xlarge",
            "instance_count": 1,
            "hyperparameters": {"epochs": 3},
            "metric_definitions": BOTH,
            "base_job_name": "it",
            "max_run": 3600,
            "use_spot_instances": True,
        },
        BOTH,
    ),
    "a training job in snake case": (
        {
            "training_job_name": "it",
            "algorithm_specification": {
                "training_image": IMAGE,
                "training_input_mode": "File",
                "metric_definitions": SNAKE_BOTH,
            },
        },
        BOTH,
    ),
    "a tuning job in snake case": (
        {
            "hyper_parameter_tuning_job_config": {
                "strategy": "Bayesian",
                "hyper_parameter_tuning_job_objective": {
                    "type": "Minimize",
                    "metric_name": "loss",
                },
            },
            "training_job_definition": {
                "algorithm_specification": {"metric_definitions": SNAKE_BOTH}
            },
        },
        [*BOTH, APPENDED],
    ),
    "tuned jobs in snake case": (
        {
            "training_job_definitions": [
                {
                    "tuning_objective": {"type": "Minimize", "metric_name": "loss"},
                    "algorithm_specification": {"metric_definitions": SNAKE_BOTH},
                }
            ]
        },
        [*BOTH, APPENDED],
    ),
}
LISTS: dict[str, tuple[Any, list[dict[str, str]]]] = {
    "a list": (BOTH, BOTH),
    "a list in snake case": (SNAKE_BOTH, BOTH),
    "a list with repetitions": ([LOSS, ACCURACY, LOSS], [LOSS, ACCURACY, LOSS]),
    "a list with one name twice": (
        [LOSS, {**ACCURACY, "Name": "loss"}],
        [LOSS, {**ACCURACY, "Name": "loss"}],
    ),
}
EVERY_FORM = {**FORMS, **LISTS}
every_form = pytest.mark.parametrize(
    ("document", "expected"), list(EVERY_FORM.values()), ids=list(EVERY_FORM)
)


def requests(source: Any) -> list[dict[str, str]]:
    return [definition.to_request() for definition in load_definitions(source)]


def error_of(source: Any) -> str:
    with pytest.raises(DefinitionError) as caught:
        load_definitions(source)
    return str(caught.value)


def as_toml(value: Any, path: str = "") -> str:
    """A table in TOML, its strings as JSON writes them: they are basic strings of TOML as well."""
    plain = {key: item for key, item in value.items() if not _is_table(item)}
    lines = [f"{key} = {json.dumps(item)}" for key, item in plain.items()]
    for key, item in value.items():
        if key not in plain:
            name = f"{path}{key}"
            several = isinstance(item, list)
            for each in item if several else [item]:
                lines += [f"[[{name}]]" if several else f"[{name}]", as_toml(each, f"{name}.")]
    return "\n".join(lines)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and isinstance(value[0], dict))


def as_yaml(value: Any) -> str:
    text: str = yaml.safe_dump(value, sort_keys=False)
    return text


# Forms


@every_form
def test_every_form_of_document_gives_its_definitions_in_order(
    document: Any, expected: list[dict[str, str]]
) -> None:
    assert requests(document) == expected


@every_form
@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a.json", json.dumps),
        ("a.JSON", json.dumps),
        ("definitions", json.dumps),
        ("a.yaml", as_yaml),
        ("a.yml", as_yaml),
        ("a.YAML", as_yaml),
        ("a.yaml", json.dumps),
    ],
)
def test_json_and_yaml_files_give_what_the_document_in_them_gives(
    tmp_path: Path,
    name: str,
    written: Callable[[Any], str],
    document: Any,
    expected: list[dict[str, str]],
) -> None:
    path = tmp_path / name
    path.write_text(written(document), encoding="utf-8")
    assert requests(path) == expected
    assert requests(str(path)) == expected


@pytest.mark.parametrize(("document", "expected"), list(FORMS.values()), ids=list(FORMS))
def test_toml_files_give_what_the_document_in_them_gives(
    tmp_path: Path, document: Any, expected: list[dict[str, str]]
) -> None:
    path = tmp_path / "a.toml"
    path.write_text(as_toml(document), encoding="utf-8")
    assert requests(path) == expected


@every_form
def test_values_that_are_none_are_as_good_as_absent(
    document: Any, expected: list[dict[str, str]]
) -> None:
    assert requests(_strewn_with_none(document)) == expected


def _strewn_with_none(value: Any) -> Any:
    """The document with the keys of the SDK's shapes that are not set."""
    if isinstance(value, list):
        return [_strewn_with_none(each) for each in value]
    if not isinstance(value, dict) or "Regex" in value or "regex" in value:
        return value
    unset = dict.fromkeys(
        [
            "TrainingJobDefinitions",
            "HyperParameterTuningJobConfig",
            "TuningObjective",
            "TrainingImageConfig",
            "AlgorithmName",
            "checkpoint_config",
        ]
    )
    return {**unset, **{key: _strewn_with_none(item) for key, item in value.items()}}


def test_definitions_may_be_objects_dictionaries_or_both() -> None:
    loss = MetricDefinition(**LOSS)
    accuracy = MetricDefinition(**ACCURACY)
    assert load_definitions([loss, accuracy]) == (loss, accuracy)
    assert load_definitions([loss, ACCURACY]) == (loss, accuracy)
    assert load_definitions((loss, accuracy)) == (loss, accuracy)
    assert load_definitions(each for each in (loss, accuracy)) == (loss, accuracy)
    assert load_definitions({"metric_definitions": [loss, ACCURACY]}) == (loss, accuracy)


@pytest.mark.parametrize("given", [{"Name": "loss"}, {"Regex": "loss: (.)"}, {"name": "loss"}])
def test_half_a_definition_is_no_name_with_its_regex(given: dict[str, str]) -> None:
    with pytest.raises(SpecificationError, match="required, but missing"):
        load_definitions(given)


@pytest.mark.parametrize("shape", [AlgorithmSpecification, HyperParameterAlgorithmSpecification])
def test_a_specification_gives_the_definitions_that_it_holds(
    shape: type[HyperParameterAlgorithmSpecification],
) -> None:
    fields: dict[str, Any] = SPECIFICATION
    specification = shape(**fields)
    assert load_definitions(specification) == specification.metric_definitions
    assert requests(specification.with_objective("loss")) == [*BOTH, APPENDED]


@pytest.mark.parametrize("name", ["a.json", "a.yaml", "a.toml"])
def test_a_byte_order_mark_is_skipped(tmp_path: Path, name: str) -> None:
    written = as_toml if name.endswith(".toml") else json.dumps
    path = tmp_path / name
    path.write_text("\ufeff" + written({"MetricDefinitions": BOTH}), encoding="utf-8")
    assert requests(path) == BOTH


def test_files_are_read_as_utf_8(tmp_path: Path) -> None:
    definition = {"Name": "précision", "Regex": "précision→(.*) 損失"}
    path = tmp_path / "a.json"
    path.write_bytes(json.dumps([definition], ensure_ascii=False).encode())
    assert requests(path) == [definition]


# Bounds


def test_more_definitions_than_a_request_may_hold_can_be_loaded() -> None:
    many = [{"Name": f"metric{number}", "Regex": "x=(.*)"} for number in range(41)]
    document: dict[str, Any] = {**SPECIFICATION, "MetricDefinitions": many}
    assert requests(many) == many
    assert requests(document) == many
    with pytest.raises(SpecificationError) as caught:
        AlgorithmSpecification(**document)
    assert str(caught.value) == "MetricDefinitions: at most 40 items, not 41"


def test_forty_definitions_and_a_regex_of_500_characters_fit_in_a_request() -> None:
    longest = [{"Name": "n" * 255, "Regex": "x" * 500}] * 40
    document: dict[str, Any] = {**SPECIFICATION, "MetricDefinitions": longest}
    assert requests(document) == longest
    assert len(AlgorithmSpecification(**document).metric_definitions) == 40


@pytest.mark.parametrize(
    ("around", "path"),
    [
        (lambda listed: listed, ""),
        (lambda listed: {"metric_definitions": listed}, ""),
        (
            lambda listed: {"algorithm_specification": {"metric_definitions": listed}},
            "AlgorithmSpecification.",
        ),
        (
            lambda listed: {"TrainingJobDefinitions": [job(*BOTH), job(*listed)]},
            "TrainingJobDefinitions[1].AlgorithmSpecification.",
        ),
    ],
)
def test_every_violation_of_a_list_is_named_with_its_path_from_the_top(
    around: Callable[[list[Any]], Any], path: str
) -> None:
    listed = [LOSS, {"Name": "long", "Regex": "x" * 501}, LOSS, {"Name": "", "Regex": ""}]
    with pytest.raises(SpecificationError) as caught:
        load_definitions(around(listed))
    shown = "'" + "x" * 58 + "…"
    assert [str(violation) for violation in caught.value.violations] == [
        f"{path}MetricDefinitions[1].Regex: at most 500 characters, not 501: {shown}",
        f"{path}MetricDefinitions[3].Name: at least 1 character, not 0",
        f"{path}MetricDefinitions[3].Regex: at least 1 character, not 0",
    ]


def test_bounds_and_regexes_of_all_lists_are_reported_together() -> None:
    definitions = [{"Name": "open", "Regex": "f1=("}, {"Name": "", "Regex": "(.*)"}]
    with pytest.raises(SpecificationError) as caught:
        load_definitions({"TrainingJobDefinitions": [job(*definitions), job(*definitions)]})
    assert [violation.path for violation in caught.value.violations] == [
        f"TrainingJobDefinitions[{number}].AlgorithmSpecification.MetricDefinitions{rest}"
        for number in range(2)
        for rest in ("[1].Name", "[0].Regex (open)")
    ]


def test_violations_in_a_file_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"Name": "", "Regex": ""}]), encoding="utf-8")
    assert error_of(path).splitlines() == [
        f"{path}: MetricDefinitions[0].Name: at least 1 character, not 0",
        f"{path}: MetricDefinitions[0].Regex: at least 1 character, not 0",
    ]


# Near misses


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("metric_definitons", "metric_definitions"),
        ("metric_definition", "metric_definitions"),
        ("metrics_definitions", "metric_definitions"),
        ("metricdefinitions", "metric_definitions"),
        ("metric-definitions", "metric_definitions"),
        ("metric_defs", "metric_definitions"),
        ("MetricDefinition", "MetricDefinitions"),
        ("MetricDefinitons", "MetricDefinitions"),
        ("MetricsDefinitions", "MetricDefinitions"),
        ("metricDefinitions", "MetricDefinitions"),
        ("Metric_Definitions", "MetricDefinitions"),
        ("algorithm_specifications", "algorithm_specification"),
        ("algorithm_specfication", "algorithm_specification"),
        ("AlgorithmSpecifications", "AlgorithmSpecification"),
        ("AlgorithmSpecificaton", "AlgorithmSpecification"),
        ("algorithmSpecification", "AlgorithmSpecification"),
        ("training_job_defintion", "training_job_definition"),
        ("TrainingJobDefinitons", "TrainingJobDefinitions"),
    ],
)
def test_a_misspelt_key_is_named_with_the_right_one_as_the_user_spells(
    key: str, meant: str
) -> None:
    expected = f"unknown field {key!r}; did you mean {meant}?"
    assert error_of({key: BOTH, "image_uri": IMAGE}) == expected
    # A good list beside it does not hide it.
    assert error_of({key: BOTH, "MetricDefinitions": BOTH}) == expected
    inside = {"TrainingJobDefinitions": [job(LOSS), {"AlgorithmSpecification": {key: BOTH}}]}
    path = "TrainingJobDefinitions[1].AlgorithmSpecification"
    assert error_of(inside) == f"{path}: {expected}"


@pytest.mark.parametrize(
    ("definition", "missing", "key", "meant"),
    [
        ({"Nmae": "loss", "Regex": "x=(.*)"}, "Name", "Nmae", "Name"),
        ({"Name": "loss", "RegEx": "x=(.*)"}, "Regex", "RegEx", "Regex"),
        ({"name": "loss", "regx": "x=(.*)"}, "Regex", "regx", "Regex"),
        ({"names": "loss", "regex": "x=(.*)"}, "Name", "names", "Name"),
    ],
)
def test_a_misspelt_key_in_a_definition_is_named_with_the_right_one(
    definition: dict[str, str], missing: str, key: str, meant: str
) -> None:
    assert error_of({"MetricDefinitions": [LOSS, definition]}).splitlines() == [
        f"MetricDefinitions[1].{missing}: required, but missing",
        f"MetricDefinitions[1]: unknown field {key!r}; did you mean {meant}?",
    ]


@pytest.mark.parametrize("key", ["metrics", "hyperparameters", "tags", "environment", "name"])
def test_keys_that_resemble_nothing_are_passed_over(key: str) -> None:
    assert requests({key: "anything", "metric_definitions": BOTH}) == BOTH


# Nothing there


def test_the_error_for_no_definitions_says_where_was_looked() -> None:
    expected = (
        "no metric definitions found; looked for a list of {Name, Regex}, and for the keys "
        "MetricDefinitions (metric_definitions), AlgorithmSpecification, TrainingJobDefinition "
        "and TrainingJobDefinitions"
    )
    assert error_of({}) == expected
    assert error_of({"loss": 7}) == expected
    assert error_of({"TrainingJobDefinitions": []}) == expected


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"image_uri": IMAGE}, ""),
        ({"MetricDefinitions": None, "TrainingImage": IMAGE}, ""),
        ({"AlgorithmSpecification": {}}, "AlgorithmSpecification."),
        (
            {"algorithm_specification": {"metric_definitions": None}},
            "AlgorithmSpecification.",
        ),
        ({"TrainingJobDefinition": {}}, "TrainingJobDefinition.AlgorithmSpecification."),
        (
            {"TrainingJobDefinitions": [job(LOSS), {"DefinitionName": "it"}]},
            "TrainingJobDefinitions[1].AlgorithmSpecification.",
        ),
    ],
)
def test_the_error_for_a_specification_without_definitions_names_their_place(
    document: Any, path: str
) -> None:
    expected = f"no metric definitions found; looked for {path}MetricDefinitions"
    assert error_of(document) == expected


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ([], ""),
        ((), ""),
        ({"metric_definitions": []}, ""),
        ({"AlgorithmSpecification": {"MetricDefinitions": []}}, "AlgorithmSpecification."),
    ],
)
def test_an_empty_list_is_refused(document: Any, path: str) -> None:
    expected = "MetricDefinitions is an empty list; give at least one {Name, Regex}"
    assert error_of(document) == f"{path}{expected}"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"MetricDefinitions": LOSS}, "MetricDefinitions: a list of {Name, Regex} was expected"),
        ({"MetricDefinitions": "x"}, "MetricDefinitions: a list of {Name, Regex} was expected"),
        (["loss=(.*)"], "MetricDefinitions[0]: {Name, Regex} was expected, not 'loss=(.*)'"),
        ([LOSS, None], "MetricDefinitions[1]: {Name, Regex} was expected, not None"),
        (
            {"AlgorithmSpecification": BOTH},
            "AlgorithmSpecification: an object was expected, not list",
        ),
        ({"TrainingJobDefinition": "x"}, "TrainingJobDefinition: an object was expected, not str"),
        ({"TrainingJobDefinitions": job(LOSS)}, "TrainingJobDefinitions: a list was expected"),
        (
            {"TrainingJobDefinitions": [job(LOSS), 1]},
            "TrainingJobDefinitions[1]: an object was expected, not int",
        ),
        (
            {"TrainingJobDefinition": job(LOSS, TuningObjective="loss")},
            "TrainingJobDefinition.TuningObjective: an object was expected, not str",
        ),
    ],
)
def test_a_value_of_the_wrong_kind_is_named_with_what_was_expected(
    document: Any, expected: str
) -> None:
    assert error_of(document) == expected


def test_an_objective_that_no_definition_bears_is_refused() -> None:
    document = {"HyperParameterTuningJobConfig": CONFIG, "TrainingJobDefinition": job(ACCURACY)}
    assert error_of(document) == (
        "no metric definition is named 'loss', which the tuning objective names; "
        "the definitions are: accuracy"
    )


# Files


@pytest.mark.parametrize(
    ("name", "text", "position", "language"),
    [
        ("a.json", '[{"Name": "loss" "Regex"}]', "1:18", "JSON"),
        ("a.json", '[\n  {"Name": "loss", "Regex": "\\d"}\n]', "2:30", "JSON"),
        ("a.json", "", "1:1", "JSON"),
        ("definitions.txt", "[\n", "2:1", "JSON"),
        ("a.yaml", "a: [\nb: }", "2:4", "YAML"),
        ("a.yml", "- Name: loss\n  Regex: loss: (.*)\n", "2:14", "YAML"),
        ("a.yaml", '- Name: loss\n  Regex: "\\d"\n', "2:12", "YAML"),
    ],
)
def test_text_that_is_no_document_is_refused_with_file_line_and_column(
    tmp_path: Path, name: str, text: str, position: str, language: str
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert error_of(path).startswith(f"{path}:{position}: not valid {language}: ")


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("MetricDefinitions = \n", "at line 1, column 21"),
        ("a = 1\n[[b]]\nRegex = '''", "at end of document"),
        ('a = 1\nRegex = "\\d"\n', "at line 2, column"),
    ],
)
def test_invalid_toml_is_refused_with_file_and_position(
    tmp_path: Path, text: str, position: str
) -> None:
    path = tmp_path / "a.toml"
    path.write_text(text, encoding="utf-8")
    error = error_of(path)
    assert error.startswith(f"{path}: not valid TOML: ")
    assert position in error


def test_yaml_with_a_forbidden_character_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: \0", encoding="utf-8")
    assert error_of(path).startswith(f"{path}: not valid YAML: unacceptable character #x0000")


def test_yaml_makes_no_objects_but_plain_ones(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("!!python/object/apply:os.getcwd []", encoding="utf-8")
    error = error_of(path)
    assert error.startswith(f"{path}:1:1: not valid YAML: could not determine a constructor")


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [("a.json", "5", "int"), ("a.json", '"x"', "str"), ("a.yaml", "", "NoneType")],
)
def test_a_file_that_holds_neither_list_nor_object_is_refused(
    tmp_path: Path, name: str, text: str, kind: str
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert error_of(path) == (
        f"{path}: a list of metric definitions or an object that holds one was expected, not {kind}"
    )


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "missing.json"
    assert error_of(path) == f"{path}: cannot be read: No such file or directory"


def test_a_directory_is_refused_by_name(tmp_path: Path) -> None:
    assert error_of(tmp_path).startswith(f"{tmp_path}: cannot be read: ")


@pytest.mark.parametrize("name", ["a.json", "a.yaml", "a.toml"])
@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_file_that_is_not_utf_8_is_refused_by_name(
    tmp_path: Path, name: str, encoding: str
) -> None:
    path = tmp_path / name
    path.write_bytes('[{"Name": "précision", "Regex": "x"}]'.encode(encoding))
    assert error_of(path).startswith(f"{path}: not UTF-8 text: ")


# Definitions written in one text


@pytest.mark.parametrize(
    ("text", "name", "regex"),
    [
        ("loss=loss: (.*)", "loss", "loss: (.*)"),
        ("loss=loss=(.*) acc=", "loss", "loss=(.*) acc="),
        ("loss==(.*)", "loss", "=(.*)"),
        ("train:loss= (.*) ", "train:loss", " (.*) "),
    ],
)
def test_a_written_definition_is_parted_at_its_first_equals_sign(
    text: str, name: str, regex: str
) -> None:
    assert parse_definition(text) == MetricDefinition(name=name, regex=regex)


@pytest.mark.parametrize("text", ["", "loss", "loss: (.*)"])
def test_a_written_definition_without_equals_sign_is_refused(text: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse_definition(text)
    assert str(caught.value) == f"{text!r}: a definition is written NAME=REGEX"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=loss: (.*)", ["Name: at least 1 character, not 0"]),
        ("loss=", ["Regex: at least 1 character, not 0"]),
        ("=", ["Name: at least 1 character, not 0", "Regex: at least 1 character, not 0"]),
    ],
)
def test_a_written_definition_is_held_to_the_bounds(text: str, expected: list[str]) -> None:
    with pytest.raises(SpecificationError) as caught:
        parse_definition(text)
    assert str(caught.value).splitlines() == [f"{text!r}: {each}" for each in expected]


# Documents collected from public sources


@requires_corpus
def test_every_collected_list_of_definitions_loads() -> None:
    names = definition_list_names()
    assert names
    for name in names:
        assert requests(definition_list_path(name)) == definitions_of(name), name


@requires_corpus
def test_collected_descriptions_of_jobs_give_definitions_and_a_specification() -> None:
    paths = description_paths()
    assert len(paths) >= 2
    for path in paths:
        described = json.loads(path.read_text(encoding="utf-8"))["AlgorithmSpecification"]
        specification = AlgorithmSpecification.from_file(path)
        assert specification.to_request() == {
            name: value for name, value in described.items() if value is not None
        }
        assert load_definitions(path) == specification.metric_definitions
        assert requests(path) == described["MetricDefinitions"]
