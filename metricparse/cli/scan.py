"""`metricparse scan`: what the service would publish for a log."""

import argparse
import json
import sys
import warnings
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import metricparse as mp
from metricparse.cli.inputs import add_definitions, add_logs, add_view, definitions_of, logs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_DESCRIPTION = """\
Search logs for metrics as the service does, and report what each definition would publish.
The records go to a file or to standard output if asked for.
"""
# Names under which it could be written twice, or renamed over.
_STANDARD_OUTPUT = ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")
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
    add_logs(parser)
    add_definitions(parser)
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write the records here; - for standard output"
    )
    parser.add_argument(
        "--format",
        choices=["parquet", "arrow", "arrow-stream", "csv", "jsonl"],
        help="of the records; by default what the file's ending tells, csv on standard output",
    )
    add_view(parser)
    parser.add_argument("--json", action="store_true", help="report as JSON")
    parser.add_argument(
        "--strict", action="store_true", help="exit with 1 if any definition gave no number"
    )
    parser.set_defaults(run=_run, parser=parser)


def _run(arguments: argparse.Namespace) -> int:
    definitions = definitions_of(arguments)
    if arguments.format and arguments.output is None:
        arguments.parser.error("--format says how records are written: give -o, too")
    if arguments.output in _STANDARD_OUTPUT:
        arguments.output = "-"
    logs = [_remembering(log) for log in logs_of(arguments)]
    scan = mp.scan(logs, definitions, view=arguments.view, strip_ansi=arguments.strip_ansi)
    summary = _scan(scan, arguments)
    _report(summary, _findings(summary, definitions, logs, arguments), arguments)
    if summary.damaged:
        return 2
    return int(arguments.strict and not all(each.emitted for each in summary.definitions))


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


def _remembering(log: str | BinaryIO) -> str | BinaryIO:
    """The log; of standard input, what is needed to look for causes is kept."""
    from metricparse.evidence.again import Remembering

    return log if isinstance(log, str) else cast("BinaryIO", Remembering(log, "<stdin>"))


def _findings(
    summary: "mp.Summary",
    definitions: "Sequence[mp.MetricDefinition]",
    logs: "Sequence[str | BinaryIO]",
    arguments: argparse.Namespace,
) -> "list[mp.Finding]":
    """What there is to say, with causes where the logs can be read again."""
    findings = mp.findings_of(summary)
    again = [cast("Any", log).again() if hasattr(log, "again") else log for log in logs]
    known = [log for log in again if log is not None]
    if not findings or len(known) < len(again) or summary.damaged:
        return findings
    from metricparse.diagnosis.naming import with_causes

    return with_causes(
        findings, summary, definitions, known, view=arguments.view, strip_ansi=arguments.strip_ansi
    )


def _report(
    summary: "mp.Summary", findings: "list[mp.Finding]", arguments: argparse.Namespace
) -> None:
    file = sys.stderr if arguments.output == "-" else sys.stdout
    if arguments.json:
        print(_as_json(summary, findings), file=file)
        return
    from metricparse.report.terminal import report_scan

    report_scan(summary, findings, file)


def _as_json(summary: "mp.Summary", findings: "list[mp.Finding]") -> str:
    data: dict[str, Any] = summary.to_dict()
    data["findings"] = [found.to_dict() for found in findings]
    return json.dumps(data, indent=2, allow_nan=False)
