"""Throughput side by side: `python -m benchmarks.compare`.

Every peer does the same work on the same log in the same run; the figures are MB of log a second,
the median of several rounds in which the peers take turns. The ratio beside a figure is how many
times faster metricparse is.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import peers
from benchmarks.generated import (
    DEFINITIONS,
    FORTY,
    NEVER_MATCHING,
    NO_LITERAL,
    as_progress_bar,
    with_blocks,
    with_time,
    write_log,
)
from benchmarks.peers import Definitions, Peer
from tests.support.log_envelopes import FORMS

# What is compressed, so that the size of its text counts.
_COMPRESSED = ("gzip", "zstd", "bzip2", "xz", "export")

#: Peers that take so long that they get only this share of the log.
_SLOW: dict[Peer, float] = {
    peers.hand_written_loop: 0.1,
    peers.mtail: 0.1,
    peers.jq_and_mtail: 0.1,
    peers.metricparse_reference: 0.2,
}


@dataclass(frozen=True)
class Case:
    """A log and the definitions to search it for.

    form: how the log is kept. Megabytes are those of the file, or of what is compressed there.
    """

    name: str
    definitions: Definitions
    share: float
    peers: tuple[Peer, ...]
    dressed: Callable[[str], str] = str
    form: str = "plain"

    def write(self, path: Path, megabytes: float) -> float:
        """Write the log, with so many megabytes of text; how many there are to read."""
        write_log(path, megabytes, self.share, dressed=self.dressed)
        text = path.read_bytes() if self.form != "plain" else b""
        if text:
            path.write_bytes(FORMS[self.form](text))
        size = len(text) if self.form in _COMPRESSED else path.stat().st_size
        return size / 1e6


_ALL: tuple[Peer, ...] = (
    peers.metricparse,
    peers.metricparse_reference,
    peers.hand_written_loop,
    peers.polars,
    peers.duckdb_sql,
    peers.ripgrep,
    peers.mtail,
)
_FAST: tuple[Peer, ...] = (peers.metricparse, peers.polars, peers.ripgrep)
_PEERS_OF: dict[str, tuple[Peer, ...]] = {
    "docker": (peers.polars_ndjson, peers.duckdb_ndjson, peers.jq_and_mtail),
    "cloudwatch": (peers.polars_json, peers.duckdb_json, peers.jq_and_mtail),
}
CASES = (
    Case("sparse: metrics on 2% of the lines", DEFINITIONS, 0.02, _ALL),
    Case("dense: metrics on 90% of the lines", DEFINITIONS, 0.9, _ALL),
    Case(
        "dense, with the time in each line",
        DEFINITIONS,
        0.9,
        (peers.metricparse, peers.metricparse_given_format),
        with_time,
    ),
    Case("no metric in the log", DEFINITIONS, 0.0, (*_FAST, peers.line_count)),
    Case("sparse, 1 definition", DEFINITIONS[1:2], 0.02, _FAST),
    Case("sparse, 40 definitions", FORTY, 0.02, _FAST),
    Case("sparse, 10 definitions and 30 that never match", NEVER_MATCHING, 0.02, _FAST),
    Case("no literal in the regexes", NO_LITERAL, 0.02, _FAST),
    Case("lines of 7 kB with carriage returns", DEFINITIONS, 0.02, _FAST, as_progress_bar),
    Case("text that is not ASCII", DEFINITIONS, 0.02, _FAST, with_blocks),
    *(
        Case(
            f"sparse, {form}",
            DEFINITIONS,
            0.02,
            (peers.metricparse, peers.reading, *_PEERS_OF.get(form, ())),
            form=form,
        )
        for form in FORMS
        if form != "plain"
    ),
)


@dataclass
class Measured:
    """Megabytes a second of each peer, a figure a round."""

    case: str
    speeds: dict[str, list[float]] = field(default_factory=dict)

    def median(self, peer: str) -> float:
        """The peer's median."""
        return statistics.median(self.speeds[peer])

    def ratio(self, peer: str) -> float:
        """How many times faster metricparse was than the peer: the median of the rounds."""
        ours, theirs = self.speeds["metricparse"], self.speeds[peer]
        return statistics.median(our / their for our, their in zip(ours, theirs, strict=True))


