"""`metricparse describe`: what DescribeTrainingJob would say."""

import argparse
import json
from datetime import datetime

import metricparse as mp
from metricparse.cli.arguments import definitions_of
from metricparse.cli.cloudwatch_arguments import (
    add_job_name,
    add_records,
    reported,
    scan_of,
    status_of,
    with_times,
)

_DESCRIPTION = """\
Print what DescribeTrainingJob would say of a job that printed the log, as the AWS CLI prints it:
above all its FinalMetricDataList, the last value of each metric. What a log does not tell is left
out, or empty where the shape demands it.
"""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(
        "describe",
        help="the final values, as DescribeTrainingJob gives them",
        description=_DESCRIPTION,
    )
    add_records(parser)
    add_job_name(parser)
    parser.set_defaults(run=_run, parser=parser)


def _run(arguments: argparse.Namespace) -> int:
    definitions = definitions_of(arguments)
    scan = scan_of(arguments, definitions)
    with reported(scan):
        document = mp.describe_training_job(
            arguments.job_name, with_times(scan, arguments), definitions
        )
    print(json.dumps(document, indent=4, ensure_ascii=False, default=datetime.isoformat))
    return status_of(scan)
