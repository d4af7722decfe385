"""What commands end with: the report, what was damaged, files."""

import argparse
import json
import os
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

import metricparse as mp
from metricparse.cli.arguments import optional_of
from metricparse.whole_file import whole_file

if TYPE_CHECKING:
    from collections.abc import Iterable


def report(
    summary: "mp.Summary",
    definitions: "Sequence[mp.MetricDefinition]",
    logs: "Iterable[str | BinaryIO]",
    file: TextIO,
    arguments: argparse.Namespace,
) -> None:
    """Print what a scan of the logs gave, and what a diagnosis of them says about it."""
    complete, given = True, list(logs)
    elsewhere: list[mp.Explanation] = []
    try:
        diagnosis = mp.diagnose(
            given,
            definitions,
            view=arguments.view,
            strip_ansi=arguments.strip_ansi,
            envelope=arguments.envelope,
            summary=summary,
            optional=optional_of(arguments),
        )
        findings, complete = mp.verdict_of(diagnosis), diagnosis.complete
        elsewhere = diagnosis.for_other_logs
    except mp.LogError:  # a log that was followed may be gone by now
        findings = mp.findings_of(summary)
    if arguments.json:
        print(_as_json(summary, findings), file=file)
        return
    from metricparse.cli.report.scan import report_scan

    seconds = time.monotonic() - arguments.started
    report_scan(
        summary,
        findings,
        file,
        seconds=seconds,
        complete=complete,
        elsewhere=elsewhere,
        next_step=_next_step(given, arguments),
    )


def _next_step(logs: "Sequence[str | BinaryIO]", arguments: argparse.Namespace) -> str:
    """How to see the lines that causes are about."""
    if all(isinstance(log, str) for log in logs):
        return "metricparse explain shows the lines"
    if not hasattr(arguments, "log"):
        return ""
    if arguments.log is None:
        return "--log FILE keeps what is printed, and metricparse explain shows the lines of it"
    return f"metricparse explain shows the lines of {arguments.log}"


def _as_json(summary: "mp.Summary", findings: "list[mp.Finding]") -> str:
    data: dict[str, Any] = summary.to_dict()
    data["findings"] = [found.to_dict() for found in findings]
    return json.dumps(data, indent=2, allow_nan=False)


@contextmanager
def damage_said() -> Iterator[list[str]]:
    """Say at the end on standard error what logs were damaged; the list is filled with that."""
    said: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", mp.DamagedLogWarning)
        yield said
    for warning in caught:
        said.append(str(warning.message))
        print(f"metricparse: {warning.message}", file=sys.stderr)


def write_text(text: str, path: str) -> None:
    """Write a file; raises `OutputError` if that is not possible."""
    try:
        with whole_file(path) as file:
            file.write(text.encode())
    except OSError as error:
        raise mp.OutputError(f"{path}: cannot be written: {error.strerror}") from None


def refuse_to_overwrite(path: str, text: str, advice: str) -> None:
    """Raise `OutputError` for a file of one's own that holds another text; advice: what to do."""
    if not os.path.isfile(path):
        return
    with open(path, "rb") as file:
        if file.read() != text.encode():
            raise mp.OutputError(f"{path}: already exists with other content; {advice}")
