"""`metricparse verify`: what the service published, held against what the log would publish."""

import argparse
import json
import sys

import metricparse as mp
from metricparse.cli.arguments import (
    add_cache,
    add_definitions,
    add_reading,
    definitions_of,
)
from metricparse.cli.cloudwatch_arguments import (
    add_assumed_times,
    reported,
    say_left_out,
    scan_of,
    with_times,
)
from metricparse.cli.status import Status

_DESCRIPTION = """\
Compare what CloudWatch and DescribeTrainingJob have for a training job with what its definitions, or
those given instead, would publish from its log, metric by metric: equal, different (with the lines
concerned), missing there, missing here. boto3 finds the account, the region and the endpoints in its
usual ways, such as AWS_PROFILE and AWS_ENDPOINT_URL. Needs: pip install 'metricparse[aws]'
"""
_EXAMPLES = """\
examples:
  metricparse verify my-job
  metricparse verify my-job --log train.log
  AWS_ENDPOINT_URL=http://127.0.0.1:9480 metricparse verify my-job --log train.log
"""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(
        "verify",
        help="what the service published, held against what the log would publish",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    parser.add_argument("job", metavar="JOB", help="the training job's name")
    parser.add_argument(
        "--log",
        metavar="LOG",
        action="append",
        dest="logs",
        help="its log; by default that in CloudWatch Logs; may be repeated",
    )
    add_cache(parser)
    add_definitions(parser)
    add_reading(parser)
    add_assumed_times(parser)
    parser.add_argument("--json", action="store_true", help="report as JSON")
    # The job has definitions of its own, before those of a project.
    parser.set_defaults(run=_run, parser=parser, definitions=None)


def _run(arguments: argparse.Namespace) -> int:
    job = f"sagemaker://{arguments.job.removeprefix('sagemaker://')}"
    arguments.logs = arguments.logs or [job]
    arguments.definitions = arguments.definitions or []
    given = arguments.definitions or arguments.metric
    definitions = definitions_of(arguments) if given else mp.load_definitions(job)
    scan = scan_of(arguments, definitions)
    with reported(scan):
        verification = mp.verify(job, with_times(scan, arguments), definitions)
    if arguments.json:
        print(json.dumps(verification.to_dict(), indent=2, allow_nan=False))
    else:
        from metricparse.cli.report.verification import report_verification

        report_verification(verification, sys.stdout)
    say_left_out(verification.left_out)
    return Status.of(findings=not verification.equal, incomplete=bool(scan.summary.damaged))
