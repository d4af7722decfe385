"""`metricparse scan --dataset`: many logs into a Parquet dataset."""

import argparse
import importlib
import json
import sys
from collections.abc import Sequence

import metricparse as mp
from metricparse.cli.arguments import log_names_of, reading_of
from metricparse.cli.status import Status

_ENGINES = ("ray", "spark", "dask")


def add_dataset(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of a dataset."""
    parser.add_argument(
        "--dataset",
        metavar="OUT",
        help="write the records of each log to a file of its own in this folder or URL, by as many "
        "processes as there are processors; a later run reads only what is new or has changed",
    )
    parser.add_argument(
        "--job",
        metavar="REGEX",
        help="with --dataset: finds the training job in a log's name, by group 1 or all of the "
        "match; its records are in OUT/job=JOB",
    )
    parser.add_argument(
        "--shard",
        metavar="K/N",
        type=_shard,
        help="with --dataset: scan the K-th of N parts of the logs, such as 3/8",
    )
    parser.add_argument("--on", choices=_ENGINES, help="with --dataset: scan on its workers")


def check_dataset(arguments: argparse.Namespace) -> None:
    """Make sure that the arguments of a dataset go together, and with no others."""
    if arguments.dataset is None:
        for name in ("job", "shard", "on"):
            if getattr(arguments, name) is not None:
                arguments.parser.error(f"--{name} goes with --dataset OUT")
        return
    for name in ("output", "follow", "html"):
        if getattr(arguments, name):
            arguments.parser.error(f"--dataset is an output of its own; leave --{name} out")
    if "-" in arguments.logs:
        arguments.parser.error("--dataset is for logs that have names; give paths or URLs")


def run_dataset(arguments: argparse.Namespace, definitions: "Sequence[mp.MetricDefinition]") -> int:
    """Scan the logs to the dataset, and report on all of it; the exit code."""
    from metricparse.cli.report.dataset import logs_shown, report_dataset

    engine = None
    if arguments.on:
        engine = importlib.import_module(f"metricparse.engines.{arguments.on}").map_tasks
    with logs_shown() as on_log:
        dataset = mp.scan_dataset(
            log_names_of(arguments),
            definitions,
            arguments.dataset,
            job=arguments.job,
            map=engine,
            shard=arguments.shard,
            unit="us" if arguments.on == "spark" else "ns",
            on_log=on_log,
            **reading_of(arguments),
        )
    if arguments.json:
        findings = [found.to_dict() for found in mp.findings_of(dataset.summary)]
        json.dump({**dataset.to_dict(), "findings": findings}, sys.stdout, indent=2)
        print()
    else:
        report_dataset(dataset, sys.stdout)
    wrong = any(each.slow or not each.emitted for each in dataset.summary.definitions)
    incomplete = bool(dataset.failed or dataset.damaged)
    return Status.of(findings=arguments.strict and wrong, incomplete=incomplete)


def _shard(text: str) -> tuple[int, int]:
    number, slash, count = text.partition("/")
    if not slash or not number.isdecimal() or not count.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r}: write it as 3/8")
    return int(number), int(count)
