"""Jobs by their names: logs and definitions, from a server that answers as AWS does."""

import gc
import json
import os
import pty
import random
import subprocess
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import metricparse as mp
from metricparse.logs.input import log_cache, service_log, service_tail
from tests.support.aws_proxy import AwsProxy, refusal
from tests.support.aws_server import aws_server
from tests.support.command_line import METRICPARSE, run
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
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASECRETSECRET")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture(scope="module")
def job(endpoint: str) -> list[dict[str, Any]]:
    """A job with a log of two instances; gives the events as `filter-log-events` would."""
    every = []
    for number, stream in enumerate((*STREAMS, "my-job-other/algo-1-1700000000")):
        messages = [f"rank {number} step {at} loss: {at / 7:.4f} ü" for at in range(EVENTS)]
        events = put_events(endpoint, GROUP, stream, messages)
        every += [{"logStreamName": stream, **each} for each in events if stream in STREAMS]
    create_job(endpoint, "my-job")
    return every


@pytest.fixture(scope="module")
def small(endpoint: str) -> int:
    """A job with a log of two instances; gives the number of its events."""
    for number in range(2):
        messages = [f"loss: {at}.{number}" for at in range(50)]
        put_events(endpoint, GROUP, f"small/algo-{number}-17", messages, step=60_000)
    create_job(endpoint, "small")
    return 100


