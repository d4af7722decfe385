"""What definitions cost: what is measured, not how fast it is."""

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import metricparse as mp
from metricparse.benchmark.growth import growth_of
from metricparse.benchmark.pytest_benchmark import as_pytest_benchmark
from metricparse.definitions.metric_definition import MetricDefinition

LOG = b"epoch 1 loss: 0.5\nnothing\nloss: none\nacc: 1\n" * 50
DEFINITIONS = [
    {"Name": "loss", "Regex": r"loss: ([0-9.]+)"},
    {"Name": "any", "Regex": r"([0-9]+)"},
    {"Name": "auc", "Regex": r"auc: ([0-9]+)"},
]


@pytest.fixture(scope="module")
def measured() -> mp.Bench:
    return mp.bench(io.BytesIO(LOG), DEFINITIONS)


def test_the_whole_and_each_definition_alone_are_measured(measured: mp.Bench) -> None:
    assert (measured.bytes_in, measured.lines) == (len(LOG), 200)
    assert len(measured.rounds) == 3
    assert measured.by_hand
    assert [cost.definition.name for cost in measured.costs] == ["loss", "any", "auc"]


def test_a_share_is_of_the_time_that_definitions_take_beyond_reading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = iter([6.0, 1.0, 2.0, 4.0, 0.5])  # all, none, and each alone

    def scans(_: object, definitions: Sequence[MetricDefinition]) -> tuple[list[float], mp.Summary]:
        return [next(seconds)], mp.scan(io.BytesIO(LOG), definitions).summary

    monkeypatch.setattr("metricparse.benchmark.measure._Measurer.rounds", scans)
    costs = mp.bench(io.BytesIO(LOG), DEFINITIONS).costs
    assert [cost.share for cost in costs] == [0.25, 0.75, 0.0]


def test_lines_that_reach_a_regex_are_counted(measured: mp.Bench) -> None:
    loss, anything, auc = (cost.reached for cost in measured.costs)
    assert (loss.literal, loss.lines, loss.unmatched) == ("loss: ", 100, 50)
    assert (anything.literal, anything.lines, anything.unmatched) == ("", 200, 100)
    assert (auc.literal, auc.lines) == ("auc: ", 0)
    assert loss.slowest_line


def test_a_definition_without_a_literal_is_warned_of(measured: mp.Bench) -> None:
    assert [bool(cost.warnings) for cost in measured.costs] == [False, True, False]
    assert measured.costs[1].warnings == ["no literal: every line is searched"]


@pytest.mark.parametrize(
    ("regex", "words"),
    [
        (r"loss: ([0-9.]+)", {""}),
        (r".*\[[0-9]+\].*#011train-auc:([-+]?[0-9]*\.?[0-9]+).*", {""}),
        (r"(\d+)\s*\S*\s*\S*x", {"quadratic", "cubic or worse"}),
        (r"loss: ((?:a|aa)+)$", {"exponential"}),
    ],
)
def test_growth_is_measured_on_lengthened_lines(regex: str, words: set[str]) -> None:
    assert growth_of(regex, ["loss: 0.5"]).word in words


def test_data_for_programs(measured: mp.Bench) -> None:
    data = json.loads(json.dumps(measured.to_dict()))
    assert data["definitions"][0]["literal"] == "loss: "
    assert data["definitions"][0]["lane"]


def test_pytest_benchmark_compares_the_times(measured: mp.Bench, tmp_path: Path) -> None:
    path = tmp_path / "times.json"
    path.write_text(json.dumps(as_pytest_benchmark(measured)), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest_benchmark", "compare", str(path)],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "all definitions" in done.stdout
