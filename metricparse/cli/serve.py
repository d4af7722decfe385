"""`metricparse serve`: answer in the place of CloudWatch."""

import argparse
import sys
import time

import metricparse as mp
from metricparse.cli.inputs import definitions_of
from metricparse.cli.standin import (
    add_job_name,
    add_records,
    say_left_out,
    scan_of,
    told,
    with_times,
)

_DESCRIPTION = """\
Answer for a training job in the place of CloudWatch and SageMaker, until interrupted: ListMetrics,
GetMetricStatistics, GetMetricData, DescribeTrainingJob, BatchGetMetrics. boto3, the AWS CLI and the
sagemaker SDK take the address from AWS_ENDPOINT_URL. Whoever reaches the address is answered, so it
is this machine's own unless said. Needs: pip install 'metricparse[serve]'
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
        help="answer in the place of CloudWatch, on this machine",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_records(parser)
    add_job_name(parser)
    parser.add_argument(
        "--host",
        metavar="ADDRESS",
        default="127.0.0.1",
        help="where to listen; 127.0.0.1 by default, which only this machine reaches",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=_PORT,
        help=f"{_PORT} by default; 0 for any that is free",
    )
    parser.set_defaults(run=_run, parser=parser)


def _run(arguments: argparse.Namespace) -> int:
    definitions = definitions_of(arguments)
    scan = scan_of(arguments)
    records = with_times(scan, arguments)
    with mp.serve(
        arguments.job_name, records, definitions, host=arguments.host, port=arguments.port
    ) as serving:
        print(f"{arguments.job_name} is served at {serving.url}, until interrupted", flush=True)
        try:
            with told(scan):
                serving.wait()
            say_left_out(serving.left_out)
            print(f"all {scan.summary.records:,} records are read", file=sys.stderr)
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            sys.exit(0)
