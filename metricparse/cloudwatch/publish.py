"""Sending records to CloudWatch, or to what answers in its place."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from metricparse.aws import service_client, service_errors
from metricparse.cloudwatch.requests import put_metric_data
from metricparse.cloudwatch.series import LeftOut
from metricparse.errors import MetricparseError
from metricparse.records.streams import Records

#: Dollars in us-east-1 for what is beyond the free tier, in the dearest tier of the price list
#: (aws.amazon.com/cloudwatch/pricing): a thousand requests, and a custom metric for a month.
DOLLARS_A_THOUSAND_REQUESTS = 0.01
DOLLARS_A_METRIC_MONTH = 0.30


@dataclass
class Published:
    """What went through: requests and values; and what was left out, by the reason.

    metrics: the series, each a metric's name and, if asked for, its host.
    """

    requests: int = 0
    values: int = 0
    metrics: set[tuple[str, ...]] = field(default_factory=set)
    left_out: dict[LeftOut, int] = field(default_factory=dict)

    @property
    def dollars(self) -> float:
        """About what the service asks for it: the requests, and the metrics for a month."""
        requests = self.requests * DOLLARS_A_THOUSAND_REQUESTS / 1000
        return requests + len(self.metrics) * DOLLARS_A_METRIC_MONTH


class PublishError(MetricparseError):
    """A request failed for good.

    published: what went through before it. resume: given to `publish`, it goes on from there.
    """

    def __init__(self, message: str, published: Published, resume: str) -> None:
        super().__init__(message)
        self.published = published
        self.resume = resume

    def __reduce__(self) -> tuple[type, tuple[str, Published, str]]:
        return type(self), (str(self), self.published, self.resume)


def publish(
    records: Records,
    job: str,
    *,
    client: Any = None,
    by_host: bool = False,
    resume: str | None = None,
    on_request: Callable[[dict[str, Any]], object] | None = None,
) -> Published:
    """Send records as metrics of a training job: namespace `/aws/sagemaker/TrainingJobs`.

    client: boto3's of CloudWatch, such as `cloudwatch_client` makes it; None sends nothing, and
    tells what would be sent. by_host: with the dimension `Host`. on_request: called with each
    request that went through.
    resume: of a `PublishError`, with the same records and job: what went through is not sent again.

    Raises `PublishError` where a request fails for good. The service may have taken a request whose
    answer was lost; it cannot tell, and would count its values twice.

    >>> times = mp.AssumedTimes(datetime.now(UTC))
    >>> records = mp.placed(mp.scan("bare.log", "definitions.json"), times)
    >>> published = mp.publish(records, "my-job")  # a dry run, as there is no client
    >>> published.requests, published.values
    (1, 2)
    """
    skip, now = _parse_resume(resume) if resume else (0, datetime.now(UTC))
    requests = put_metric_data(records, job, by_host=by_host, now=now)
    published = Published()
    for number, request in enumerate(requests):
        if number < skip:
            continue
        if client is not None:
            _send(client, request, published, f"{number}@{now.isoformat()}")
        _count(request, published)
        if on_request:
            on_request(request)
    published.left_out = dict(requests.left_out)
    return published


def cloudwatch_client(endpoint_url: str | None = None) -> Any:
    """boto3's client of CloudWatch, with its own ways to credentials and region.

    endpoint_url: another server in place of the service; its region is us-east-1 unless said.
    Raises `MetricparseError` if boto3 is not installed, or knows no region.
    """
    return service_client("cloudwatch", endpoint_url)


def _send(client: Any, request: dict[str, Any], published: Published, resume: str) -> None:
    try:
        with service_errors("CloudWatch"):
            client.put_metric_data(**request)
    except MetricparseError as error:
        done = f"{published.requests:,} requests with {published.values:,} values went through"
        message = f"{error}; {done}; to go on from there: --resume {resume}"
        raise PublishError(message, published, resume) from error


def _count(request: dict[str, Any], published: Published) -> None:
    published.requests += 1
    for datum in request["MetricData"]:
        hosts = (dimension["Value"] for dimension in datum["Dimensions"][1:])
        published.metrics.add((datum["MetricName"], *hosts))
        published.values += int(sum(datum.get("Counts", [1])))


def _parse_resume(resume: str) -> tuple[int, datetime]:
    number, _, moment = resume.partition("@")
    try:
        return int(number), datetime.fromisoformat(moment).astimezone(UTC)
    except ValueError:
        expected = "what the failure said, such as 12@2026-11-22T10:00:00+00:00"
        raise MetricparseError(f"resume: {expected}, not {resume!r}") from None
