"""Arguments that several commands share."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any, BinaryIO
from urllib.parse import quote

import metricparse as mp
from metricparse.definitions.presets import PREFIX
from metricparse.logs.envelopes import Envelope
from metricparse.logs.views import View
from metricparse.sinks import Format

# Names under which it could be written twice, or renamed over.
_STANDARD_OUTPUT = ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")

_FORMS = {
    "sarif": "SARIF for code hosts and editors",
    "junit": "JUnit XML for continuous integration",
    "github": "annotations for GitHub Actions",
}
_DOCUMENTS = (".json", ".yaml", ".yml", ".toml", ".py", ".ipynb")


def add_logs(parser: argparse.ArgumentParser) -> None:
    """Add the logs."""
    parser.add_argument(
        "logs",
        metavar="LOG",
        nargs="+",
        help="a file, also compressed (gzip, zstd, bzip2, xz); a directory; a glob pattern; "
        "s3://bucket/prefix and other URLs; sagemaker://JOB, the log of a training, processing or "
        "tuning job; cloudwatch://GROUP/STREAM-PREFIX; - for standard input",
    )
    _add_service_options(parser)


def _add_service_options(parser: argparse.ArgumentParser) -> None:
    """Add what is to be read of logs in CloudWatch Logs."""
    for name, what in (("since", "from"), ("until", "to")):
        parser.add_argument(
            f"--{name}",
            metavar="TIME",
            help=f"read logs of sagemaker:// and cloudwatch:// {what} this time: ISO 8601 (UTC where it names "
            "no zone), or a span before now such as 90m, 2h or 3d",
        )
    add_cache(parser)


def add_cache(parser: argparse.ArgumentParser) -> None:
    """Add whether logs of jobs are kept."""
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="fetch the log of a job that has ended anew, and do not keep it on this machine",
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
        "request or description of a training or tuning job; Python or a notebook in which they "
        "stand, which is not run (train.py:NAME or train.py:LINE of several lists); preset:NAME; "
        "sagemaker://JOB; - for standard input; may be repeated",
    )
    parser.add_argument(
        *(inline or ("-m", "--metric")),
        metavar="NAME=REGEX",
        dest="metric",
        action="append",
        default=[],
        help="a metric definition; may be repeated",
    )


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say where the records go, and how."""
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write the records here, for tensorboard into this folder; - for standard output",
    )
    parser.add_argument(
        "--format",
        metavar="FORMAT",
        choices=[each.value for each in Format],
        help=f"of the records: {_listed(Format)}; by default what the file's ending tells, csv on "
        "standard output",
    )


def add_formats(parser: argparse.ArgumentParser, *others: str) -> None:
    """Add in which form the report is printed: JSON, or one of others."""
    parser.add_argument(
        "--format",
        choices=["json", *others],
        help="print the report for programs: " + ", ".join(f"{_FORMS[each]}" for each in others),
    )
    parser.add_argument(
        "--json", action="store_const", const="json", dest="format", help="report as JSON"
    )


