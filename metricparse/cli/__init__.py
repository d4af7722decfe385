"""The command line: `metricparse COMMAND ...`.

Each command is a file here that parses its arguments, calls the library and prints. Heavy modules
are imported when a command runs, so that `--version` and `--help` answer at once.
"""

import gc
import os
import sys
import time
import warnings
from contextlib import suppress

from metricparse._version import __version__
from metricparse.cli.output import Output, discard_output
from metricparse.cli.status import Status, ending_signals, status_of_signal
from metricparse.matching.backend import Matcher

TYPE_CHECKING = False  # as `typing` has it, whose import takes longer than `--version`
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from types import FrameType
    from typing import NoReturn

    from metricparse.cli.parser import Parser
    from metricparse.cli.settings import Settings

#: The commands in the order in which the help lists them, and the module of each.
_COMMANDS = {
    "scan": "scan",
    "exec": "execute",
    "view": "view",
    "explain": "explain",
    "suggest": "suggest",
    "presets": "presets",
    "bench": "bench",
    "test": "test",
    "compare": "compare",
    "check": "check",
    "aggregate": "aggregate",
    "describe": "describe",
    "publish": "publish",
    "serve": "serve",
    "verify": "verify",
    "completion": "completion",
}
# Python's 700 are passed twenty times by imports alone, of which none become garbage.
_OBJECTS_UNTIL_COLLECTION = 20_000


def run() -> "NoReturn":
    """Run the command line, and end the process with its exit status.

    It ends at once, as taking the interpreter apart takes as long as to scan a small log.
    """
    gc.set_threshold(_OBJECTS_UNTIL_COLLECTION)
    try:
        code: str | int | None = main()
    except SystemExit as leaving:
        code = leaving.code
    _leave(code)


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Run the command line; returns its exit status, which `Status` tells."""
    started = time.monotonic()
    _prepare_streams()
    warnings.formatwarning = _warning
    try:
        code = _run(sys.argv[1:] if arguments is None else list(arguments), started)
        sys.stdout.flush()
    except KeyboardInterrupt:
        import signal

        _fail("interrupted")
        _leave(status_of_signal(signal.SIGINT))
    except BrokenPipeError:
        discard_output()  # whoever read it has gone
        return Status.DONE
    except OSError as error:
        discard_output()
        return _fail(f"standard output cannot be written: {error.strerror}")
    except Exception as error:
        from metricparse.errors import MetricparseError

        if not isinstance(error, MetricparseError):
            raise
        return _fail(str(error), getattr(error, "status", Status.FAILED))
    return code


def _run(arguments: "list[str]", started: float) -> int:
    if arguments == ["--version"]:
        return _print_version()
    if "_ARGCOMPLETE" in os.environ:
        return _complete()
    import argparse

    from metricparse.cli.settings import find_settings

    settings = find_settings()
    parser = _parser(arguments[0] if arguments else "", settings)
    parsed = parser.parse_all(arguments, argparse.Namespace(started=started))
    if parsed.version:
        return _print_version()
    settings.complete(parsed)
    if parsed.show_config:
        print(settings)
        return Status.DONE
    if parsed.run is None:
        parser.print_help(sys.stderr)
        return Status.FAILED
    return _run_command(parsed)


def _complete() -> int:
    """Answer the shell, which asks how the line that is being written may go on."""
    from metricparse.cli.completion import command_of, complete
    from metricparse.cli.settings import find_settings

    complete(_parser(command_of(os.environ.get("COMP_LINE", "")), find_settings()))
    return Status.DONE


def _run_command(parsed: "argparse.Namespace") -> int:
    import signal

    for number in ending_signals():
        if number != signal.SIGINT:  # which raises `KeyboardInterrupt`
            signal.signal(number, _terminate)
    try:
        code: int = parsed.run(parsed)
    except SystemExit as leaving:
        _leave(leaving.code)
    return code


def _terminate(number: int, _frame: "FrameType | None") -> None:
    """Leave by way of an exception, so that what is half written is cleaned up."""
    sys.exit(status_of_signal(number))


def _leave(code: "str | int | None") -> "NoReturn":
    """End at once: searches under way in other threads would be waited for."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # `main` said it, or there is nobody to say it to
            stream.flush()
    status = code if isinstance(code, int) else Status.FAILED
    if "concurrent.futures.process" in sys.modules:  # which leaves semaphores behind otherwise
        sys.exit(status)
    os._exit(status)


def _warning(message: "Warning | str", *_: object, **__: object) -> str:
    return f"metricparse: {message}\n"


def _fail(message: str, code: int = Status.FAILED) -> int:
    print(f"metricparse: {message}", file=sys.stderr)
    return code


def _prepare_streams() -> None:
    """Closed streams discard what is printed; characters that one lacks are replaced."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for good
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if not isinstance(sys.stdout, Output):
        sys.stdout = Output(sys.stdout)


def _parser(command: str, settings: "Settings") -> "Parser":
    """The parser of a command; that of all of them for anything else."""
    import importlib

    from metricparse.cli.parser import Parser

    parser = Parser(
        prog="metricparse",
        description="Dry-run Amazon SageMaker metric definitions against training logs.",
        epilog="docs/commands.md has the exit statuses: 0 done, 1 findings, 2 failed, 3 done but for "
        "logs that are incomplete.",
    )
    parser.add_argument("--version", action="store_true", help="show the version and the matcher")
    parser.add_argument(
        "--show-config",
        action="store_true",
        help="show what [tool.metricparse] in pyproject.toml sets, and where that was found",
    )
    commands = parser.add_subparsers(prog=parser.prog, title="commands", metavar="COMMAND")
    parser.set_defaults(run=None)
    modules = [_COMMANDS[command]] if command in _COMMANDS else _COMMANDS.values()
    for module in modules:
        importlib.import_module(f"metricparse.cli.commands.{module}").add_command(commands)
    for each in commands.choices.values():
        settings.as_defaults_of(each)
    return parser


def _print_version() -> int:
    matcher = Matcher.chosen()
    print(f"metricparse {__version__} ({matcher} matcher, engine {matcher.engine})")
    return 0
