"""`metricparse explain`: why definitions gave nothing, or wrong numbers."""

import argparse
import json
import sys

import metricparse as mp
from metricparse.cli.arguments import add_definitions, add_logs, add_view, definitions_of, logs_of
from metricparse.cli.finish import damage_said
from metricparse.cli.status import Status

_DESCRIPTION = """\
Show for each definition the lines that it matched. For one that gave nothing, or wrong numbers,
find the cause on the log, and offer a regex that was tried on all of it.
"""
_EXAMPLES = """\
examples:
  metricparse explain -d definitions.json train.log
  metricparse explain -d definitions.json train.log --metric train:loss
  metricparse explain -m 'loss=loss: ([0-9.]+)' train.log --json
"""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(
        "explain",
        help="why a definition gave nothing, or wrong numbers, and what would be right",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_logs(parser)
    add_definitions(parser, "-m")
    parser.add_argument(
        "--metric",
        metavar="NAME",
        dest="only",
        action="append",
        help="explain the definitions of this name alone; may be repeated",
    )
    add_view(parser)
    parser.add_argument("--json", action="store_true", help="report as JSON")
    parser.add_argument(
        "--strict", action="store_true", help="exit with 1 if any definition went wrong"
    )
    parser.set_defaults(run=_run, parser=parser)


def _run(arguments: argparse.Namespace) -> int:
    definitions = definitions_of(arguments)
    if arguments.only:
        names = sorted({each.name for each in definitions})
        definitions = [each for each in definitions if each.name in arguments.only]
        if not definitions:
            arguments.parser.error(f"no definition is named so; the names are: {', '.join(names)}")
    with damage_said() as damaged:
        diagnosis = mp.diagnose(
            logs_of(arguments), definitions, view=arguments.view, strip_ansi=arguments.strip_ansi
        )
    if arguments.json:
        print(json.dumps(diagnosis.to_dict(), indent=2, allow_nan=False))
    else:
        from metricparse.cli.report.diagnosis import report_diagnosis

        report_diagnosis(diagnosis, sys.stdout)
    wrong = any(each.causes for each in diagnosis.explanations)
    return Status.of(findings=arguments.strict and wrong, incomplete=bool(damaged))
