"""Runs held against a baseline."""

import json
from pathlib import Path

import pytest

import metricparse as mp
from tests.support.command_line import run

DEFINITIONS = [
    {"Name": name, "Regex": rf"\b{name}=([-+.\deE]+|nan|inf)"}
    for name in ("step", "val_loss", "accuracy", "lr", "rare")
]
MAIN = """\
val_loss=1.0 accuracy=0.5 lr=0.1 step=10
val_loss=0.5 accuracy=0.7 lr=0.2 step=20
val_loss=0.6 accuracy=0.8 lr=0.0 step=30 rare=1
"""
BRANCH = """\
val_loss=0.9 accuracy=0.4 lr=0.3 step=5
val_loss=nan accuracy=0.9 lr=0.1 step=10
val_loss=0.45 accuracy=0.7 lr=0.0 step=15
val_loss=0.63 accuracy=0.75 lr=0.1 step=20
"""


@pytest.fixture
def logs(tmp_path: Path) -> list[Path]:
    for name, text in (("main", MAIN), ("branch", BRANCH)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "train.log").write_text(text)
    (tmp_path / "definitions.json").write_text(json.dumps(DEFINITIONS))
    return [tmp_path / name / "train.log" for name in ("main", "branch")]


def scans(**texts: str) -> dict[str, mp.Scan]:
    return {name: mp.scan_text(text, DEFINITIONS) for name, text in texts.items()}


def metric(comparison: mp.Comparison, name: str) -> mp.ComparedMetric:
    return next(each for each in comparison.metrics if each.name == name)


def test_last_best_steps_and_difference() -> None:
    comparison = mp.compare(scans(main=MAIN, branch=BRANCH))
    assert comparison.names == ("main", "branch")
    loss = metric(comparison, "val_loss")
    assert loss.goal is mp.Goal.MINIMIZE
    assert loss.runs[0] == mp.RunMetric(3, 0.6, 0.5, 2, 2, None, None)
    branch = loss.runs[1]
    assert branch is not None
    assert (branch.values, branch.last, branch.best, branch.best_at) == (4, 0.63, 0.45, 3)
    assert branch.reached_at == 3
    assert branch.difference == pytest.approx(0.03)
    assert branch.relative == pytest.approx(0.05)
    accuracy = metric(comparison, "accuracy")
    assert accuracy.goal is mp.Goal.MAXIMIZE
    assert [run and (run.best, run.reached_at) for run in accuracy.runs] == [(0.8, 3), (0.9, 2)]


def test_steps_are_counted_by_a_metric() -> None:
    comparison = mp.compare(scans(main=MAIN, branch=BRANCH), by="step")
    assert "step" not in [each.name for each in comparison.metrics]
    steps = [run and run.reached_at for run in metric(comparison, "val_loss").runs]
    assert steps == [20, 15]
    known = "give one of line, accuracy, lr, rare, step, val_loss$"
    for by in ("epoch", "timestamp"):
        with pytest.raises(mp.MetricparseError, match=f"main: .* by '{by}'; {known}"):
            mp.compare(scans(main=MAIN), by=by)


@pytest.mark.parametrize("by", ["step", "line"])
def test_the_best_of_several_values_at_a_step(by: str) -> None:
    text = "step=1 val_loss=0.9\nval_loss=0.2\nval_loss=0.8\nstep=2 val_loss=0.7\n"
    (run,) = metric(mp.compare(scans(main=text), by=by), "val_loss").runs
    assert run is not None
    assert (run.values, run.last, run.best) == (4, 0.7, 0.2)
    assert run.best_at == run.reached_at == (1 if by == "step" else 2)


def test_values_before_the_first_step_have_none() -> None:
    before, after = "val_loss=0.1\nstep=0 val_loss=0.5\n", "step=0 val_loss=0.1\n"
    comparison = mp.compare(scans(main=before, branch=after), by="step")
    main, branch = metric(comparison, "val_loss").runs
    assert main is not None
    assert branch is not None
    assert (main.values, main.best, main.best_at, main.reached_at) == (2, 0.1, None, None)
    assert (branch.best, branch.best_at, branch.reached_at) == (0.1, 0, 0)
    assert comparison.to_markdown().splitlines()[2] == (
        "| val_loss | 0.5<br>best 0.1 | 0.1 (-80.00%)<br>best 0.1 at 0<br>reached at 0 |"
    )


def test_a_goal_is_told_by_the_name_or_by_hand() -> None:
    names = ("train_loss", "validation:rmse", "eval_accuracy", "test:ndcg", "lr", "epoch", "mapper")
    told = [mp.Goal.of_name(name) for name in names]
    assert told == ["minimize", "minimize", "maximize", "maximize", None, None, None]
    comparison = mp.compare(scans(main=MAIN, branch=BRANCH), goals={"lr": "minimize"})
    rates = metric(comparison, "lr").runs
    assert [run and (run.best, run.best_at, run.relative) for run in rates] == [
        (0.0, 3, None),
        (0.0, 3, None),
    ]
    assert [run and run.difference for run in rates] == [None, 0.1]


def test_a_goal_is_for_a_metric_that_there_is() -> None:
    with pytest.raises(mp.MetricparseError, match=r"'val_los': .*; did you mean val_loss\?"):
        mp.compare(scans(main=MAIN), goals={"val_los": "minimize"})
    mp.compare(
        scans(main=MAIN),
        metrics=["lr", "not_yet"],
        goals=dict.fromkeys(("accuracy", "not_yet"), "maximize"),
    )


