"""The local endpoint, called over HTTP by the clients that people use."""

import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import boto3
import botocore.model
import cbor2
import pyarrow as pa
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

import metricparse as mp
from metricparse.records.batches import SCHEMA
from tests.support.cloudwatch_records import ROWS, START, Row, at, records
from tests.support.command_line import METRICPARSE
from tests.support.long_runs import long, mostly_long, plain_and_long
from tests.support.sample_logs import SAMPLE_NAMES, SAMPLES

PROTOCOLS = ("json", "smithy-rpc-v2-cbor", "query")
NAMESPACE = "/aws/sagemaker/TrainingJobs"
DIMENSIONS = [{"Name": "TrainingJobName", "Value": "a-job"}]
DEFINITIONS = mp.load_definitions(
    [{"Name": "loss", "Regex": "loss=(.)"}, {"Name": "lr", "Regex": "lr=(.)"}]
)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with mp.serve("a-job", records(ROWS), DEFINITIONS) as serving:
        assert serving.wait(10)
        assert serving.left_out == {"no time": 1, "not finite, or beyond 2^360": 2}
        yield serving.url


def client(service: str, url: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",  # noqa: S106 - nobody asks for it
        config=Config(retries={"total_max_attempts": 1}, max_pool_connections=16),
    )


@pytest.fixture(params=PROTOCOLS)
def cloudwatch(request: pytest.FixtureRequest, url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """boto3's client, made to speak each protocol."""
    monkeypatch.setattr(botocore.model, "PRIORITY_ORDERED_SUPPORTED_PROTOCOLS", (request.param,))
    made = client("cloudwatch", url)
    assert made.meta.service_model.resolved_protocol == request.param
    return made


def window(**more: Any) -> dict[str, Any]:
    return {"StartTime": START, "EndTime": START + timedelta(hours=1), **more}


# --- CloudWatch --------------------------------------------------------------------------------


def test_metrics_are_listed(cloudwatch: Any) -> None:
    listed = cloudwatch.list_metrics(Namespace=NAMESPACE, Dimensions=[{"Name": "TrainingJobName"}])
    assert listed["Metrics"] == [
        {"Namespace": NAMESPACE, "MetricName": name, "Dimensions": DIMENSIONS}
        for name in ("loss", "lr")
    ]
    assert cloudwatch.list_metrics(MetricName="f1")["Metrics"] == []
    assert cloudwatch.list_metrics(Dimensions=[{"Name": "Host"}])["Metrics"] == []


def test_statistics_are_those_of_our_own_periods(cloudwatch: Any) -> None:
    asked = {"Namespace": NAMESPACE, "MetricName": "loss", "Dimensions": DIMENSIONS, "Period": 60}
    names = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"]
    found = cloudwatch.get_metric_statistics(
        **asked, **window(), Statistics=names, ExtendedStatistics=["p50"]
    )
    assert found["Label"] == "loss"
    assert found["Datapoints"] == [
        {
            "Timestamp": START + timedelta(seconds=seconds),
            **dict(zip(names, values, strict=True)),
            "Unit": "None",
            "ExtendedStatistics": {"p50": middle},
        }
        for seconds, values, middle in [
            (0, (3.0, 3.0, 9.0, 2.0, 4.0), 3.0),
            (60, (1.0, 1.0, 1.0, 1.0, 1.0), 1.0),
        ]
    ]
    others: list[dict[str, Any]] = [
        {"Dimensions": []},
        {"Namespace": "other"},
        {"MetricName": "f1"},
    ]
    for other in others:
        answer = cloudwatch.get_metric_statistics(
            **{**asked, **other}, **window(), Statistics=["Sum"]
        )
        assert answer["Datapoints"] == []


def queries(*wanted: tuple[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "Id": f"q{place}",
            "MetricStat": {
                "Metric": {
                    "Namespace": NAMESPACE,
                    "MetricName": metric,
                    "Dimensions": DIMENSIONS,
                },
                "Period": 60,
                "Stat": stat,
            },
        }
        for place, (metric, stat) in enumerate(wanted)
    ]


def test_metric_data_is_given_by_pages(cloudwatch: Any) -> None:
    asked = queries(("loss", "Maximum"), ("lr", "p90"), ("f1", "Sum"))
    whole = cloudwatch.get_metric_data(MetricDataQueries=asked, **window())
    assert [each["Values"] for each in whole["MetricDataResults"]] == [[1.0, 4.0], [0.1], []]
    pages = list(
        cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=asked,
            MaxDatapoints=1,
            ScanBy="TimestampAscending",
            **window(),
        )
    )
    first = [page["MetricDataResults"][0] for page in pages]
    assert [each["Values"] for each in first] == [[4.0], [1.0], []]
    assert [each["StatusCode"] for each in first] == ["PartialData", "Complete", "Complete"]
    assert pages[2]["MetricDataResults"][1]["Timestamps"] == [START]


