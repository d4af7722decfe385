"""Envelopes: what tools that keep logs write around their text, and how it is taken off."""

from enum import StrEnum


class Envelope(StrEnum):
    """What a tool that keeps logs writes around their text.

    PLAIN: nothing.
    DOCKER: Docker's `json-file`.
    CRI: Kubernetes'.
    CLOUDWATCH: JSON of `get-log-events` or `filter-log-events`, pages one after the other.
    TAIL: the text of `aws logs tail`.
    EXPORT: CloudWatch's export to S3.
    COMPOSE: `docker compose`, and SageMaker's local mode.
    MPI: `mpirun --tag-output`, as SageMaker runs it.
    SDK: what the SageMaker SDK prints of a job's log, with a colour around each event.
    """

    PLAIN = "plain"
    DOCKER = "docker"
    CRI = "cri"
    CLOUDWATCH = "cloudwatch"
    TAIL = "tail"
    EXPORT = "export"
    COMPOSE = "compose"
    MPI = "mpi"
    SDK = "sdk"
