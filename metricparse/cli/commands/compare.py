"""`metricparse compare`: runs held against a baseline."""

import argparse
import json
import sys

import metricparse as mp
from metricparse.cli.arguments import (
    add_definitions,
    add_logs,
    add_reading,
    definitions_of,
    logs_of,
    reading_of,
)
from metricparse.cli.finish import damage_said
from metricparse.cli.status import Status

_DESCRIPTION = """\
Compare the metrics of runs, one log each, with those of the first, the baseline: the last value and
its difference from the baseline's, the best value, and the step that reached the baseline's best; one
row per metric, one column per run. Names such as val_loss and accuracy tell whether less or more is
better; say so for others.
"""
_EXAMPLES = """\
examples:
  metricparse compare -d definitions.json main.log branch.log
  metricparse compare -d job.json main.log branch.log --markdown > comment.md
  metricparse compare -d job.json main.log branch.log --fail-if 'val_loss > 1.05 * baseline'
"""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(
        "compare",
        help="runs held against a baseline, metric by metric",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    add_logs(parser)
    add_definitions(parser)
    add_reading(parser)
    parser.add_argument(
        "--by",
        metavar="METRIC",
        help="what counts steps: a metric, such as step, or line; by default a metric's values are "
        "counted",
    )
    for goal in ("minimize", "maximize"):
        parser.add_argument(
            f"--{goal}",
            metavar="METRIC",
            action="append",
            default=[],
            help=f"this metric's {'least' if goal == 'minimize' else 'greatest'} value is its best; "
            "may be repeated",
        )
    parser.add_argument(
        "--fail-if",
        metavar="CONDITION",
        action="append",
        default=[],
        help="exit with 1 if this holds of the last value in any run but the baseline, or cannot be "
        "told: METRIC < > <= or >= [FACTOR *] and a number or baseline; may be repeated",
    )
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="report as JSON")
    shown.add_argument(
        "--markdown", action="store_true", help="report as a table for a pull request"
    )
    parser.set_defaults(run=_run, parser=parser)


def _run(arguments: argparse.Namespace) -> int:
    if len(arguments.logs) < 2:
        arguments.parser.error("give the log of the baseline, and then one or more to compare")
    definitions = definitions_of(arguments)
    goals = {name: goal for goal in ("minimize", "maximize") for name in getattr(arguments, goal)}
    runs = {
        name: mp.scan(log, definitions, **reading_of(arguments))
        for name, log in zip(_names(arguments.logs), logs_of(arguments), strict=True)
    }
    metrics = [each.name for each in definitions if each.name != arguments.by]
    with damage_said() as damaged:
        comparison = mp.compare(runs, metrics=metrics, goals=goals, by=arguments.by)
    failures = [said for each in arguments.fail_if for said in comparison.failures(each)]
    if arguments.json:
        print(json.dumps(comparison.to_dict() | {"failures": failures}, indent=2, allow_nan=False))
    elif arguments.markdown:
        print(comparison.to_markdown(), end="")
    else:
        from metricparse.cli.report.comparison import report_comparison

        report_comparison(comparison, sys.stdout)
    for said in failures:
        print(f"metricparse: {said}", file=sys.stderr)
    return Status.of(findings=bool(failures), incomplete=bool(damaged))


def _names(logs: list[str]) -> list[str]:
    """The logs' names; one that is given again gets a number."""
    return [
        name if name not in logs[:place] else f"{name} ({logs[: place + 1].count(name)})"
        for place, name in enumerate(logs)
    ]
