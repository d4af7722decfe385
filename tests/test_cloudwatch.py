"""The stand-in for CloudWatch: periods, final values, requests."""

import io
import json
import math
import struct
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import botocore.session
import pyarrow as pa
import pytest
from botocore.serialize import create_serializer
from botocore.validate import ParamValidator
from hypothesis import given, strategies as st

import metricparse as mp
from metricparse.cloudwatch import periods, requests
from metricparse.cloudwatch.series import LeftOut
from tests.support.cloudwatch_records import MOST, ROWS, START, Row, at, nanoseconds, records
from tests.support.long_runs import tried
from tests.support.public_corpus import CORPUS, requires_corpus

# --- Periods -----------------------------------------------------------------------------------


def test_values_of_a_minute_are_one_row_late_ones_too() -> None:
    found = mp.aggregate(records(ROWS))
    assert found.to_table().to_pylist() == [
        {
            "timestamp": START + timedelta(seconds=seconds),
            "metric": metric,
            "sample_count": count,
            "average": average,
            "sum": total,
            "minimum": least,
            "maximum": most,
        }
        for seconds, metric, count, average, total, least, most in [
            (0, "loss", 3, 3.0, 9.0, 2.0, 4.0),
            (60, "loss", 1, 1.0, 1.0, 1.0, 1.0),
            (0, "lr", 1, 0.1, 0.1, 0.1, 0.1),
        ]
    ]
    assert found.left_out == {LeftOut.NO_TIME: 1, LeftOut.NOT_TAKEN: 2}


def test_hosts_are_told_apart_on_request() -> None:
    table = mp.aggregate(records(ROWS), by_host=True).to_table()
    columns = (table[name].to_pylist() for name in ("metric", "host", "sample_count"))
    assert list(zip(*columns, strict=True)) == [
        ("loss", "algo-1", 2),
        ("lr", "algo-1", 1),
        ("loss", "algo-2", 1),
        ("loss", "algo-2", 1),
    ]


def test_percentiles_are_values_that_so_many_do_not_exceed() -> None:
    rows: list[Row] = [(at(0), "log", n, "loss", float(n)) for n in range(1, 101)]
    (found,) = mp.aggregate(records(rows), percentiles=[50, 99.9, 0.5]).to_table().to_pylist()
    assert (found["p50"], found["p99.9"], found["p0.5"]) == (50.0, 100.0, 1.0)


def test_percentiles_of_many_values_are_near() -> None:
    rows: list[Row] = [(at(0), "log", n, "loss", 1 + n / 7) for n in range(5000)]
    (found,) = mp.aggregate(records(rows, 1000), percentiles=[50]).to_table().to_pylist()
    assert found["p50"] == pytest.approx(1 + 2499 / 7, rel=0.001)


def test_records_without_a_time_are_placed_where_the_user_says() -> None:
    rows: list[Row] = [(None, "log", line, "loss", 1.0) for line in (1, 3, 4)]
    assume = mp.AssumedTimes(START, timedelta(seconds=30))
    found = mp.aggregate(mp.placed(records(rows), assume))
    assert found.to_table()["timestamp"].to_pylist() == [START, START + timedelta(seconds=60)]
    assert found.left_out == {}
    with pytest.raises(mp.MetricparseError, match="needs a time zone"):
        mp.AssumedTimes(datetime(2026, 1, 1))  # noqa: DTZ001 - that is what is wrong
    with pytest.raises(mp.MetricparseError, match="give a shorter interval"):
        list(mp.placed(records(rows), mp.AssumedTimes(START, timedelta(weeks=10**4))))


