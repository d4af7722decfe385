"""What the operations answer."""

import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from metricparse.cloudwatch.endpoint.faults import Fault
from metricparse.cloudwatch.endpoint.job import Point, Sample, ServedJob
from metricparse.cloudwatch.endpoint.protocols import CLOUDWATCH, SAGEMAKER, SAGEMAKER_METRICS
from metricparse.cloudwatch.periods import SHORT_PERIODS
from metricparse.cloudwatch.series import JOB_DIMENSION, NAMESPACE
from metricparse.cloudwatch.training_job import arn_of

#: Data points that `GetMetricStatistics` answers at most, and a page of the others.
MOST_DATAPOINTS = 1440
MOST_OF_A_PAGE = 100_800
MOST_METRICS = 500

_PERCENTILE = re.compile(r"p(\d{1,3}(?:\.\d{1,10})?)")
_STATISTICS: dict[str, Callable[[Point], float]] = {
    "SampleCount": lambda point: float(point.statistics.sample_count),
    "Average": lambda point: point.statistics.average,
    "Sum": lambda point: point.statistics.sum,
    "Minimum": lambda point: point.statistics.minimum,
    "Maximum": lambda point: point.statistics.maximum,
}
_UNIT = "None"

Document = dict[str, Any]


def list_metrics(job: ServedJob, parameters: Document) -> Document:
    """Each metric of the job, with its one dimension."""
    if "RecentlyActive" in parameters:
        raise _not_answered("RecentlyActive")
    metrics = [
        {"Namespace": NAMESPACE, "MetricName": name, "Dimensions": _dimensions(job)}
        for name in job.metrics()
        if parameters.get("Namespace", NAMESPACE) == NAMESPACE
        and parameters.get("MetricName", name) == name
        and all(
            each["Name"] == JOB_DIMENSION and each.get("Value", job.name) == job.name
            for each in parameters.get("Dimensions", ())
        )
    ]
    start = _start_of_page(parameters, "InvalidParameterValueException")
    end = start + MOST_METRICS
    page = {"Metrics": metrics[start:end]}
    return {**page, "NextToken": str(end)} if len(metrics) > end else page


def get_metric_statistics(job: ServedJob, parameters: Document) -> Document:
    """Statistics of periods, in their order."""
    wanted = parameters.get("Statistics", [])
    extended = parameters.get("ExtendedStatistics", [])
    if not wanted and not extended:
        raise Fault("InvalidParameterCombinationException", "give Statistics or ExtendedStatistics")
    period = _checked_period(parameters["Period"])
    shares = {name: _share(name) for name in extended}
    window = _window(parameters)
    found: list[Point] = []
    if _is_of_job(job, parameters) and parameters.get("Unit", _UNIT) == _UNIT:
        points = job.points(parameters["MetricName"], period, with_values=bool(shares))
        found = _between(points, window, period)
    if len(found) > MOST_DATAPOINTS:
        raise Fault(
            "InvalidParameterCombinationException",
            f"{len(found)} data points, more than {MOST_DATAPOINTS}; ask for a longer period or "
            "for less time",
        )
    return {
        "Label": parameters["MetricName"],
        "Datapoints": [
            {
                "Timestamp": _moment(point),
                **{name: _STATISTICS[name](point) for name in wanted},
                "Unit": _UNIT,
                **_percentiles(point, shares),
            }
            for point in found
        ],
    }


def get_metric_data(job: ServedJob, parameters: Document) -> Document:
    """Statistics of periods, of several metrics, by pages."""
    queries = [each for each in parameters["MetricDataQueries"] if each.get("ReturnData", True)]
    if any("MetricStat" not in query for query in queries):
        raise _not_answered("Expression")
    most = parameters.get("MaxDatapoints", MOST_OF_A_PAGE)
    if not 1 <= most <= MOST_OF_A_PAGE:
        raise _wrong(f"MaxDatapoints: 1 to {MOST_OF_A_PAGE}, not {most}")
    window = _window(parameters)
    start = place = _start_of_page(parameters, "InvalidNextToken")
    results, seen = [], 0
    for query in queries:
        points = _queried(job, query, window)
        if parameters.get("ScanBy") != "TimestampAscending":
            points.reverse()
        first, last = max(start - seen, 0), max(start + most - seen, 0)
        page = points[first:last]
        seen += len(points)
        place += len(page)
        results.append(
            {
                "Id": query["Id"],
                "Label": query.get("Label", query["MetricStat"]["Metric"].get("MetricName", "")),
                "Timestamps": [moment for moment, _ in page],
                "Values": [value for _, value in page],
                "StatusCode": "PartialData" if last < len(points) else "Complete",
            }
        )
    answered = {"MetricDataResults": results, "Messages": []}
    return {**answered, "NextToken": str(place)} if place < seen else answered


def describe_training_job(job: ServedJob, parameters: Document) -> Document:
    """The job, by its name."""
    if parameters["TrainingJobName"] != job.name:
        raise Fault("ValidationException", "Requested resource not found.")
    return job.description()


