"""Clients of the services, with boto3's own ways to credentials and region."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from metricparse._extension import require
from metricparse.errors import MetricparseError

#: What a training job is named by in place of a path.
JOB = "sagemaker://"
#: Times that a request is tried; boto3 waits longer and longer in between, and sends no faster than
#: the service lets it.
_ATTEMPTS = 8


def service_client(service: str, endpoint_url: str | None = None) -> Any:
    """boto3's client of a service.

    endpoint_url: another server in place of the service; its region is us-east-1 unless said.
    Raises `MetricparseError` if boto3 is not installed, or knows no region.
    """
    config = _boto("botocore.config").Config(
        retries={"mode": "adaptive", "total_max_attempts": _ATTEMPTS}
    )
    with service_errors(service):
        session = _boto("boto3").Session()
        region = session.region_name or ("us-east-1" if endpoint_url else None)
        return session.client(service, region_name=region, endpoint_url=endpoint_url, config=config)


@contextmanager
def service_errors(where: str, kind: type[MetricparseError] = MetricparseError) -> Iterator[None]:
    """Turns boto3's errors into ones of a kind, which name what was asked for."""
    exceptions = _boto("botocore.exceptions")
    try:
        yield
    except (exceptions.ClientError, exceptions.BotoCoreError, ValueError) as error:
        raise kind(f"{where}: {error}") from error


def job_named(url: str) -> str:
    """The training job that a `sagemaker://JOB` names."""
    return url.removeprefix(JOB).strip("/")


def describe_job(name: str) -> dict[str, Any]:
    """What `DescribeTrainingJob` tells of a training job, with boto3's errors."""
    client = service_client("sagemaker")
    return client.describe_training_job(TrainingJobName=name)  # type: ignore[no-any-return] # it is one


def _boto(module: str) -> Any:
    return require(module, "boto3", "aws")
