"""What the service published for a training job, held against what its log would publish."""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from metricparse.aws import JOB, JobKind, find_job, job_named, service_client, service_errors
from metricparse.cloudwatch.periods import Statistics, gather
from metricparse.cloudwatch.series import GREATEST, JOB_DIMENSION, NAMESPACE, LeftOut
from metricparse.cloudwatch.training_job import as_float32, final_metrics
from metricparse.definitions.load import DefinitionSource, load_definitions
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.errors import MetricparseError
from metricparse.records.batches import SCHEMA
from metricparse.records.streams import Records, batches_of
from metricparse.scanning.scan import scan
from metricparse.scanning.summary import LinePlace
from metricparse.values import parts, value

#: How long CloudWatch keeps data points, and the least period in seconds that it has of them then.
_KEPT = ((timedelta(days=15), 60), (timedelta(days=63), 300))
_KEPT_LONGEST = 3600
#: Data points that one `GetMetricStatistics` answers at most.
_MOST_DATAPOINTS = 1440
#: Numbers are equal if float32 cannot tell them apart, as the service is known to give such.
_FLOAT32 = 2.0**-23
#: What may have been published after the log's last line.
_SLACK = 3600
_NANOSECONDS = 10**9


class Standing(StrEnum):
    """How a metric compares."""

    EQUAL = "equal"
    DIFFERENT = "different"
    MISSING_THERE = "missing there"
    MISSING_HERE = "missing here"


@value
class PeriodDifference:
    """A period of which the two sides have different statistics; None where a side has none.

    start: in seconds since 1970. lines: those whose values are in it here.
    """

    start: int
    here: Statistics | None
    there: Statistics | None
    lines: tuple[LinePlace, ...]

    def to_dict(self) -> dict[str, Any]:
        """As data for JSON."""
        return {
            "start": datetime.fromtimestamp(self.start, UTC).isoformat(),
            "here": self.here and self.here._asdict(),
            "there": self.there and self.there._asdict(),
            "lines": [each._asdict() for each in self.lines],
        }


@value
class VerifiedMetric:
    """A metric on both sides: here, what the log would publish; there, what the service has.

    periods_here, periods_there: how many there are. differences: the periods that differ.
    final_here, final_there: its value in `FinalMetricDataList`, None where it is not in there.
    final_line: the line of the final value here.
    """

    name: str
    periods_here: int
    periods_there: int
    differences: tuple[PeriodDifference, ...]
    final_here: float | None
    final_there: float | None
    final_line: LinePlace | None

    @property
    def standing(self) -> Standing:
        """Whether the sides are equal, and if not, how they differ."""
        here = self.periods_here or self.final_here is not None
        there = self.periods_there or self.final_there is not None
        if not self.differences and self.finals_equal:
            return Standing.EQUAL
        if here and there:
            return Standing.DIFFERENT
        return Standing.MISSING_THERE if here else Standing.MISSING_HERE

    @property
    def finals_equal(self) -> bool:
        """Whether the final values are the same, or there is none on either side."""
        return self.final_here == self.final_there

    def to_dict(self) -> dict[str, Any]:
        """As data for JSON."""
        return {
            **dict(parts(self)),
            "standing": self.standing,
            "differences": [each.to_dict() for each in self.differences],
            "final_line": self.final_line and self.final_line._asdict(),
        }


@value
class Verification:
    """A training job's metrics, those of its definitions first, in their order.

    period: seconds of the periods that were compared. left_out: how many records here are in none,
    by the reason.
    """

    job: str
    period: int
    metrics: tuple[VerifiedMetric, ...]
    left_out: dict[LeftOut, int]

    @property
    def equal(self) -> bool:
        """Whether all metrics are."""
        return all(each.standing is Standing.EQUAL for each in self.metrics)

    def to_dict(self) -> dict[str, Any]:
        """As data for JSON."""
        metrics = [each.to_dict() for each in self.metrics]
        return {**dict(parts(self)), "equal": self.equal, "metrics": metrics}


def verify(
    job: str, records: Records | None = None, definitions: DefinitionSource | None = None
) -> Verification:
    """What the service published for a training job, held against what its log would publish.

    job: the training job's name. records: a scan of its log, or other Arrow data of `SCHEMA`; by
    default its log in CloudWatch Logs is scanned. They are held in memory, 32 bytes each.
    definitions: by default those of the job.

    The statistics of periods are held against `GetMetricStatistics`, final values against the
    `FinalMetricDataList` of `DescribeTrainingJob`. Periods are a minute, or as long as CloudWatch
    has of a job that is so old. Needs boto3, whose environment says which account, region and
    endpoints are meant. Raises `MetricparseError` for what the service refuses.
    """
    name = job_named(job)
    with service_errors(name):
        job_found = find_job(name)
    if job_found.kind is not JobKind.TRAINING:
        raise MetricparseError(f"{name}: is a {job_found.kind.noun}; give a training job")
    described = job_found.description
    known = load_definitions(described if definitions is None else definitions)
    given = scan(f"{JOB}{name}", known) if records is None else records
    table = pa.Table.from_batches(list(batches_of(given)), SCHEMA)
    start, end = _window(table, described)
    period = _period_kept(datetime.now(UTC).timestamp() - start)
    here = _Here(table, known, period)
    with service_errors(name):
        there = _There(described, period, start, end)
        names = dict.fromkeys([*(each.name for each in known), *there.metrics])
        metrics = tuple(_verified(metric, here, there) for metric in names)
    return Verification(name, period, metrics, here.left_out)


