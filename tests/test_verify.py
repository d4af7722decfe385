"""What the service published for a job, held against what its log would publish."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import metricparse as mp
from metricparse.comparison.verify import _period_kept
from tests.support.aws_server import aws_server
from tests.support.command_line import run
from tests.support.long_runs import long

boto3 = pytest.importorskip("boto3", reason="boto3 is not installed")

DEFINITIONS = mp.load_definitions(
    [
        {"Name": name, "Regex": rf"\b{name}=([-+.\deE]+|nan)"}
        for name in ("loss", "lr", "f1", "never")
    ]
)
START = datetime(2026, 11, 22, 10, tzinfo=UTC)


def line(second: int, **values: float | str) -> str:
    moment = (START + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{moment} {' '.join(f'{name}={value}' for name, value in values.items())}\n"


LINES = [line(10 * n, loss=f"{4 / (n + 1):.4f}", lr=f"{1e-4 / (n + 1):.3e}") for n in range(30)]
LINES += [line(310, f1=0.5), line(311, f1="nan")]


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "train.log"
    path.write_text("".join(LINES))
    return path


@contextmanager
def served(lines: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A job that published what is on these lines."""
    scan = mp.scan_text("".join(lines), DEFINITIONS)
    with mp.serve("a-job", scan, DEFINITIONS) as serving:
        assert serving.wait(10)
        monkeypatch.setenv("AWS_ENDPOINT_URL", serving.url)
        yield


@pytest.mark.parametrize("option", ["--since", "--until"])
def test_all_of_the_log_is_verified(option: str) -> None:
    """The service has no statistics of a part of a period."""
    done = run("verify", "a-job", option, "1h")
    assert done.returncode == 2
    assert f"no such option: {option}" in done.stderr


def standings(verification: mp.Verification) -> dict[str, str]:
    return {each.name: each.standing.value for each in verification.metrics}


