"""`metricparse check`: whether the service would take a job's definitions."""

import argparse
import json
import sys

from metricparse.cli.status import Status

_DESCRIPTION = """\
Check metric definitions and the specification around them, without a log: the service's bounds,
regexes that do not compile, that capture nothing, or that mean something else than it seems.
Exits with 2 if there are errors.
"""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(
        "check",
        help="whether the service would take a job's definitions",
        description=_DESCRIPTION,
    )
    parser.add_argument(
        "documents",
        metavar="FILE",
        nargs="+",
        help="JSON, YAML, TOML, Python or a notebook with metric definitions, as scan -d takes it",
    )
    parser.add_argument("--json", action="store_true", help="report as JSON")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if there are warnings")
    parser.set_defaults(run=_run, parser=parser)


def _run(arguments: argparse.Namespace) -> int:
    from metricparse.cli.report.check import report_check
    from metricparse.diagnosis.check import check

    checks = [check(path) for path in arguments.documents]
    if arguments.json:
        data = [each.to_dict() for each in checks]
        print(json.dumps(data, indent=2))
    else:
        for each in checks:
            report_check(each, sys.stdout)
    if any(each.errors for each in checks):
        return Status.FAILED
    return Status.of(findings=arguments.strict and any(each.warnings for each in checks))