@pytest.mark.parametrize(
    ("operation", "parameters", "code"),
    [
        ("get_metric_statistics", {"Period": 7, "Statistics": ["Sum"]}, "InvalidParameterValue"),
        ("get_metric_statistics", {"Period": 60}, "InvalidParameterCombination"),
        ("get_metric_statistics", {"Period": 60, "Statistics": ["Median"]}, "ValidationError"),
        (
            "get_metric_statistics",
            {"Period": 60, "ExtendedStatistics": ["tm99"]},
            "InvalidParameterValue",
        ),
        (
            "get_metric_statistics",
            {"Period": 60, "Statistics": ["Sum"], "EndTime": START},
            "InvalidParameterValue",
        ),
    ],
)
def test_errors_are_the_services_own(
    cloudwatch: Any, operation: str, parameters: dict[str, Any], code: str
) -> None:
    asked = {"Namespace": NAMESPACE, "MetricName": "loss", **window(), **parameters}
    with pytest.raises(ClientError) as caught:
        getattr(cloudwatch, operation)(**asked)
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_what_is_not_served_is_said(cloudwatch: Any) -> None:
    with pytest.raises(ClientError, match="not served here"):
        cloudwatch.describe_alarms()
    with pytest.raises(cloudwatch.exceptions.InvalidNextToken):
        cloudwatch.get_metric_data(MetricDataQueries=[], NextToken="x", **window())
    expression = [{"Id": "a", "Expression": "SUM(METRICS())"}]
    with pytest.raises(ClientError, match="Expression"):
        cloudwatch.get_metric_data(MetricDataQueries=expression, **window())


# --- SageMaker ---------------------------------------------------------------------------------


def test_the_job_is_described(url: str) -> None:
    sagemaker = client("sagemaker", url)
    found = sagemaker.describe_training_job(TrainingJobName="a-job")
    expected = mp.describe_training_job("a-job", records(ROWS), DEFINITIONS)
    found.pop("ResponseMetadata")
    assert found == expected
    with pytest.raises(ClientError, match="Requested resource not found"):
        sagemaker.describe_training_job(TrainingJobName="another")


def test_metrics_are_got_over_time_and_lines(url: str) -> None:
    metrics = client("sagemaker-metrics", url)
    query = {
        "MetricName": "loss",
        "ResourceArn": "arn:aws:sagemaker:us-east-1:000000000000:training-job/a-job",
        "MetricStat": "Last",
        "Period": "OneMinute",
        "XAxisType": "Timestamp",
    }
    over_lines = {"Period": "IterationNumber", "XAxisType": "IterationNumber", "End": 3}
    answer = metrics.batch_get_metrics(
        MetricQueries=[query, {**query, **over_lines}, {**query, "Period": "IterationNumber"}]
    )
    first, second, third = answer["MetricQueryResults"]
    start = int(START.timestamp())
    assert (first["XAxisValues"], first["MetricValues"]) == ([start, start + 60], [2.0, 1.0])
    assert (second["XAxisValues"], second["MetricValues"]) == ([1, 2, 3], [4.0, 2.0, 1.0])
    assert third["Status"] == "ValidationError"


