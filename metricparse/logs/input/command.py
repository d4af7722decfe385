"""Running a command: its output as it comes, standard output and error apart."""

import os
import selectors
import signal
import subprocess
from collections.abc import Iterator, Sequence
from typing import IO, BinaryIO, NamedTuple

from metricparse.errors import CommandError

_CHUNK = 1 << 16

# Seconds in which nothing came after the command's end, though something that it started may
# still hold its output.
_QUIET = 0.5


class Output(NamedTuple):
    """What a command printed; `stream` is `stdout` or `stderr`."""

    stream: str
    data: bytes


class Command:
    """A command that runs, from the start.

    Python is asked not to hold its output back. Raises `CommandError` if it cannot be started.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        if not arguments:
            raise CommandError("no command to run", 2)
        environment = {"PYTHONUNBUFFERED": "1", **os.environ}
        try:
            self._process = subprocess.Popen(  # noqa: S603 - it is what the user asks for
                arguments,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
                bufsize=0,
            )
        except FileNotFoundError:
            raise CommandError(f"{arguments[0]}: no such command", 127) from None
        except OSError as error:
            raise CommandError(f"{arguments[0]}: cannot be run: {error.strerror}", 126) from None

    @property
    def status(self) -> int | None:
        """The exit status, 128 and the signal's number if one ended it; None while it runs."""
        status = self._process.poll()
        return 128 - status if status is not None and status < 0 else status

    def send_signal(self, number: int) -> None:
        """Pass a signal on, unless the command has ended, or got it from the terminal itself."""
        if number != signal.SIGINT or not _from_terminal():
            self._process.send_signal(number)

    def output(self, interval: float) -> Iterator[Output | None]:
        """What it prints, until its end; None where nothing came for `interval` seconds."""
        process = self._process
        assert process.stdout
        assert process.stderr
        idle = 0.0
        with selectors.DefaultSelector() as selector, process.stdout, process.stderr:
            selector.register(process.stdout, selectors.EVENT_READ, "stdout")
            selector.register(process.stderr, selectors.EVENT_READ, "stderr")
            while selector.get_map() and (idle < _QUIET or process.poll() is None):
                ready = selector.select(interval)
                idle = 0.0 if ready else idle + interval
                if not ready:
                    yield None
                for key, _ in ready:
                    data = os.read(key.fd, _CHUNK)
                    if data:
                        yield Output(key.data, data)
                    else:
                        selector.unregister(key.fileobj)
        process.wait()


class PassedOn:
    """Passes a command's output on as it is, as long as anyone reads it."""

    def __init__(self, file: BinaryIO | IO[bytes] | None) -> None:
        self._file = file

    def write(self, data: bytes) -> None:
        """Pass on what was printed."""
        if self._file is None:
            return
        try:
            self._file.write(data)
            self._file.flush()
        except BrokenPipeError:
            self._file = None


def _from_terminal() -> bool:
    """Whether Ctrl-C at the terminal reaches us, and with us what we run."""
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False