def batch_get_metrics(job: ServedJob, parameters: Document) -> Document:
    """Values of metrics over time, in seconds since 1970, or over lines of the log."""
    return {"MetricQueryResults": [_over_axis(job, each) for each in parameters["MetricQueries"]]}


ANSWERS: dict[tuple[str, str], Callable[[ServedJob, Document], Document]] = {
    (CLOUDWATCH, "ListMetrics"): list_metrics,
    (CLOUDWATCH, "GetMetricStatistics"): get_metric_statistics,
    (CLOUDWATCH, "GetMetricData"): get_metric_data,
    (SAGEMAKER, "DescribeTrainingJob"): describe_training_job,
    (SAGEMAKER_METRICS, "BatchGetMetrics"): batch_get_metrics,
}


def _queried(
    job: ServedJob, query: Document, window: tuple[float, float]
) -> list[tuple[datetime, float]]:
    """Times and values of one query, in order."""
    wanted = query["MetricStat"]
    period, name = _checked_period(wanted["Period"]), wanted["Stat"]
    share = None if name in _STATISTICS else _share(name)
    metric = wanted["Metric"]
    if not _is_of_job(job, metric) or wanted.get("Unit", _UNIT) != _UNIT:
        return []
    points = job.points(metric.get("MetricName", ""), period, with_values=share is not None)
    return [
        (_moment(each), each.percentile(share) if share else _STATISTICS[name](each))
        for each in _between(points, window, period)
    ]


def _window(parameters: Document) -> tuple[float, float]:
    """The time asked for, in seconds since 1970."""
    start, end = (parameters[name].timestamp() for name in ("StartTime", "EndTime"))
    if start >= end:
        raise _wrong("StartTime must be less than EndTime")
    return start, end


def _between(points: Iterable[Point], window: tuple[float, float], period: int) -> list[Point]:
    """Those that start in the window, whose start is rounded down and whose end is not in it."""
    step = min(period, 60)
    first = window[0] // step * step
    return [point for point in points if first <= point.start < window[1]]


def _is_of_job(job: ServedJob, metric: Document) -> bool:
    dimensions = metric.get("Dimensions", [])
    return metric.get("Namespace") == NAMESPACE and dimensions == _dimensions(job)


def _dimensions(job: ServedJob) -> list[dict[str, str]]:
    return [{"Name": JOB_DIMENSION, "Value": job.name}]


def _checked_period(period: int) -> int:
    if period in SHORT_PERIODS or period % 60 == 0:
        return period
    known = ", ".join(map(str, SHORT_PERIODS))
    raise _wrong(f"Period: {known} or a multiple of 60, not {period}")


def _share(name: str) -> float:
    match = _PERCENTILE.fullmatch(name)
    if match and 0 < float(match[1]) <= 100:
        return float(match[1])
    raise _wrong(f"{name}: a statistic is one of {', '.join(_STATISTICS)}, or such as p99.9")


def _percentiles(point: Point, shares: dict[str, float]) -> Document:
    found = {name: point.percentile(share) for name, share in shares.items()}
    return {"ExtendedStatistics": found} if found else {}


def _start_of_page(parameters: Document, fault: str) -> int:
    token = parameters.get("NextToken", "0")
    if not token.isdecimal() or len(token) > 18:
        raise Fault(fault, f"NextToken: none that was given: {token!r}")
    return int(token)


def _moment(point: Point) -> datetime:
    return datetime.fromtimestamp(point.start, UTC)


def _wrong(message: str) -> Fault:
    return Fault("InvalidParameterValueException", message)


def _not_answered(parameter: str) -> Fault:
    return _wrong(f"{parameter}: metricparse does not answer that")


_SECONDS = {"OneMinute": 60, "FiveMinute": 300, "OneHour": 3600}
_OF_VALUES: dict[str, Callable[[list[float]], float]] = {
    "Min": min,
    "Max": max,
    "Avg": statistics.fmean,
    "Count": lambda values: float(len(values)),
    "StdDev": statistics.pstdev,
    "Last": lambda values: values[-1],
}


def _over_axis(job: ServedJob, query: Document) -> Document:
    over_lines = query["XAxisType"] == "IterationNumber"
    problem = None
    if query["ResourceArn"].rpartition("/")[2] != job.name:
        problem = f"the job that is served is {arn_of(job.name)}"
    elif over_lines != (query["Period"] == "IterationNumber"):
        problem = "the period is IterationNumber where XAxisType is, and only there"
    if problem:
        empty: Document = {"XAxisValues": [], "MetricValues": []}
        return {"Status": "ValidationError", "Message": problem, **empty}
    grouped: defaultdict[int, list[float]] = defaultdict(list)
    for sample in sorted(job.samples(query["MetricName"]), key=lambda each: each.time):
        place = sample.line if over_lines else _period_of(sample, _SECONDS[query["Period"]])
        if query.get("Start", place) <= place <= query.get("End", place):
            grouped[place].append(sample.value)
    places = sorted(grouped)
    values = [_OF_VALUES[query["MetricStat"]](grouped[place]) for place in places]
    return {"Status": "Complete", "XAxisValues": places, "MetricValues": values}


def _period_of(sample: Sample, seconds: int) -> int:
    return sample.time // (seconds * 10**9) * seconds
