"""Clients of the services, with boto3's own ways to credentials and region; and jobs by their names."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from threading import Lock
from typing import TYPE_CHECKING, Any, NoReturn

from metricparse._extension import require
from metricparse.errors import MetricparseError
from metricparse.values import value

if TYPE_CHECKING:
    from datetime import datetime

#: What a job is named by in place of a path.
JOB = "sagemaker://"
#: Times that a request is tried; boto3 waits longer and longer in between, and sends no faster than
#: the service lets it.
_ATTEMPTS = 8
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_NOT_FOUND = frozenset(
    {
        "ResourceNotFound",
        "ResourceNotFoundException",
        "UnknownOperationException",  # an endpoint that stands in for the service
        "ValidationException",
    }
)
_DENIED = frozenset({"AccessDenied", "AccessDeniedException"})
#: Clients are used by several threads, but a session makes them one by one.
_MAKING_CLIENTS = Lock()
_ENDED = frozenset({"Completed", "Failed", "Stopped"})


class JobKind(StrEnum):
    """The kinds of jobs, by which the API's names of what belongs to them begin."""

    TRAINING = "Training"
    PROCESSING = "Processing"
    TUNING = "HyperParameterTuning"

    @property
    def noun(self) -> str:
        """Such as `training job`."""
        return "tuning job" if self is JobKind.TUNING else f"{self.lower()} job"


_DESCRIBE = {
    JobKind.TRAINING: "describe_training_job",
    JobKind.PROCESSING: "describe_processing_job",
    JobKind.TUNING: "describe_hyper_parameter_tuning_job",
}


@value
class Job:
    """A job, and what the service says of it: nothing if that is not to be known."""

    name: str
    kind: JobKind
    description: dict[str, Any]

    @property
    def ended(self) -> "datetime | None":
        """When it ended; None if it runs, or that is not known."""
        if self.description.get(f"{self.kind}JobStatus") not in _ENDED:
            return None
        last = self.description.get("LastModifiedTime")
        ended: datetime | None = self.description.get(f"{self.kind}EndTime", last)
        return ended

    @property
    def identity(self) -> tuple[str, str]:
        """What no other job has: its ARN, and when it was made."""
        arn = self.description[f"{self.kind}JobArn"]
        return arn, self.description["CreationTime"].isoformat()

    def training_jobs(self) -> list[str]:
        """The names of the training jobs that it is, or consists of; with boto3's errors."""
        if self.kind is not JobKind.TUNING:
            return [self.name] if self.kind is JobKind.TRAINING else []
        operation = "list_training_jobs_for_hyper_parameter_tuning_job"
        pages = service_client("sagemaker").get_paginator(operation)
        return [
            each["TrainingJobName"]
            for page in pages.paginate(HyperParameterTuningJobName=self.name)
            for each in page["TrainingJobSummaries"]
        ]


def find_job(name: str, *, unknown: bool = False) -> Job:
    """The training, processing or tuning job of a name; with boto3's errors.

    unknown: a job is taken to be of the first kind of which the credentials may not ask for one.
    Raises `MetricparseError` if there is none.
    """
    refused = _boto("botocore.exceptions").ClientError
    client = service_client("sagemaker")
    for kind, operation in _DESCRIBE.items():
        try:
            description = getattr(client, operation)(**{f"{kind}JobName": name})
        except refused as error:
            if unknown and is_denied(error):
                return Job(name, kind, {})
            if _code(error) not in _NOT_FOUND:
                raise
        else:
            return Job(name, kind, description)
    region = client.meta.region_name
    raise MetricparseError(
        f"no training, processing or tuning job {name!r} in this account and region ({region})"
    )


def service_client(service: str, endpoint_url: str | None = None) -> Any:
    """boto3's client of a service.

    endpoint_url: another server in place of the service; its region is us-east-1 unless said.
    Raises `MetricparseError` if boto3 is not installed, or knows no region.
    """
    config = _boto("botocore.config").Config(
        retries={"mode": "adaptive", "total_max_attempts": _ATTEMPTS}
    )
    with service_errors(service), _MAKING_CLIENTS:
        session = _session()
        region = session.region_name or ("us-east-1" if endpoint_url else None)
        return session.client(service, region_name=region, endpoint_url=endpoint_url, config=config)


def _session() -> Any:
    """boto3's default session, whose first client of a service takes ten times as long as the others."""
    boto3 = _boto("boto3")
    if boto3.DEFAULT_SESSION is None:
        boto3.setup_default_session()
    return boto3.DEFAULT_SESSION


@contextmanager
def service_errors(where: str, kind: type[MetricparseError] = MetricparseError) -> Iterator[None]:
    """Turns boto3's errors into ones of a kind, which name what was asked for, and no credentials."""
    exceptions = _boto("botocore.exceptions")
    try:
        yield
    except exceptions.ClientError as error:
        advice = "; renew them, and try again" if _code(error) in _EXPIRED else ""
        _raise(f"{where}: {error}{advice}", kind)
    except (exceptions.BotoCoreError, OSError, ValueError) as error:
        _raise(f"{where}: {error}", kind)


def is_denied(error: Any) -> bool:
    """Whether a `ClientError` says that the credentials lack the right to ask."""
    return _code(error) in _DENIED


def _code(error: Any) -> str:
    code: str = error.response["Error"].get("Code", "")
    return code


def _raise(message: str, kind: type[MetricparseError]) -> NoReturn:
    """Raise without the cause: a service that rejects a signature repeats the request, secrets and all."""
    credentials = None
    # Where they cannot be had, none were sent.
    with suppress(_boto("botocore.exceptions").BotoCoreError, OSError, ValueError):
        credentials = _session().get_credentials()
    # As they are held: those that expire would be renewed when they are asked for.
    held = vars(credentials) if credentials else {}
    for part in ("access_key", "secret_key", "token"):
        if secret := held.get(part) or held.get(f"_{part}"):
            message = message.replace(secret, "***")
    raise kind(message) from None


def job_named(url: str) -> str:
    """The job that a `sagemaker://JOB` names."""
    return url.removeprefix(JOB).partition("?")[0].strip("/")


def _boto(module: str) -> Any:
    return require(module, "boto3", "aws")
