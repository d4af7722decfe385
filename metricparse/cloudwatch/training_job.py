"""Final values, as `DescribeTrainingJob` and a tuning job give them."""

import ctypes
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from metricparse.cloudwatch.series import GREATEST, Series, SeriesBatch, SeriesReader
from metricparse.definitions.load import DefinitionSource, load_definitions
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.errors import MetricparseError
from metricparse.records.streams import Records

if TYPE_CHECKING:
    from metricparse.definitions.algorithm import AlgorithmSpecification

_NANOSECONDS = 10**9
_NO_TIME = -(2**63)
_JOB_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")


@dataclass(frozen=True, slots=True)
class LastValue:
    """A metric's last value, and its time in nanoseconds since 1970; None where it has none."""

    value: float
    time: int | None


def final_metrics(records: Records, definitions: DefinitionSource) -> list[dict[str, Any]]:
    """The `FinalMetricDataList` of a training job that emitted these records.

    The last value of each metric that was emitted, in the order of the definitions, as float32,
    with a time of whole seconds (`datetime`, UTC; none where the log tells none). The last is the
    one with the latest time; of several at that time, and where there are no times, the last in the
    order of the records. Values that CloudWatch does not take do not count.
    """
    return _final_metrics(_last_values(records), load_definitions(definitions))


def tuning_objective(records: Records, name: str, kind: str | None = None) -> dict[str, Any]:
    """What a tuning job says of the training job's objective.

    name: the objective's metric. kind: `Maximize` or `Minimize`.
    `FinalHyperParameterTuningJobObjectiveMetric` where the metric was emitted, and the
    `ObjectiveStatus`: `Succeeded`, or else `Failed`.
    """
    if kind not in {None, "Maximize", "Minimize"}:
        raise MetricparseError(f"objective: Maximize or Minimize, not {kind}")
    last = _last_values(records).get(name)
    if last is None:
        return {"ObjectiveStatus": "Failed"}
    metric = {"MetricName": name, "Value": as_float32(last.value)}
    return {
        "FinalHyperParameterTuningJobObjectiveMetric": {"Type": kind, **metric} if kind else metric,
        "ObjectiveStatus": "Succeeded",
    }


def describe_training_job(
    name: str,
    records: Records,
    algorithm: "AlgorithmSpecification | Sequence[MetricDefinition]",
) -> dict[str, Any]:
    """A document in the shape of `DescribeTrainingJob`'s answer, for a job that printed the log.

    What a log does not tell is left out, or empty where the shape demands it: the account in the
    ARN is all zeros, and the job started with its first record and ended with its last.

    Raises `MetricparseError` for a name that a training job cannot have.
    """
    check_job_name(name)
    return described(name, *_ends(records), algorithm)


def check_job_name(name: str) -> None:
    """Raise `MetricparseError` for a name that a training job cannot have."""
    if not _JOB_NAME.fullmatch(name):
        raise MetricparseError(
            f"{name!r}: not a valid name of a training job; 1 to 63 letters, digits and hyphens, none of "
            "these at its start or end"
        )


def arn_of(name: str) -> str:
    """The ARN of a training job, in an account of all zeros."""
    return f"arn:aws:sagemaker:us-east-1:000000000000:training-job/{name}"


def described(
    name: str,
    ends: "Ends",
    series: Sequence[Series],
    algorithm: "AlgorithmSpecification | Sequence[MetricDefinition]",
    *,
    running: bool = False,
) -> dict[str, Any]:
    """See `describe_training_job`; `running` where the log may go on."""
    if isinstance(algorithm, Sequence):
        definitions: Sequence[MetricDefinition] = algorithm
        listed = [each.to_request() for each in definitions]
        specification = {"TrainingInputMode": "File", "MetricDefinitions": listed}
    else:
        specification = algorithm.model_dump(by_alias=True, exclude_none=True, mode="json")
        definitions = algorithm.metric_definitions or ()
    times = {}
    if ends.first is not None and ends.last is not None:
        times["TrainingStartTime"] = whole_second(ends.first)
        if not running:
            times["TrainingEndTime"] = whole_second(ends.last)
    return {
        "TrainingJobName": name,
        "TrainingJobArn": arn_of(name),
        "ModelArtifacts": {"S3ModelArtifacts": ""},
        "TrainingJobStatus": "InProgress" if running else "Completed",
        "SecondaryStatus": "Training" if running else "Completed",
        "AlgorithmSpecification": specification,
        "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
        "CreationTime": whole_second(ends.first or 0),
        **times,
        "FinalMetricDataList": _final_metrics(ends.by_metric(series), definitions),
    }


def as_float32(value: float) -> float:
    """The value as the service gives it: 0.06942 reads back as 0.06942000240087509."""
    return ctypes.c_float(value).value


def whole_second(time: int) -> datetime:
    """Nanoseconds since 1970 as a time of whole seconds, UTC."""
    return datetime.fromtimestamp(time // _NANOSECONDS, UTC)


def _final_metrics(
    values: dict[str, LastValue], definitions: Sequence[MetricDefinition]
) -> list[dict[str, Any]]:
    names = dict.fromkeys(each.name for each in definitions)
    return [
        {"MetricName": name, "Value": as_float32(last.value)}
        | ({} if last.time is None else {"Timestamp": whole_second(last.time)})
        for name in names
        if (last := values.get(name))
    ]


def _last_values(records: Records) -> dict[str, LastValue]:
    ends, series = _ends(records)
    return ends.by_metric(series)


def _ends(records: Records) -> tuple["Ends", list[Series]]:
    reader = SeriesReader(records)
    ends = Ends()
    for batch in reader:
        ends.add(batch)
    return ends, reader.series


@dataclass
class Ends:
    """The first and the last time of records, in nanoseconds since 1970, and the last values."""

    first: int | None = None
    last: int | None = None
    values: dict[int, LastValue] = field(default_factory=dict)

    def add(self, batch: SeriesBatch) -> None:
        """Take the records of a batch."""
        least, most = (bound.as_py() for bound in pc.min_max(batch.times).values())
        if least is not None:
            self.first = least if self.first is None else min(self.first, least)
            self.last = most if self.last is None else max(self.last, most)
        for series, value in _last_of_batch(batch).items():
            before = self.values.get(series)
            if before is None or (value.time or _NO_TIME) >= (before.time or _NO_TIME):
                self.values[series] = value

    def by_metric(self, series: Sequence[Series]) -> dict[str, LastValue]:
        """The last values by their metrics' names."""
        return {series[place].metric: value for place, value in self.values.items()}


def _last_of_batch(batch: SeriesBatch) -> dict[int, LastValue]:
    """The last value of each series: of the latest time, then of the last row."""
    taken = pc.less_equal(pc.abs(batch.values), GREATEST)
    table = pa.table(
        {
            "series": batch.series,
            "time": pc.fill_null(batch.times, _NO_TIME),
            "row": pa.array(range(len(batch))),
        }
    ).filter(taken)
    latest = table.group_by("series").aggregate([("time", "max")])
    rows = table.join(latest, ["series", "time"], ["series", "time_max"], join_type="inner")
    last_rows = rows.group_by("series").aggregate([("row", "max")])
    return {
        series: LastValue(batch.values[row].as_py(), batch.times[row].as_py())
        for series, row in zip(*(column.to_pylist() for column in last_rows.columns), strict=True)
    }
