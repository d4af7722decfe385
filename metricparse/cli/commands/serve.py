"""`metricparse serve`: answer in place of CloudWatch."""

import argparse
import sys
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

import metricparse as mp
from metricparse.cli.arguments import add_port, definitions_of, log_names_of, reading_of
from metricparse.cli.cloudwatch_arguments import (
    add_job_name,
    add_records,
    reported,
    say_left_out,
    scan_of,
    status_of,
    with_times,
)

if TYPE_CHECKING:
    from typing import NoReturn

_DESCRIPTION = """\
Answer for a training job in place of CloudWatch and SageMaker, until interrupted: ListMetrics,
GetMetricStatistics, GetMetricData, DescribeTrainingJob, BatchGetMetrics. boto3, the AWS CLI and the
sagemaker SDK take the address from AWS_ENDPOINT_URL. Anyone who can reach the address is answered, so by
default it is this machine's own. Needs: pip install 'metricparse[serve]'
"""
_EXAMPLES = """\
examples:
  metricparse serve -d definitions.json --job-name my-job train.log
  AWS_ENDPOINT_URL=http://127.0.0.1:9480 aws cloudwatch list-metrics
"""
_PORT = 9480


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(
        "serve",
        help="answer in place of CloudWatch, on this machine",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    add_records(parser)
    add_job_name(parser)
    parser.add_argument(
        "--follow", action="store_true", help="go on reading while the logs are written"
    )
    parser.add_argument(
        "--host",
        metavar="ADDRESS",
        default="127.0.0.1",
        help="where to listen; 127.0.0.1 by default, which only this machine reaches",
    )
    add_port(parser, _PORT)
    parser.set_defaults(run=_run, parser=parser)


def _run(arguments: argparse.Namespace) -> int:
    definitions = definitions_of(arguments)
    logs: mp.Scan | mp.Follow
    if arguments.follow:
        logs = mp.follow(log_names_of(arguments), definitions, **reading_of(arguments))
    else:
        logs = scan_of(arguments, definitions)
    with mp.serve(
        arguments.job_name,
        with_times(logs, arguments),
        definitions,
        host=arguments.host,
        port=arguments.port,
        allow_hosts=arguments.allow_host,
    ) as serving:
        print(f"{arguments.job_name} is served at {serving.url}, until interrupted", flush=True)
        try:
            _wait(serving, logs)
        except KeyboardInterrupt:
            sys.exit(status_of(logs))


def _wait(serving: "mp.Serving", logs: "mp.Scan | mp.Follow") -> "NoReturn":
    """Wait for ever; say when all is read, if there is an end to it."""
    with reported(logs) if isinstance(logs, mp.Scan) else nullcontext():
        serving.wait()
    say_left_out(serving.left_out)
    records = logs.summary.records
    served = records - sum(serving.left_out.values())
    said = f"all {records:,}" if served == records else f"{served:,} of {records:,}"
    print(f"{said} records are read and served", file=sys.stderr)
    while True:
        time.sleep(3600)
