"""`metricparse suggest`: metric definitions for a log that has none."""

import argparse
import json
import sys

import metricparse as mp
from metricparse.cli.arguments import add_logs, add_view, logs_of

_DESCRIPTION = """\
Read a log and propose metric definitions for it, at most 40, the likeliest first. Each was run
over the whole log. They are written as JSON that scan -d and the sagemaker SDK take.
"""
_EXAMPLES = """\
examples:
  metricparse suggest train.log
  metricparse suggest train.log -o definitions.json && metricparse scan -d definitions.json train.log
"""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(
        "suggest",
        help="metric definitions for a log that has none",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_logs(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write the definitions here, and report what they give",
    )
    add_view(parser)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    suggestions = mp.suggest(
        logs_of(arguments), view=arguments.view, strip_ansi=arguments.strip_ansi
    )
    if not suggestions:
        print("metricparse: no number in the log looks like a metric", file=sys.stderr)
    rows = (json.dumps(each.definition.to_request()) for each in suggestions)
    text = "[\n  {}\n]\n".format(",\n  ".join(rows)) if suggestions else "[]\n"
    if arguments.output is None:
        print(text, end="")
        return int(not suggestions)
    _write(arguments.output, text)
    from metricparse.cli.report.scan import report_definitions

    report_definitions([each.summary for each in suggestions], sys.stdout)
    return int(not suggestions)


def _write(path: str, text: str) -> None:
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise mp.OutputError(f"{path}: cannot be written: {error.strerror}") from None
