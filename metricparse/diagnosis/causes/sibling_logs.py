"""Logs that belong to the same job as the ones that were given, by their names."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence

from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.diagnosis.causes.details import OtherSource
from metricparse.errors import LogError
from metricparse.logs.input.sources import Source
from metricparse.logs.views import View
from metricparse.scanning.scan import scan

_STREAM = re.compile(r"(?i)std(?:out|err)|\b(?:out|err)(?:or|put)?\b")
_MOST = 16
_LARGEST = 64 << 20


def found_in_siblings(
    definitions: Sequence[MetricDefinition], sources: Iterable[Source], view: View
) -> list[OtherSource | None]:
    """For each definition the first such log in which it gives numbers, if there is one."""
    found: list[OtherSource | None] = [None] * len(definitions)
    for path in _siblings_of(sources) if definitions else ():
        try:
            summary = scan(path, definitions, view=view).summary
        except LogError:
            continue
        for place, gave in enumerate(summary.definitions):
            if gave.emitted and found[place] is None:
                found[place] = OtherSource(path, gave.emitted)
    return found


def _siblings_of(sources: Iterable[Source]) -> list[str]:
    """Files in the same directories whose names differ by a number or a stream's name alone.

    Such as `algo-2.log` beside `algo-1.log`, and `train.err` beside `train.out`.
    """
    paths = [source.log for source in sources if isinstance(source.log, str)]
    return list(dict.fromkeys(_beside(paths)))[:_MOST]


def _beside(paths: list[str]) -> Iterator[str]:
    given = {os.path.abspath(path) for path in paths}
    for path in paths:
        folder, name = os.path.split(os.path.abspath(path))
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if entry.name == name or _kind(entry.name) != _kind(name):
                continue
            if entry.is_file() and entry.path not in given and entry.stat().st_size <= _LARGEST:
                yield os.path.join(os.path.dirname(path), entry.name)


def _kind(name: str) -> str:
    return re.sub(r"[0-9]+", "0", _STREAM.sub("stream", name))
