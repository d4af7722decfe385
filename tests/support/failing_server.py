"""A server in CloudWatch's place that can be told to fail."""

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class FailingServer:
    """A server that keeps what it is sent, and fails from some request on."""

    def __init__(self, failing_from: float) -> None:
        self.failing_from = failing_from
        self.bodies: list[Any] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                fails = len(owner.bodies) >= owner.failing_from
                if not fails:
                    zipped = self.headers["Content-Encoding"] == "gzip"
                    owner.bodies.append(json.loads(gzip.decompress(body) if zipped else body))
                self.send_response(400 if fails else 200)
                self.end_headers()
                error = {"__type": "aws#AccessDenied", "message": "no more"}
                self.wfile.write(json.dumps(error if fails else {}).encode())

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
