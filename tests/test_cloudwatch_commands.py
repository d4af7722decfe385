"""The commands that stand in for CloudWatch, as users run them."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import metricparse as mp
from metricparse.cloudwatch.series import NAMESPACE
from tests.support.command_line import run
from tests.support.failing_server import FailingServer
from tests.support.sample_logs import XGBOOST_DEFINITIONS, XGBOOST_LOG

LINES = "2026-11-22T10:00:05Z loss=4\n2026-11-22T10:00:06Z loss=2\nloss=3\nloss=nan\n"
LOSS = ("-m", r"loss=loss=(\S+)")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "train.log"
    path.write_text(LINES)
    return path


def test_periods_go_to_standard_output_and_what_is_left_out_is_said(log: Path) -> None:
    done = run("aggregate", *LOSS, log)
    (row,) = csv.DictReader(done.stdout.splitlines())
    assert (row["timestamp"], row["metric"], row["average"]) == (
        "2026-11-22 10:00:00Z",
        "loss",
        "3",
    )
    assert "left out 2 records: no time; say when line 1 was printed" in done.stderr
    assert "--assume-start 2026-11-22T10:00:00Z --assume-interval 1" in done.stderr


def test_periods_go_to_any_sink_with_times_that_are_said(log: Path, tmp_path: Path) -> None:
    assumed = ("--assume-start", "2026-11-22T10:00:00Z", "--assume-interval", "30")
    for name in ("out.parquet", "out.arrow", "out.arrows", "out.jsonl"):
        options = ("--period", "30", "--percentile", "50", "--by-host", "-o", tmp_path / name)
        done = run("aggregate", *LOSS, log, *assumed, *options)
        assert done.stderr.startswith("metricparse: left out 1 record: not finite")
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [(row["timestamp"], row["p50"]) for row in rows] == [
        ("2026-11-22T10:00:00Z", 2.0),
        ("2026-11-22T10:01:00Z", 3.0),
    ]
    assert pq.read_table(tmp_path / "out.parquet")["host"].to_pylist() == [str(log)] * 2


def test_a_log_is_not_written_over(log: Path) -> None:
    done = run("aggregate", *LOSS, log, "-o", log, "--format", "csv")
    assert (done.returncode, log.read_text()) == (2, LINES)
    assert "is one of the logs" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["aggregate", "--assume-interval", "1"], "give both"),
        (["aggregate", "--assume-start", "2026-11-22T10:00:00"], "needs a time zone"),
        (["aggregate", "--assume-start", "noon"], "invalid"),
        (["aggregate", "--period", "7"], "a multiple of 60"),
        (["publish", "--job-name", "job", "--form", "emf"], "give that, too"),
        (["describe", "--job-name", "a job"], "not a valid name of a training job"),
    ],
)
def test_wrong_usage_is_said(log: Path, arguments: list[str], message: str) -> None:
    done = run(*arguments, *LOSS, log)
    assert done.returncode == 2
    assert message in done.stderr


def test_a_described_job_is_printed_as_the_aws_cli_does() -> None:
    assumed = ("--assume-start", "2026-11-22T10:00:00Z", "--assume-interval", "1")
    done = run("describe", "-d", XGBOOST_DEFINITIONS, "--job-name", "a-job", XGBOOST_LOG, *assumed)
    document = json.loads(done.stdout)
    names = [each.name for each in mp.load_definitions(XGBOOST_DEFINITIONS)]
    assert [each["MetricName"] for each in document["FinalMetricDataList"]] == names
    assert document["FinalMetricDataList"][0]["Timestamp"].startswith("2026-11-22T10:05:0")


@pytest.mark.parametrize("form", ["put-metric-data", "emf", "batch-put-metrics"])
def test_a_dry_run_shows_what_would_be_sent(tmp_path: Path, form: str) -> None:
    log = tmp_path / "now.log"
    log.write_text("2020-01-01T00:00:00Z loss=9\nloss=1\n")
    now = datetime.now(UTC).isoformat()
    done = run(
        *("publish", "--job-name", "a-job", "--dry-run", "--form", form),
        *(*LOSS, log, "--assume-start", now),
    )
    assert done.returncode == 0
    (request,) = map(json.loads, done.stdout.splitlines())
    known = {
        "put-metric-data": ("Namespace", NAMESPACE),
        "emf": ("TrainingJobName", "a-job"),
        "batch-put-metrics": ("TrialComponentName", "a-job-aws-training-job"),
    }
    key, value = known[form]
    assert request[key] == value
    assert "left out 1 record: older than two weeks" in done.stderr
    if form == "put-metric-data":
        assert "would send values: 1, metrics: 1, requests: 1;" in done.stderr
        assert "about $0.30" in done.stderr


def test_a_failure_is_resumed(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    now = datetime.now(UTC).isoformat()
    log.write_text(LINES.replace("2026-11-22T10:00:05Z ", ""))
    with FailingServer(0) as server:
        command = ("publish", "--job-name", "a-job", *LOSS, log, "--assume-start", now)
        done = run(*command, "--endpoint-url", server.url)
        assert done.returncode == 2
        token = done.stderr.split("--resume ")[1].strip()
        server.failing_from = 9
        assert run(*command, "--endpoint-url", server.url, "--resume", token).returncode == 0
        assert len(server.bodies) == 1