def add_view(parser: argparse.ArgumentParser) -> None:
    """Add what the regexes see of a log."""
    parser.add_argument(
        "--view",
        choices=[each.value for each in View],
        default=View.SAGEMAKER.value,
        help="what the regexes see: lines as CloudWatch shows them, cut after 16,384 bytes and "
        "with control characters such as tab as #011 (the default), or as they are",
    )
    parser.add_argument(
        "--strip-ansi", action="store_true", help="take ANSI colour codes out of the log first"
    )


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say how logs are read."""
    add_view(parser)
    parser.add_argument(
        "--envelope",
        metavar="ENVELOPE",
        choices=[each.value for each in Envelope],
        help=f"what stands around the lines of all logs: {_listed(Envelope)}; by default it is "
        "recognised in each",
    )
    parser.add_argument(
        "--time",
        metavar="FROM",
        default="auto",
        help="where times come from: envelope, line, arrival, none, or auto, which is the first "
        "of these that has one (the default); or the strptime format of a time in the line",
    )
    parser.add_argument(
        "--time-where",
        metavar="REGEX",
        help="where in the line the time of that format stands: group 1, or all of the match; "
        "by default the line's first words",
    )
    parser.add_argument(
        "--time-year", metavar="YEAR", type=int, help="the year, for a format without one"
    )
    parser.add_argument(
        "--time-zone",
        metavar="ZONE",
        default="UTC",
        help="of times that name none, such as Europe/Berlin; by default UTC",
    )


def add_port(parser: argparse.ArgumentParser, default: int) -> None:
    """Add where a server listens, and under which names it may be asked."""
    parser.add_argument(
        "--port", type=int, default=default, help=f"{default} by default; 0 for any that is free"
    )
    parser.add_argument(
        "--allow-host",
        metavar="NAME",
        action="append",
        default=[],
        help="a name by which requests may ask for it, such as a proxy's; may be repeated",
    )


def check_output(arguments: argparse.Namespace) -> None:
    """Make sure that `-o` and `--format` go together."""
    if arguments.format and arguments.output is None:
        arguments.parser.error("--format says how records are written: give -o, too")
    if arguments.output in _STANDARD_OUTPUT:
        arguments.output = "-"


def logs_of(arguments: argparse.Namespace) -> list[str | BinaryIO]:
    """The logs, `-` as standard input."""
    return [_log(log) for log in log_names_of(arguments)]


def log_names_of(arguments: argparse.Namespace) -> list[str]:
    """The logs as they are named, with what is to be read of those in CloudWatch Logs."""
    from metricparse.logs.input.service_log import is_service_log

    given = {name: getattr(arguments, name, None) for name in ("since", "until")}
    options = [f"{name}={quote(value)}" for name, value in given.items() if value]
    options += ["cache=no"] if arguments.no_cache else []
    if options and not any(map(is_service_log, arguments.logs)):
        names = [f"--{name}" for name, value in given.items() if value]
        names += ["--no-cache"] if arguments.no_cache else []
        arguments.parser.error(f"only for sagemaker:// and cloudwatch://: {', '.join(names)}")
    return [_with_options(log, options) if is_service_log(log) else log for log in arguments.logs]


def _with_options(url: str, options: Sequence[str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{'&'.join(options)}" if options else url


def definitions_of(arguments: argparse.Namespace) -> list["mp.MetricDefinition"]:
    """The metric definitions, those of files first."""
    if not arguments.definitions and not arguments.metric:
        arguments.parser.error(f"no metric definitions: {_how_to_give(arguments)}")
    if "-" in arguments.definitions and "-" in getattr(arguments, "logs", ()):
        arguments.parser.error("standard input cannot be both the definitions and a log")
    given = [each for path in arguments.definitions for each in loaded(path)]
    return given + [mp.parse_definition(text) for text in arguments.metric]


def optional_of(arguments: argparse.Namespace) -> frozenset["mp.MetricDefinition"]:
    """The definitions of presets, of which a log need not hold all."""
    presets = [path for path in arguments.definitions if path.startswith(PREFIX)]
    return frozenset(each for path in presets for each in loaded(path))


def _how_to_give(arguments: argparse.Namespace) -> str:
    """How definitions are given; by which file, if one of the logs holds some."""
    logs = getattr(arguments, "logs", [])
    if found := next(filter(_holds_definitions, logs), None):
        return f"{found} contains definitions; pass it as -d {found}"
    proposing = f"; metricparse suggest {logs[0]} proposes some" if logs else ""
    return f"give -d FILE or -m NAME=REGEX{proposing}"


def _holds_definitions(path: str) -> bool:
    if not path.lower().endswith(_DOCUMENTS):
        return False
    try:
        return bool(mp.load_definitions(path))
    except mp.MetricparseError:
        return False


def loaded(path: str) -> Sequence["mp.MetricDefinition"]:
    """The definitions of a file, or of standard input."""
    if path != "-":
        return mp.load_definitions(path)
    if sys.stdin is None:
        raise mp.DefinitionError("standard input is closed; give a file with the definitions")
    from metricparse.definitions.documents import parse_document

    return mp.load_definitions(parse_document(sys.stdin.read(), "<stdin>"))


def reading_of(arguments: argparse.Namespace) -> dict[str, Any]:
    """How logs are to be read, as parameters of `scan` and its like."""
    from metricparse.logs.line_times import time_source

    where, year = arguments.time_where, arguments.time_year
    if "%" not in arguments.time and (where or year):
        arguments.parser.error("--time-where and --time-year belong to a format: give --time, too")
    try:
        given = arguments.time
        time = mp.TimeFormat(given, where, year) if where or year else time_source(given)
    except ValueError as error:
        arguments.parser.error(f"--time {error}")
    return {
        "view": arguments.view,
        "strip_ansi": arguments.strip_ansi,
        "envelope": arguments.envelope,
        "time": time,
        "time_zone": arguments.time_zone,
    }


def _listed(choices: Iterable[Enum]) -> str:
    *others, last = (str(each.value) for each in choices)
    return f"{', '.join(others)} or {last}"


def _log(log: str) -> str | BinaryIO:
    if log != "-":
        return log
    if sys.stdin is None:
        raise mp.LogError("standard input is closed; give a log file, or pipe one in")
    return sys.stdin.buffer
