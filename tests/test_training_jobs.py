"""A training job by its name: its log and its definitions, from a server that answers as AWS does."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import metricparse as mp
from tests.support.aws_server import aws_server
from tests.support.command_line import run
from tests.support.long_runs import long

boto3 = pytest.importorskip("boto3", reason="boto3 is not installed")

GROUP = "/aws/sagemaker/TrainingJobs"
LOSS = [{"Name": "loss", "Regex": r"loss: ([0-9.]+)"}]
STREAMS = ("my-job/algo-1-1700000000", "my-job/algo-2-1700000000")
EVENTS = 12_500


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with aws_server() as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def account(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASECRETSECRET")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture(scope="module")
def job(endpoint: str) -> list[dict[str, Any]]:
    """A job with a log of two instances; gives the events as `filter-log-events` would."""
    known = {
        "endpoint_url": endpoint,
        "region_name": "us-east-1",
        "aws_access_key_id": "x",
        "aws_secret_access_key": "x",
    }
    logs = boto3.client("logs", **known)
    logs.create_log_group(logGroupName=GROUP)
    start = int(time.time() * 1000) - 3_600_000
    every = []
    for number, stream in enumerate((*STREAMS, "my-job-other/algo-1-1700000000")):
        logs.create_log_stream(logGroupName=GROUP, logStreamName=stream)
        events = [
            {"timestamp": start + at, "message": f"rank {number} step {at} loss: {at / 7:.4f} ü"}
            for at in range(EVENTS)
        ]
        for first in range(0, EVENTS, 5000):
            logs.put_log_events(
                logGroupName=GROUP, logStreamName=stream, logEvents=events[first : first + 5000]
            )
        every += [{"logStreamName": stream, **each} for each in events if stream in STREAMS]
    boto3.client("sagemaker", **known).create_training_job(
        TrainingJobName="my-job",
        AlgorithmSpecification={
            "TrainingImage": "1.dkr.ecr.us-east-1.amazonaws.com/x:1",
            "TrainingInputMode": "File",
            "MetricDefinitions": LOSS,
        },
        RoleArn="arn:aws:iam::123456789012:role/sagemaker-role",
        OutputDataConfig={"S3OutputPath": "s3://bucket/"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 1},
    )
    return every


def rows(scan: mp.Scan) -> list[Any]:
    table = scan.to_table().to_pylist()
    of_stream = [
        (each["source"].partition("my-job/")[2], *list(each.values())[2:]) for each in table
    ]
    times = [each["timestamp"] for each in table]
    return sorted(zip(of_stream, times, strict=True), key=str)


@pytest.mark.usefixtures("account")
def test_a_job_is_what_its_file_would_be(job: list[dict[str, Any]], tmp_path: Path) -> None:
    exported = tmp_path / "events.json"
    exported.write_text(json.dumps({"events": sorted(job, key=lambda each: each["timestamp"])}))
    by_name, by_file = mp.scan("sagemaker://my-job", LOSS), mp.scan(exported, LOSS)
    assert rows(by_name) == rows(by_file)
    assert by_name.summary.records == 2 * EVENTS


@pytest.mark.usefixtures("account", "job")
def test_the_definitions_of_a_job() -> None:
    described = boto3.client("sagemaker").describe_training_job(TrainingJobName="my-job")
    wanted = described["AlgorithmSpecification"]["MetricDefinitions"]
    assert [each.to_request() for each in mp.load_definitions("sagemaker://my-job")] == wanted


@pytest.mark.usefixtures("account", "job")
def test_all_of_it_is_one_line() -> None:
    done = run("explain", "-d", "sagemaker://my-job", "sagemaker://my-job")
    assert done.returncode == 0
    assert f"{2 * EVENTS:,} lines" in done.stdout


@pytest.mark.usefixtures("account", "job")
def test_a_job_that_is_not_there() -> None:
    with pytest.raises(mp.LogError, match=r"sagemaker://no-job: no events in log streams no-job/"):
        mp.scan("sagemaker://no-job", LOSS).to_table()
    with pytest.raises(mp.DefinitionError, match=r"sagemaker://no-job: .*(not|Could)"):
        mp.load_definitions("sagemaker://no-job")


@long
@pytest.mark.usefixtures("account", "job")
def test_what_the_service_refuses_is_said_without_the_credentials(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    done = run("scan", "-m", "loss=loss: ([0-9.]+)", "sagemaker://my-job")
    assert done.returncode != 0
    assert "sagemaker://my-job" in done.stderr
    assert "Traceback" not in done.stderr
    assert "SECRET" not in done.stderr + done.stdout
    assert "very-secret" not in done.stderr + done.stdout
