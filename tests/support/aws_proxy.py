"""A server in front of another one that answers as AWS does, which answers some requests itself."""

import json
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.support.local_server import LocalServer

#: Answers a request with a status and a document, given how often the operation was asked for before
#: and what it was given; None to pass it on.
Answer = Callable[[int, dict[str, Any]], tuple[int, dict[str, Any]] | None]


class AwsProxy(LocalServer):
    """Passes requests on to `behind`, except for operations that have an answer.

    asked: how often each operation was.
    """

    def __init__(self, behind: str, **answers: Answer) -> None:
        self.asked: Counter[str] = Counter()
        self._behind = behind.removeprefix("http://")
        self._answers = answers
        super().__init__(self._answer)

    def _answer(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        operation = request.headers["X-Amz-Target"].rpartition(".")[2]
        times = self.asked[operation]
        self.asked[operation] += 1
        answer = self._answers.get(operation)
        given = answer(times, json.loads(body)) if answer else None
        status, data = (
            (given[0], json.dumps(given[1]).encode()) if given else self._passed_on(request, body)
        )
        request.send_response(status)
        request.send_header("Content-Type", "application/x-amz-json-1.1")
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def _passed_on(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, bytes]:
        wanted = ("X-Amz-Target", "Content-Type", "Authorization", "X-Amz-Date")
        headers = {name: request.headers[name] for name in wanted if request.headers[name]}
        with closing(HTTPConnection(self._behind)) as connection:
            connection.request("POST", request.path, body, headers)
            answered = connection.getresponse()
            return answered.status, answered.read()


def refusal(code: str, message: str = "no") -> tuple[int, dict[str, Any]]:
    """The answer that is an error of the service's."""
    return 400, {"__type": code, "message": message}
