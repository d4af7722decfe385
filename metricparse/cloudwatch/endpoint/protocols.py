"""The protocols that clients speak: which operation is called, with what, and the answer's form.

The operations and their shapes are those of botocore's models. CloudWatch is called by Smithy RPC
v2 CBOR, JSON 1.0 or the query protocol, as the client likes; SageMaker by JSON 1.1; SageMaker
metrics by REST and JSON.
"""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import botocore.session
import cbor2

from metricparse.cloudwatch.endpoint import query_forms
from metricparse.cloudwatch.endpoint.faults import Fault, not_served, unreadable
from metricparse.cloudwatch.endpoint.shapes import read_shaped, write_shaped

CLOUDWATCH = "cloudwatch"
SAGEMAKER = "sagemaker"
SAGEMAKER_METRICS = "sagemaker-metrics"


class Request(NamedTuple):
    """An HTTP request; the names of headers are in lower case, and a body that is too large is cut."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    is_whole: bool = True


class Response(NamedTuple):
    """An HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes


class Call(NamedTuple):
    """An operation of a service, by botocore's model, and how it speaks."""

    service: str
    operation: Any
    protocol: "Wire"

    @property
    def name(self) -> str:
        """The operation's name."""
        return str(self.operation.name)

    def parameters(self, request: Request) -> dict[str, Any]:
        """What it is called with; raises `Fault` where that is malformed."""
        shape = self.operation.input_shape
        read = read_shaped(shape, self.protocol.read(request, shape))
        assert isinstance(read, dict)
        return read

    def answer(self, result: dict[str, Any]) -> Response:
        """The result in the call's protocol."""
        return self.protocol.write(self.operation, result)


class Wire(Protocol):
    """A protocol."""

    def read(self, request: Request, shape: Any) -> Any:
        """The request's document; raises `Fault` if there is none."""
        ...

    def write(self, operation: Any, result: dict[str, Any]) -> Response:
        """The result of an operation."""
        ...

    def write_fault(self, model: Any, fault: Fault) -> Response:
        """An error; `model` is the service's, None if no service is known."""
        ...


class Json:
    """AWS JSON 1.0 and 1.1, and JSON in the body of a REST call."""

    def __init__(self, content_type: str) -> None:
        self._content_type = content_type

    def read(self, request: Request, shape: Any) -> Any:  # noqa: ARG002 - a document needs none
        """The body's document."""
        try:
            document = json.loads(request.body or b"{}")
        except (ValueError, RecursionError) as error:
            raise unreadable(f"the body is no JSON: {error}") from None
        return _mapping(document)

    def write(self, operation: Any, result: dict[str, Any]) -> Response:
        """Times as seconds since 1970."""
        return self._response(
            200, write_shaped(operation.output_shape, result, datetime.timestamp), {}
        )

    def write_fault(self, model: Any, fault: Fault) -> Response:
        """The error's type in the body, and in the headers."""
        headers = {"x-amzn-errortype": fault.name, **_query_error(model, fault)}
        return self._response(fault.status, _error_document(fault), headers)

    def _response(self, status: int, document: Any, headers: dict[str, str]) -> Response:
        body = json.dumps(document).encode()
        return Response(status, {"content-type": self._content_type, **_identified(headers)}, body)


