"""Publishing to a server that answers in CloudWatch's place, over HTTP."""

import math
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from moto.server import ThreadedMotoServer

import metricparse as mp
from tests.support.cloudwatch_records import ROWS, Row, nanoseconds, records
from tests.support.failing_server import FailingServer
from tests.support.long_runs import mostly_long
from tests.support.sample_logs import SAMPLE_NAMES, SAMPLES

STATISTICS = {
    "SampleCount": "sample_count",
    "Average": "average",
    "Sum": "sum",
    "Minimum": "minimum",
    "Maximum": "maximum",
}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)


@pytest.fixture
def client(endpoint: str, credentials: None) -> Any:  # noqa: ARG001 - the client asks for them
    return mp.cloudwatch_client(endpoint)


def read_back(
    client: Any, job: str, metric: str, start: datetime, host: str | None = None
) -> dict[datetime, Any]:
    """Statistics by period, as `GetMetricData` gives them."""
    dimensions = [{"Name": "TrainingJobName", "Value": job}]
    dimensions += [{"Name": "Host", "Value": host}] if host else []
    name = {"Namespace": "/aws/sagemaker/TrainingJobs", "MetricName": metric}
    answer = client.get_metric_data(
        MetricDataQueries=[
            {
                "Id": ours,
                "MetricStat": {
                    "Metric": {**name, "Dimensions": dimensions},
                    "Period": 60,
                    "Stat": theirs,
                },
            }
            for theirs, ours in STATISTICS.items()
        ],
        StartTime=start.replace(second=0, microsecond=0),
        EndTime=start + timedelta(hours=1),
    )
    found: dict[datetime, Any] = {}
    for result in answer["MetricDataResults"]:
        for moment, value in zip(result["Timestamps"], result["Values"], strict=True):
            found.setdefault(moment.astimezone(UTC), {})[result["Id"]] = value
    return found


def without_times(scan: mp.Scan) -> pa.Table:
    """The records; the service takes no times of long ago, as some of the logs have."""
    table = scan.to_table()
    return table.set_column(0, table.schema[0], pa.nulls(len(table), table.schema[0].type))


@pytest.mark.parametrize("sample", mostly_long(SAMPLE_NAMES, {"keras", "pytorch_tqdm"}))
def test_what_is_published_reads_back_as_our_own_periods(client: Any, sample: str) -> None:
    scan = mp.scan(SAMPLES / sample / "train.log", SAMPLES / sample / "definitions.json")
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    assumed = mp.placed(without_times(scan), mp.AssumedTimes(start, timedelta(seconds=7)))
    published = mp.publish(assumed, f"job-{sample}", client=client)
    assert published.values == sum(
        each.emitted - each.not_finite for each in scan.summary.definitions
    )
    ours: dict[str, dict[datetime, Any]] = {}
    for row in mp.aggregate(assumed).to_table().to_pylist():
        statistics = {name: row[name] for name in STATISTICS.values()}
        ours.setdefault(row["metric"], {})[row["timestamp"].astimezone(UTC)] = statistics
    assert ours
    for metric, periods in ours.items():
        theirs = read_back(client, f"job-{sample}", metric, start)
        assert theirs.keys() == periods.keys()
        for moment, statistics in periods.items():
            assert theirs[moment] == pytest.approx(statistics)


def test_hosts_and_values_of_one_second_read_back(client: Any) -> None:
    start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=5)
    rows: list[Row] = [
        (nanoseconds(start), f"job/algo-{line % 2 + 1}-17", line, "loss", line % 3 + 0.5)
        for line in range(1, 11)
    ]
    mp.publish(records(rows), "hosts", client=client, by_host=True)
    by_host = mp.aggregate(records(rows), by_host=True).to_table().to_pylist()
    assert [row["host"] for row in by_host] == ["algo-2", "algo-1"]
    for row in by_host:
        theirs = read_back(client, "hosts", "loss", start, row["host"])
        assert theirs == {start: {name: row[name] for name in STATISTICS.values()}}


# --- What goes wrong ---------------------------------------------------------------------------


def many_records(now: datetime) -> pa.RecordBatchReader:
    start = nanoseconds(now - timedelta(hours=1))
    rows: list[Row] = [(start + n * 10**9, "log", n, "loss", float(n)) for n in range(2500)]
    return records([*rows, (None, "log", 2501, "loss", 1.0)], 1000)


@pytest.mark.usefixtures("credentials")
def test_a_failure_in_the_middle_says_what_went_through_and_is_resumed() -> None:
    now = datetime.now(UTC)
    with FailingServer(2) as server:
        client = mp.cloudwatch_client(server.url)
        with pytest.raises(
            mp.PublishError, match="no more; 2 requests with 2,000 values"
        ) as caught:
            mp.publish(many_records(now), "job", client=client)
        assert (caught.value.published.requests, caught.value.published.values) == (2, 2000)
        assert f"resume {caught.value.resume}" in str(caught.value)
        server.failing_from = math.inf
        resume = caught.value.resume
        published = mp.publish(many_records(now), "job", client=client, resume=resume)
    assert (published.requests, published.values) == (1, 500)
    sent = [datum["Value"] for body in server.bodies for datum in body["MetricData"]]
    assert sent == list(range(2500))


def test_a_resumption_is_what_a_failure_said() -> None:
    with pytest.raises(mp.MetricparseError, match="what the failure said"):
        mp.publish(records(ROWS), "job", resume="twelve")


def test_without_a_client_nothing_is_sent_and_all_is_told() -> None:
    shown: list[dict[str, Any]] = []
    published = mp.publish(many_records(datetime.now(UTC)), "job", on_request=shown.append)
    assert (published.requests, published.values, len(shown)) == (3, 2500, 3)
    assert published.left_out == {"no time": 1}
    assert published.dollars == pytest.approx(0.30003)


def test_publishing_without_boto3_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(mp.MetricparseError, match=r"metricparse\[aws\]"):
        mp.cloudwatch_client()
