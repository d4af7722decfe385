"""A server in CloudWatch's place that can be told to fail."""

import gzip
import json
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.support.local_server import LocalServer


class FailingServer(LocalServer):
    """A server that keeps what it is sent, and fails from some request on."""

    def __init__(self, failing_from: float) -> None:
        self.failing_from = failing_from
        self.bodies: list[Any] = []
        super().__init__(self._answer)

    def _answer(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        fails = len(self.bodies) >= self.failing_from
        if not fails:
            zipped = request.headers["Content-Encoding"] == "gzip"
            self.bodies.append(json.loads(gzip.decompress(body) if zipped else body))
        request.send_response(400 if fails else 200)
        request.end_headers()
        error = {"__type": "aws#AccessDenied", "message": "no more"}
        request.wfile.write(json.dumps(error if fails else {}).encode())
