"""What definitions cost: what is measured, not how fast it is."""

import io
import json
import subprocess
import sys
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest

import metricparse as mp
from metricparse.benchmark import by_hand as loop
from metricparse.benchmark.growth import growth_of
from metricparse.benchmark.pytest_benchmark import as_pytest_benchmark
from metricparse.benchmark.timing import Timing, beyond, timed
from metricparse.cli.report.bench import report_bench

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
    assert len(measured.together.rounds) >= 3
    assert measured.by_hand
    assert [cost.definition.name for cost in measured.costs] == ["loss", "any", "auc"]


def test_a_loop_of_re_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_PATIENCE", 0.5)
    assert loop.by_hand(["(a+)+$"], "a" * 60 + "!\n") is None
    assert loop.by_hand(["(a+)+$", "(?R)"], "a\n") is None


@pytest.mark.parametrize("width", [40, 60, 80, 160])
def test_names_are_whole_on_narrow_terminals(
    measured: mp.Bench, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    file = io.StringIO()
    cost = measured.costs[0]
    name = "validation:loss"
    named = replace(cost, definition=mp.MetricDefinition(name=name, regex=cost.definition.regex))
    report_bench(replace(measured, costs=[named, *measured.costs[1:]]), file)
    head, first, *_ = file.getvalue().splitlines()
    assert first.startswith(f"{name} ")
    assert max(len(head.rstrip()), len(first.rstrip())) <= width
    assert ("literal" in head) == (width == 160)


def test_a_share_is_of_the_time_that_definitions_take_beyond_reading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = iter([[6.0], [2.0, 1.0], [4.0, 1.0], [1.01, 1.0]])  # all; each alone, and reading

    def timed(*_: object) -> list[Timing]:
        return [Timing([each] * 3) for each in next(seconds)]

    monkeypatch.setattr("metricparse.benchmark.measure.timed", timed)
    costs = mp.bench(io.BytesIO(LOG), DEFINITIONS).costs
    assert [cost.share for cost in costs] == [0.25, 0.75, None]


def test_work_is_repeated_until_its_time_holds() -> None:
    lasts = iter([1.0, 1.0, 3.0, 2.0, 1.2, 1.04, 9.0, 1.03, 9.0])
    (timing,) = timed(lambda: next(lasts))
    assert list(timing.rounds) == [1.0, 3.0, 2.0, 1.2, 1.04, 9.0, 1.03]
    assert (timing.seconds, timing.highest, timing.holds) == (1.0, 1.04, True)


def test_short_work_is_repeated_in_each_round() -> None:
    lasts = cycle([0.001, 0.003])
    (timing,) = timed(lambda: next(lasts))
    assert timing.seconds == pytest.approx(0.002)


def test_work_whose_time_does_not_hold_ends_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("metricparse.benchmark.timing._IN_ALL", 0.0)
    lasts = iter([1.0, 2.0, 3.0])
    (timing,) = timed(lambda: next(lasts))
    assert (list(timing.rounds), timing.holds) == ([2.0], False)


@pytest.mark.parametrize(
    ("whole", "reading", "expected"),
    [
        ([2.0, 2.01, 2.02], [1.0, 1.01, 1.02], 1.0),
        ([2.0, 2.4, 2.8], [1.0, 1.0, 1.0], None),
        ([1.04, 1.04, 1.04], [1.0, 1.0, 1.0], None),
        ([1.0, 1.0, 1.0], [1.0, 1.0, 1.1], None),
    ],
)
def test_what_is_too_small_to_measure(
    whole: list[float], reading: list[float], expected: float | None
) -> None:
    assert beyond(Timing(whole), Timing(reading)) == expected


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
