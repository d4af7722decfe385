"""`metricparse explain`: why definitions gave nothing, or wrong numbers."""

import argparse
import json
import sys

import metricparse as mp
from metricparse.cli.arguments import (
    add_definitions,
    add_logs,
    add_view,
    definitions_of,
    logs_of,
    optional_of,
)
from metricparse.cli.changes import add_changes, files_of, say, show_and_write
from metricparse.cli.finish import damage_said
from metricparse.cli.status import Status

_DESCRIPTION = """\
Show for each definition the lines that it matched. For one that gave nothing, or wrong numbers,
find the cause on the log, and offer a regex that was tried on all of it; --fix writes it to the
file that the definition came from.
"""
_EXAMPLES = """\
examples:
  metricparse explain -d definitions.json train.log
  metricparse explain -d definitions.json train.log --metric train:loss
  metricparse explain -m 'loss=loss: ([0-9.]+)' train.log --json
  metricparse explain -d train.py train.log --diff
  metricparse explain -d definitions.json train.log --fix -o fixed.json
"""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(
        "explain",
        help="why a definition gave nothing, or wrong numbers, and what would be right",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
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
    add_changes(
        parser,
        "--fix",
        action="store_true",
        help="write the regexes that would be right to the files of -d (JSON, YAML, Python, "
        "notebooks), in which nothing else changes, and show the difference",
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="with --fix: write here, and leave the file of -d"
    )
    parser.set_defaults(run=_run, parser=parser)


def _run(arguments: argparse.Namespace) -> int:
    _check_changes(arguments)
    definitions = definitions_of(arguments)
    if arguments.only:
        names = sorted({each.name for each in definitions})
        definitions = [each for each in definitions if each.name in arguments.only]
        if not definitions:
            arguments.parser.error(f"no definition is named so; the names are: {', '.join(names)}")
    with damage_said() as damaged:
        diagnosis = mp.diagnose(
            logs_of(arguments),
            definitions,
            view=arguments.view,
            strip_ansi=arguments.strip_ansi,
            optional=() if arguments.only else optional_of(arguments),
        )
    if arguments.fix or arguments.diff:
        _correct(diagnosis, arguments)
    elif arguments.json:
        print(json.dumps(diagnosis.to_dict(), indent=2, allow_nan=False))
    else:
        from metricparse.cli.report.diagnosis import report_diagnosis

        report_diagnosis(diagnosis, sys.stdout)
    return Status.of(findings=arguments.strict and bool(diagnosis.wrong), incomplete=bool(damaged))


def _check_changes(arguments: argparse.Namespace) -> None:
    files = files_of(arguments)
    if arguments.output and not arguments.fix:
        arguments.parser.error("-o says where --fix writes: give --fix, too")
    if (arguments.fix or arguments.diff) and not files:
        arguments.parser.error("--fix and --diff change files with definitions: give -d FILE")
    if (arguments.fix or arguments.diff) and arguments.json:
        arguments.parser.error("--json cannot be combined with --fix or --diff")
    if arguments.output and len(files) > 1:
        arguments.parser.error("-o takes one file, so give exactly one -d FILE")
    if arguments.output == "-":
        arguments.parser.error("-o takes a file; --diff shows the difference")


def _correct(diagnosis: "mp.Diagnosis", arguments: argparse.Namespace) -> None:
    corrections = diagnosis.corrections
    # All of them are tried first; then each again, as they may be lists of one file.
    tried = [mp.correct_definitions(path, corrections) for path in files_of(arguments)]
    changes = (mp.correct_definitions(path, corrections) for path in files_of(arguments))
    show_and_write(changes, "corrected", arguments)
    written = {each for change in tried for each in change.definitions}
    for definition in corrections.keys() - written:
        say(f"{definition.name} stands in no file; it would be {corrections[definition]}")
    wrong = [each.definition for each in diagnosis.wrong]
    if unknown := [each.name for each in wrong if each not in corrections]:
        say(f"no correction was found for {', '.join(unknown)}; explain without --fix says why")