class Cbor:
    """Smithy RPC v2 CBOR."""

    def read(self, request: Request, shape: Any) -> Any:  # noqa: ARG002 - a document needs none
        """The body's document."""
        try:
            document = cbor2.loads(request.body) if request.body else {}
        except Exception as error:  # noqa: BLE001 - what tags stand for fails in its own ways
            raise unreadable(f"the body is no CBOR: {error}") from None
        return _mapping(document)

    def write(self, operation: Any, result: dict[str, Any]) -> Response:
        """Times as tagged seconds since 1970."""
        return self._response(200, write_shaped(operation.output_shape, result, lambda time: time))

    def write_fault(self, model: Any, fault: Fault) -> Response:
        """The error's type in the body."""
        answer = self._response(fault.status, _error_document(fault))
        answer.headers.update(_query_error(model, fault))
        return answer

    def _response(self, status: int, document: Any) -> Response:
        headers = {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        body = cbor2.dumps(document, datetime_as_timestamp=True)
        return Response(status, _identified(headers), body)


class Query:
    """The query protocol: a form, answered in XML."""

    def read(self, request: Request, shape: Any) -> Any:
        """The form's fields, by the shape."""
        return query_forms.read_form(shape, query_forms.fields_of(request.query, request.body))

    def write(self, operation: Any, result: dict[str, Any]) -> Response:
        """The answer wrapped in the operation's name."""
        wrapper = operation.output_shape.serialization["resultWrapper"]
        namespace = operation.service_model.metadata["xmlNamespace"]
        identity = str(uuid.uuid4())
        body = query_forms.answer(operation, wrapper, namespace, result, identity)
        return Response(200, {"content-type": "text/xml", "x-amzn-requestid": identity}, body)

    def write_fault(self, model: Any, fault: Fault) -> Response:
        """The error as `ErrorResponse`."""
        code = _query_code(model, fault)
        namespace = model.metadata["xmlNamespace"] if model else ""
        identity = str(uuid.uuid4())
        body = query_forms.error(_side(fault), code, fault.message, namespace, identity)
        headers = {"content-type": "text/xml", "x-amzn-requestid": identity}
        return Response(fault.status, headers, body)


_QUERY = Query()
_JSON = Json("application/json")


class Router:
    """Tells which operation a request calls."""

    def __init__(self) -> None:
        session = botocore.session.Session()
        names = (CLOUDWATCH, SAGEMAKER, SAGEMAKER_METRICS)
        self.models: dict[str, Any] = {name: session.get_service_model(name) for name in names}
        self._targets = {
            model.metadata["targetPrefix"]: name
            for name, model in self.models.items()
            if "targetPrefix" in model.metadata
        }

    def protocol_of(self, request: Request) -> tuple[Wire, str | None]:
        """How a request speaks, and to which service; None where it does not say."""
        target = request.headers.get("x-amz-target")
        if request.headers.get("smithy-protocol") == "rpc-v2-cbor":
            return Cbor(), CLOUDWATCH
        if target is not None:
            service = self._targets.get(target.partition(".")[0])
            kind = request.headers.get("content-type", "application/x-amz-json-1.1")
            return Json(kind if kind.startswith("application/x-amz-json-") else _JSON_1_1), service
        if request.path == "/":
            return _QUERY, CLOUDWATCH
        return _JSON, SAGEMAKER_METRICS

    def call_of(self, request: Request) -> Call:
        """The operation that a request calls; raises `Fault` for none that there is."""
        protocol, service = self.protocol_of(request)
        name = self._operation_of(request, protocol)
        if service is None or name not in self.models[service].operation_names:
            raise not_served(name)
        return Call(service, self.models[service].operation_model(name), protocol)

    def _operation_of(self, request: Request, protocol: Wire) -> str:
        if isinstance(protocol, Cbor):
            *_, kind, target, operation, name = ["", "", "", *request.path.split("/")][-6:]
            known = self._targets.get(target) == CLOUDWATCH and operation == "operation"
            return name if known and kind == "service" else ""
        if isinstance(protocol, Query):
            return query_forms.fields_of(request.query, request.body).get("Action", "")
        if (named := request.headers.get("x-amz-target")) is not None:
            return named.partition(".")[2]
        model = self.models[SAGEMAKER_METRICS]
        here = {"method": request.method, "requestUri": request.path}
        found = (each for each in model.operation_names if model.operation_model(each).http == here)
        return next(found, "")


_JSON_1_1 = "application/x-amz-json-1.1"


def _mapping(document: Any) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise unreadable("the body is no structure")
    return document


def _identified(headers: dict[str, str]) -> dict[str, str]:
    return {**headers, "x-amzn-requestid": str(uuid.uuid4())}


def _error_document(fault: Fault) -> dict[str, str]:
    return {"__type": fault.name, "message": fault.message}


def _query_error(model: Any, fault: Fault) -> dict[str, str]:
    """The error's code of the query protocol, which CloudWatch gives in the others, too."""
    if model is None or "awsQueryCompatible" not in model.metadata:
        return {}
    return {"x-amzn-query-error": f"{_query_code(model, fault)};{_side(fault)}"}


def _query_code(model: Any, fault: Fault) -> str:
    if fault.name == "UnknownOperationException":
        return "InvalidAction"
    if model is None or fault.name not in model.shape_names:
        return fault.name
    return str(model.shape_for(fault.name).metadata.get("error", {}).get("code", fault.name))


def _side(fault: Fault) -> str:
    return "Sender" if fault.status < 500 else "Receiver"