def _verified(metric: str, here: "_Here", there: "_There") -> VerifiedMetric:
    ours, theirs = here.periods(metric), there.periods(metric)
    differences = (
        PeriodDifference(start, ours.get(start), theirs.get(start), here.lines(metric, start))
        for start in sorted(ours.keys() | theirs.keys())
        if not _equal(ours.get(start), theirs.get(start))
    )
    return VerifiedMetric(
        metric,
        len(ours),
        len(theirs),
        tuple(differences),
        here.finals.get(metric),
        there.finals.get(metric),
        here.final_line(metric),
    )


class _Here:
    """What the log would publish.

    finals: the last value of each metric. left_out: how many records are in no period.
    """

    def __init__(
        self, records: pa.Table, definitions: Sequence[MetricDefinition], period: int
    ) -> None:
        self._records = records
        self._period = period
        gathered = gather(records, period)
        names = (each.metric for each in gathered.series)
        self._periods = dict(zip(names, gathered.periods, strict=True))
        self.left_out = gathered.left_out
        self.finals = _by_name(final_metrics(records, definitions))

    def periods(self, metric: str) -> dict[int, Statistics]:
        """The statistics of a metric, by the start of the period."""
        return self._periods.get(metric, {})

    def lines(self, metric: str, start: int) -> tuple[LinePlace, ...]:
        """The lines whose values are in a period of a metric."""
        times = self._records["timestamp"].cast(pa.int64())
        first, last = start * _NANOSECONDS, (start + self._period) * _NANOSECONDS
        within = pc.and_(pc.greater_equal(times, first), pc.less(times, last))
        taken = pc.less_equal(pc.abs(self._records["value"]), GREATEST)
        return self._lines(metric, pc.and_(within, taken))

    def final_line(self, metric: str) -> LinePlace | None:
        """The last line that has a metric's final value."""
        if metric not in self.finals:
            return None
        values = self._records["value"].cast(pa.float32())
        return self._lines(metric, pc.equal(values, self.finals[metric]))[-1]

    def _lines(self, metric: str, taken: pa.ChunkedArray) -> tuple[LinePlace, ...]:
        of_metric = pc.equal(self._records["metric"].cast(pa.string()), metric)
        rows = self._records.filter(pc.and_(taken, of_metric))
        places = zip(rows["source"].to_pylist(), rows["line"].to_pylist(), strict=True)
        return tuple(LinePlace(*place) for place in dict.fromkeys(places))


class _There:
    """What the service has of a training job.

    finals: its final values. metrics: the names of all metrics that it has.
    """

    def __init__(self, described: dict[str, Any], period: int, start: float, end: float) -> None:
        self._client = service_client("cloudwatch")
        self._dimensions = [{"Name": JOB_DIMENSION, "Value": described["TrainingJobName"]}]
        self._period = period
        self._start, self._end = int(start // period * period), math.ceil(end)
        self.finals = _by_name(described.get("FinalMetricDataList", ()))
        self.metrics = [*self._listed(), *self.finals]

    def _listed(self) -> Iterator[str]:
        pages = self._client.get_paginator("list_metrics")
        for page in pages.paginate(Namespace=NAMESPACE, Dimensions=self._dimensions):
            for metric in page["Metrics"]:
                yield metric["MetricName"]

    def periods(self, metric: str) -> dict[int, Statistics]:
        """The statistics of a metric, by the start of the period."""
        step = self._period * _MOST_DATAPOINTS
        return {
            int(point["Timestamp"].timestamp()): Statistics(
                int(point["SampleCount"]), point["Sum"], point["Minimum"], point["Maximum"]
            )
            for start in range(self._start, self._end, step)
            for point in self._points(metric, start, start + step)
        }

    def _points(self, metric: str, start: int, end: int) -> list[dict[str, Any]]:
        answer = self._client.get_metric_statistics(
            Namespace=NAMESPACE,
            MetricName=metric,
            Dimensions=self._dimensions,
            StartTime=datetime.fromtimestamp(start, UTC),
            EndTime=datetime.fromtimestamp(end, UTC),
            Period=self._period,
            Statistics=["SampleCount", "Sum", "Minimum", "Maximum"],
        )
        return answer["Datapoints"]  # type: ignore[no-any-return] # boto3 has no types


def _by_name(finals: Iterable[dict[str, Any]]) -> dict[str, float]:
    return {each["MetricName"]: as_float32(each["Value"]) for each in finals}


def _equal(here: Statistics | None, there: Statistics | None) -> bool:
    if here is None or there is None or here.sample_count != there.sample_count:
        return False
    most = max(abs(here.minimum), abs(here.maximum))
    return all(
        abs(ours - theirs) <= _FLOAT32 * bound
        for ours, theirs, bound in (
            (here.sum, there.sum, most * here.sample_count),
            (here.minimum, there.minimum, abs(here.minimum)),
            (here.maximum, there.maximum, abs(here.maximum)),
        )
    )


def _window(records: pa.Table, described: dict[str, Any]) -> tuple[float, float]:
    """Where data points may lie, in seconds since 1970."""
    ends = pc.min_max(records["timestamp"].cast(pa.int64())).values()
    times = [each.as_py() / _NANOSECONDS for each in ends if each.is_valid]
    fields = ("TrainingStartTime", "TrainingEndTime")
    times += [described[field].timestamp() for field in fields if field in described]
    return (min(times), max(times) + _SLACK) if times else (0.0, 0.0)


def _period_kept(age: float) -> int:
    """The least period of which CloudWatch has data points that are so many seconds old."""
    for kept, period in _KEPT:
        if age < kept.total_seconds():
            return period
    return _KEPT_LONGEST