def test_what_was_published_of_the_same_log_is_equal(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(LINES, monkeypatch):
        verification = mp.verify("a-job", mp.scan(log, DEFINITIONS))
        done = run("verify", "a-job", "--log", log)
    assert verification.equal
    assert set(standings(verification).values()) == {"equal"}
    assert (done.returncode, done.stderr.splitlines()) == (
        0,
        [
            "metricparse: left out 1 record: not finite, or beyond 2^360; CloudWatch takes no such values"
        ],
    )
    assert "4 of 4 metrics of a-job equal, in periods of 60 seconds" in done.stdout
    loss = verification.metrics[0]
    assert (loss.name, loss.periods_here, loss.periods_there) == ("loss", 5, 5)


def test_the_definitions_are_those_of_the_job_and_not_of_a_project(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other.json").write_text('[{"Name": "other", "Regex": "(other)"}]')
    (tmp_path / "pyproject.toml").write_text('[tool.metricparse]\ndefinitions = ["other.json"]\n')
    monkeypatch.chdir(tmp_path)
    with served(LINES, monkeypatch):
        assert "4 of 4 metrics" in run("verify", "a-job", "--log", log).stdout
        of_one = run("verify", "a-job", "--log", log, "-m", "loss=loss=([0-9.]+)")
    assert "1 of 3 metrics" in of_one.stdout


def test_exactly_the_metric_that_was_altered_is_named(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    altered = list(LINES)
    altered[8] = altered[8].replace("lr=1.111e-05", "lr=1.112e-05")
    assert altered != LINES
    with served(altered, monkeypatch):
        verification = mp.verify("a-job", mp.scan(log, DEFINITIONS))
        done = run("verify", "a-job", "--log", log)
    different = [each for each in verification.metrics if each.standing != "equal"]
    assert [each.name for each in different] == ["lr"]
    (difference,) = different[0].differences
    assert difference.start == (START + timedelta(minutes=1)).timestamp()
    assert difference.here
    assert difference.there
    assert difference.here.sample_count == difference.there.sample_count == 6
    assert [each.line for each in difference.lines] == [7, 8, 9, 10, 11, 12]
    assert done.returncode == 1
    named = [each for each in done.stdout.splitlines() if each.startswith("✗")]
    assert len(named) == 1
    assert named[0].startswith("✗ lr: 2026-11-22 10:01:00Z: here ")
    assert f"{log}:7, {log}:8" in named[0]
    assert named[0].endswith("and 1 more")


def test_what_is_missing_on_a_side_is_told(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_lr = [each.partition(" lr=")[0] + "\n" for each in LINES]
    with served(without_lr, monkeypatch):
        found = standings(mp.verify("a-job", mp.scan(log, DEFINITIONS)))
    assert found == {"loss": "equal", "lr": "missing there", "f1": "equal", "never": "equal"}
    log.write_text("".join(without_lr))
    with served(LINES, monkeypatch):
        found = standings(mp.verify("a-job", mp.scan(log, DEFINITIONS)))
        of_fewer = mp.verify("a-job", mp.scan(log, DEFINITIONS[:1]), DEFINITIONS[:1])
        done = run("verify", "a-job", "--log", log)
    assert found == {"loss": "equal", "lr": "missing here", "f1": "equal", "never": "equal"}
    assert standings(of_fewer) == {"loss": "equal", "f1": "missing here", "lr": "missing here"}
    assert "✗ lr: missing here\n" in done.stdout


@long
def test_a_final_value_alone_may_differ(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    swapped = [*LINES[:28], LINES[28].replace("loss=0.1379", "loss=0.1333"), LINES[29]]
    swapped[29] = swapped[29].replace("loss=0.1333", "loss=0.1379")
    with served([*swapped, *LINES[30:]], monkeypatch):
        verification = mp.verify("a-job", mp.scan(log, DEFINITIONS))
        done = run("verify", "a-job", "--log", log)
    (loss,) = [each for each in verification.metrics if each.standing != "equal"]
    assert (loss.name, loss.differences) == ("loss", ())
    assert loss.final_line == (str(log), 30)
    assert f"✗ loss: final value: here 0.1333, there 0.1379; {log}:30\n" in done.stdout


def test_the_report_as_json(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served([*LINES[:5], *LINES[6:]], monkeypatch):
        done = run("verify", "a-job", "--log", log, "--json")
    document = json.loads(done.stdout)
    assert (document["job"], document["equal"], document["period"]) == ("a-job", False, 60)
    loss = document["metrics"][0]
    assert loss["standing"] == "different"
    assert loss["differences"][0]["here"]["sample_count"] == 6
    assert loss["differences"][0]["there"]["sample_count"] == 5
    assert loss["differences"][0]["start"] == "2026-11-22T10:00:00+00:00"


def test_a_job_that_is_not_there(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(LINES, monkeypatch):
        done = run("verify", "no-job", "--log", log)
        with pytest.raises(
            mp.MetricparseError, match="no training, processing or tuning job 'no-job'"
        ):
            mp.verify("no-job", mp.scan(log, DEFINITIONS))
    assert done.returncode == 2
    assert "job 'no-job' in this account and region (us-east-1)" in done.stderr


@pytest.mark.parametrize(("days", "period"), [(0, 60), (14, 60), (16, 300), (62, 300), (64, 3600)])
def test_the_periods_are_those_that_cloudwatch_still_has(days: int, period: int) -> None:
    assert _period_kept(days * 86400) == period


def test_against_a_server_that_answers_as_aws_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It makes up final values and definitions, and begins periods with a value."""
    start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=30)
    lines = [
        (start + timedelta(minutes=n), f"loss={4 / (n + 1):.4f} lr={1e-4 / (n + 1):.3e}")
        for n in range(1500)
    ]
    definitions = tmp_path / "definitions.json"
    definitions.write_text(json.dumps([each.to_request() for each in DEFINITIONS]))
    with aws_server() as port:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        _create("my-job")
        _log("my-job/algo-1-1700000000", lines)
        scan = mp.scan("sagemaker://my-job", DEFINITIONS)
        mp.publish(scan, "my-job", client=mp.cloudwatch_client())
        verification = mp.verify("my-job", definitions=DEFINITIONS)
        done = run("verify", "my-job", "-d", definitions)
    found = {each.name: each for each in verification.metrics}
    assert found["loss"].periods_here == found["loss"].periods_there == 1500
    assert not any(each.differences for each in verification.metrics)
    assert {name: each.final_there for name, each in found.items()} == {
        **dict.fromkeys(("loss", "lr", "f1", "never")),
        "train:progress": 100.0,
    }
    assert done.returncode == 1
    assert [each for each in done.stdout.splitlines() if each.startswith("✗")] == [
        "✗ loss: final value: here 0.0027, there none; sagemaker://my-job:my-job/algo-1-1700000000:1500",
        "✗ lr: final value: here 6.667e-08, there none; sagemaker://my-job:my-job/algo-1-1700000000:1500",
        "✗ train:progress: missing here",
    ]


def _create(name: str) -> None:
    boto3.client("sagemaker").create_training_job(
        TrainingJobName=name,
        AlgorithmSpecification={
            "TrainingImage": "1.dkr.ecr.us-east-1.amazonaws.com/x:1",
            "TrainingInputMode": "File",
            "MetricDefinitions": [each.to_request() for each in DEFINITIONS],
        },
        RoleArn="arn:aws:iam::123456789012:role/sagemaker-role",
        OutputDataConfig={"S3OutputPath": "s3://bucket/"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 1},
    )


def _log(stream: str, lines: list[tuple[datetime, str]]) -> None:
    logs: Any = boto3.client("logs")
    group = "/aws/sagemaker/TrainingJobs"
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    events = [
        {"timestamp": int(moment.timestamp() * 1000), "message": text} for moment, text in lines
    ]
    for first in range(0, len(events), 5000):
        logs.put_log_events(
            logGroupName=group, logStreamName=stream, logEvents=events[first : first + 5000]
        )
