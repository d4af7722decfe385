"""Which public classes pickle, and what comes back."""

import enum
import inspect
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

import metricparse as mp
from metricparse.cloudwatch.periods import Statistics
from metricparse.matching.compiled import CompiledDefinition
from metricparse.scanning.summary import LinePlace

DEFINITIONS = [{"Name": "loss", "Regex": r"loss: (\S+)"}, {"Name": "acc", "Regex": r"acc: (\S+)"}]
TEXT = "2026-11-22T10:00:00Z loss: 0.5\n2026-11-22T10:00:01Z loss: none\n"


PERIOD = mp.PeriodDifference(60, Statistics(1, 0.5, 0.5, 0.5), None, (LinePlace("train.log", 1),))
VERIFIED = mp.VerifiedMetric("loss", 1, 0, (PERIOD,), 0.5, None, LinePlace("train.log", 1))


def again(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))  # noqa: S301 - our own


@pytest.fixture
def log(tmp_path: Path) -> str:
    path = tmp_path / "train.log"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


def scan(log: str) -> mp.Scan:
    return mp.scan(log, DEFINITIONS)


#: Made of a log: what is equal to itself when it comes back.
VALUES: dict[str, Callable[[str], Any]] = {
    "AlgorithmSpecification": lambda _: mp.AlgorithmSpecification(
        training_image="registry.example.com/team/train:1",
        training_input_mode="File",
        metric_definitions=DEFINITIONS,
    ),
    "AssumedTimes": lambda _: mp.AssumedTimes(datetime(2026, 1, 1, tzinfo=UTC), timedelta(1)),
    "Case": lambda _: mp.Case("name", "train.log", is_line=False, metrics={}),
    "CaseResult": lambda _: mp.CaseResult(mp.Case("name", b"a", is_line=True, metrics={})),
    "Cause": lambda log: mp.diagnose(log, DEFINITIONS).explanations[1].causes[0],
    "Check": lambda _: mp.check(DEFINITIONS),
    "ComparedMetric": lambda log: mp.compare({"a": scan(log)}).metrics[0],
    "Comparison": lambda log: mp.compare({"a": scan(log), "b": scan(log)}),
    "Correction": lambda log: mp.Correction(
        mp.MetricDefinition(name="a", regex="b"), scan(log).summary.definitions[0]
    ),
    "DefinitionSummary": lambda log: scan(log).summary.definitions[0],
    "Diagnosis": lambda log: mp.diagnose(log, DEFINITIONS),
    "DocumentChange": lambda _: mp.DocumentChange("a.json", "[]", "[ ]"),
    "Explanation": lambda log: mp.diagnose(log, DEFINITIONS).explanations[0],
    "Finding": lambda log: mp.findings_of(scan(log).summary)[0],
    "HyperParameterAlgorithmSpecification": lambda _: mp.HyperParameterAlgorithmSpecification(
        algorithm_name="mine", training_input_mode="File"
    ),
    "ImageReference": lambda _: mp.ImageReference.parse("registry.example.com/team/train:1"),
    "LogAccount": lambda log: mp.LogScanner(DEFINITIONS).scan_to(log, f"{log}.out")[0],
    "MetricDefinition": lambda _: mp.MetricDefinition(name="loss", regex="loss: (.)"),
    "PeriodDifference": lambda _: PERIOD,
    "Preset": lambda _: mp.known_presets()[0],
    "Published": lambda log: mp.publish(timed(log), "job"),
    "RunMetric": lambda log: mp.compare({"a": scan(log)}).metrics[0].runs[0],
    "ScannedDataset": lambda log: mp.scan_dataset(log, DEFINITIONS, f"{log}.out"),
    "Sighting": lambda _: mp.Sighting("train.log", 1, "loss: 1", (0, 7), (6, 7), 1.0, None),
    "SourceSummary": lambda log: scan(log).summary.sources[0],
    "Suggestion": lambda log: mp.suggest(log)[0],
    "Suggestions": mp.suggest,
    "Summary": lambda log: scan(log).summary,
    "TrainingImageConfig": lambda _: mp.TrainingImageConfig(
        training_repository_access_mode="Platform"
    ),
    "TrainingRepositoryAuthConfig": lambda _: mp.TrainingRepositoryAuthConfig(
        training_repository_credentials_provider_arn="arn:aws:lambda:us-east-1:123456789012:function:f"
    ),
    "Verification": lambda _: mp.Verification("a-job", 60, (VERIFIED,), {}),
    "VerifiedMetric": lambda _: VERIFIED,
    "Violation": lambda _: mp.Violation("MetricDefinitions[0].Name", "required, but missing"),
}
#: What gives the same when it comes back, though it is not equal.
STREAMS: dict[str, Callable[[str], Any]] = {
    "Periods": lambda log: mp.aggregate(scan(log)),
    "Placed": lambda log: mp.placed(scan(log), mp.AssumedTimes(datetime(2026, 1, 1, tzinfo=UTC))),
    "Scan": scan,
}
ERRORS: dict[str, Callable[[], Exception]] = {
    "CommandError": lambda: mp.CommandError("no such command", 127),
    "DamagedLogWarning": lambda: mp.DamagedLogWarning("ended too early"),
    "LooseDocumentWarning": lambda: mp.LooseDocumentWarning("a comma too many"),
    "DefinitionError": lambda: mp.DefinitionError("no definitions"),
    "LogError": lambda: mp.LogError("cannot be read"),
    "MetricparseError": lambda: mp.MetricparseError("no"),
    "OutputError": lambda: mp.OutputError("cannot be written"),
    "PublishError": lambda: mp.PublishError("failed", mp.Published(2, 7), "2@2026-11-22"),
    "SpecificationError": lambda: mp.SpecificationError([mp.Violation("a", "b")], "file"),
}
#: Tested apart, as they are not compared as a whole.
APART = {"CombinedPattern", "LogScanner", "TimeFormat"}
#: What belongs to a process that runs, or is the figures of a machine.
NOT = {"Bench", "DefinitionCost", "Execution", "Follow", "Requests", "Serving"}


