"""`metricparse publish`: send a log's metrics to CloudWatch."""

import argparse
import sys
from typing import TYPE_CHECKING

import metricparse as mp
from metricparse.cli.arguments import definitions_of
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
    from metricparse.records.streams import Records

_DESCRIPTION = """\
Send the metrics of logs to CloudWatch as those of a training job, or to what answers in its place.
Credentials and region are those that boto3 finds. Needs: pip install 'metricparse[aws]'
"""
_EXAMPLES = """\
examples:
  metricparse publish -d definitions.json --job-name my-job train.log --dry-run
  metricparse publish -d definitions.json --job-name my-job train.log
  metricparse publish -d definitions.json --job-name my-job train.log --dry-run --form emf
"""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(
        "publish",
        help="send a log's metrics to CloudWatch, or show the requests",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    add_records(parser)
    add_job_name(parser)
    parser.add_argument(
        "--endpoint-url", metavar="URL", help="send it there, instead of to the service"
    )
    parser.add_argument("--by-host", action="store_true", help="add the dimension Host")
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="send nothing: the requests as JSON lines on standard output, what they would cost "
        "on standard error",
    )
    parser.add_argument(
        "--form",
        choices=["put-metric-data", "emf", "batch-put-metrics"],
        help="with --dry-run: PutMetricData requests (the default), log events in the Embedded "
        "Metric Format, or BatchPutMetrics requests of SageMaker metrics",
    )
    parser.add_argument(
        "--resume", metavar="TOKEN", help="go on after a failure, with what it said"
    )
    parser.set_defaults(run=_run, parser=parser)


def _run(arguments: argparse.Namespace) -> int:
    if arguments.form and not arguments.dry_run:
        arguments.parser.error("--form is how --dry-run shows what would be sent: give that, too")
    scan = scan_of(arguments, definitions_of(arguments))
    records = with_times(scan, arguments)
    with reported(scan):
        if arguments.form in {"emf", "batch-put-metrics"}:
            _show(records, arguments)
        else:
            _publish(records, arguments)
    return status_of(scan)


def _publish(records: "Records", arguments: argparse.Namespace) -> None:
    published = mp.publish(
        records,
        arguments.job_name,
        client=None if arguments.dry_run else mp.cloudwatch_client(arguments.endpoint_url),
        by_host=arguments.by_host,
        resume=arguments.resume,
        on_request=_print if arguments.dry_run else None,
    )
    say_left_out(published.left_out)
    print(
        f"{'would send' if arguments.dry_run else 'sent'} values: {published.values:,}, metrics: "
        f"{len(published.metrics):,}, requests: {published.requests:,}; beyond the free tier, "
        f"about ${published.dollars:,.2f} a month",
        file=sys.stderr,
    )


def _show(records: "Records", arguments: argparse.Namespace) -> None:
    if arguments.form == "emf":
        requests = mp.embedded_metrics(records, arguments.job_name, by_host=arguments.by_host)
    else:
        # The service makes a trial component of this name for a training job.
        requests = mp.batch_put_metrics(records, f"{arguments.job_name}-aws-training-job")
    for request in requests:
        _print(request)
    say_left_out(requests.left_out)


def _print(request: "dict[str, object]") -> None:
    from metricparse.cloudwatch.requests import as_json_line

    print(as_json_line(request))