def test_what_is_not_finite_has_no_difference() -> None:
    for last in ("nan", "inf"):
        comparison = mp.compare(scans(main="accuracy=0.5\n", branch=f"accuracy={last}\n"))
        run = metric(comparison, "accuracy").runs[1]
        assert run is not None
        assert (run.difference, run.relative) == (None, None)
        assert comparison.to_markdown().splitlines()[2].split(" | ")[2] == f"{last} |"


def test_whole_numbers_are_written_in_full() -> None:
    comparison = mp.compare(scans(main="step=1234567 val_loss=7654321\n"), by="step")
    assert comparison.to_markdown().splitlines()[2] == (
        "| val_loss | 7654321<br>best 7654321 at 1234567 |"
    )


def test_a_metric_that_a_run_lacks() -> None:
    comparison = mp.compare(scans(main=BRANCH, branch=MAIN), metrics=["rare", "nothing"])
    rare, nothing = comparison.metrics
    assert rare.runs[0] is None
    assert rare.runs[1] is not None
    assert rare.runs[1].difference is None
    assert nothing.runs == (None, None)


def test_values_are_ordered_by_time_where_all_have_one() -> None:
    lines = "2026-11-22T10:00:0{}Z val_loss={}\n"
    later, earlier = lines.format(5, 0.5), lines.format(1, 0.1)
    assert mp.compare(scans(main=later + earlier)).metrics[0].runs[0].last == 0.5  # type: ignore[union-attr] # it has values
    assert (
        mp.compare(scans(main=later + earlier + "val_loss=0.3\n")).metrics[0].runs[0].last == 0.3  # type: ignore[union-attr] # it has values
    )


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("val_loss > 1.04 * baseline", ["branch: val_loss > 1.04 * baseline: 0.63 > 0.624"]),
        ("val_loss > 1.06 * baseline", []),
        ("val_loss>=0.63", ["branch: val_loss>=0.63: 0.63 >= 0.63"]),
        ("val_loss<2*0.3", []),
        ("accuracy < baseline", ["branch: accuracy < baseline: 0.75 < 0.8"]),
        ("accuracy <= 7.5e-1", ["branch: accuracy <= 7.5e-1: 0.75 <= 0.75"]),
        ("rare > 2", ["branch: rare > 2: cannot be told, as branch has no rare"]),
    ],
)
def test_conditions(condition: str, said: list[str]) -> None:
    assert mp.compare(scans(main=MAIN, branch=BRANCH)).failures(condition) == said


def test_what_cannot_be_told_fails() -> None:
    diverged = mp.compare(scans(main=MAIN, branch="val_loss=nan\n"))
    assert diverged.failures("val_loss > 1e9") == ["branch: val_loss > 1e9: nan against 1e+09"]
    without = mp.compare(scans(main="lr=1\n", branch=MAIN))
    assert without.failures("val_loss > baseline") == [
        "branch: val_loss > baseline: cannot be told, as main has no val_loss"
    ]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("val_loss", "not a condition"),
        ("val_loss > two * baseline", "not a condition"),
        ("val_loss == 1", "not a condition"),
        ("__import__('os') > 1", "no such metric"),
        ("loss > 1", "no such metric; did you mean val_loss"),
        ("f1 > 1", "no such metric; there are: val_loss"),
    ],
)
def test_what_is_no_condition(condition: str, message: str) -> None:
    comparison = mp.compare(scans(main=MAIN), metrics=["val_loss"])
    with pytest.raises(mp.MetricparseError, match=message):
        comparison.failures(condition)


def test_the_command_on_a_terminal(logs: list[Path], tmp_path: Path) -> None:
    done = run("compare", "-d", tmp_path / "definitions.json", *logs)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0] == ["metric", "main/train.log", "branch/train.log"]
    assert lines[2:5] == [
        ["val_loss", "last", "0.6", "0.63", "+5.00%"],
        ["best", "0.5", "0.45"],
        ["reached", "at", "2", "3"],
    ]


def test_the_command_as_json_and_markdown(logs: list[Path], tmp_path: Path) -> None:
    given: list[str | Path] = ["compare", "-d", tmp_path / "definitions.json", *logs]
    given += ["--by", "step"]
    failing = ("--fail-if", "val_loss > 1.04 * baseline")
    done = run(*given, *failing, "--json")
    document = json.loads(done.stdout)
    assert done.returncode == 1
    assert document["runs"] == [str(log) for log in logs]
    assert document["failures"] == [f"{logs[1]}: val_loss > 1.04 * baseline: 0.63 > 0.624"]
    assert document["metrics"][0]["runs"][1]["best_at"] == 15
    assert done.stderr == f"metricparse: {document['failures'][0]}\n"
    done = run(*given, "--markdown")
    assert done.returncode == 0
    assert done.stdout.splitlines()[2] == (
        "| val_loss | 0.6<br>best 0.5 at 20 | 0.63 (+5.00%)<br>best 0.45 at 15<br>reached at 15 |"
    )


def test_wrong_usage(logs: list[Path], tmp_path: Path) -> None:
    given = ("compare", "-d", tmp_path / "definitions.json")
    one = run(*given, logs[0])
    assert one.returncode == 2
    assert "give the log of the baseline" in one.stderr
    wrong = run(*given, *logs, "--fail-if", "nope")
    assert wrong.returncode == 2
    assert "not a condition" in wrong.stderr
    typo = run(*given, *logs, "--minimize", "val_los")
    assert typo.returncode == 2
    assert "did you mean val_loss?" in typo.stderr
    by_time = run(*given, *logs, "--by", "timestamp")
    assert by_time.returncode == 2
    assert "steps cannot be counted by 'timestamp'" in by_time.stderr
    same = run(*given, logs[0], logs[0], "--json")
    assert json.loads(same.stdout)["runs"] == [str(logs[0]), f"{logs[0]} (2)"]
