"""Records in the forms in which metrics are sent to the service, within its limits."""

import json
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import quote_plus

from metricparse.cloudwatch.series import (
    GREATEST,
    HOST_DIMENSION,
    JOB_DIMENSION,
    NAMESPACE,
    LeftOut,
    Series,
    SeriesReader,
)
from metricparse.records.streams import Records

#: Limits of a `PutMetricData` request: metrics, bytes, and different values of a metric.
MOST_METRICS = 1000
MOST_BYTES = 1_000_000
MOST_VALUES = 150
#: How far from now times may lie.
OLDEST = timedelta(weeks=2)
NEWEST = timedelta(hours=2)
#: Limits of an event in the Embedded Metric Format: metrics, and values of a metric.
MOST_EMBEDDED_METRICS = 100
MOST_EMBEDDED_VALUES = 100
#: Bytes of its metrics: an event has 256 KB at most, and holds more than these.
MOST_EVENT_BYTES = 256_000 - 8192
#: Metrics of a `BatchPutMetrics` request.
MOST_BATCHED = 10

Request: TypeAlias = dict[str, Any]

_NANOSECONDS = 10**9
#: A number in JSON, or the braces around a name, at most.
_NUMBER_BYTES = 28
#: What a request has besides its metrics, at most.
_ENVELOPE_BYTES = 4096


class _Sample(NamedTuple):
    """A value that may be sent: its series, its time in seconds since 1970, and its line."""

    series: Series
    second: int
    value: float
    line: int


@dataclass(frozen=True, slots=True)
class _Window:
    """The times that the service takes, in seconds since 1970."""

    oldest: float
    newest: float

    @classmethod
    def around(cls, now: datetime | None) -> "_Window":
        moment = now or datetime.now(UTC)
        return cls((moment - OLDEST).timestamp(), (moment + NEWEST).timestamp())


