"""`metricparse presets`: the metric definitions that come with metricparse."""

import argparse
import json
import sys

import metricparse as mp

_DESCRIPTION = """\
List the metric definitions that come with metricparse, or print those of one preset.
They are used as -d preset:NAME.
"""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(
        "presets",
        help="the metric definitions that come with metricparse",
        description=_DESCRIPTION,
    )
    parser.add_argument(
        "name", metavar="NAME", nargs="?", help="print the definitions of this one as JSON"
    )
    parser.set_defaults(run=_run, parser=parser)


def _run(arguments: argparse.Namespace) -> int:
    if arguments.name:
        definitions = mp.load_definitions(f"preset:{arguments.name}")
        print(json.dumps([each.to_request() for each in definitions], indent=2))
        return 0
    from metricparse.cli.report.presets import report_presets

    report_presets(mp.known_presets(), sys.stdout)
    return 0