@pytest.mark.parametrize("sample", mostly_long(SAMPLE_NAMES, {"keras", "pytorch_tqdm"}))
def test_the_frame_of_training_job_analytics_is_our_own(sample: str) -> None:
    """The calls of the `sagemaker` SDK's `TrainingJobAnalytics`, version 2.257."""
    definitions = mp.load_definitions(SAMPLES / sample / "definitions.json")
    scan = mp.scan(SAMPLES / sample / "train.log", definitions)
    placed = mp.placed(scan, mp.AssumedTimes(START, timedelta(seconds=7)))
    with mp.serve("a-job", placed, definitions) as serving:
        serving.wait()
        job = client("sagemaker", serving.url).describe_training_job(TrainingJobName="a-job")
        names = [each["Name"] for each in job["AlgorithmSpecification"]["MetricDefinitions"]]
        found = {
            name: client("cloudwatch", serving.url).get_metric_statistics(
                Namespace=NAMESPACE,
                MetricName=name,
                Dimensions=DIMENSIONS,
                StartTime=job["TrainingStartTime"],
                EndTime=job["TrainingEndTime"] + timedelta(minutes=1),
                Period=60,
                Statistics=["Average"],
            )["Datapoints"]
            for name in names
        }
    ours = mp.aggregate(placed).to_table().to_pylist()
    for name in names:
        expected = [(row["timestamp"], row["average"]) for row in ours if row["metric"] == name]
        assert [(each["Timestamp"], each["Average"]) for each in found[name]] == expected
    assert ours


def test_the_example_of_the_sdk_runs() -> None:
    """As it stands in docs/cloudwatch.md."""
    pytest.importorskip("sagemaker.core.analytics")
    page = (SAMPLES.parent / "docs" / "cloudwatch.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"python -c '(from sagemaker.*)'", page)
    with mp.serve("my-job", records(ROWS), DEFINITIONS) as serving:
        settings = {"AWS_ENDPOINT_URL": serving.url, "AWS_DEFAULT_REGION": "us-east-1"}
        keys = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={**os.environ, **settings, **keys},
        )
    assert b"metric_name" in done.stdout


# --- The AWS CLI -------------------------------------------------------------------------------


@long
@pytest.mark.skipif(shutil.which("aws") is None, reason="the AWS CLI is not here")
def test_the_aws_cli_reads_it(url: str) -> None:
    def aws(*arguments: str) -> Any:
        credentials = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
        region = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": url}
        done = subprocess.run(
            ["aws", *arguments, "--output", "json"],
            capture_output=True,
            check=True,
            env={**os.environ, **credentials, **region},
        )
        return json.loads(done.stdout)

    assert len(aws("cloudwatch", "list-metrics", "--namespace", NAMESPACE)["Metrics"]) == 2
    found = aws(
        *("cloudwatch", "get-metric-statistics", "--namespace", NAMESPACE, "--period", "60"),
        *("--metric-name", "loss", "--dimensions", "Name=TrainingJobName,Value=a-job"),
        *("--start-time", "2026-11-22T10:00:00Z", "--end-time", "2026-11-22T11:00:00Z"),
        *("--statistics", "Average"),
    )
    assert [each["Average"] for each in found["Datapoints"]] == [3.0, 1.0]
    job = aws("sagemaker", "describe-training-job", "--training-job-name", "a-job")
    assert job["TrainingJobStatus"] == "Completed"


# --- Malformed requests, load, and what is followed --------------------------------------------


def post(url: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found


TARGET = "GraniteServiceVersion20100801"
JSON = {"X-Amz-Target": f"{TARGET}.GetMetricData", "Content-Type": "application/x-amz-json-1.0"}
CBOR = {"smithy-protocol": "rpc-v2-cbor", "Content-Type": "application/cbor"}
CBOR_PATH = f"/service/{TARGET}/operation/GetMetricData"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "SerializationException"),
        (b"[1]", "SerializationException"),
        (b"[" * 100_000, "SerializationException"),
        (b"{}", "ValidationError"),
        (b'{"MetricDataQueries": 3, "StartTime": 0, "EndTime": 1}', "ValidationError"),
        (b'{"MetricDataQueries": [], "StartTime": 1e300, "EndTime": 1}', "SerializationException"),
        (b'{"MetricDataQueries": [], "StartTime": "x", "EndTime": 1}', "SerializationException"),
        (b" " * 1_000_001, "RequestEntityTooLarge"),
    ],
)
def test_malformed_json_gets_an_error_of_its_shape(url: str, body: bytes, kind: str) -> None:
    status, answer = post(url, "/", JSON, body)
    assert status in {400, 413}
    assert json.loads(answer)["__type"] == kind


