"""`metricparse bench`: what metric definitions cost on a log."""

import argparse
import json
import sys

import metricparse as mp
from metricparse.cli.arguments import add_definitions, add_logs, definitions_of, logs_of
from metricparse.cli.finish import damage_said, write_text
from metricparse.cli.status import Status

_DESCRIPTION = """\
Measure what definitions cost on a log: all of them, each alone, and against a loop of re.search.
For each: its share of the time, the text that a line must contain to reach its regex, how many
lines reached it (of the first 8 MiB, 20,000 at most) and how many in vain, and the slowest. Warns
of regexes without such a text, and of those whose time grows faster than the line.
"""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(
        "bench",
        help="what metric definitions cost on a log",
        description=_DESCRIPTION,
    )
    add_logs(parser)
    add_definitions(parser)
    parser.add_argument("--json", action="store_true", help="report as JSON")
    parser.add_argument(
        "--pytest-benchmark",
        metavar="FILE",
        help="write the times here as well, for pytest-benchmark compare",
    )
    parser.set_defaults(run=_run, parser=parser)


def _run(arguments: argparse.Namespace) -> int:
    from metricparse.benchmark.pytest_benchmark import as_pytest_benchmark

    definitions = definitions_of(arguments)
    with damage_said() as damaged:
        measured = mp.bench(logs_of(arguments), definitions)
    if arguments.pytest_benchmark:
        document = as_pytest_benchmark(measured)
        write_text(json.dumps(document, indent=2), arguments.pytest_benchmark)
    if arguments.json:
        print(json.dumps(measured.to_dict(), indent=2))
    else:
        from metricparse.cli.report.bench import report_bench

        report_bench(measured, sys.stdout)
    return Status.of(incomplete=bool(damaged))
