"""What the commands that stand in for CloudWatch share: records with times, and what is left out."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import metricparse as mp
from metricparse.cli.arguments import (
    add_definitions,
    add_logs,
    add_reading,
    logs_of,
    reading_of,
)
from metricparse.cli.finish import damage_said
from metricparse.cli.status import Status
from metricparse.diagnosis.findings import too_slow

if TYPE_CHECKING:
    from metricparse.cloudwatch.series import LeftOut
    from metricparse.records.streams import Records


def add_records(parser: argparse.ArgumentParser) -> None:
    """Add the logs, the definitions, and times for records that have none."""
    add_logs(parser)
    add_definitions(parser)
    add_reading(parser)
    add_assumed_times(parser)


def add_assumed_times(parser: argparse.ArgumentParser) -> None:
    """Add times for records that have none."""
    parser.add_argument(
        "--assume-start",
        metavar="TIME",
        type=datetime.fromisoformat,
        help="for records whose line tells no time: when line 1 was printed, in ISO 8601 with a "
        "time zone; such records are left out otherwise",
    )
    parser.add_argument(
        "--assume-interval",
        metavar="SECONDS",
        type=_seconds,
        help="with --assume-start: how long each line took; 0 by default",
    )


def add_job_name(parser: argparse.ArgumentParser) -> None:
    """Add the training job's name."""
    parser.add_argument(
        "--job-name", metavar="NAME", required=True, help="the training job that printed the log"
    )


def scan_of(
    arguments: argparse.Namespace, definitions: "Sequence[mp.MetricDefinition]"
) -> "mp.Scan":
    """The scan of the logs."""
    return mp.scan(logs_of(arguments), definitions, **reading_of(arguments))


def with_times(records: "Records", arguments: argparse.Namespace) -> "Records":
    """The records, placed where the user says."""
    if arguments.assume_start is None:
        if arguments.assume_interval is not None:
            arguments.parser.error("--assume-interval goes on from --assume-start: give both")
        return records
    interval = arguments.assume_interval or timedelta()
    return mp.placed(records, mp.AssumedTimes(arguments.assume_start, interval))


@contextmanager
def reported(scan: "mp.Scan") -> Iterator[None]:
    """Show how far a scan has come, and say on standard error what was damaged, or took too long."""
    from metricparse.cli.report.progress import progress_of

    with damage_said(), progress_of(scan):
        yield
    for each in scan.summary.definitions:
        for slow in too_slow(each, several_logs=len(scan.summary.sources) > 1):
            print(f"metricparse: {each.name}: {slow}", file=sys.stderr)


def say_left_out(left_out: "Mapping[LeftOut, int]") -> None:
    """Say on standard error how many records were left out, why, and what to do."""
    for reason, count in left_out.items():
        records = "1 record" if count == 1 else f"{count:,} records"
        print(f"metricparse: left out {records}: {reason}; {_advice(reason)}", file=sys.stderr)


def _advice(reason: "LeftOut") -> str:
    from metricparse.cloudwatch.series import LeftOut

    return {
        LeftOut.NO_TIME: "say when line 1 was printed, and how many seconds a line took: "
        "--assume-start 2026-11-22T10:00:00Z --assume-interval 1",
        LeftOut.NOT_TAKEN: "CloudWatch takes no such values",
        LeftOut.TOO_OLD: "CloudWatch no longer takes them; see them with metricparse serve",
        LeftOut.TOO_NEW: "CloudWatch does not take them yet; are the log's clock and time zone right?",
        LeftOut.NAME_TAKEN: "rename the metric, or send it in another form",
    }[reason]


def status_of(logs: "mp.Scan | mp.Follow") -> Status:
    """The exit status of a command that read logs."""
    return Status.of(incomplete=bool(logs.summary.damaged))


def _seconds(text: str) -> timedelta:
    try:
        return timedelta(seconds=float(text))
    except (OverflowError, ValueError):
        raise argparse.ArgumentTypeError(f"seconds, not {text!r}") from None
