"""Cases beside training code, and the pytest plugin."""

import json
from pathlib import Path

import pytest

import metricparse as mp
from metricparse.testing.plugin import AssertMetrics
from tests.support.command_line import run
from tests.support.long_runs import long

pytest_plugins = ["pytester"]

DEFINITIONS = [
    {"Name": "loss", "Regex": r"loss: ([0-9.]+)"},
    {"Name": "acc", "Regex": r"acc: ([0-9.]+)"},
]


def cases(folder: Path, *given: dict[str, object]) -> Path:
    (folder / "train.log").write_bytes(b"loss: 0.5\nloss: 0.25\nacc: 1\n")
    path = folder / "cases.json"
    document = {"definitions": DEFINITIONS, "cases": given}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def results(folder: Path, *given: dict[str, object]) -> list[mp.CaseResult]:
    return list(mp.run_cases(cases(folder, *given)))


@pytest.mark.parametrize(
    "case",
    [
        {"line": "loss: 0.5", "metrics": {"loss": 0.5}},
        {"line": "loss: 0.5 acc: 1", "metrics": {"loss": 0.5, "acc": 1}},
        {"line": "starting", "metrics": {}},
        {"line": "", "metrics": {"loss": None}},
        {"line": "loss: 1\nloss: 2", "metrics": {"loss": [1, 2]}},
        {"log": "train.log", "metrics": {"loss": [0.5, 0.25]}},
        {"log": "train.log", "metrics": {"loss": {"count": 2, "last": 0.25, "max": 0.5}}},
    ],
)
def test_a_case_that_gives_what_it_must(case: dict[str, object], tmp_path: Path) -> None:
    (result,) = results(tmp_path, case)
    assert result.passed, result.differences or result.error


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ({"line": "loss: 3.6e-05", "metrics": {"loss": 3.6e-05}}, "expected 3.6e-05, got 3.6"),
        ({"line": "loss: 3.6e-05", "metrics": {"loss": 3.6e-05}}, "exponent is not captured, as "),
        ({"line": "loss: 1 acc: 2", "metrics": {"loss": 1}}, "acc: expected nothing, got 2.0"),
        ({"line": "Loss: 1", "metrics": {"loss": 1}}, "the log has 'Loss'"),
        (
            {"log": "train.log", "metrics": {"loss": {"count": 3}}},
            "loss: expected count 3, got count 2",
        ),
        ({"log": "train.log", "metrics": {"loss": [0.5]}}, "expected 0.5, got 0.5, 0.25"),
        ({"log": "nope.log", "metrics": {}}, "no such file"),
        (
            {"line": "a", "metrics": {"los": 1}},
            "no definition is named 'los'; there are: loss, acc",
        ),
    ],
)
def test_a_case_that_does_not(case: dict[str, object], words: str, tmp_path: Path) -> None:
    (result,) = results(tmp_path, case)
    assert not result.passed
    assert words in "\n".join(map(str, result.differences)) + result.error


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ({"metrics": {}}, "either line or log"),
        ({"line": "a", "log": "b", "metrics": {}}, "either line or log"),
        ({"line": "a"}, "metrics: an object"),
        ({"line": "a", "metrics": {"loss": "x"}}, "loss: a number, a list of numbers"),
        ({"line": "a", "metrics": {"loss": {"sum": 1}}}, "loss: a number, a list of numbers"),
        ({"line": "a", "metrics": {}, "metric": {}}, "unknown field 'metric'"),
    ],
)
def test_a_file_that_holds_no_cases(case: dict[str, object], words: str, tmp_path: Path) -> None:
    with pytest.raises(mp.DefinitionError, match=words):
        results(tmp_path, case)


def test_the_command_exits_with_one_if_a_case_fails(tmp_path: Path) -> None:
    good: dict[str, object] = {"line": "loss: 1", "metrics": {"loss": 1}}
    bad: dict[str, object] = {"name": "the rate", "line": "loss: 1e-05", "metrics": {"loss": 1e-05}}
    assert run("test", cases(tmp_path, good)).returncode == 0
    done = run("test", cases(tmp_path, good, bad))
    assert done.returncode == 1
    assert "✓ loss: 1\n✗ the rate\n  loss: expected 1e-05, got 1.0" in done.stdout
    assert "1 of 2 cases passed" in done.stdout
    (_, result) = json.loads(run("test", cases(tmp_path, good, bad), "--json").stdout)
    assert result["differences"][0]["given"] == "1.0"


@long
def test_the_fixture_shows_the_difference_and_its_cause(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        DEFINITIONS = [{"Name": "loss", "Regex": "loss: ([0-9.]+)"}]

        def test_right(assert_metrics):
            assert_metrics(b"loss: 0.5", DEFINITIONS, {"loss": 0.5})

        def test_wrong(assert_metrics):
            assert_metrics(b"loss: 5e-05", DEFINITIONS, {"loss": 5e-05})
        """
    )
    done = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    done.assert_outcomes(passed=1, failed=1)
    done.stdout.fnmatch_lines(
        [
            "*the log gives other metrics than expected:*",
            "*loss: expected 5e-05, got 5.0*",
            "*the exponent is not captured, as 5 of 5e-05; try loss: *",
        ]
    )


@pytest.mark.parametrize("text", ["loss: 0.5", "loss: 0.5\nloss: [0.4]\n", "loss=0.5"])
def test_a_text_is_not_taken_for_a_path(assert_metrics: AssertMetrics, text: str) -> None:
    with pytest.raises(mp.LogError, match="the text of a log is given as bytes"):
        assert_metrics(text, DEFINITIONS, {"loss": 0.5})
    with pytest.raises(mp.LogError, match=r"none.log: no such file"):
        assert_metrics("none.log", DEFINITIONS, {})
