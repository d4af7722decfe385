"""The command line: `metricparse COMMAND ...`.

Each command is a file here that parses its arguments, calls the library and prints. Heavy modules
are imported when a command runs, so that `--version` and `--help` answer at once.
"""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from metricparse import __version__
from metricparse.cli import check, scan
from metricparse.errors import MetricparseError

_USAGE = 2
_INTERRUPTED = 128 + signal.SIGINT


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns its exit code.

    0: done. 1: findings, under `--strict`. 2: wrong usage, or input that could not be read.
    """
    parser = _parser()
    parsed = parser.parse_args(arguments)
    if parsed.run is None:
        parser.print_help(sys.stderr)
        return _USAGE
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code: int = parsed.run(parsed)
        sys.stdout.flush()
    except MetricparseError as error:
        print(f"metricparse: {error}", file=sys.stderr)
        return _USAGE
    except KeyboardInterrupt:
        print("metricparse: interrupted", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone. What is left to flush must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="metricparse",
        description="Dry-run Amazon SageMaker metric definitions against training logs.",
    )
    parser.add_argument("--version", action="version", version=f"metricparse {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    parser.set_defaults(run=None)
    scan.add_command(commands)
    check.add_command(commands)
    return parser


def _terminate(number: int, _frame: FrameType | None) -> None:
    """Leave by way of an exception, so that what is half written is cleaned up."""
    sys.exit(128 + number)
