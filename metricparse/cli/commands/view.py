"""`metricparse view`: a page on this machine, with the curves and the definitions to try."""

import argparse
import threading
import webbrowser

import metricparse as mp
from metricparse.cli.arguments import (
    add_definitions,
    add_logs,
    add_port,
    add_reading,
    loaded,
    log_names_of,
    reading_of,
)

_DESCRIPTION = """\
Open a page with logs, their curves as they grow, and the definitions beside them, to be changed while
one watches what they would publish. Only the logs that are named are read, and nothing is written
without being asked for. Needs: pip install 'metricparse[view]'
"""
_EXAMPLES = """\
examples:
  metricparse view -d definitions.json train.log
  metricparse view train.log
  metricparse view -d preset:huggingface runs/1.log runs/2.log
"""
_PORT = 9481


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(
        "view",
        help="curves and definitions on a page that grows with the log",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    add_logs(parser)
    add_definitions(parser)
    add_reading(parser)
    add_port(parser, _PORT)
    parser.add_argument(
        "--no-browser", action="store_true", help="print the address, and open no browser"
    )
    parser.set_defaults(run=_run, parser=parser)


def _run(arguments: argparse.Namespace) -> int:
    from metricparse.logs.input.sources import find_sources
    from metricparse.view.live.server import served_page

    if "-" in arguments.logs:
        raise mp.LogError("standard input can be read once only; write it to a file, and view that")
    find_sources(log_names_of(arguments))
    given = [each for path in arguments.definitions for each in loaded(path)]
    definitions = given + [mp.parse_definition(text) for text in arguments.metric]
    page = served_page(
        log_names_of(arguments),
        definitions,
        reading_of(arguments),
        origin=_origin(arguments),
        port=arguments.port,
        allow_hosts=arguments.allow_host,
    )
    with page as address:
        print(f"{address}\nserved until interrupted", flush=True)
        if not arguments.no_browser:
            webbrowser.open(address)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


def _origin(arguments: argparse.Namespace) -> str | None:
    """The one file that all definitions came from, if it can be written to."""
    from metricparse.definitions.rewrite import can_be_saved_to

    if len(arguments.definitions) != 1 or arguments.metric:
        return None
    path: str = arguments.definitions[0]
    return path if can_be_saved_to(path) else None
