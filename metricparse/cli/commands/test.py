"""`metricparse test`: hold definitions to cases, as in a container's own CI."""

import argparse
import json

import metricparse as mp
from metricparse.cli.arguments import add_formats
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
    add_formats(parser, "junit", "github")
    parser.set_defaults(run=_run, parser=parser)


def _run(arguments: argparse.Namespace) -> int:
    found = [(path, result) for path in arguments.files for result in mp.run_cases(path)]
    results = [result for _, result in found]
    match arguments.format:
        case "json":
            print(json.dumps([result.to_dict() for result in results], indent=2))
        case "junit":
            from metricparse.testing.junit import as_junit

            print(as_junit(found))
        case "github":
            from metricparse.cli.report.github import annotations_of_case

            for path, result in found:
                for annotation in annotations_of_case(path, result):
                    print(annotation)
        case _:
            for result in results:
                _print(result)
            passed = sum(result.passed for result in results)
            print(f"{passed} of {len(results)} cases passed")
    if any(result.error for result in results):
        return Status.FAILED
    return Status.of(findings=not all(result.passed for result in results))


def _print(result: "mp.CaseResult") -> None:
    print(f"{'✓' if result.passed else '✗'} {result.case.name}")
    for each in [result.error] if result.error else result.differences:
        print(f"  {each}")
