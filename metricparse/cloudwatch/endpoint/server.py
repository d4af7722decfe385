"""The endpoint over HTTP."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from metricparse._extension import require
from metricparse.cloudwatch.endpoint.job import ServedJob
from metricparse.cloudwatch.series import LeftOut
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.http_server.listening import BACKLOG, listen
from metricparse.http_server.visitors import Visitors
from metricparse.records.streams import Records

if TYPE_CHECKING:
    from metricparse.definitions.algorithm import AlgorithmSpecification

if TYPE_CHECKING:
    from metricparse.cloudwatch.endpoint.protocols import Request, Response

#: Bytes of a request's body at most; the calls that are answered are far smaller.
MOST_BYTES = 256 * 1024
#: Bytes up to which a body that is too large is read all the same, for its client to read the answer.
_MOST_DISCARDED = 8 << 20
#: Seconds to wait at the end for the batch that is being read.
_LAST_BATCH = 2.0

_log = logging.getLogger(__name__)


@contextmanager
def serve(
    name: str,
    records: Records,
    algorithm: "AlgorithmSpecification | Sequence[MetricDefinition]",
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    allow_hosts: Sequence[str] = (),
) -> "Iterator[Serving]":
    """Answer for a training job in place of CloudWatch and SageMaker, while the context lasts.

    `ListMetrics`, `GetMetricStatistics` and `GetMetricData` of CloudWatch, `DescribeTrainingJob` of
    SageMaker and `BatchGetMetrics` of SageMaker metrics, by every protocol that their clients
    speak: point `AWS_ENDPOINT_URL` at the `url`. No one is asked for credentials.

    name: the training job's. records: as for `aggregate`; they are read while they are served, and
    held in memory. host, port: where to listen; 0 is any port that is free. allow_hosts: names by
    which requests may ask for it, besides `localhost` and addresses in numbers, such as that of a
    proxy; a request of a web page is not answered.
    Raises `MetricparseError` if the server's libraries are not installed, the name is not one that a
    job can have, or the address cannot be listened on.

    >>> definitions = mp.load_definitions("definitions.json")
    >>> with mp.serve("my-job", mp.scan("train.log", definitions), definitions) as serving:
    ...     done = serving.wait()
    ...     print(serving.url.rpartition(":")[0])
    http://127.0.0.1
    """
    uvicorn = _uvicorn()
    job = ServedJob(name, records, algorithm)
    listening = listen(host, port)
    from metricparse.cloudwatch.endpoint.connections import (
        IDLE,
        MOST_HEADER_BYTES,
        BoundedConnection,
    )

    config = uvicorn.Config(
        Endpoint(job, Visitors([host, *allow_hosts])),
        http=BoundedConnection,
        h11_max_incomplete_event_size=MOST_HEADER_BYTES,
        timeout_keep_alive=IDLE,
        backlog=BACKLOG,
        log_level="error",
        access_log=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    answering = threading.Thread(target=server.run, args=([listening],), daemon=True)
    answering.start()
    bound = listening.getsockname()[1]
    serving = Serving(f"http://{f'[{host}]' if ':' in host else host}:{bound}", job)
    try:
        yield serving
    finally:
        server.should_exit = True
        answering.join()
        listening.close()
        serving.stop()


class Serving:
    """What is being served: `url`, and whether all is read.

    left_out: how many records are in no period, by the reason, as far as they are read.
    """

    def __init__(self, url: str, job: ServedJob) -> None:
        self.url = url
        self._job = job
        self._failure: BaseException | None = None
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    @property
    def left_out(self) -> dict[LeftOut, int]:
        """See the class."""
        return self._job.left_out()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the records are read; whether they are. Raises what reading them raised."""
        self._reading.join(seconds)
        if self._failure is not None:
            raise self._failure
        return not self._reading.is_alive()

    def stop(self) -> None:
        """Read no further than the batch that is being read."""
        self._job.stop()
        self._reading.join(_LAST_BATCH)

    def _read(self) -> None:
        try:
            self._job.read()
        except BaseException as failure:  # noqa: BLE001 - it is raised where it is waited for
            self._failure = failure


class Endpoint:
    """An ASGI application that answers for one training job."""

    def __init__(self, job: ServedJob, visitors: Visitors) -> None:
        from metricparse.cloudwatch.endpoint.protocols import Router

        self._job = job
        self._visitors = visitors
        self._router = Router()

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        """Answer a request."""
        from metricparse.cloudwatch.endpoint.protocols import Request

        given = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        body = bytearray()
        more, received = True, 0
        length = int(given.get("content-length", 0))  # which the server has checked
        while more and max(length, received) <= _MOST_DISCARDED:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            part = message.get("body", b"")
            received += len(part)
            if received <= MOST_BYTES:
                body += part
            more = message.get("more_body", False)
        request = Request(
            scope["method"],
            scope["path"],
            scope["query_string"].decode("latin-1"),
            given,
            bytes(body),
            is_whole=not more and received <= MOST_BYTES,
        )
        response = await asyncio.to_thread(self.answer, request)
        headers = [(name.encode(), value.encode()) for name, value in response.headers.items()]
        headers.append((b"content-length", b"%d" % len(response.body)))
        if more:  # what is left of the body is not waited for
            headers.append((b"connection", b"close"))
        start = {"type": "http.response.start", "status": response.status, "headers": headers}
        await send(start)
        await send({"type": "http.response.body", "body": response.body})

    def answer(self, request: "Request") -> "Response":
        """The response to a request, an error in the service's shape where it is wrong."""
        from metricparse.cloudwatch.endpoint.faults import Fault

        protocol, service = self._router.protocol_of(request)
        model = self._router.models[service] if service else None
        try:
            return self._answer(request)
        except Fault as fault:
            return protocol.write_fault(model, fault)
        except Exception:  # noqa: BLE001 - whatever it is, the client gets an answer
            _log.exception("answering %s %s", request.method, request.path)
            failure = Fault("InternalServiceFault", "metricparse failed; its log says how", 500)
            return protocol.write_fault(model, failure)

    def _answer(self, request: "Request") -> "Response":
        from metricparse.cloudwatch.endpoint.faults import not_served, refused, too_large
        from metricparse.cloudwatch.endpoint.operations import ANSWERS

        if refusal := self._visitors.refusal(request.headers):
            raise refused(refusal)
        if not request.is_whole:
            raise too_large(MOST_BYTES)
        call = self._router.call_of(request)
        operation = ANSWERS.get((call.service, call.name))
        if operation is None:
            raise not_served(call.name)
        return call.answer(operation(self._job, call.parameters(request)))


def _uvicorn() -> Any:
    for library in ("botocore", "cbor2"):
        require(library, library, "serve")
    return require("uvicorn", "uvicorn", "serve")
