"""How often the right cause is named: `python -m benchmarks.diagnosis`.

Faults (`benchmarks/faults.py`) are put into every healthy definition that people wrote for real
logs (see `tests/support/public_corpus.py`), or into the log. Counted is, for each kind of fault,

- whether the right cause comes first,
- whether the corrected regex gives back what the healthy definition gave; where no regex can, that
  none is offered,
- how many of the other definitions of the list, which are healthy, are accused.

The logs are halved by a hash of their names. One half was looked at to improve the diagnosis; the
other one was not. A fault that changes none of the values is none, and is left out.
"""

import argparse
import hashlib
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import regex
from rich.console import Console
from rich.table import Table

import metricparse as mp
from benchmarks.faults import Fault, Healthy, faults_of
from metricparse.logs.input.sources import find_sources
from metricparse.logs.intake import IntakeOptions, blocks_of
from tests.support.public_corpus import definitions_of, log_definition_pairs, log_path

Rows = list[tuple[int, float]]

# Of a long log the beginning is enough to be wrong on.
_LONGEST = 200_000
_HALVES = ("tuned", "held-out")


@dataclass(frozen=True)
class Outcome:
    """What was said about a fault. accused: healthy definitions that were."""

    log: str
    fault: str
    regex: str
    expected: list[str]
    cause: str | None
    offered: str | None
    is_first: bool
    is_corrected: bool
    accused: list[str]


def half_of(log: str) -> str:
    """The half to which a log belongs."""
    return _HALVES[hashlib.sha256(log.encode()).digest()[0] % 2]


def main() -> None:
    """Print a row for each kind of fault, for each half."""
    parser = argparse.ArgumentParser(description="how often the right cause is named")
    parser.add_argument("--half", choices=_HALVES)
    parser.add_argument("--fault", help="this kind of fault alone")
    parser.add_argument("--wrong", action="store_true", help="list what went wrong")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    halves = [arguments.half] if arguments.half else list(_HALVES)
    outcomes = {half: list(outcomes_of(half, arguments.fault)) for half in halves}
    if arguments.json:
        print(json.dumps({half: [asdict(each) for each in outcomes[half]] for half in halves}))
        return
    console = Console(soft_wrap=True)
    for half in halves:
        console.print(_table(half, outcomes[half]))
        if arguments.wrong:
            for each in outcomes[half]:
                if not each.is_first or not each.is_corrected or each.accused:
                    console.print_json(data=asdict(each), indent=None)


def outcomes_of(half: str, only: str | None = None) -> Iterator[Outcome]:
    """What is said about each fault of the logs of a half."""
    lists: dict[str, list[str]] = defaultdict(list)
    for log, name in log_definition_pairs():
        if half_of(log) == half:
            lists[log].append(name)
    for log, names in sorted(lists.items()):
        given = {each["Regex"]: each for name in names for each in definitions_of(name)}
        yield from outcomes_on(log, log_lines(log_path(log)), list(given.values()), only)


def log_lines(path: Path) -> list[bytes]:
    """The lines of a log as the container printed them, the first 200 kB."""
    text = b""
    for source in find_sources(path):
        for given in blocks_of(source, IntakeOptions(None)):
            text += given.block.data
            if len(text) > _LONGEST:
                break
    return text[:_LONGEST].split(b"\n")[:-1]