def create_job(endpoint: str, name: str) -> None:
    client("sagemaker", endpoint).create_training_job(
        TrainingJobName=name,
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


def put_events(
    endpoint: str, group: str, stream: str, messages: list[str], step: int = 1
) -> list[dict[str, Any]]:
    """Write a stream, of which the first event is an hour old; step: milliseconds between events."""
    logs = client("logs", endpoint)
    with suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    start = int(time.time() * 1000) - 3_600_000
    events = [{"timestamp": start + at * step, "message": each} for at, each in enumerate(messages)]
    for first in range(0, len(events), 5000):
        logs.put_log_events(
            logGroupName=group, logStreamName=stream, logEvents=events[first : first + 5000]
        )
    return events


def client(service: str, endpoint: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",  # noqa: S106 - nobody asks for it
    )


def rows(scan: mp.Scan) -> list[Any]:
    return table_rows(scan.to_table())


def table_rows(given: pa.Table) -> list[Any]:
    table = given.to_pylist()
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


@pytest.mark.usefixtures("account", "small")
def test_a_job_that_is_not_there() -> None:
    said = (
        r"no training, processing or tuning job 'no-job' in this account and region \(us-east-1\)"
    )
    with pytest.raises(mp.LogError, match=f"sagemaker://no-job: {said}"):
        mp.scan("sagemaker://no-job", LOSS).to_table()
    with pytest.raises(mp.MetricparseError, match=said):
        mp.load_definitions("sagemaker://no-job")
    with pytest.raises(mp.LogError, match=r"cloudwatch://no/group: no such log group"):
        mp.scan("cloudwatch://no/group", LOSS).to_table()
    with pytest.raises(mp.LogError, match=r"no events in log streams no-stream\.\.\. of /aws"):
        mp.scan(f"cloudwatch://{GROUP}/no-stream", LOSS).to_table()


@pytest.mark.usefixtures("account")
def test_streams_by_their_group_and_names(endpoint: str) -> None:
    for stream in ("web/a/1", "web/b/1", "other"):
        put_events(endpoint, "/my/group", stream, ["loss: 1", "loss: 2"])
    one = mp.scan("cloudwatch:///my/group/web/b", LOSS).to_table()
    assert set(one["source"].to_pylist()) == {"cloudwatch:///my/group/web/b:web/b/1"}
    assert mp.scan("cloudwatch:///my/group/web", LOSS).summary.records == 4
    assert mp.scan("cloudwatch:///my/group", LOSS).summary.records == 6


@pytest.mark.usefixtures("account")
def test_a_name_that_may_not_be_asked_for_is_no_group(
    endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rights are often those to one group alone."""
    put_events(endpoint, "/granted/group", "web/1", ["loss: 1"])

    def denied(_: int, given: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
        granted = given["logGroupName"] == "/granted/group"
        return None if granted else refusal("AccessDeniedException", "not authorized")

    with AwsProxy(endpoint, DescribeLogStreams=denied) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        assert mp.scan("cloudwatch:///granted/group/web", LOSS).summary.records == 1
        with pytest.raises(mp.LogError, match="not authorized"):
            mp.scan("cloudwatch:///other/group/web", LOSS).to_table()


@long
@pytest.mark.usefixtures("account")
def test_since_and_until(small: int) -> None:
    times = mp.scan("sagemaker://small", LOSS).to_table()["timestamp"].to_pylist()
    since, until = min(times) + timedelta(minutes=9.5), min(times) + timedelta(minutes=19.5)
    url = f"sagemaker://small?since={since.isoformat()}&until={until.isoformat()}"
    within = mp.scan(url, LOSS).to_table()["timestamp"].to_pylist()
    assert sorted(within) == sorted(time for time in times if since <= time < until)
    options = ("--since", since.isoformat(), "--until", until.isoformat())
    done = run("scan", "-m", r"loss=loss: ([0-9.]+)", *options, "sagemaker://small", "--json")
    assert json.loads(done.stdout)["records"] == len(within) == 20
    assert mp.scan("sagemaker://small?since=2h", LOSS).summary.records == small
    said = (
        r"no events in log streams small/\.\.\. of /aws/sagemaker/TrainingJobs since "
        r"2000-01-01T00:00:00Z until 2001-02-03T04:05:06Z; are the times, .* right\?"
    )
    with pytest.raises(mp.LogError, match=said):
        mp.scan("sagemaker://small?since=2000-01-01&until=2001-02-03T04:05:06", LOSS).to_table()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sagemaker://my-job?since=yesterday", "since: a time such as .*, not 'yesterday'"),
        ("sagemaker://my-job?since=999999d", "since: a time such as .*, not '999999d'"),
        ("sagemaker://my-job?until=99999999999d", "until: a time such as .*, not '99999999999d'"),
        (f"sagemaker://my-job?since={'9' * 5000}d", "since: a time such as"),
        ("sagemaker://my-job?until=9999-12-31T23:59:59-12:00", "until: a time such as"),
        ("sagemaker://my-job?since=1969-12-31", "since: a time such as .*, not '1969-12-31'"),
        ("sagemaker://my-job?sinse=1h", "no such option: sinse; there are since, until, cache"),
    ],
)
def test_wrong_options(url: str, message: str) -> None:
    with pytest.raises(mp.LogError, match=message):
        mp.scan(url, LOSS)


def test_options_are_for_logs_of_the_service(tmp_path: Path) -> None:
    (tmp_path / "train.log").write_text("loss: 1\n")
    done = run("scan", "-m", "loss=loss: (.)", tmp_path / "train.log", "--since", "1h")
    assert done.returncode == 2
    assert "only for sagemaker:// and cloudwatch://: --since" in done.stderr
    checked = run("verify", "my-job", "--log", tmp_path / "train.log", "-m", "l=(.)", "--no-cache")
    assert checked.returncode == 2
    assert "only for sagemaker:// and cloudwatch://: --no-cache" in checked.stderr


@pytest.mark.usefixtures("account")
def test_a_processing_job(endpoint: str) -> None:
    boto3.client("sagemaker").create_processing_job(
        ProcessingJobName="my-processing",
        RoleArn="arn:aws:iam::123456789012:role/sagemaker-role",
        AppSpecification={"ImageUri": "1.dkr.ecr.us-east-1.amazonaws.com/x:1"},
        ProcessingResources={
            "ClusterConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 1,
            }
        },
    )
    put_events(endpoint, "/aws/sagemaker/ProcessingJobs", "my-processing/algo-1-17", ["loss: 0.25"])
    table = mp.scan("sagemaker://my-processing", LOSS).to_table().to_pylist()
    assert [(row["source"], row["value"]) for row in table] == [
        ("sagemaker://my-processing:my-processing/algo-1-17", 0.25)
    ]
    with pytest.raises(mp.MetricparseError, match="sagemaker://my-processing: "):
        mp.load_definitions("sagemaker://my-processing")
    with pytest.raises(mp.MetricparseError, match="my-processing: is a processing job"):
        mp.verify("my-processing")


@long
@pytest.mark.usefixtures("account")
def test_a_tuning_job_is_its_training_jobs(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["tuned-001", "tuned-002"]
    for number, name in enumerate(names):
        put_events(endpoint, GROUP, f"{name}/algo-1-17", [f"loss: {number}.5"])

    def listed(_: int, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        at = int(given.get("NextToken", "0"))
        summary = {
            "TrainingJobName": names[at],
            "TrainingJobArn": f"arn:aws:sagemaker:us-east-1:1:training-job/{names[at]}",
            "CreationTime": 1,
            "TrainingJobStatus": "Completed",
            "TunedHyperParameters": {},
        }
        return 200, {"TrainingJobSummaries": [summary], **({} if at else {"NextToken": "1"})}

    def described(_: int, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        definition = {"AlgorithmSpecification": {"MetricDefinitions": LOSS}}
        return 200, {
            "HyperParameterTuningJobName": given["HyperParameterTuningJobName"],
            "HyperParameterTuningJobArn": "arn:aws:sagemaker:us-east-1:1:tuning/tuned",
            "HyperParameterTuningJobStatus": "InProgress",
            "CreationTime": 1,
            "TrainingJobDefinition": definition,
        }

    with AwsProxy(
        endpoint,
        ListTrainingJobsForHyperParameterTuningJob=listed,
        DescribeHyperParameterTuningJob=described,
    ) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        rows = mp.scan("sagemaker://tuned", mp.load_definitions("sagemaker://tuned")).to_table()
    assert [(row["source"], row["value"]) for row in rows.to_pylist()] == [
        ("sagemaker://tuned:tuned-001/algo-1-17", 0.5),
        ("sagemaker://tuned:tuned-002/algo-1-17", 1.5),
    ]


# --- what goes wrong ---------------------------------------------------------------------------


@long
@pytest.mark.usefixtures("account", "small")
def test_throttling_is_survived(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def throttled(times: int, _: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
        return refusal("ThrottlingException", "Rate exceeded") if times < 2 else None

    with AwsProxy(endpoint, FilterLogEvents=throttled) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        assert mp.scan("sagemaker://small", LOSS).summary.records == 100
    assert proxy.asked["FilterLogEvents"] > 2


@pytest.mark.usefixtures("account", "small")
def test_expired_credentials_are_said_and_none_is_printed(
    endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service repeats a request that it does not take, with what is secret in it."""

    def expired(_: int, __: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        said = "The security token is expired. x-amz-security-token:TOKENTOKEN key AKIASECRETSECRET"
        return refusal("ExpiredTokenException", said)

    monkeypatch.setenv("AWS_SESSION_TOKEN", "TOKENTOKEN")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    with AwsProxy(endpoint, FilterLogEvents=expired, DescribeTrainingJob=expired) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        logs = run("scan", "-m", "loss=loss: ([0-9.]+)", "sagemaker://small")
        definitions = run("scan", "-d", "sagemaker://small", "sagemaker://small")
        with pytest.raises(mp.LogError) as raised:
            mp.scan("sagemaker://small", LOSS).to_table()
    shown = "".join(traceback.format_exception(raised.value))
    assert "x-amz-security-token:***" in shown
    assert "TOKENTOKEN" not in shown
    assert "SECRET" not in shown
    for done in (logs, definitions):
        assert done.returncode == 2
        assert "sagemaker://small: " in done.stderr
        assert "token is expired. x-amz-security-token:*** key ***" in done.stderr
        assert "; renew them, and try again" in done.stderr
        assert not {"TOKENTOKEN", "AKIASECRETSECRET", "very-secret"} & set(done.stderr.split())
        assert "SECRET" not in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("config", "profile", "said"),
    [
        ("", "nope", "profile (nope) could not be found"),
        ("[default]\ncredential_process = false", None, "Error when retrieving credentials"),
        ("[default]\ncredential_process = echo no-json", None, "Expecting value"),
        ("[default]\ncredential_process = /no/such/program", None, "No such file"),
        ("[default", None, "Unable to parse config file"),
    ],
)
def test_a_wrong_configuration_is_said(
    config: str, profile: str | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text(config)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    if profile:
        monkeypatch.setenv("AWS_PROFILE", profile)
    for given in (("-m", "loss=loss: (.)"), ("-d", "sagemaker://small")):
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
        done = run("scan", *given, "sagemaker://small")
        assert done.returncode == 2
        assert said in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("account", "small")
def test_the_log_of_a_job_that_may_not_be_described(
    endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    denied = refusal("AccessDeniedException", "not authorized")
    put_events(endpoint, "/aws/sagemaker/ProcessingJobs", "hidden/algo-1-17", ["loss: 0.5"])
    with AwsProxy(endpoint, DescribeProcessingJob=lambda *_: denied) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        assert mp.scan("sagemaker://hidden", LOSS).summary.records == 1
    with AwsProxy(endpoint, DescribeTrainingJob=lambda *_: denied) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        assert mp.scan("sagemaker://small", LOSS).summary.records == 100
        with pytest.raises(mp.DefinitionError, match="not authorized"):
            mp.load_definitions("sagemaker://small")


@long
@pytest.mark.usefixtures("account", "small")
@pytest.mark.parametrize("command", ["explain", "suggest", pytest.param("bench", marks=long)])
def test_a_log_is_fetched_once_by_what_reads_it_several_times(
    command: str, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = () if command == "suggest" else ("-m", r"loss=loss: ([0-9.]+)", "-m", "lr=lr: (.)")
    with AwsProxy(endpoint) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        done = run(command, *given, "sagemaker://small")
    assert done.returncode == 0, done.stderr
    assert proxy.asked["DescribeTrainingJob"] == 1


# --- what is kept ------------------------------------------------------------------------------


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where logs are kept; jobs count as long ended."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(service_log, "LATE", timedelta(0))
    return tmp_path / "metricparse" / "logs"


@long
@pytest.mark.usefixtures("account", "small")
def test_the_log_of_a_job_that_ended_is_fetched_once(
    endpoint: str, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AwsProxy(endpoint) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        first = mp.scan("sagemaker://small", LOSS)
        fetched, asked = rows(first), proxy.asked["FilterLogEvents"]
        (kept,) = cache.iterdir()
        assert kept.name.startswith("small-")
        assert cache.stat().st_mode & 0o077 == 0
        assert rows(mp.scan("sagemaker://small", LOSS)) == fetched
        assert proxy.asked["FilterLogEvents"] == asked
        mp.scan("sagemaker://small?since=2h", LOSS).to_table()
        run("scan", "-m", "loss=loss: ([0-9.]+)", "sagemaker://small", "--no-cache")
        assert proxy.asked["FilterLogEvents"] > 2 * asked
    assert list(cache.iterdir()) == [kept]


@pytest.mark.usefixtures("account", "small")
def test_what_is_not_read_to_its_end_is_not_kept(cache: Path) -> None:
    log = service_log.ServiceLog("sagemaker://small")
    with log.open() as file:
        file.read(1)
    gc.collect()
    assert [path for path in cache.iterdir() if not path.name.startswith(".")] == []


@pytest.mark.usefixtures("account", "small")
def test_a_log_that_cannot_be_kept_is_read_all_the_same(cache: Path) -> None:
    cache.parent.mkdir()
    cache.write_text("in the way")
    with pytest.warns(UserWarning, match="the log is not kept: "):
        assert mp.scan("sagemaker://small", LOSS).summary.records == 100


def test_what_is_kept_is_bounded(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = random.Random(1).randbytes(1000)
    monkeypatch.setattr(log_cache, "MOST_BYTES", 3500)
    kept = log_cache.LogCache()
    for number in range(5):
        list(kept.keeping((f"arn/{number}", ""), [page]))
        os.utime(kept.kept((f"arn/{number}", "")) or "", ns=(number, number))
        if number == 3:
            assert kept.kept(("arn/1", ""))  # which makes it the one that was read last
    assert sorted(path.name[0] for path in cache.iterdir()) == ["1", "3", "4"]


# --- while a job runs --------------------------------------------------------------------------


@pytest.mark.usefixtures("account")
def test_a_job_is_followed_until_it_ends(
    endpoint: str,
    job: list[dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service_tail, "LOOK_INTERVAL", 0.01)
    monkeypatch.setattr(service_tail, "SEARCH_INTERVAL", 0.02)
    monkeypatch.setattr(service_tail, "LAST_EVENTS", 0.0)
    late = "my-job-late/algo-2-1700000000"

    def described(times: int, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if times == 2:
            put_events(endpoint, GROUP, late, ["loss: 2.5", "loss: 3.5"])
        return 200, {
            "TrainingJobName": given["TrainingJobName"],
            "TrainingJobArn": "arn:aws:sagemaker:us-east-1:1:training-job/x",
            "TrainingJobStatus": "InProgress" if times < 5 else "Completed",
            "TrainingEndTime": time.time(),
            "CreationTime": 1,
        }

    put_events(endpoint, GROUP, "my-job-late/algo-1-1700000000", ["loss: 0.5", "loss: 1.5"])
    exported = tmp_path / "events.json"
    exported.write_text(json.dumps({"events": job}))
    with AwsProxy(endpoint, DescribeTrainingJob=described) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        follow = mp.follow("sagemaker://my-job-late", LOSS)
        values = [value for batch in follow for value in batch["value"].to_pylist()]
        done = run(
            "scan", "--follow", "-m", "loss=loss: ([0-9.]+)", "sagemaker://my-job",
            "-o", tmp_path / "out.parquet",
        )  # fmt: skip
    assert values == [0.5, 1.5, 2.5, 3.5]
    assert follow.summary.complete
    assert done.returncode == 0
    assert f"{2 * EVENTS:,} records" in done.stdout
    (written,) = tmp_path.glob("out-*.parquet")
    assert table_rows(pq.read_table(written)) == rows(mp.scan(exported, LOSS))


@pytest.mark.usefixtures("account", "small")
def test_every_page_that_is_followed_is_of_the_window(
    endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = []

    def asked(_: int, given: dict[str, Any]) -> None:
        requests.append(given)

    monkeypatch.setattr(service_tail, "LOOK_INTERVAL", 0.01)
    monkeypatch.setattr(service_tail, "LAST_EVENTS", 0.0)
    with AwsProxy(endpoint, GetLogEvents=asked) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        list(mp.follow("sagemaker://small?since=2h&until=30m", LOSS))
    assert any("nextToken" in each for each in requests)
    assert len({(each["startTime"], each["endTime"]) for each in requests}) == 1


@pytest.mark.usefixtures("account", "small")
def test_following_says_what_goes_wrong(tmp_path: Path) -> None:
    with pytest.raises(mp.LogError, match="sagemaker://no-job: no training"):
        list(mp.follow("sagemaker://no-job", LOSS))
    out, noted = tmp_path / "out.csv", tmp_path / "checkpoint"
    with pytest.raises(mp.OutputError, match="a checkpoint is for files"):
        mp.write(mp.follow("sagemaker://small", LOSS), out, checkpoint=noted)
    assert not out.exists()


@long
@pytest.mark.usefixtures("account", "small")
def test_progress_is_shown_on_a_terminal(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(times: int, _: dict[str, Any]) -> None:
        time.sleep(0 if times else 1.5)

    with AwsProxy(endpoint, FilterLogEvents=slow) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        shown = on_terminal("scan", "-m", "loss=loss: ([0-9.]+)", "sagemaker://small")
    assert "━" in shown
    assert "100 records" in shown


def on_terminal(*arguments: str) -> str:
    """What a command prints on a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([*METRICPARSE, *arguments], stdout=theirs, stderr=theirs)
    os.close(theirs)
    printed = b""
    with suppress(OSError):  # the terminal's end
        while part := os.read(ours, 1 << 16):
            printed += part
    os.close(ours)
    assert process.wait() == 0
    return printed.decode()


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
