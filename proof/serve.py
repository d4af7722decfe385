"""The endpoint beside hostile clients: what others wait for an answer, and what memory it takes."""

import http.client
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import Process
from pathlib import Path

from proof.run import Run, main

_IDLE, _SLOW, _REQUESTS, _AT_A_TIME, _LARGE = 500, 100, 10_000, 16, 4
_LINES = 20_000
_HEADERS = {"X-Amz-Target": "SageMaker.DescribeTrainingJob"}
_BODY = json.dumps({"TrainingJobName": "a-job"})
_GIGABYTE = 1 << 30


def prove(run: Run) -> None:
    """Serve while 500 clients are idle, 100 send a byte a second, and others send 1 GB or flood it."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "train.log"
        lines = (f"2026-11-22T10:{n // 60 % 60:02}:{n % 60:02}Z loss={n}\n" for n in range(_LINES))
        log.write_text("".join(lines))
        command = ["-m", "loss=loss=(.*)", "--job-name", "a-job", "--port", "0", str(log)]
        with subprocess.Popen(
            [sys.executable, "-m", "metricparse", "serve", *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as server:
            try:
                assert server.stdout
                assert server.stderr
                port = int(server.stdout.readline().split(" at ")[1].split(",")[0].split(":")[2])
                server.stderr.readline()  # all is read
                _attack(run, port, server.pid)
            finally:
                server.terminate()


def _attack(run: Run, port: int, server: int) -> None:
    alone = [_asked(port) for _ in range(200)]
    before = most = _resident(server)
    taken: list[float] = []
    hostile = Process(target=_be_hostile, args=(port,))
    flood = Process(target=_flood, args=(port,))
    hostile.start()
    time.sleep(2)  # until they are all there
    flood.start()
    while flood.is_alive():
        taken.append(_asked(port))
        most = max(most, _resident(server))
        time.sleep(0.01)
    hostile.terminate()
    hostile.join()
    if flood.exitcode:
        run.fail("a request of the flood had no answer")
    run.counts["idle clients"] = _IDLE
    run.counts["slow clients"] = _SLOW
    run.counts["clients that send a gigabyte"] = _LARGE
    run.counts["requests of a flood"] = _REQUESTS
    run.counts["foreign hosts answered"] += _is_answered(port, {"Host": "evil.example"})
    run.counts["foreign origins answered"] += _is_answered(port, {"Origin": "http://evil.example"})
    if run.counts["foreign hosts answered"] or run.counts["foreign origins answered"]:
        run.fail("a request was answered that was not meant for the endpoint")
    run.counts["answers to others"] = len(taken)
    run.counts["ms at p99 for others alone"] = _percentile(alone)
    run.counts["ms at p99 for others beside them"] = _percentile(taken)
    run.counts["MB of memory before"] = before >> 20
    run.counts["MB of memory at most"] = most >> 20


def _asked(port: int) -> float:
    """Seconds until an honest client, who comes anew, has its answer."""
    started = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/", _BODY, _HEADERS)
    assert json.load(connection.getresponse())["TrainingJobName"] == "a-job"
    connection.close()
    return time.perf_counter() - started


def _flood(port: int) -> None:
    """Many requests, several at a time, each client on one connection."""

    def client(requests: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for _ in range(requests):
            connection.request("POST", "/", _BODY, _HEADERS)
            assert connection.getresponse().read()
        connection.close()

    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        list(pool.map(client, [_REQUESTS // _AT_A_TIME] * _AT_A_TIME))


def _be_hostile(port: int) -> None:
    """All the hostile clients, until the process is ended."""
    kinds = [_idle] * _IDLE + [_slow] * _SLOW + [_large] * _LARGE
    for kind in kinds:
        threading.Thread(target=kind, args=(port,)).start()


def _idle(port: int) -> None:
    """A client that comes again whenever it is sent away, and says nothing."""
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 60) as client:
            client.recv(1)
        time.sleep(0.2)


def _slow(port: int) -> None:
    """A client that sends a byte a second of a request."""
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as client:
            client.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\n")
            while True:
                time.sleep(1)
                client.sendall(b"x")
        time.sleep(0.2)


def _large(port: int) -> None:
    """A client that sends bodies of a gigabyte."""
    part = b"x" * 65536
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as client:
            head = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % _GIGABYTE
            client.sendall(head)
            for _ in range(_GIGABYTE // len(part)):
                client.sendall(part)
        time.sleep(0.2)


def _is_answered(port: int, headers: dict[str, str]) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/", _BODY, {**_HEADERS, **headers})
    status = connection.getresponse().status
    connection.close()
    return status != 403


def _resident(process: int) -> int:
    """Bytes of memory that a process has."""
    status = Path(f"/proc/{process}/statm").read_text(encoding="ascii")
    return int(status.split()[1]) * 4096


def _percentile(seconds: list[float]) -> int:
    return round(statistics.quantiles(seconds, n=100)[98] * 1000)


if __name__ == "__main__":
    main("serve", prove)
