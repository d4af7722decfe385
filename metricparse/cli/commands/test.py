"""`metricparse test`: hold definitions to cases, as in a container's own CI."""

import argparse
import json

import metricparse as mp
from metricparse.cli.status import Status

_DESCRIPTION = """\
Run the cases in files beside the training code: a line or a log, and the metrics that it must
give. Exits with 1 if one of them gives others, with 2 if one could not be run to its end.
"""
_EXAMPLES = """\
a file of cases, in YAML:
  definitions: definitions.json
  cases:
    - line: "epoch 1 loss: 3.6e-05"
      metrics: {"train:loss": 3.6e-05}
    - log: train.log
      metrics: {"train:loss": {count: 150, last: 0.1092}}
"""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(
        "test",
        help="hold definitions to lines and logs, and the metrics that these must give",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    parser.add_argument("files", metavar="FILE", nargs="+", help="cases in JSON, YAML or TOML")
    parser.add_argument("--json", action="store_true", help="report as JSON")
    parser.set_defaults(run=_run, parser=parser)


def _run(arguments: argparse.Namespace) -> int:
    results = [result for path in arguments.files for result in mp.run_cases(path)]
    if arguments.json:
        print(json.dumps([result.to_dict() for result in results], indent=2))
    else:
        for result in results:
            _print(result)
        passed = sum(result.passed for result in results)
        print(f"{passed} of {len(results)} cases gave what they must")
    if any(result.error for result in results):
        return Status.FAILED
    return Status.of(findings=not all(result.passed for result in results))


def _print(result: "mp.CaseResult") -> None:
    print(f"{'✓' if result.passed else '✗'} {result.case.name}")
    for each in [result.error] if result.error else result.differences:
        print(f"  {each}")
