"""Completion in the shell, by argcomplete: options, files, presets, names of metrics."""

import argparse
from collections.abc import Iterable, Mapping
from typing import Any

import metricparse as mp
from metricparse._extension import require
from metricparse.definitions.presets import PREFIX


def complete(parser: argparse.ArgumentParser) -> None:
    """Answer the shell, which asks by its environment variables, and end the process."""
    argcomplete = require("argcomplete", "argcomplete", "completion")
    actions = [action for each in _parsers(parser) for action in each._actions]  # noqa: SLF001 - argparse tells no other way
    completers = {
        "definitions": _Definitions(argcomplete.FilesCompleter()),
        "name": _presets,
        "only": _metrics,
        "time": argcomplete.ChoicesCompleter(("auto", "envelope", "line", "arrival", "none")),
        "time_zone": _zones,
        "metric": argcomplete.SuppressCompleter(),
    }
    for action in actions:
        if action.dest in completers:
            action.completer = completers[action.dest]  # type: ignore[attr-defined] # where it looks
    argcomplete.autocomplete(parser, always_complete_options="long")


def script(shell: str) -> str:
    """What a shell has to run so that it completes."""
    argcomplete = require("argcomplete", "argcomplete", "completion")
    return str(argcomplete.shellcode(["metricparse"], shell=shell))


def command_of(line: str) -> str:
    """The command in a line that is being written, if it is complete."""
    words = line.split()
    return words[1] if len(words) > 2 or (len(words) == 2 and line.endswith(" ")) else ""


class _Definitions:
    """Completes what `-d` takes."""

    def __init__(self, files: Any) -> None:
        self._files = files

    def __call__(self, prefix: str, **_: object) -> Iterable[str]:
        presets = [f"{PREFIX}{name}" for name in _presets()]
        return [*self._files(prefix), *presets]


def _presets(**_: object) -> list[str]:
    return [each.name for each in mp.known_presets()]


def _metrics(parsed_args: argparse.Namespace, **_: object) -> list[str]:
    """The names of the definitions that the line has so far."""
    names: list[str] = []
    for path in parsed_args.definitions or ():
        try:
            names += [each.name for each in mp.load_definitions(path)]
        except mp.MetricparseError:
            continue
    return names


def _zones(**_: object) -> Iterable[str]:
    from zoneinfo import available_timezones

    return available_timezones()


def _parsers(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    commands: Mapping[str, argparse.ArgumentParser] = {}
    for action in parser._actions:  # noqa: SLF001 - argparse tells no other way
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - argparse names it nowhere else
            commands = action.choices
    return [parser, *commands.values()]
