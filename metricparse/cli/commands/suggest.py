"""`metricparse suggest`: metric definitions for a log that has none."""

import argparse
import json
import sys

import metricparse as mp
from metricparse.cli.arguments import add_logs, add_view, logs_of
from metricparse.cli.changes import add_changes, show_and_write
from metricparse.cli.finish import damage_said, refuse_to_overwrite, write_text
from metricparse.cli.status import Status

_DESCRIPTION = """\
Read a log and propose metric definitions for it, at most 40, the likeliest first: what a person
would plot, and no counters, times, identifiers, sizes or settings. Each was run over the whole
log. They are written as JSON that scan -d and the sagemaker SDK take, or added to a file.
"""
_EXAMPLES = """\
examples:
  metricparse suggest train.log
  metricparse suggest train.log -o definitions.json && metricparse scan -d definitions.json train.log
  metricparse suggest train.log --add train.py
"""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(
        "suggest",
        help="metric definitions for a log that has none",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    add_logs(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write the definitions to this new file, and report what they give",
    )
    add_changes(
        parser,
        "--add",
        metavar="FILE",
        help="add those that it does not have to the list in this file (JSON, YAML, Python, a "
        "notebook), in which nothing else changes, and show the difference",
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="list the numbers that are not offered as well, with the reason, on standard error",
    )
    add_view(parser)
    parser.set_defaults(run=_run, parser=parser)


def _run(arguments: argparse.Namespace) -> int:
    if arguments.add and arguments.output:
        arguments.parser.error("-o writes a file, and --add adds to one: give one of them")
    if arguments.diff and not arguments.add:
        arguments.parser.error("--diff shows what --add would change: give --add FILE, too")
    with damage_said() as damaged:
        found = mp.suggest(
            logs_of(arguments), view=arguments.view, strip_ansi=arguments.strip_ansi, left_out=True
        )
    offered = [each for each in found if each.left_out is None]
    left_out = [each for each in found if each.left_out]
    if arguments.all or not offered:
        from metricparse.cli.report.suggestions import report_left_out

        report_left_out(left_out, sys.stderr, one_by_one=arguments.all)
    if arguments.add:
        change = mp.add_definitions(arguments.add, [each.definition for each in offered])
        show_and_write([change], "added", arguments)
        return Status.of(findings=not offered, incomplete=bool(damaged))
    rows = (json.dumps(each.definition.to_request(), ensure_ascii=False) for each in offered)
    text = "[\n  {}\n]\n".format(",\n  ".join(rows)) if offered else "[]\n"
    if arguments.output in (None, "-"):
        print(text, end="")
    else:
        from metricparse.cli.report.scan import report_definitions

        advice = f"add to it with --add {arguments.output}, or give -o another name"
        refuse_to_overwrite(arguments.output, text, advice)
        write_text(text, arguments.output)
        report_definitions([each.summary for each in offered], sys.stdout)
    return Status.of(findings=not offered, incomplete=bool(damaged))
