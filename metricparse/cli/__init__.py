"""The command line: `metricparse COMMAND ...`.

Each command is a file here that parses its arguments, calls the library and prints. Heavy modules
are imported when a command runs, so that `--version` and `--help` answer at once.
"""

import os
import sys

from metricparse._version import __version__
from metricparse.matching.choice import Matcher

TYPE_CHECKING = False  # as `typing` has it, whose import takes longer than `--version`
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from types import FrameType

_USAGE = 2
_SIGNALLED = 128


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Run the command line; returns its exit code.

    0: done. 1: findings, under `--strict`. 2: wrong usage, or input that could not be read.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        if given == ["--version"]:
            return _print_version()
        return _run(given)
    except Exception as error:
        from metricparse.errors import MetricparseError

        if not isinstance(error, MetricparseError):
            raise
        print(f"metricparse: {error}", file=sys.stderr)
        return _USAGE


def _run(arguments: "list[str]") -> int:
    import signal

    parser = _parser()
    parsed = parser.parse_args(arguments)
    if parsed.version:
        return _print_version()
    if parsed.run is None:
        parser.print_help(sys.stderr)
        return _USAGE
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code: int = parsed.run(parsed)
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("metricparse: interrupted", file=sys.stderr)
        return _SIGNALLED + signal.SIGINT
    except BrokenPipeError:
        # Whoever read our output has gone. What is left to flush must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _parser() -> "argparse.ArgumentParser":
    import argparse

    from metricparse.cli import check, scan

    parser = argparse.ArgumentParser(
        prog="metricparse",
        description="Dry-run Amazon SageMaker metric definitions against training logs.",
    )
    parser.add_argument("--version", action="store_true", help="show the version and the matcher")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    parser.set_defaults(run=None)
    scan.add_command(commands)
    check.add_command(commands)
    return parser


def _print_version() -> int:
    matcher = Matcher.chosen()
    print(f"metricparse {__version__} ({matcher} matcher, engine {matcher.engine})")
    return 0


def _terminate(number: int, _frame: "FrameType | None") -> None:
    """Leave by way of an exception, so that what is half written is cleaned up."""
    sys.exit(_SIGNALLED + number)
