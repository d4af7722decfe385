"""`metricparse scan`: what the service would publish for a log."""

import argparse
import json
import sys
import warnings
from typing import TYPE_CHECKING, Any, BinaryIO

import metricparse as mp
from metricparse.cli.arguments import (
    add_definitions,
    add_output,
    add_reading,
    check_output,
    definitions_of,
    reading_of,
)

if TYPE_CHECKING:
    from metricparse.diagnosis.findings import Finding

_DESCRIPTION = """\
Search logs for metrics as the service does, and report what each definition would publish.
The records go to a file or to standard output if asked for.
"""
_EXAMPLES = """\
examples:
  metricparse scan -d definitions.json train.log
  metricparse scan -m 'loss=loss: ([0-9.]+)' train.log -o out.parquet
  python train.py 2>&1 | metricparse scan -d job.json - -o - --format csv
"""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(
        "scan",
        help="what the service would publish for a log",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "logs",
        metavar="LOG",
        nargs="+",
        help="a file, also compressed (gzip, zstd, bzip2, xz); a directory; a glob pattern; - for "
        "standard input",
    )
    add_definitions(parser)
    add_output(parser)
    add_reading(parser)
    parser.add_argument("--json", action="store_true", help="report as JSON")
    parser.add_argument(
        "--strict", action="store_true", help="exit with 1 if any definition gave no number"
    )
    parser.set_defaults(run=_run, parser=parser)


def _run(arguments: argparse.Namespace) -> int:
    if not arguments.definitions and not arguments.metric:
        arguments.parser.error("no metric definitions: give -d FILE or -m NAME=REGEX")
    check_output(arguments)
    logs = [_log(log) for log in arguments.logs]
    scan = mp.scan(logs, definitions_of(arguments), **reading_of(arguments))
    summary = _scan(scan, arguments)
    _report(summary, arguments)
    if summary.damaged:
        return 2
    return int(arguments.strict and not all(each.emitted for each in summary.definitions))


def _log(log: str) -> str | BinaryIO:
    if log != "-":
        return log
    if sys.stdin is None:
        raise mp.LogError("standard input is closed; give a log file, or pipe one in")
    return sys.stdin.buffer


def _scan(scan: "mp.Scan", arguments: argparse.Namespace) -> "mp.Summary":
    from metricparse.report.progress import progress_of

    with warnings.catch_warnings(), progress_of(scan):
        # The report says it.
        warnings.simplefilter("ignore", mp.DamagedLogWarning)
        if arguments.output == "-":
            mp.write(scan, sys.stdout.buffer, arguments.format or "csv")
        elif arguments.output is not None:
            mp.write(scan, arguments.output, arguments.format)
        return scan.summary


def _report(summary: "mp.Summary", arguments: argparse.Namespace) -> None:
    from metricparse.diagnosis.findings import findings_of

    findings = findings_of(summary)
    file = sys.stderr if arguments.output == "-" else sys.stdout
    if arguments.json:
        print(_as_json(summary, findings), file=file)
        return
    from metricparse.report.terminal import report_scan

    report_scan(summary, findings, file)


def _as_json(summary: "mp.Summary", findings: "list[Finding]") -> str:
    data: dict[str, Any] = summary.to_dict()
    data["findings"] = [found.to_dict() for found in findings]
    return json.dumps(data, indent=2, allow_nan=False)
