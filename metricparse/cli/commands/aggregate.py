"""`metricparse aggregate`: what CloudWatch would hold of a log."""

import argparse
import sys

import metricparse as mp
from metricparse.cli.arguments import add_output, check_output, definitions_of
from metricparse.cli.cloudwatch_arguments import (
    add_records,
    reported,
    say_left_out,
    scan_of,
    status_of,
    with_times,
)

_DESCRIPTION = """\
Gather the metrics of logs into the periods that CloudWatch would hold: one row per metric and period,
with the number of values, their average, sum, minimum, maximum, and percentiles if asked for.
"""
_EXAMPLES = """\
examples:
  metricparse aggregate -d definitions.json train.log
  metricparse aggregate -d definitions.json train.log --period 300 --percentile 99 -o out.parquet
"""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(
        "aggregate",
        help="the periods and statistics that CloudWatch would hold",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    add_records(parser)
    parser.add_argument(
        "--period",
        metavar="SECONDS",
        type=int,
        default=60,
        help="1, 5, 10, 20, 30 or a multiple of 60, which is the default",
    )
    parser.add_argument(
        "--percentile",
        metavar="PERCENT",
        type=float,
        action="append",
        default=[],
        help="add a column, such as p99.9; may be repeated",
    )
    parser.add_argument("--by-host", action="store_true", help="tell hosts apart")
    add_output(parser)
    parser.set_defaults(run=_run, parser=parser, output="-")


def _run(arguments: argparse.Namespace) -> int:
    check_output(arguments)
    scan = scan_of(arguments, definitions_of(arguments))
    periods = mp.aggregate(
        with_times(scan, arguments),
        period=arguments.period,
        by_host=arguments.by_host,
        percentiles=arguments.percentile,
    )
    with reported(scan):
        if arguments.output == "-":
            mp.write(periods, sys.stdout.buffer, arguments.format or "csv")
        else:
            mp.write(periods, arguments.output, arguments.format)
    say_left_out(periods.left_out)
    return status_of(scan)
