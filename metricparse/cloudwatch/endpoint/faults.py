"""What is wrong with a call, as the services name it."""


class Fault(Exception):  # noqa: N818 - the services' word for it
    """A call that is answered with an error.

    name: the error's shape in the service's model, or else what the service calls it.
    """

    def __init__(self, name: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.name = name
        self.message = message
        self.status = status


def not_served(operation: str) -> Fault:
    """An operation that the endpoint does not answer."""
    return Fault(
        "UnknownOperationException",
        f"{operation or 'this request'}: not served here; metricparse answers ListMetrics, "
        "GetMetricStatistics, GetMetricData, DescribeTrainingJob and BatchGetMetrics",
        404,
    )


def refused(why: str) -> Fault:
    """A request that is not answered, whatever it asks."""
    return Fault("AccessDeniedException", why, 403)


def too_large(most: int) -> Fault:
    """A body of more bytes than any call that is served has."""
    return Fault("RequestEntityTooLarge", f"more than {most:,} bytes", 413)


def unreadable(message: str) -> Fault:
    """A body that is not in its protocol's form."""
    return Fault("SerializationException", message)


def invalid(message: str) -> Fault:
    """Parameters that break the bounds of the model."""
    return Fault("ValidationError", message)