class Requests:
    """An iterable of requests; each iteration reads the records.

    left_out: how many records the service would have rejected, by the reason. sent: how many are
    in the requests. Both tell of the last iteration, as far as it has come.
    """

    def __init__(
        self,
        records: Records,
        make: Callable[[Iterable[_Sample]], Iterator[Request]],
        *,
        by_host: bool = False,
        now: datetime | None = None,
        names_taken: Container[str] = (),
    ) -> None:
        self._records = records
        self._make = make
        self._names_taken = names_taken
        self._by_host = by_host
        self._now = now
        self.left_out: Counter[LeftOut] = Counter()
        self.sent = 0

    def __iter__(self) -> Iterator[Request]:
        self.left_out, self.sent = Counter(), 0
        yield from self._make(self._samples())

    def _samples(self) -> Iterator[_Sample]:
        window = _Window.around(self._now)
        reader = SeriesReader(self._records, by_host=self._by_host)
        for batch in reader:
            columns = (column.to_pylist() for column in batch)
            for place, time, value, line in zip(*columns, strict=True):
                series = reader.series[place]
                taken = series.metric in self._names_taken
                if reason := LeftOut.NAME_TAKEN if taken else _refusal(time, value, window):
                    self.left_out[reason] += 1
                else:
                    self.sent += 1
                    yield _Sample(series, time // _NANOSECONDS, value, line)


def _refusal(time: int | None, value: float, window: _Window) -> LeftOut | None:
    if not abs(value) <= GREATEST:
        return LeftOut.NOT_TAKEN
    if time is None:
        return LeftOut.NO_TIME
    if time < window.oldest * _NANOSECONDS:
        return LeftOut.TOO_OLD
    return LeftOut.TOO_NEW if time > window.newest * _NANOSECONDS else None


def put_metric_data(
    records: Records, job: str, *, by_host: bool = False, now: datetime | None = None
) -> Requests:
    """`PutMetricData` requests: arguments of boto3's `put_metric_data`.

    job: the value of the dimension `TrainingJobName`. by_host: with the dimension `Host`. now: the
    time from which the service's window is counted; the clock's if not given.
    Values of a metric in the same second share a datum, with their counts, so that periods of a
    second and more hold what they would. Requests keep to the limits on metrics, bytes, values and
    times.
    """

    def make(samples: Iterable[_Sample]) -> Iterator[Request]:
        data = (_datum(each, job) for each in _by_second(samples, MOST_VALUES))
        for metrics in _chunked(data, MOST_METRICS, MOST_BYTES - _ENVELOPE_BYTES):
            yield {"Namespace": NAMESPACE, "MetricData": metrics}

    return Requests(records, make, by_host=by_host, now=now)


def embedded_metrics(
    records: Records, job: str, *, by_host: bool = False, now: datetime | None = None
) -> Requests:
    """Log events in the Embedded Metric Format, one a second and host; see `put_metric_data`."""

    def make(samples: Iterable[_Sample]) -> Iterator[Request]:
        for second, host, values in _events(_by_second(samples, MOST_EMBEDDED_VALUES)):
            yield _embedded(second, host, values, job)

    names_taken = {"_aws", JOB_DIMENSION, HOST_DIMENSION}
    return Requests(records, make, by_host=by_host, now=now, names_taken=names_taken)


def batch_put_metrics(records: Records, component: str, *, now: datetime | None = None) -> Requests:
    """`BatchPutMetrics` requests of the service `sagemaker-metrics`.

    component: the trial component's name. The log's line is the step.
    """

    def make(samples: Iterable[_Sample]) -> Iterator[Request]:
        data = (
            {
                "MetricName": each.series.metric,
                "Timestamp": datetime.fromtimestamp(each.second, UTC),
                "Step": each.line,
                "Value": each.value,
            }
            for each in samples
        )
        for metrics in _chunked(data, MOST_BATCHED, None):
            yield {"TrialComponentName": component, "MetricData": metrics}

    return Requests(records, make, now=now)


class _Second(NamedTuple):
    """Values of a series in one second, with their counts."""

    series: Series
    second: int
    counts: Counter[float]


def _by_second(samples: Iterable[_Sample], most: int) -> Iterator[_Second]:
    """Values of the same series and second, as long as these follow each other."""
    second: int | None = None
    gathered: dict[Series, Counter[float]] = {}
    for sample in samples:
        if sample.second != second:
            yield from _seconds(gathered, second)
            second, gathered = sample.second, {}
        counts = gathered.setdefault(sample.series, Counter())
        if len(counts) == most and sample.value not in counts:
            yield _Second(sample.series, sample.second, counts)
            counts = gathered[sample.series] = Counter()
        counts[sample.value] += 1
    yield from _seconds(gathered, second)


def _seconds(gathered: dict[Series, Counter[float]], second: int | None) -> Iterator[_Second]:
    if second is not None:
        yield from (_Second(series, second, counts) for series, counts in gathered.items())


def _datum(second: _Second, job: str) -> dict[str, Any]:
    datum: dict[str, Any] = {
        "MetricName": second.series.metric,
        "Dimensions": [
            {"Name": name, "Value": value} for name, value in _dimensions(second.series.host, job)
        ],
        "Timestamp": datetime.fromtimestamp(second.second, UTC),
    }
    if second.counts.total() == 1:
        return {**datum, "Value": next(iter(second.counts))}
    counts = list(map(float, second.counts.values()))
    return {**datum, "Values": list(second.counts), "Counts": counts}


def _dimensions(host: str | None, job: str) -> Iterator[tuple[str, str]]:
    yield JOB_DIMENSION, job
    if host is not None:
        yield HOST_DIMENSION, host


def _chunked(
    data: Iterable[dict[str, Any]], most: int, most_bytes: int | None
) -> Iterator[list[dict[str, Any]]]:
    chunk: list[dict[str, Any]] = []
    size = 0
    for datum in data:
        added = _form_size(datum) if most_bytes else 0
        if chunk and (len(chunk) == most or (most_bytes and size + added > most_bytes)):
            yield chunk
            chunk, size = [], 0
        chunk.append(datum)
        size += added
    if chunk:
        yield chunk


#: The longest name of a form's field up to a datum's own part.
_FIELD_PREFIX = len("&MetricData.member.1000.")


def _form_size(datum: dict[str, Any]) -> int:
    """Bytes of a datum in a form, the longest way in which a request is written."""
    return sum(
        _FIELD_PREFIX + len(name) + 1 + len(quote_plus(value)) for name, value in _fields(datum)
    )


def _fields(datum: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in datum.items():
        if key == "Dimensions":
            for place, dimension in enumerate(value, start=1):
                for part, text in dimension.items():
                    yield f"Dimensions.member.{place}.{part}", text
        elif isinstance(value, list):
            for place, number in enumerate(value, start=1):
                yield f"{key}.member.{place}", repr(number)
        else:
            yield key, value.isoformat() if isinstance(value, datetime) else str(value)


def _events(
    seconds: Iterable[_Second],
) -> Iterator[tuple[int, str | None, dict[str, list[float]]]]:
    """Values by metric, of the same second and host, within an event's limits."""
    place: tuple[int, str | None] | None = None
    values: dict[str, list[float]] = {}
    size = 0
    for second in seconds:
        name, here = second.series.metric, (second.second, second.series.host)
        for start in range(0, second.counts.total(), MOST_EMBEDDED_VALUES):
            some = list(second.counts.elements())[start : start + MOST_EMBEDDED_VALUES]
            # The name stands there twice.
            added = 2 * len(json.dumps(name)) + _NUMBER_BYTES * (len(some) + 1)
            full = len(values) == MOST_EMBEDDED_METRICS or name in values
            if place is not None and (here != place or full or size + added > MOST_EVENT_BYTES):
                yield *place, values
                values, size = {}, 0
            place = here
            values[name] = some
            size += added
    if place is not None:
        yield *place, values


def _embedded(
    second: int, host: str | None, values: dict[str, list[float]], job: str
) -> dict[str, Any]:
    dimensions = dict(_dimensions(host, job))
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [list(dimensions)],
        "Metrics": [{"Name": name} for name in values],
    }
    plain = {name: each[0] if len(each) == 1 else each for name, each in values.items()}
    return {
        "_aws": {"Timestamp": second * 1000, "CloudWatchMetrics": [directive]},
        **dimensions,
        **plain,
    }


def as_json_line(request: Request) -> str:
    """A request on one line; times as the API's JSON has them, in seconds since 1970."""
    return json.dumps(request, default=datetime.timestamp, ensure_ascii=False, allow_nan=False)
