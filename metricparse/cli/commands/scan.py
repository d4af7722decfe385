"""`metricparse scan`: what the service would publish for a log."""

import argparse
import signal
import sys
import warnings
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import metricparse as mp
from metricparse.cli.arguments import (
    add_definitions,
    add_logs,
    add_output,
    add_reading,
    check_output,
    definitions_of,
    log_names_of,
    logs_of,
    optional_of,
    reading_of,
)
from metricparse.cli.dataset import add_dataset, check_dataset, run_dataset
from metricparse.cli.finish import report, write_text
from metricparse.cli.status import Status, ending_signals
from metricparse.diagnosis.findings import left_unused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metricparse.logs.input.kept import RecordedStream

_DESCRIPTION = """\
Search logs for metrics as the service does, and report what each definition would publish.
The records go to a file or to standard output if asked for.
"""
_EXAMPLES = """\
examples:
  metricparse scan -d definitions.json train.log
  metricparse scan -m 'loss=loss: ([0-9.]+)' train.log -o out.parquet
  metricparse scan -d job.json --follow train.log -o out.jsonl --checkpoint out.checkpoint
  metricparse scan -d definitions.json --dataset metrics/ --job 'logs/([^/]+)/' logs/
  python train.py 2>&1 | metricparse scan -d job.json - -o - --format csv
"""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(
        "scan",
        help="what the service would publish for a log",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    add_logs(parser)
    add_definitions(parser)
    add_output(parser)
    add_reading(parser)
    parser.add_argument(
        "--follow",
        action="store_true",
        help="go on while the logs are written, rotated, and gain files; Ctrl-C ends it",
    )
    parser.add_argument(
        "--checkpoint",
        metavar="FILE",
        help="with --follow and -o: note here how far it got, and go on from there, so that no "
        "record is lost or duplicated, however it ends",
    )
    add_dataset(parser)
    parser.add_argument("--json", action="store_true", help="report as JSON")
    parser.add_argument(
        "--html",
        metavar="FILE",
        help="write the report as a page as well, with the curves; it needs no network",
    )
    parser.add_argument(
        "--strict",
        action="store_true",
        help="exit with 1 if any definition gave no number (of a preset, if none matched), or its "
        "search took too long on a line",
    )
    parser.set_defaults(run=_run, parser=parser)


def _run(arguments: argparse.Namespace) -> int:
    definitions = definitions_of(arguments)
    check_output(arguments)
    check_dataset(arguments)
    if arguments.checkpoint and not (arguments.follow and arguments.output):
        arguments.parser.error("--checkpoint goes with --follow and -o FILE")
    if arguments.dataset:
        return run_dataset(arguments, definitions)
    if arguments.follow and arguments.html:
        arguments.parser.error("--html is written of a log that has ended; leave --follow out")
    if arguments.follow:
        summary = _follow(arguments, definitions)
        return _finished(summary, definitions, log_names_of(arguments), arguments)
    logs = [_recorded(log) for log in logs_of(arguments)]
    summary = _scan(_scan_of(logs, definitions, arguments), arguments)
    failed = {source.name for source in summary.failed}
    again = [log if isinstance(log, str) else log.kept for log in logs if log not in failed]
    if arguments.html:
        write_text(mp.html_report(again, definitions, **reading_of(arguments)), arguments.html)
    return _finished(summary, definitions, again, arguments)


def _finished(
    summary: "mp.Summary",
    definitions: "Sequence[mp.MetricDefinition]",
    logs: "Sequence[str | BinaryIO]",
    arguments: argparse.Namespace,
) -> int:
    report(
        summary, definitions, logs, sys.stderr if arguments.output == "-" else sys.stdout, arguments
    )
    unused = left_unused(definitions, summary.definitions, optional_of(arguments))
    wrong = any(
        each.slow or not each.emitted
        for place, each in enumerate(summary.definitions)
        if place not in unused
    )
    incomplete = bool(summary.damaged or summary.failed)
    return Status.of(findings=arguments.strict and wrong, incomplete=incomplete)


def _follow(
    arguments: argparse.Namespace, definitions: "Sequence[mp.MetricDefinition]"
) -> "mp.Summary":
    from metricparse.cli.report.live import LiveReport

    if "-" in arguments.logs:
        raise mp.LogError("only files can be followed; to scan what a command prints, use exec")
    follow = mp.follow(log_names_of(arguments), definitions, **reading_of(arguments))
    for number in ending_signals():
        signal.signal(number, lambda *_: follow.stop())
    with LiveReport().shown(follow.summary):
        if arguments.output == "-":
            mp.write(follow, sys.stdout.buffer, arguments.format or "csv")
        elif arguments.output is not None:
            mp.write(follow, arguments.output, arguments.format, checkpoint=arguments.checkpoint)
        else:
            for _ in follow:
                pass
    return follow.summary


def _scan_of(
    logs: "Sequence[str | RecordedStream]",
    definitions: "Sequence[mp.MetricDefinition]",
    arguments: argparse.Namespace,
) -> "mp.Scan":
    """The scan, which notes what cannot be read; where that is the only log, there is no report."""
    given, reading = cast("list[Any]", logs), reading_of(arguments)
    pattern = mp.CombinedPattern(definitions)
    scan = mp.scan(given, pattern, on_error="record", **reading)
    return scan if len(scan.logs) > 1 else mp.scan(given, pattern, **reading)


def _scan(scan: "mp.Scan", arguments: argparse.Namespace) -> "mp.Summary":
    from metricparse.cli.report.progress import progress_of

    with warnings.catch_warnings(), progress_of(scan):
        # The report says it.
        warnings.simplefilter("ignore", mp.DamagedLogWarning)
        if arguments.output == "-":
            mp.write(scan, sys.stdout.buffer, arguments.format or "csv")
        elif arguments.output is not None:
            mp.write(scan, arguments.output, arguments.format)
        return scan.summary


def _recorded(log: str | BinaryIO) -> "str | RecordedStream":
    """The log; of standard input, the beginning is kept to look for causes in it."""
    if isinstance(log, str):
        return log
    from metricparse.logs.input.kept import RecordedStream

    return RecordedStream(log, "<stdin>")
