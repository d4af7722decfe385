"""Running a command, and scanning what it prints as it comes."""

import time as clock
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO

from metricparse.definitions.load import DefinitionSource
from metricparse.logs.envelopes import Envelope
from metricparse.logs.envelopes.line_joiner import LineJoiner
from metricparse.logs.input.command import Command, PassedOn
from metricparse.logs.input.kept import KeptLog
from metricparse.logs.line_times import TimeFormat, TimeSource
from metricparse.logs.views import View
from metricparse.matching.backend import Matcher
from metricparse.matching.combined_pattern import CombinedPattern
from metricparse.records.found import FoundRecords
from metricparse.scanning.flush import FLUSH_INTERVAL, FlushBuffer
from metricparse.scanning.options import ScanOptions
from metricparse.scanning.pipeline import Pipeline
from metricparse.scanning.summary import Summary

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import pyarrow as pa

# What the log of a command is called.
_NAME = "<command>"


def execute(
    command: Sequence[str],
    definitions: DefinitionSource,
    *,
    stdout: BinaryIO | None = None,
    stderr: BinaryIO | None = None,
    log: BinaryIO | None = None,
    view: View | str = View.SAGEMAKER,
    strip_ansi: bool = False,
    matcher: Matcher | str | None = None,
    envelope: Envelope | str | None = None,
    time: TimeSource | TimeFormat | str = TimeSource.AUTO,
    time_zone: "ZoneInfo | str" = "UTC",
) -> "Execution":
    """What the service would publish of what a command prints, under `definitions`.

    command: the program and its arguments; it runs when the records are asked for.
    stdout, stderr: where its output is passed on to, untouched. log: where both are kept as the one
    log that is searched, in which lines stay whole. The other parameters are those of `scan`.

    Raises `DefinitionError` for definitions that cannot be used.

    >>> execution = mp.execute(["echo", "loss: 0.25"], "definitions.json")
    >>> [batch["value"].to_pylist() for batch in execution]
    [[0.25]]
    >>> execution.status
    0
    """
    pattern = CombinedPattern(definitions, matcher)
    options = ScanOptions.of(view, strip_ansi, envelope, time, time_zone)
    files = {"stdout": stdout, "stderr": stderr, "log": log}
    outputs = {name: PassedOn(file) for name, file in files.items()}
    return Execution(command, pattern, options, outputs)


class Execution:
    """An iterable of `pyarrow.RecordBatch` of `SCHEMA`, as long as a command runs.

    Standard output and error are one log, in which a line stands where it ended. Records without
    another time have that of their line's arrival. It can be iterated over once.

    summary: the accounting so far. printed: the beginning of what the command printed, which can be
    given to `diagnose`. status: the command's exit status, 128 and the number of the
    signal that ended it, if one did; None before its end.
    """

    live = True

    def __init__(
        self,
        command: Sequence[str],
        pattern: CombinedPattern,
        options: ScanOptions,
        outputs: Mapping[str, PassedOn],
    ) -> None:
        self.summary = Summary.empty(pattern)
        self.status: int | None = None
        self._arguments = list(command)
        self._outputs = outputs
        self._pipeline = Pipeline(pattern, options, self.summary)
        self._log = self._pipeline.log(_NAME, live=True)
        self.printed = KeptLog(_NAME)
        self._command: Command | None = None

    def __iter__(self) -> "Iterator[pa.RecordBatch]":
        """Raises `CommandError` if the command cannot be started."""
        self._command = Command(self._arguments)
        buffer = FlushBuffer(self._pipeline.batch_builder())
        started = clock.monotonic()
        for records in self._found(self._command):
            if records:
                buffer.add(records)
            now = clock.monotonic()
            self.summary.seconds = now - started
            if buffer.is_due(now):
                yield from buffer.flush(now)
        yield from buffer.flush(clock.monotonic())
        self.status = self._command.status
        self.summary.complete = True

    def send_signal(self, number: int) -> None:
        """Pass a signal on to the command, if it runs."""
        if self._command:
            self._command.send_signal(number)

    def _found(self, command: Command) -> Iterator[FoundRecords | None]:
        """The records in what the command prints; None now and then where there are none."""
        pieces = LineJoiner()
        for output in command.output(FLUSH_INTERVAL):
            if output:
                self._outputs[output.stream].write(output.data)
                pieces.add(output.stream, output.data, None)
                yield from self._records(pieces)
            yield None
        pieces.finish(more=False)
        yield from self._records(pieces)
        yield from self._log.records_of(self._log.finish())
        self._log.close()

    def _records(self, pieces: LineJoiner) -> Iterator[FoundRecords]:
        text = pieces.take()
        if text:
            self.printed.keep(text.data)
            self._outputs["log"].write(text.data)
            yield from self._log.records_of(self._log.feed(text.data, clock.time_ns()))
