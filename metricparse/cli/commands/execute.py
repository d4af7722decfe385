"""`metricparse exec`: run a command, and say what the service would publish of its output."""

import argparse
import os
import signal
import sys
from typing import TYPE_CHECKING, BinaryIO, cast

import metricparse as mp
from metricparse.cli.arguments import (
    add_definitions,
    add_output,
    add_reading,
    check_output,
    definitions_of,
    reading_of,
)
from metricparse.cli.finish import report
from metricparse.cli.status import ending_signals

if TYPE_CHECKING:
    from metricparse.cli.report.live import LiveReport

_DESCRIPTION = """\
Run a command, pass its output through, and search it for metrics as it comes. The report goes to
standard error. Without a command, the ContainerEntrypoint and ContainerArguments of the first -d
are run. Exits as the command does; with 127 if there is no such command, 126 if it cannot be run.
"""
_EXAMPLES = """\
examples:
  metricparse exec -d job.json -- python train.py
  metricparse exec -m 'loss=loss: ([0-9.]+)' -o out.csv -- python train.py --epochs 3
  metricparse exec -d job.json --log train.log
"""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(
        "exec",
        help="run a command and scan what it prints",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    parser.add_argument(
        "command", metavar="COMMAND", nargs="*", help="after --: what to run, and its arguments"
    )
    add_definitions(parser)
    add_output(parser)
    add_reading(parser)
    parser.add_argument("--log", metavar="FILE", help="keep what the command prints in this file")
    parser.add_argument("--json", action="store_true", help="report as JSON")
    parser.set_defaults(run=_run, parser=parser, hint_of_unknown=_hint_of_unknown)


def _hint_of_unknown(arguments: argparse.Namespace) -> str:
    """What is unknown here is the command's own."""
    if not arguments.command:
        return ""
    command = " ".join(arguments.command[:2])
    return f"put -- before the command and its options: metricparse exec ... -- {command} ..."


def _run(arguments: argparse.Namespace) -> int:
    from metricparse.cli.report.live import LiveReport

    definitions = definitions_of(arguments)
    check_output(arguments)
    if arguments.output == "-":
        arguments.parser.error("standard output is the command's: give -o a file")
    _check_log(arguments)
    live = LiveReport()
    execution = mp.execute(
        arguments.command or _command(arguments),
        definitions,
        stdout=live.above(sys.stdout.buffer),
        stderr=live.above(sys.stderr.buffer),
        log=None if arguments.log is None else cast(BinaryIO, _KeptLog(arguments.log)),
        **reading_of(arguments),
    )
    for number in ending_signals():
        signal.signal(number, lambda number, _: execution.send_signal(number))
    _execute(execution, live, arguments)
    report(execution.summary, definitions, [execution.printed], sys.stderr, arguments)
    return execution.status or 0


class _KeptLog:
    """The file in which the output is kept, which is begun with the first of it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def write(self, data: bytes) -> int:
        try:
            if self._file is None:
                self._file = open(self._path, "wb", buffering=0)  # noqa: SIM115 - open to the end
            return self._file.write(data)
        except OSError as error:
            raise mp.OutputError(f"{self._path}: cannot be written: {error.strerror}") from None

    def flush(self) -> None:
        """It has no buffer."""


def _check_log(arguments: argparse.Namespace) -> None:
    """The log is none of the other files, and can be written."""
    if arguments.log is None:
        return
    path = os.path.realpath(arguments.log)
    for other in (*arguments.definitions, arguments.output):
        if other is not None and os.path.realpath(other) == path:
            arguments.parser.error(f"--log {arguments.log} would overwrite {other}")
    try:
        open(arguments.log, "ab").close()
    except OSError as error:
        raise mp.OutputError(f"{arguments.log}: cannot be written: {error.strerror}") from None


def _command(arguments: argparse.Namespace) -> tuple[str, ...]:
    command: tuple[str, ...] = ()
    if arguments.definitions:
        command = mp.AlgorithmSpecification.from_file(arguments.definitions[0]).command
    if not command:
        arguments.parser.error("no command: give one after --, or a specification that has one")
    return command


def _execute(execution: "mp.Execution", live: "LiveReport", arguments: argparse.Namespace) -> None:
    with live.shown(execution.summary):
        if arguments.output is not None:
            mp.write(execution, arguments.output, arguments.format)
        else:
            for _ in execution:
                pass
