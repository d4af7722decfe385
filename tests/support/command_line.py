"""Running the command line: in this process, or in one of its own."""

import io
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import cast
from unittest import mock

from metricparse.cli import main

METRICPARSE = [sys.executable, "-m", "metricparse"]


def run(*arguments: str | Path, stdin: bytes = b"") -> "subprocess.CompletedProcess[str]":
    """Run a command here, which spares the start of a process."""
    given = [*map(str, arguments)]
    output, errors = _empty_stream(), _empty_stream()
    with (
        mock.patch("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin))),
        redirect_stdout(output),
        redirect_stderr(errors),
        _signal_handlers_restored(),
    ):
        code = _exit_code(given)
    return subprocess.CompletedProcess(given, code, _written_to(output), _written_to(errors))


def run_process(*arguments: str | Path, stdin: bytes = b"") -> "subprocess.CompletedProcess[str]":
    """Run a command as users do: a process, its output, its exit code."""
    done = subprocess.run(
        [*METRICPARSE, *map(str, arguments)], input=stdin, capture_output=True, check=False
    )
    assert b"Traceback" not in done.stderr
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def _exit_code(arguments: list[str]) -> int:
    """What `main` returns, or leaves its process with."""
    with mock.patch("os._exit", sys.exit):
        try:
            return main(arguments)
        except SystemExit as leaving:
            return cast("int", leaving.code)


def _empty_stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def _written_to(stream: io.TextIOWrapper) -> str:
    return cast("io.BytesIO", stream.buffer).getvalue().decode()


@contextmanager
def _signal_handlers_restored() -> Iterator[None]:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