def timed(log: str) -> mp.Placed:
    return mp.placed(scan(log), mp.AssumedTimes(datetime.now(UTC)))


def test_every_public_class_is_in_one_of_the_tables() -> None:
    classes = {
        name
        for name in mp.__all__
        if inspect.isclass(found := getattr(mp, name)) and not issubclass(found, enum.Enum)
    }
    assert {*VALUES, *STREAMS, *ERRORS, *APART, *NOT} == classes


@pytest.mark.parametrize("name", VALUES)
def test_values_come_back_equal(name: str, log: str) -> None:
    value = VALUES[name](log)
    assert isinstance(value, getattr(mp, name))
    assert again(value) == value


@pytest.mark.parametrize("name", STREAMS)
def test_streams_come_back_and_give_the_same(name: str, log: str) -> None:
    stream = STREAMS[name](log)
    assert list(again(stream)) == list(stream)


@pytest.mark.parametrize("name", ERRORS)
def test_errors_come_back_with_what_they_say(name: str) -> None:
    error = ERRORS[name]()
    back = again(error)
    assert type(back) is type(error)
    assert (str(back), vars(back)) == (str(error), vars(error))


@pytest.mark.parametrize("matcher", [None, "reference"])
def test_a_pattern_is_compiled_once_by_the_process_that_receives_it(
    log: str, matcher: str | None
) -> None:
    definitions = [{"Name": f"loss of {matcher}", "Regex": r"loss: (\S+)"}]
    pattern = mp.CombinedPattern(definitions, matcher)
    with mock.patch.object(
        CompiledDefinition, "compile", side_effect=CompiledDefinition.compile
    ) as compiling:
        first, second = again(pattern), again(pattern)
        assert first is second
        assert mp.scan(log, first).to_table().num_rows == 1
    assert compiling.call_count == 1
    assert first.matcher is pattern.matcher


def test_a_time_format_comes_back() -> None:
    back = again(mp.TimeFormat("%d.%m.%Y %H:%M", year=None))
    assert back.read(b"22.11.2026 10:00 loss") == mp.TimeFormat("%d.%m.%Y %H:%M").read(
        b"22.11.2026 10:00 loss"
    )


def test_a_scan_of_an_open_file_says_that_it_does_not_pickle(log: str) -> None:
    with open(log, "rb") as file, pytest.raises(TypeError, match="cannot pickle"):
        pickle.dumps(mp.scan(file, DEFINITIONS))
