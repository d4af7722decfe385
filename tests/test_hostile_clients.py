"""Clients of the endpoint that hold connections, send slowly, or send too much."""

import json
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest

import metricparse as mp
from metricparse.cloudwatch.endpoint import connections
from metricparse.cloudwatch.endpoint.server import MOST_BYTES
from tests.support.cloudwatch_records import ROWS, records
from tests.support.long_runs import long

DEFINITIONS = mp.load_definitions([{"Name": "loss", "Regex": "loss=(.)"}])
PATIENCE = 0.5
HEAD = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
DESCRIBE = b"X-Amz-Target: SageMaker.DescribeTrainingJob\r\n"
BODY = json.dumps({"TrainingJobName": "a-job"}).encode()


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(connections, "PATIENCE", PATIENCE)
    with mp.serve("a-job", records(ROWS), DEFINITIONS) as serving:
        assert serving.wait(10)
        yield serving.url


def connected(url: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=20)


def answer_of(url: str) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - our own endpoint
        url, BODY, {"X-Amz-Target": "SageMaker.DescribeTrainingJob"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        described: dict[str, Any] = json.load(answer)
        return described


def send_all(client: socket.socket, data: bytes, times: int, pause: float = 0.0) -> None:
    for _ in range(times):
        client.sendall(data)
        time.sleep(pause)


def is_closed(client: socket.socket) -> bool:
    """Whether the other side closes the connection, without an answer."""
    try:
        return client.recv(1) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"POST ",
        HEAD,
        HEAD + b"Content-Length: 5\r\n\r\n",
        HEAD + b"Content-Length: 5\r\n\r\nabc",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
)
def test_a_request_that_does_not_come_closes_the_connection(url: str, sent: bytes) -> None:
    with connected(url) as client:
        client.sendall(sent)
        assert is_closed(client)
    assert answer_of(url)["TrainingJobName"] == "a-job"


@pytest.mark.parametrize("begun", [b"", HEAD + DESCRIBE + b"Content-Length: 900\r\n\r\n"])
def test_a_byte_now_and_then_is_not_enough(url: str, begun: bytes) -> None:
    with connected(url) as client:
        client.sendall(begun)
        with pytest.raises(ConnectionError):
            send_all(client, b"a", times=200, pause=PATIENCE / 10)
    assert answer_of(url)["TrainingJobName"] == "a-job"


def test_a_second_request_has_its_own_time(url: str) -> None:
    whole = HEAD + DESCRIBE + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
    with connected(url) as client:
        for _ in range(4):
            client.sendall(whole)
            time.sleep(PATIENCE / 2)
            assert b"200 OK" in client.recv(65536)
        client.sendall(whole[:-1])
        assert is_closed(client)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large_is_not_read(url: str, chunked: bool) -> None:
    length = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: 1000000000"
    part = b"x" * 65536
    with connected(url) as client:
        client.sendall(HEAD + DESCRIBE + length + b"\r\n\r\n")
        sent = 0
        with suppress(ConnectionError):
            while sent < 100_000_000:
                sent += client.send(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part)
        assert sent < 50_000_000
    assert MOST_BYTES < 1_000_000


def test_a_header_that_is_too_long_is_refused(url: str) -> None:
    with connected(url) as client:
        with suppress(ConnectionError):
            client.sendall(HEAD + b"X: " + b"x" * 3_000_000)
        assert is_closed(client) or b"400" in client.recv(65536)


def test_the_one_that_waits_longest_makes_room(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_CONNECTIONS", 8)
    monkeypatch.setattr(connections, "PATIENCE", 60.0)
    with ExitStack() as opened:
        clients = [opened.enter_context(connected(url)) for _ in range(30)]
        for client in clients:
            with suppress(ConnectionError):
                client.sendall(b"P")
        assert answer_of(url)["TrainingJobName"] == "a-job"
        assert all(map(is_closed, clients[:20]))


@long
def test_an_answer_that_is_not_taken_closes_the_connection(url: str) -> None:
    whole = HEAD + DESCRIBE + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
    with connected(url) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(4)
        with pytest.raises((ConnectionError, TimeoutError)):
            send_all(client, whole, times=100_000)
        with suppress(ConnectionError):
            while client.recv(1 << 20):
                pass
    assert answer_of(url)["TrainingJobName"] == "a-job"


def test_others_are_answered_meanwhile(url: str) -> None:
    stop = threading.Event()

    def trickle(client: socket.socket) -> None:
        with suppress(OSError):
            while not stop.wait(0.05):
                client.sendall(b"a")

    with ExitStack() as opened:
        clients = [opened.enter_context(connected(url)) for _ in range(60)]
        threads = [threading.Thread(target=trickle, args=(each,)) for each in clients[:20]]
        for thread in threads:
            thread.start()
        for _ in range(50):
            assert answer_of(url)["TrainingJobName"] == "a-job"
        stop.set()
        for thread in threads:
            thread.join()
