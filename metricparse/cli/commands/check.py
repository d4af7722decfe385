"""`metricparse check`: whether the service would take a job's definitions."""

import argparse
import json
import sys

from metricparse.cli.arguments import add_formats
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
    parser.add_argument(
        "--if-any",
        action="store_true",
        help="pass over files that hold no metric definitions, as among those of a commit",
    )
    add_formats(parser, "sarif", "github")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if there are warnings")
    parser.set_defaults(run=_run, parser=parser)


def _run(arguments: argparse.Namespace) -> int:
    from metricparse.definitions.lists import lists_in
    from metricparse.diagnosis.check import check

    checks = [check(each) for path in _chosen(arguments) for each in lists_in(path)]
    match arguments.format:
        case "json":
            print(json.dumps([each.to_dict() for each in checks], indent=2))
        case "sarif":
            from metricparse.diagnosis.sarif import as_sarif

            print(json.dumps(as_sarif(checks), indent=2))
        case "github":
            from metricparse.cli.report.github import annotations_of_check

            for each in checks:
                for annotation in annotations_of_check(each):
                    print(annotation)
        case _:
            from metricparse.cli.report.check import report_check

            for each in checks:
                report_check(each, sys.stdout)
    if any(each.errors for each in checks):
        return Status.FAILED
    return Status.of(findings=arguments.strict and any(each.warnings for each in checks))


def _chosen(arguments: argparse.Namespace) -> list[str]:
    from metricparse.definitions.lists import holds_definitions

    given: list[str] = arguments.documents
    return list(filter(holds_definitions, given)) if arguments.if_any else given