def test_records_are_placed_as_often_as_a_scan_is_read(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_text("2026-11-22T10:00:05Z loss=1\nloss=2\n")
    found = mp.placed(mp.scan(log, DEFINITIONS), mp.AssumedTimes(START, timedelta(seconds=1)))
    for _ in range(2):
        assert pa.table(found)["timestamp"].to_pylist() == [
            START + timedelta(seconds=5),
            START + timedelta(seconds=1),
        ]
    assert mp.wide(found, by="timestamp")["loss"].to_pylist() == [2.0, 1.0]


@pytest.mark.parametrize("period", [0, 2, 59, 61, 90, -60])
def test_a_period_is_one_that_cloudwatch_knows(period: int) -> None:
    with pytest.raises(mp.MetricparseError, match="1, 5, 10, 20, 30 or a multiple of 60"):
        mp.aggregate(records(ROWS), period=period)
    with pytest.raises(mp.MetricparseError, match="more than 0, at most 100"):
        mp.aggregate(records(ROWS), percentiles=[101])


def test_what_is_no_stream_of_records_is_refused() -> None:
    for wrong in ([1], pa.table({"a": [1]})):
        with pytest.raises(mp.MetricparseError, match="give a scan"):
            mp.aggregate(wrong).to_table()


times = st.one_of(st.none(), st.integers(at(-500), at(500)))
values = st.one_of(st.floats(-1e6, 1e6), st.sampled_from([math.nan, math.inf, MOST, -2 * MOST]))
rows_of_any_kind = st.lists(
    st.tuples(
        times,
        st.sampled_from(["a", "b"]),
        st.integers(1, 9),
        st.sampled_from(["m", "n"]),
        values,
    ),
    max_size=40,
)


@tried(40, 400, rows_of_any_kind, st.sampled_from([1, 30, 60, 300]), st.integers(1, 50))
def test_periods_are_what_a_plain_loop_gathers(rows: list[Row], period: int, batch: int) -> None:
    expected: dict[tuple[str, int], list[float]] = defaultdict(list)
    for time, _, _, metric, value in rows:
        if time is not None and abs(value) <= MOST:
            expected[metric, time // (period * 10**9) * period].append(value)
    found = mp.aggregate(records(rows, batch), period=period)
    told = {
        (row["metric"], int(row["timestamp"].timestamp())): row
        for row in found.to_table().to_pylist()
    }
    assert told.keys() == expected.keys()
    for key, group in expected.items():
        row = told[key]
        assert (row["sample_count"], row["minimum"], row["maximum"]) == (
            len(group),
            min(group),
            max(group),
        )
        assert row["sum"] == pytest.approx(math.fsum(group), abs=1e-6, rel=1e-12)
    assert sum(found.left_out.values()) == len(rows) - sum(map(len, expected.values()))


@given(rows_of_any_kind)
def test_the_kernel_gathers_as_python_does(rows: list[Row]) -> None:
    kernel = pytest.importorskip("metricparse._kernel")
    series = b"".join(struct.pack("i", "mn".index(row[3])) for row in rows)
    moments = b"".join(struct.pack("q", -(2**63) if row[0] is None else row[0]) for row in rows)
    found = b"".join(struct.pack("d", row[4]) for row in rows)
    width = 60 * 10**9
    quickly = kernel.gather_periods(series, moments, found, width)
    assert quickly == periods.gather_in_python(series, moments, found, width)


# --- Final values ------------------------------------------------------------------------------

DEFINITIONS = [{"Name": "lr", "Regex": "lr=(.)"}, {"Name": "loss", "Regex": "loss=(.)"}]


def test_final_metrics_are_the_latest_in_the_order_of_the_definitions() -> None:
    assert mp.final_metrics(records(ROWS), [*DEFINITIONS, {"Name": "f1", "Regex": "f1=(.)"}]) == [
        {"MetricName": "lr", "Value": 0.10000000149011612, "Timestamp": START},
        {"MetricName": "loss", "Value": 1.0, "Timestamp": START + timedelta(seconds=61)},
    ]


def test_without_times_the_last_record_counts() -> None:
    rows: list[Row] = [(None, "log", line, "loss", value) for line, value in enumerate([1.0, 0.5])]
    assert mp.final_metrics(records(rows, 1), DEFINITIONS) == [{"MetricName": "loss", "Value": 0.5}]


def test_the_objective_of_a_tuning_job() -> None:
    assert mp.tuning_objective(records(ROWS), "loss", "Minimize") == {
        "FinalHyperParameterTuningJobObjectiveMetric": {
            "Type": "Minimize",
            "MetricName": "loss",
            "Value": 1.0,
        },
        "ObjectiveStatus": "Succeeded",
    }
    assert mp.tuning_objective(records(ROWS), "f1") == {"ObjectiveStatus": "Failed"}


def test_a_described_job_has_the_shape_of_the_api() -> None:
    definitions = mp.load_definitions(DEFINITIONS)
    specification = mp.AlgorithmSpecification(
        training_image="registry/image:1",
        training_input_mode="File",
        metric_definitions=definitions,
    )
    model = botocore.session.get_session().get_service_model("sagemaker")
    shape = model.operation_model("DescribeTrainingJob").output_shape
    for algorithm in (definitions, specification):
        document = mp.describe_training_job("a-job", records(ROWS), algorithm)
        report = ParamValidator().validate(document, shape)
        assert not report.has_errors(), report.generate_report()
        assert document["TrainingStartTime"] == START
        assert [each["MetricName"] for each in document["FinalMetricDataList"]] == ["lr", "loss"]
    with pytest.raises(mp.MetricparseError, match="not a valid name of a training job"):
        mp.describe_training_job("a job", records(ROWS), definitions)


@requires_corpus
@pytest.mark.parametrize(
    "name", ["ack-training-job-xgboost-completed.json", "end3-hf-distilbert-describe.json"]
)
def test_real_final_values_are_float32(name: str) -> None:
    """Each is the float32 of a number of nine digits at most, as a log prints it."""
    final = json.loads((CORPUS / name).read_text())["FinalMetricDataList"]
    rows: list[Row] = [
        (at(0), "log", 1, each["MetricName"], printed(each["Value"])) for each in final
    ]
    definitions = [{"Name": each["MetricName"], "Regex": "(.)"} for each in final]
    found = mp.final_metrics(records(rows), definitions)
    assert [each["Value"] for each in found] == [each["Value"] for each in final]


def printed(value: float) -> float:
    """The number of the fewest digits that has this float32."""
    numbers = (float(f"{value:.{digits}g}") for digits in range(1, 10))
    return next(each for each in numbers if struct.unpack("f", struct.pack("f", each))[0] == value)


def test_a_value_reads_back_as_the_service_gives_it() -> None:
    rows: list[Row] = [(at(0), "log", 1, "loss", 0.06942)]
    (found,) = mp.final_metrics(records(rows), DEFINITIONS)
    assert found["Value"] == 0.06942000240087509


# --- Requests ----------------------------------------------------------------------------------


def validated(service: str, operation: str, request: dict[str, Any]) -> None:
    model = botocore.session.get_session().get_service_model(service)
    report = ParamValidator().validate(request, model.operation_model(operation).input_shape)
    assert not report.has_errors(), report.generate_report()


def test_put_metric_data_keeps_to_the_limits() -> None:
    magnitudes = [10.0**power for power in range(-300, 100, 7)]
    rows: list[Row] = [
        (at(n // 400), "log", n, f"metric {n % 40}", magnitudes[n % len(magnitudes)] + n)
        for n in range(20_000)
    ]
    rows += [(at(-15 * 86400), "log", 1, "m", 1.0), (at(7300), "log", 1, "m", 1.0), *ROWS]
    found = mp.put_metric_data(records(rows, 1000), "job", now=START)
    sent = 0
    for request in found:
        validated("cloudwatch", "PutMetricData", request)
        data = request["MetricData"]
        assert len(data) <= 1000
        assert len(json.dumps(request, default=str)) <= 1_000_000
        for datum in data:
            assert len(datum.get("Values", [])) <= 150
            sent += int(sum(datum["Counts"])) if "Values" in datum else 1
    assert sent == found.sent
    assert found.left_out == {
        LeftOut.TOO_OLD: 1,
        LeftOut.TOO_NEW: 1,
        LeftOut.NO_TIME: 1,
        LeftOut.NOT_TAKEN: 2,
    }
    assert sent + found.left_out.total() == len(rows)


def test_a_request_in_the_form_protocol_is_within_its_bytes() -> None:
    rows: list[Row] = [
        (
            at(n // 3000),
            "log",
            n,
            "a metric with é in its name %" + "x" * 200,
            -1.2345678901e-300 * n,
        )
        for n in range(30_000)
    ]
    model = botocore.session.get_session().get_service_model("cloudwatch")
    serializer = create_serializer("query")
    operation = model.operation_model("PutMetricData")
    for request in mp.put_metric_data(records(rows, 5000), "job" * 20, now=START):
        body = serializer.serialize_to_request(request, operation)["body"]
        assert len(urlencode(body)) <= 1_000_000


def test_values_of_a_second_share_a_datum() -> None:
    rows: list[Row] = [(at(n / 10), "log", n, "loss", float(n % 2)) for n in range(12)]
    (request,) = mp.put_metric_data(records(rows), "job", now=START)
    first, second = request["MetricData"]
    assert first["Dimensions"] == [{"Name": "TrainingJobName", "Value": "job"}]
    assert (first["Values"], first["Counts"]) == ([0.0, 1.0], [5.0, 5.0])
    assert second["Timestamp"] == START + timedelta(seconds=1)


def test_embedded_metrics_are_log_events() -> None:
    rows = [*ROWS, (at(70), "x", 1, "TrainingJobName", 1.0)]
    rows += [(at(80), "x", n, "loss", float(n)) for n in range(250)]
    found = mp.embedded_metrics(records(rows), "job", by_host=True, now=START)
    events = [json.loads(requests.as_json_line(event)) for event in found]
    assert events[0] == {
        "_aws": {
            "Timestamp": nanoseconds(START) // 10**6,
            "CloudWatchMetrics": [
                {
                    "Namespace": "/aws/sagemaker/TrainingJobs",
                    "Dimensions": [["TrainingJobName", "Host"]],
                    "Metrics": [{"Name": "loss"}, {"Name": "lr"}],
                }
            ],
        },
        "TrainingJobName": "job",
        "Host": "algo-1",
        "loss": 4.0,
        "lr": 0.1,
    }
    many = [event["loss"] for event in events if isinstance(event.get("loss"), list)]
    assert [len(each) for each in many] == [100, 100, 50]
    assert found.left_out[LeftOut.NAME_TAKEN] == 1


def test_an_event_has_256_kilobytes_at_the_most() -> None:
    rows: list[Row] = [
        (at(0), "log", n, f"{n % 100:03}" + "é" * 252, -1.2345678901234567e-100 * (n + 1))
        for n in range(10_000)
    ]
    found = mp.embedded_metrics(records(rows, 10_000), "job", now=START)
    events = [requests.as_json_line(event) for event in found]
    assert all(len(event.encode()) <= 256_000 for event in events)
    values = (json.loads(event) for event in events)
    lists = (each for event in values for each in event.values() if isinstance(each, list))
    assert sum(map(len, lists)) == found.sent == 10_000
    assert len(events) > 1


def test_batch_put_metrics_has_ten_metrics_at_most() -> None:
    rows: list[Row] = [(at(0), "log", n, "loss", float(n)) for n in range(25)]
    found = list(mp.batch_put_metrics(records(rows), "job-aws-training-job", now=START))
    for request in found:
        validated("sagemaker-metrics", "BatchPutMetrics", request)
    assert [len(request["MetricData"]) for request in found] == [10, 10, 5]
    assert found[0]["MetricData"][3]["Step"] == 3


# --- Dataframes --------------------------------------------------------------------------------

LOG = b"step=1 loss=4\nloss=3 step=2\nlr=1\nstep=3 loss=2\n"
BY_STEP = [
    {"Name": "loss", "Regex": "loss=(.)"},
    {"Name": "step", "Regex": "step=(.)"},
    {"Name": "lr", "Regex": "lr=(.)"},
]


def test_a_column_a_metric() -> None:
    by_line = mp.wide(mp.scan(io.BytesIO(LOG), BY_STEP))
    assert by_line.to_pydict() == {
        "line": [1, 2, 3, 4],
        "loss": [4.0, 3.0, None, 2.0],
        "step": [1.0, 2.0, None, 3.0],
        "lr": [None, None, 1.0, None],
    }
    by_step = mp.wide(mp.scan(io.BytesIO(LOG), BY_STEP), by="step")
    assert by_step.to_pydict() == {
        "step": [1.0, 2.0, 3.0],
        "loss": [4.0, 3.0, 2.0],
        "lr": [None, 1.0, None],
    }


def test_sources_have_rows_of_their_own() -> None:
    found = mp.wide(records(ROWS))
    assert found["source"].to_pylist()[:2] == ["job/algo-1-17"] * 2
    with pytest.raises(mp.MetricparseError, match="line, timestamp, or one of loss, lr"):
        mp.wide(records(ROWS), by="steps")
    with pytest.raises(mp.MetricparseError, match="no record has a place"):
        mp.wide(mp.scan(io.BytesIO(LOG), BY_STEP), by="timestamp")
