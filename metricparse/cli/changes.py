"""Changes of the files that definitions come from: showing them, and writing them."""

import argparse
import sys
from collections.abc import Iterable

import metricparse as mp
from metricparse.aws import JOB
from metricparse.cli.finish import refuse_to_overwrite
from metricparse.definitions.presets import PREFIX


def add_changes(parser: argparse.ArgumentParser, option: str, **described: str) -> None:
    """Add the option that changes files, and the one that only shows what would change."""
    parser.add_argument(option, **described)  # type: ignore[arg-type] # all are texts
    parser.add_argument(
        "--diff", action="store_true", help=f"with {option}: show the difference, and write nothing"
    )


def files_of(arguments: argparse.Namespace) -> list[str]:
    """The files of `-d`, which can be written to."""
    given: list[str] = arguments.definitions
    return [path for path in given if path != "-" and not path.startswith((PREFIX, JOB))]


def show_and_write(
    changes: "Iterable[mp.DocumentChange]", done: str, arguments: argparse.Namespace
) -> None:
    """Print the differences, and write each file unless that is all that was asked for.

    changes: each is asked for when the one before was written. done: what became of the definitions.
    """
    from metricparse.cli.report.difference import print_difference

    for change in changes:
        print_difference(change.diff, sys.stdout)
        target = arguments.output or change.path
        count = len(change.definitions)
        noun = "definition" if count == 1 else "definitions"
        if not arguments.diff and (count or arguments.output):
            if arguments.output:
                refuse_to_overwrite(target, change.after, "give -o another name")
            change.save(target)
        verb = "would be " if arguments.diff else ""
        say(f"{target}: {count or 'no'} {noun} {verb}{done}")


def say(message: str) -> None:
    """Say something beside the difference."""
    print(f"metricparse: {message}", file=sys.stderr)