@pytest.mark.parametrize("body", [b"\xff", b"\x81", b"\x1f\x8b", cbor2.dumps([1]), b"\xc1\x61x"])
def test_malformed_cbor_gets_an_error_of_its_shape(url: str, body: bytes) -> None:
    status, answer = post(url, CBOR_PATH, CBOR, body)
    assert (status, cbor2.loads(answer)["__type"]) == (400, "SerializationException")


def test_unknown_operations_get_errors_of_their_shapes(url: str) -> None:
    named = {**JSON, "X-Amz-Target": "Nothing.Nothing"}
    assert json.loads(post(url, "/", named, b"{}")[1])["__type"] == "UnknownOperationException"
    for path in ("/service", "/service/x/operation/GetMetricData", "//"):
        assert cbor2.loads(post(url, path, CBOR, b"")[1])["__type"] == "UnknownOperationException"
    assert post(url, "/nowhere", {}, b"{}")[0] == 404


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "InvalidAction"),
        ({"Action": "Nothing"}, "InvalidAction"),
        ({"Action": "GetMetricData"}, "ValidationError"),
        ({"Action": "ListMetrics", "Dimensions.member.x.Name": "a"}, "SerializationException"),
        ({"Action": "ListMetrics", "Namespace.a": "a"}, "SerializationException"),
        ({"Action": "ListMetrics", "Dimensions.member.1": "a"}, "SerializationException"),
        ({"Action": "ListMetrics", "MetricName": "a" * 256}, "ValidationError"),
        ({"Action": "GetMetricStatistics", "Period": "x"}, "SerializationException"),
    ],
)
def test_malformed_forms_get_an_error_of_their_shape(
    url: str, fields: dict[str, str], code: str
) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    status, answer = post(url, "/", form, urlencode(fields).encode())
    root = ET.fromstring(answer)  # noqa: S314 - we wrote it
    assert status in {400, 404}
    assert root.find(".//{*}Error/{*}Code").text == code  # type: ignore[union-attr]