def measure(case: Case, folder: Path, megabytes: float, rounds: int) -> Measured:
    """Let the peers take turns on the case's log."""
    logs: dict[float, tuple[Path, float]] = {}
    there = [peer for peer in case.peers if peers.installed(peer)]
    for part in {_SLOW.get(peer, 1.0) for peer in there}:
        path = folder / f"{part}.log"
        logs[part] = path, case.write(path, megabytes * part)
    measured = Measured(case.name)
    warm = folder / "warm.log"
    case.write(warm, 1)
    for peer in there:
        peer(warm, case.definitions)
    for _ in range(rounds):
        for peer in there:
            log, size = logs[_SLOW.get(peer, 1.0)]
            started = time.perf_counter()
            peer(log, case.definitions)
            seconds = time.perf_counter() - started
            measured.speeds.setdefault(peer.__name__, []).append(size / seconds)
    return measured


def report(results: list[Measured], console: Console) -> None:
    """Print a table a case."""
    for measured in results:
        table = Table("", "MB/s", "metricparse is", title=measured.case, title_justify="left")
        for peer in measured.speeds:
            ratio = "" if peer == "metricparse" else f"{measured.ratio(peer):.3g} times as fast"
            table.add_row(peer.replace("_", " "), f"{measured.median(peer):,.0f}", ratio)
        console.print(table)


def as_data(results: list[Measured], megabytes: float, rounds: int) -> dict[str, Any]:
    """The results for JSON, with what they were measured on."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, {platform.system()}",
        "python": platform.python_version(),
        "megabytes": megabytes,
        "rounds": rounds,
        "cases": [
            {
                "case": measured.case,
                "megabytes_per_second": {peer: measured.median(peer) for peer in measured.speeds},
                "times_as_fast": {peer: measured.ratio(peer) for peer in measured.speeds},
            }
            for measured in results
        ],
    }


def as_markdown(data: dict[str, Any]) -> str:
    """A table of all cases: MB/s, and in brackets how many times faster metricparse is."""
    names = list(dict.fromkeys(name for case in data["cases"] for name in case["times_as_fast"]))
    names.remove("metricparse")
    header = ["", "metricparse", *(name.replace("_", " ") for name in names)]
    rows = [header, ["---"] + ["---:"] * (len(header) - 1)]
    for case in data["cases"]:
        speeds, ratios = case["megabytes_per_second"], case["times_as_fast"]
        cells = [
            f"{speeds[name]:,.0f} ({_ratio(ratios[name])})" if name in speeds else ""
            for name in names
        ]
        rows.append([case["case"], f"**{speeds['metricparse']:,.0f}**", *cells])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _ratio(ratio: float) -> str:
    return f"{ratio:.0f}x" if ratio >= 10 else f"{ratio:.2g}x"


def main() -> None:
    """Measure all cases, print them, and write them as JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--megabytes", type=float, default=100, help="size of each log")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write the figures here, and print Markdown"
    )
    parser.add_argument("--case", default="", help="only the cases whose name contains this")
    arguments = parser.parse_args()
    results = []
    for case in CASES:
        if arguments.case in case.name:
            with tempfile.TemporaryDirectory() as folder:
                print(f"measuring: {case.name}", file=sys.stderr)
                results.append(measure(case, Path(folder), arguments.megabytes, arguments.rounds))
    report(results, Console())
    if arguments.json:
        data = as_data(results, arguments.megabytes, arguments.rounds)
        arguments.json.write_text(json.dumps(data, indent=2) + "\n")
        print(as_markdown(data))


if __name__ == "__main__":
    main()
