"""The arguments that commands share: logs, definitions, and what the regexes see."""

import argparse
import sys
from typing import BinaryIO

import metricparse as mp


def add_logs(parser: argparse.ArgumentParser) -> None:
    """Add the logs, and how they are looked at."""
    parser.add_argument(
        "logs",
        metavar="LOG",
        nargs="+",
        help="a file, plain or gzip; a directory; a glob pattern; - for standard input",
    )


def add_definitions(parser: argparse.ArgumentParser, *inline: str) -> None:
    """Add the metric definitions; `inline` are the options that take one as `NAME=REGEX`."""
    parser.add_argument(
        "-d",
        "--definitions",
        metavar="FILE",
        action="append",
        default=[],
        help="JSON, YAML or TOML with the metric definitions: a list of {Name, Regex}, or any "
        "request or description of a training or tuning job; or preset:NAME; may be repeated",
    )
    parser.add_argument(
        *(inline or ("-m", "--metric")),
        metavar="NAME=REGEX",
        dest="metric",
        action="append",
        default=[],
        help="a metric definition; may be repeated",
    )


def add_view(parser: argparse.ArgumentParser) -> None:
    """Add what the regexes see of a log."""
    parser.add_argument(
        "--view",
        choices=["sagemaker", "raw"],
        default="sagemaker",
        help="what the regexes see: lines as CloudWatch shows them, cut after 16,384 bytes and "
        "with control characters such as tab as #011 (the default), or as they are",
    )
    parser.add_argument(
        "--strip-ansi", action="store_true", help="take ANSI colour codes out of the log first"
    )


def logs_of(arguments: argparse.Namespace) -> list[str | BinaryIO]:
    """The logs, `-` as standard input."""
    return [_log(log) for log in arguments.logs]


def definitions_of(arguments: argparse.Namespace) -> list["mp.MetricDefinition"]:
    """The metric definitions, those of files first."""
    if not arguments.definitions and not arguments.metric:
        arguments.parser.error("no metric definitions: give -d FILE or -m NAME=REGEX")
    loaded = [each for path in arguments.definitions for each in mp.load_definitions(path)]
    return loaded + [mp.parse_definition(text) for text in arguments.metric]


def _log(log: str) -> str | BinaryIO:
    if log != "-":
        return log
    if sys.stdin is None:
        raise mp.LogError("standard input is closed; give a log file, or pipe one in")
    return sys.stdin.buffer
