"""The presets, on output of the frameworks that they are for."""

import io
import re
from pathlib import Path

import pytest

import metricparse as mp
from metricparse.diagnosis.check import check
from tests.support.public_corpus import log_path, requires_corpus
from tests.support.sample_logs import SAMPLES

ROOT = Path(__file__).parents[1]
NAMES = [preset.name for preset in mp.known_presets()]

EMITTED = {
    ("xgboost", "xgboost"): {
        "train:logloss": 300,
        "train:auc": 300,
        "validation:logloss": 300,
        "validation:auc": 300,
    },
    ("lightgbm", "lightgbm"): {
        "train:l1": 401,
        "train:l2": 401,
        "validation:l1": 401,
        "validation:l2": 401,
    },
    ("catboost", "catboost"): {
        "train:loss": 150,
        "test:loss": 150,
        "test:best": 150,
        "best:test": 1,
        "best:iteration": 1,
    },
    ("huggingface", "transformers"): {
        "train:loss": 150,
        "train:grad_norm": 150,
        "train:learning_rate": 150,
        "train:epoch": 181,
        "eval:loss": 30,
        "eval:accuracy": 30,
        "eval:runtime": 30,
        "eval:samples_per_second": 30,
        "eval:steps_per_second": 30,
        "train:runtime": 1,
        "train:samples_per_second": 1,
        "train:steps_per_second": 1,
        "train:mean_loss": 1,
    },
    ("keras", "keras"): {
        "train:loss": 25,
        "train:accuracy": 25,
        "train:auc": 25,
        "validation:loss": 25,
        "validation:accuracy": 25,
        "validation:auc": 25,
        "train:learning_rate": 25,
        "train:ms_per_step": 25,
    },
    ("pytorch-lightning", "lightning"): {
        "train:loss": 13,
        "train:loss_step": 14,
        "validation:loss": 13,
        "validation:acc": 13,
        "train:epoch": 14,
        "train:it_per_s": 134,
    },
}
# The forms that the documentation of the built-in algorithms and their logs show.
BUILT_IN = b"""\
[01/02/2024 10:00:00 INFO 1] #quality_metric: host=algo-1, epoch=0, batch=5 train loss <loss>=1.5
[01/02/2024 10:00:01 INFO 1] #quality_metric: host=algo-1, epoch=0, train loss <loss>=0.75
[01/02/2024 10:00:02 INFO 1] #quality_metric: host=algo-1, epoch=0, train msle_objective <loss>=2e-05
[01/02/2024 10:00:03 INFO 1] #progress_metric: host=algo-1, completed 50 % of epochs
[01/02/2024 10:00:04 INFO 1] #throughput_metric: host=algo-1, train throughput=1e3 records/second
[01/02/2024 10:00:05 INFO 1] #quality_metric: host=algo-1, test rmse <loss>=0.5
[01/02/2024 10:00:06 INFO 1] #quality_metric: host=algo-1, epoch=0, validation mAP <score>=(0.25)
[01/02/2024 10:00:07 INFO 1] #quality_metric. host: algo-1, epoch: 0, validation mIOU: 0.125 .
"""


def emitted(log: object, name: str) -> dict[str, int]:
    summary = mp.scan(log, f"preset:{name}").summary  # type: ignore[arg-type] # path or bytes
    assert not any(each.rejected or each.truncated for each in summary.definitions)
    return {each.name: each.emitted for each in summary.definitions if each.emitted}


def test_every_framework_has_a_sample() -> None:
    assert {name for name, _ in EMITTED} | {"sagemaker-builtin"} == set(NAMES)


@pytest.mark.parametrize(("name", "sample"), EMITTED, ids=str)
def test_a_preset_gives_what_its_framework_prints(name: str, sample: str) -> None:
    assert emitted(SAMPLES / sample / "train.log", name) == EMITTED[name, sample]


def test_the_preset_of_the_built_in_algorithms() -> None:
    assert emitted(io.BytesIO(BUILT_IN), "sagemaker-builtin") == {
        "train:loss:batch": 1,
        "train:loss": 1,
        "train:objective_loss": 1,
        "train:progress": 1,
        "train:throughput": 1,
        "test:rmse": 1,
        "validation:mAP": 1,
        "validation:mIOU": 1,
    }


@requires_corpus
@pytest.mark.parametrize(
    ("log", "metrics"),
    [
        ("deepar-energy", {"train:loss": 50, "train:loss:batch": 129, "test:RMSE": 1}),
        ("ic-dogscats-recordio", {"train:accuracy": 13, "validation:accuracy": 13}),
        ("ss-pascalvoc", {"validation:mIOU": 30, "train:segmentation_loss": 30}),
        ("fm-retail-recommend", {"train:rmse": 21, "test:rmse": 1, "train:progress": 20}),
        ("kmeans-population", {"train:msd": 1, "train:throughput": 1}),
    ],
)
def test_the_built_in_algorithms_as_they_really_ran(log: str, metrics: dict[str, int]) -> None:
    given = emitted(log_path(log), "sagemaker-builtin")
    assert metrics.items() <= given.items()


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_is_what_the_service_takes(name: str) -> None:
    definitions = mp.load_definitions(f"preset:{name}")
    assert check([each.to_request() for each in definitions]).findings == []


def test_the_documentation_names_presets_that_are_there() -> None:
    named = {
        name
        for page in (ROOT / "docs").glob("*.md")
        for name in re.findall(r"preset:([\w-]+)", page.read_text(encoding="utf-8"))
    }
    assert named - {"NAME"} <= {*NAMES}
    assert named


def test_a_preset_that_is_not_there() -> None:
    with pytest.raises(mp.DefinitionError, match="no such preset; did you mean keras"):
        mp.load_definitions("preset:kears")
    with pytest.raises(mp.DefinitionError, match="there are: catboost, huggingface"):
        mp.load_definitions("preset:")
