"""The sample logs: what they are said to show, they show."""

from pathlib import Path

import pytest

import metricparse as mp
from tests.support.sample_logs import SAMPLES

EMITTED = {
    "xgboost": {
        "train:logloss": 300,
        "train:auc": 300,
        "validation:logloss": 300,
        "validation:auc": 300,
    },
    "lightgbm": {
        "train:l2": 400,
        "train:l1": 400,
        "valid:l2": 400,
        "valid:l1": 400,
        "best:iteration": 1,
    },
    "catboost": {"train:loss": 150, "test:loss": 150, "best:iteration": 1},
    "keras": {
        "train:loss": 25,
        "train:accuracy": 25,
        "validation:loss": 25,
        "validation:auc": 25,
        "train:learning_rate": 25,
    },
    "lightning": {
        "train:loss": 13,
        "train:loss_step": 14,
        "validation:loss": 13,
        "validation:accuracy": 13,
    },
    "transformers": {
        "train:loss": 150,
        "train:grad_norm": 150,
        "train:learning_rate": 150,
        "validation:loss": 30,
        "validation:accuracy": 30,
        "train:runtime": 1,
        "train:mean_loss": 1,
    },
    "pytorch_tqdm": {
        "bar:loss": 120,
        "train:loss": 120,
        "validation:loss": 120,
        "validation:bias": 120,
        "train:learning_rate": 120,
    },
}


def test_every_sample_is_told_of() -> None:
    folders = {path.parent.name for path in SAMPLES.glob("*/train.log")}
    assert folders == EMITTED.keys()
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    for folder in folders:
        lines = (SAMPLES / folder / "train.log").read_bytes().count(b"\n")
        assert f"`{folder}`" in readme
        assert f"| {lines} |" in readme


@pytest.mark.parametrize("name", EMITTED)
def test_definitions_give_their_numbers(name: str) -> None:
    summary = mp.scan(SAMPLES / name / "train.log", SAMPLES / name / "definitions.json").summary
    assert {each.name: each.emitted for each in summary.definitions} == EMITTED[name]
    assert not any(each.rejected or each.gave_up for each in summary.definitions)


def test_copied_definitions_show_what_goes_wrong() -> None:
    folder = SAMPLES / "transformers"
    copied = mp.scan(folder / "train.log", folder / "definitions-copied.json").summary
    right = mp.scan(folder / "train.log", folder / "definitions.json").summary
    by_name = {each.name: each for each in copied.definitions}
    assert by_name["validation:accuracy"].rejected == 30
    assert by_name["validation:f1"].unmatched == by_name["validation:f1"].searched
    rates = {each.name: each for each in right.definitions}["train:learning_rate"]
    assert (rates.maximum or 1) < 0.001
    assert (by_name["train:learning_rate"].maximum or 0) > 1


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*/train.log")), ids=lambda p: p.parent.name)
def test_a_log_tells_nothing_of_the_machine_that_made_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    for trace in ("/home/", "/root/", "/tmp/", "/usr/", "site-packages", "Traceback", "http"):
        assert trace not in text
