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
    return pl.scan_lines(log, name="line").select(_extracted("line", definitions)).collect()


def polars_ndjson(log: Path, definitions: Definitions) -> object:
    """The same over the text in Docker's JSON."""
    return pl.scan_ndjson(log).select(_extracted("log", definitions)).collect()


def polars_json(log: Path, definitions: Definitions) -> object:
    """The same over the messages of CloudWatch's events."""
    schema = {"events": pl.List(pl.Struct({"message": pl.String}))}
    messages = pl.read_json(log, schema=schema).lazy().explode("events").unnest("events")
    return messages.select(_extracted("message", definitions)).collect()


def duckdb_sql(log: Path, definitions: Definitions) -> object:
    """A column a definition, on all processors."""
    read = (
        f"read_csv('{log}', header=false, delim='\\x01', quote='', escape='', auto_detect=false, "
        "columns={'line': 'varchar'}, strict_mode=false, max_line_size=10000000)"
    )
    return _selected("line", definitions, read)


def duckdb_ndjson(log: Path, definitions: Definitions) -> object:
    """The same over the text in Docker's JSON."""
    read = f"read_json('{log}', format='newline_delimited', columns={{'log': 'varchar'}})"
    return _selected("log", definitions, read)


def duckdb_json(log: Path, definitions: Definitions) -> object:
    """The same over the messages of CloudWatch's events."""
    columns = "{'events': 'struct(message varchar)[]'}"
    size = log.stat().st_size + 1
    read = f"read_json('{log}', columns={columns}, maximum_object_size={size})"
    events = f"(select unnest(events, recursive := true) from {read})"  # noqa: S608 - our own text
    return _selected("message", definitions, events)


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


def jq_and_mtail(log: Path, definitions: Definitions) -> object:
    """The same over the text that jq takes out of Docker's or CloudWatch's JSON.

    Through a file, as mtail stops before the end of piped input.
    """
    text = 'if .events then .events[].message + "\\n" else .log end'
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "lines.log"
        with lines.open("wb") as output:
            command = ["jq", "--join-output", text, str(log)]
            subprocess.run(command, stdout=output, check=True)
        return mtail(lines, definitions)


def line_count(log: Path, definitions: Definitions) -> object:
    """`wc -l`: how fast the file can be looked at, at all."""
    del definitions
    return _run(["wc", "-l", str(log)])


def reading(log: Path, definitions: Definitions) -> object:
    """The file is read and decompressed, and that is all."""
    del definitions
    return sum(map(len, Source(str(log), str(log)).chunks()))


def installed(peer: Peer) -> bool:
    """Whether the programs that a peer runs are installed."""
    programs: dict[Peer, tuple[str, ...]] = {
        ripgrep: ("rg",),
        mtail: ("mtail",),
        jq_and_mtail: ("jq", "mtail"),
    }
    return all(map(shutil.which, programs.get(peer, ())))


def _extracted(column: str, definitions: Definitions) -> list[pl.Expr]:
    return [
        pl.col(column).str.extract(each["Regex"], 1).cast(pl.Float64, strict=False).alias(str(n))
        for n, each in enumerate(definitions)
    ]


def _selected(column: str, definitions: Definitions, read: str) -> object:
    columns = ", ".join(
        f"try_cast(nullif(regexp_extract({column}, '{each['Regex']}', 1), '') as double) as c{n}"
        for n, each in enumerate(definitions)
    )
    relation = duckdb.sql(f"select {columns} from {read}")  # noqa: S608 - our own text
    assert relation is not None
    return relation.to_arrow_table()


def _with_named_group(regex: str) -> str:
    return re.sub(r"(?<!\\)\((?!\?)", "(?P<value>", regex, count=1).replace("/", r"\/")


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    if done.returncode > 1:
        raise RuntimeError(f"{command[0]}: {done.stderr.strip()}")
    return done.stdout
