"""A server in front of another one that answers as AWS does, which answers some requests itself."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

#: Answers a request with a status and a document, given how often the operation was asked for before
#: and what it was given; None to pass it on.
Answer = Callable[[int, dict[str, Any]], tuple[int, dict[str, Any]] | None]


class AwsProxy:
    """Passes requests on to `behind`, except for operations that have an answer.

    asked: how often each operation was.
    """

    def __init__(self, behind: str, **answers: Answer) -> None:
        self.asked: Counter[str] = Counter()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                operation = self.headers["X-Amz-Target"].rpartition(".")[2]
                times = owner.asked[operation]
                owner.asked[operation] += 1
                answer = answers.get(operation)
                given = answer(times, json.loads(body)) if answer else None
                status, data = (
                    (given[0], json.dumps(given[1]).encode()) if given else self._passed_on(body)
                )
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def _passed_on(self, body: bytes) -> tuple[int, bytes]:
                wanted = ("X-Amz-Target", "Content-Type", "Authorization", "X-Amz-Date")
                headers = {name: self.headers[name] for name in wanted if self.headers[name]}
                connection = HTTPConnection(behind.removeprefix("http://"))
                with closing(connection):
                    connection.request("POST", self.path, body, headers)
                    answered = connection.getresponse()
                    return answered.status, answered.read()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def refusal(code: str, message: str = "no") -> tuple[int, dict[str, Any]]:
    """The answer that is an error of the service's."""
    return 400, {"__type": code, "message": message}
