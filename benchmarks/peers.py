"""The same work by other means: each peer searches a log for all definitions."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import duckdb
import polars as pl

import metricparse as mp
from metricparse.logs.input.sources import Source

Definitions: TypeAlias = list[dict[str, str]]
Peer: TypeAlias = Callable[[Path, Definitions], object]


def metricparse(log: Path, definitions: Definitions) -> object:
    """A scan, from the file to an Arrow table."""
    return mp.scan(log, definitions).to_table()


def metricparse_reference(log: Path, definitions: Definitions) -> object:
    """The same without the native extension."""
    return mp.scan(log, definitions, matcher="reference").to_table()


def metricparse_given_format(log: Path, definitions: Definitions) -> object:
    """The same with the times read in a format that was given."""
    return mp.scan(log, definitions, time="%Y-%m-%d %H:%M:%S").to_table()


def hand_written_loop(log: Path, definitions: Definitions) -> list[tuple[int, str, float]]:
    """What people write: `re.search`, line by line, definition by definition."""
    patterns = [(each["Name"], re.compile(each["Regex"])) for each in definitions]
    rows = []
    with log.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        for number, line in enumerate(lines, start=1):
            for name, pattern in patterns:
                if match := pattern.search(line):
                    rows.append((number, name, float(match[1])))
    return rows


def polars(log: Path, definitions: Definitions) -> object:
    """All definitions in one `select`, on all processors."""
    columns = [
        pl.col("line").str.extract(each["Regex"], 1).cast(pl.Float64, strict=False).alias(str(n))
        for n, each in enumerate(definitions)
    ]
    return pl.scan_lines(log, name="line").select(columns).collect()


def polars_ndjson(log: Path, definitions: Definitions) -> object:
    """The same over the text in Docker's JSON."""
    columns = [
        pl.col("log").str.extract(each["Regex"], 1).cast(pl.Float64, strict=False).alias(str(n))
        for n, each in enumerate(definitions)
    ]
    return pl.scan_ndjson(log).select(columns).collect()


def duckdb_sql(log: Path, definitions: Definitions) -> object:
    """A column a definition, on all processors."""
    columns = ", ".join(
        f"try_cast(nullif(regexp_extract(line, '{each['Regex']}', 1), '') as double) as c{n}"
        for n, each in enumerate(definitions)
    )
    read = (
        f"read_csv('{log}', header=false, delim='\\x01', quote='', escape='', auto_detect=false, "
        "columns={'line': 'varchar'}, strict_mode=false, max_line_size=10000000)"
    )
    relation = duckdb.sql(f"select {columns} from {read}")  # noqa: S608 - our own text
    assert relation is not None
    return relation.to_arrow_table()


def ripgrep(log: Path, definitions: Definitions) -> object:
    """Lines on which any definition matches are counted; no values are captured."""
    patterns = [argument for each in definitions for argument in ("-e", each["Regex"])]
    return _run(["rg", "--count", "--text", "--threads", "1", *patterns, str(log)])


def mtail(log: Path, definitions: Definitions) -> object:
    """The last value of each definition is kept."""
    program = "".join(
        f"gauge m{n}\n/{_with_named_group(each['Regex'])}/ {{\n  m{n} = float($value)\n}}\n"
        for n, each in enumerate(definitions)
    )
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "metrics.mtail").write_text(program)
        return _run(["mtail", "--one_shot", "--progs", folder, "--logs", str(log)])


def line_count(log: Path, definitions: Definitions) -> object:
    """`wc -l`: how fast the file can be looked at, at all."""
    del definitions
    return _run(["wc", "-l", str(log)])


def reading(log: Path, definitions: Definitions) -> object:
    """The file is read and decompressed, and that is all."""
    del definitions
    return sum(map(len, Source(str(log), str(log)).chunks()))


def installed(peer: Peer) -> bool:
    """Whether a peer that is a program of its own is there."""
    programs: dict[Peer, str] = {ripgrep: "rg", mtail: "mtail"}
    return peer not in programs or shutil.which(programs[peer]) is not None


def _with_named_group(regex: str) -> str:
    return re.sub(r"(?<!\\)\((?!\?)", "(?P<value>", regex, count=1).replace("/", r"\/")


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    if done.returncode > 1:
        raise RuntimeError(f"{command[0]}: {done.stderr.strip()}")
    return done.stdout