def outcomes_on(
    log: str, lines: Sequence[bytes], given: Sequence[dict[str, str]], only: str | None = None
) -> Iterator[Outcome]:
    """What is said about each fault on a log with its definitions."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "algo-1.log"
        _write(path, lines)
        definitions = [
            mp.MetricDefinition(name=each["Name"], regex=each["Regex"]) for each in given
        ]
        explained = mp.diagnose(path, definitions, envelope="plain").explanations
        healthy = [each.definition for each in explained if _is_healthy(each)]
        for definition in healthy:
            others = [each for each in healthy if each != definition]
            case = _healthy(definition.regex, lines)
            for fault in faults_of(case) if case else ():
                if only in (None, fault.name) and _compiles(fault.regex):
                    yield from _outcome(log, fault, definition, others, path)


def _outcome(
    log: str,
    fault: Fault,
    definition: mp.MetricDefinition,
    others: Sequence[mp.MetricDefinition],
    path: Path,
) -> Iterator[Outcome]:
    sibling = path.with_name("algo-2.log")
    before = {each: rows_of(path, each) for each in others}
    rows = rows_of(path, definition)
    original = path.read_bytes()
    try:
        _write(path, fault.lines)
        if fault.beside:
            _write(sibling, fault.beside)
        faulty = mp.MetricDefinition(name=definition.name, regex=fault.regex)
        if rows_of(path, faulty) == rows:
            return
        untouched = [each for each in others if rows_of(path, each) == before[each]]
        diagnosis = mp.diagnose(path, [faulty, *untouched], envelope="plain")
        explanation, *companions = diagnosis.explanations
        cause = explanation.cause
        correction = cause.correction.definition if cause and cause.correction else None
        if fault.correctable:
            corrected = correction is not None and _same(rows_of(path, correction), rows)
        else:
            corrected = correction is None
        yield Outcome(
            log,
            fault.name,
            fault.regex,
            sorted(fault.causes),
            cause.kind.value if cause else None,
            correction.regex if correction else None,
            cause is not None and cause.kind in fault.causes,
            corrected,
            [each.definition.name for each in companions if each.causes],
        )
    finally:
        path.write_bytes(original)
        sibling.unlink(missing_ok=True)


def _compiles(pattern: str) -> bool:
    """Whether the fault is one that only a log shows."""
    try:
        regex.compile(pattern)
    except regex.error:
        return False
    return True


def _same(rows: Rows, wanted: Rows) -> bool:
    """Whether a correction gives back what the healthy definition gave; it may give more."""
    return set(wanted) <= set(rows) and len(rows) <= 2 * len(wanted)


def _is_healthy(explanation: mp.Explanation) -> bool:
    gave = explanation.summary
    return bool(gave.emitted) and not (gave.rejected or gave.truncated or explanation.causes)


def rows_of(path: Path, definition: mp.MetricDefinition) -> Rows:
    """The lines and values that a definition gives."""
    try:
        table = mp.scan(path, [definition], envelope="plain").to_table()
    except mp.DefinitionError:
        return []
    return list(zip(table["line"].to_pylist(), table["value"].to_pylist(), strict=True))


def _healthy(pattern: str, lines: Sequence[bytes]) -> Healthy | None:
    """The definition with the places of its captures; None where the view changes its lines."""
    compiled = regex.compile(pattern)
    places = []
    for number, line in enumerate(lines, 1):
        text = line.decode("utf-8", "replace").replace("\t", "#011")
        match = compiled.search(text)
        if match and match[1]:
            start = len(text[: match.start(1)].replace("#011", "\t").encode())
            places.append((number, start, start + len(match[1].encode())))
    exact = [line[start:end] for line, start, end in ((lines[n - 1], s, e) for n, s, e in places)]
    return Healthy(pattern, lines, places) if places and all(map(_is_number, exact)) else None


def _is_number(text: bytes) -> bool:
    try:
        return float(text) == float(text)
    except ValueError:
        return False


def _write(path: Path, lines: Sequence[bytes]) -> None:
    path.write_bytes(b"".join(line + b"\n" for line in lines))


def _table(half: str, outcomes: Sequence[Outcome]) -> Table:
    table = Table(half, "faults", "right cause first", "correction right", "accused", box=None)
    kinds: dict[str, list[Outcome]] = defaultdict(list)
    for each in outcomes:
        kinds[each.fault].append(each)
    for name, found in [*sorted(kinds.items()), ("all", list(outcomes))]:
        if found:
            first = sum(each.is_first for each in found)
            corrected = sum(each.is_corrected for each in found)
            accused = sum(len(each.accused) for each in found)
            shares = (f"{count} ({count / len(found):.0%})" for count in (first, corrected))
            table.add_row(name, str(len(found)), *shares, str(accused))
    return table


if __name__ == "__main__":
    main()