@pytest.mark.parametrize("requests", plain_and_long(100, 1000))
def test_a_log_that_is_being_followed_is_served_under_load(
    requests: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Requests, 16 at a time, while records come; the times are printed, not judged."""

    def coming() -> Iterator[pa.RecordBatch]:
        for number in range(10_000):
            rows: list[Row] = [(at(number), "log", number + 1, "loss", float(number % 7))]
            yield from records(rows)
            time.sleep(0.001)

    followed = pa.RecordBatchReader.from_batches(SCHEMA, coming())
    with mp.serve("a-job", followed, DEFINITIONS) as serving:
        cloudwatch = client("cloudwatch", serving.url)
        asked = {**window(), "EndTime": START + timedelta(days=1)}

        def call(_: int) -> tuple[float, int]:
            started = time.perf_counter()
            answer = cloudwatch.get_metric_data(
                MetricDataQueries=queries(("loss", "SampleCount"), ("loss", "p90")), **asked
            )
            taken = time.perf_counter() - started
            return taken, int(sum(answer["MetricDataResults"][0]["Values"]))

        job = client("sagemaker", serving.url).describe_training_job(TrainingJobName="a-job")
        assert job["TrainingJobStatus"] == "InProgress"
        with ThreadPoolExecutor(16) as pool:
            found = list(pool.map(call, range(requests)))
    seen = [count for _, count in found]
    assert seen[-1] > seen[0]
    slowest = statistics.quantiles([taken for taken, _ in found], n=100)[98]
    with capsys.disabled():
        sys.stdout.write(f"\n{requests:,} requests, 16 at a time: p99 {slowest * 1000:.1f} ms\n")


def test_the_command_serves_what_is_written_meanwhile(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_text("2026-11-22T10:00:05Z loss=4\n")
    command = ["serve", "-m", "loss=loss=(.)", "--job-name", "a-job", "--port", "0", "--follow"]
    with subprocess.Popen(
        [*METRICPARSE, *command, str(log)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split(" at ")[1].split(",")[0]
        sagemaker = client("sagemaker", url)
        with log.open("a") as file:
            file.write("2026-11-22T10:00:06Z loss=3\n")
        found: list[dict[str, Any]] = []
        until = time.monotonic() + 20
        while not (found and found[0]["Value"] == 3.0) and time.monotonic() < until:
            job = sagemaker.describe_training_job(TrainingJobName="a-job")
            assert job["TrainingJobStatus"] == "InProgress"
            found = job["FinalMetricDataList"]
            time.sleep(0.05)
        assert [each["Value"] for each in found] == [3.0]
        process.send_signal(2)
        assert process.wait(10) == 0


def test_only_this_machine_is_listened_to(url: str) -> None:
    assert url.startswith("http://127.0.0.1:")
    port = int(url.rpartition(":")[2])
    with (
        pytest.raises(mp.MetricparseError, match="cannot be listened on"),
        mp.serve("a-job", records(ROWS), DEFINITIONS, port=port),
    ):
        pass


@pytest.fixture(scope="module")
def behind_a_proxy() -> Iterator[str]:
    """The address of an endpoint that is reached by another name too."""
    with mp.serve("a-job", records(ROWS), DEFINITIONS, allow_hosts=["Proxy.example"]) as serving:
        yield serving.url.removeprefix("http://")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "127.0.0.1:1"}, 404),
        ({"Host": "localhost"}, 404),
        ({"Host": "[::1]:8"}, 404),
        ({"Host": "proxy.example:443"}, 404),
        ({"Host": "127.0.0.1:1", "Origin": "http://127.0.0.1:1"}, 404),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Host": ""}, 403),
        ({"Host": "127.0.0.1:1", "Origin": "http://evil.example"}, 403),
        ({"Host": "127.0.0.1:1", "Origin": "http://127.0.0.1:2"}, 403),
        ({"Host": "127.0.0.1:1", "Origin": "null"}, 403),
    ],
)
def test_only_requests_that_were_meant_for_it_are_answered(
    headers: dict[str, str], status: int, behind_a_proxy: str
) -> None:
    connection = http.client.HTTPConnection(behind_a_proxy)
    connection.putrequest("POST", "/", skip_host=True)
    for name, value in {**headers, "Content-Length": "0"}.items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    assert response.status == status, response.read()
    connection.close()


def test_what_goes_wrong_in_reading_is_raised_where_it_is_waited_for() -> None:
    with (
        mp.serve("a-job", [1], DEFINITIONS) as serving,
        pytest.raises(mp.MetricparseError, match="give a scan"),
    ):
        serving.wait()
    with (
        pytest.raises(mp.MetricparseError, match="not a valid name of a training job"),
        mp.serve("a job", records(ROWS), DEFINITIONS),
    ):
        pass


def test_the_command_serves_until_interrupted(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_text("2026-11-22T10:00:05Z loss=4\nloss=2\n")
    command = ["serve", "-m", "loss=loss=(.)", "--job-name", "a-job", "--port", "0", str(log)]
    with subprocess.Popen(
        [*METRICPARSE, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().split(" at ")[1].split(",")[0]
        assert "left out 1 record: no time" in process.stderr.readline()
        assert process.stderr.readline() == "1 of 2 records are read and served\n"
        (metric,) = client("cloudwatch", url).list_metrics()["Metrics"]
        assert metric["MetricName"] == "loss"
        process.send_signal(2)
        assert process.wait(10) == 0


@pytest.mark.parametrize("library", ["uvicorn", "cbor2"])
def test_what_is_not_installed_is_said(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with (
        pytest.raises(mp.MetricparseError, match=rf"{library} is not .*metricparse\[serve\]"),
        mp.serve("a-job", records(ROWS), DEFINITIONS),
    ):
        pass
