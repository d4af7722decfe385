"""The native matcher gives what the reference gives, on all that either was ever held against."""

import contextlib
import io
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

import metricparse as mp
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.errors import DefinitionError
from metricparse.logs.blocks import Block
from metricparse.logs.line_times import TimeFormat, parse_time
from metricparse.logs.row_times import in_zone
from metricparse.logs.views import View
from metricparse.matching.budgets import Budgets
from metricparse.matching.compiled import CompiledDefinition
from metricparse.matching.native import NativeMatcher
from metricparse.matching.numbers import is_truncated, parse_number
from metricparse.matching.reference import ReferenceMatcher
from metricparse.matching.results import BlockMatches
from metricparse.scanning.search import search_by_reference
from metricparse.values import parts, replaced
from tests.support.block_cutting import cut_blocks, stretches
from tests.support.conformance_cases import Case, all_cases, mostly_quick
from tests.support.long_runs import long, plain_and_long
from tests.support.public_corpus import (
    definitions_of,
    log_definition_pairs,
    log_path,
    requires_corpus,
)
from tests.support.random_regexes import random_regex

kernel = pytest.importorskip("metricparse._kernel", reason="the native extension was not built")


def compiled(*regexes: str) -> list[CompiledDefinition]:
    return [
        CompiledDefinition.compile(number, MetricDefinition(name=f"m{number}", regex=regex))
        for number, regex in enumerate(regexes)
    ]


def told(matches: BlockMatches) -> dict[str, Any]:
    """All that both matchers tell; NaN compares equal as text."""
    told = dict(parts(matches))
    found = matches.rows
    told["tally"] = repr(found.tally([(3, 1)] * len(matches.rejected), 7))
    told["backwards"] = [found.backwards(last) for last in (None, 0, 2**62)]
    lines, numbers, values, times = (column.to_pylist() for _, column in parts(found.arrays(1)))
    told["rows"] = list(zip(lines, numbers, map(repr, values), times, strict=True))
    return told


def found_by_native(
    definitions: list[CompiledDefinition], block: Block, view: View
) -> BlockMatches:
    searched = NativeMatcher(definitions).search_block(block, view=view)
    return Budgets(definitions).decide(searched)


def found_by_reference(
    definitions: list[CompiledDefinition], block: Block, view: View
) -> BlockMatches:
    searched = search_by_reference(ReferenceMatcher(definitions), view, block)
    return Budgets(definitions).decide(searched)


@pytest.mark.parametrize("view", View)
def test_a_block_is_searched_as_if_it_lay_in_one_place(view: View) -> None:
    log = b"v=1\n\tv=2 v=3\nloss\n\nv=4" + b" " * 20_000 + b"v=5\nv=x\n2026-11-22T10:00:00Z v=6"
    definitions = compiled(r"v=([^ ]+)", r"^\S*?([0-9])", r"([0-9]+)$")
    expected = told(found_by_native(definitions, Block(log), view))
    for each in stretches(log):
        block = Block(each.chunk, each.begun, each.start, each.end)
        assert told(found_by_native(definitions, block, view)) == expected


@pytest.mark.parametrize("case", mostly_quick(all_cases()), ids=lambda case: case.name)
def test_cases(case: Case) -> None:
    view, log = View(case.view), case.log
    definitions = compiled(*(each["Regex"] for each in case.definitions))
    for block_size in (1 if len(log) <= 5000 else 5000, 100_000):
        chunks = (log[at : at + block_size] for at in range(0, len(log), block_size))
        for block in cut_blocks(chunks, view.event_size):
            found = found_by_native(definitions, block, view)
            if not any(found.gave_up):
                assert told(found) == told(found_by_reference(definitions, block, view))


def test_an_unknown_view_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no view named"):
        kernel.Matcher([], "Raw", None)


# --- Random definitions and lines --------------------------------------------------------------

#: Definitions times lines is the number of pairs compared.
DEFINITIONS = 2_400
DEFINITIONS_AT_A_TIME = 6
LINES = 90
SEEDS, SEEDS_OF_THE_PLAIN_RUN = 8, 1
LONGEST, SHORT = 150, 8

WORDS = ["loss", "eval_loss", "val", "acc", "lr", "kK", "is", "a", "ab", "b", "#011", "é", "█"]
JOINS = ["=", ": ", ":", " = ", "\\t", "#011", "\\s*", "\\s+", ".*", ".*?", "[=:]", "\\W", ""]
NUMBERS = [
    "[0-9.]+", "\\d+", "\\d+\\.\\d+", "\\S+", ".*", ".*?", "[-+]?[0-9]*\\.?[0-9]+(?:[eE][-+]?\\d+)?",
    "[^,\\s]+", "[\\d.e-]+", "\\w+", "-?\\d{1,3}", "\\d*", "(?:\\d|,)+?", "nan|\\d+", "[.\\d]*+", "",
]  # fmt: skip
CLASSES = [
    "[ab]", "[^ab]", "\\d", "\\D", "\\w", "\\W", "\\s", "\\S", ".", "[\\w.-]", "[^\\W\\d]", "[a-k]",
    "[é-ü]", "[^é]", "[K\\]^-]", "[]a]", "[\\s\\S]", "[^\\s]", "[\\D]", "\\x6b", "\\u00e9", "\\.", "0",
]  # fmt: skip
POSITIONS = [
    "^",
    "$",
    "\\b",
    "\\B",
    "\\A",
    "\\Z",
    "(?=a|\\d)",
    "(?!b)",
    "(?<=s)",
    "(?<!\\w)",
    "(?<=[=: ])",
]
COUNTS = ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{,2}", "{2,}?", "++", "?+", "*+"]
PIECES = [
    b"loss", b"eval_loss", b"LOSS", b"val", b"acc", b"lr", b"=", b": ", b":", b" = ", b"\t", b"#011",
    b" ", b",", b"0.5", b"-1", b"12", b"3.6e-05", b"1,234", b"nan", b"-inf", b".5", b"5.", b"1e999",
    b"a", b"ab", b"b", b"k", b"K", b"s", b"i", "é".encode(), "É".encode(), "█".encode(), b"\x1b[0m",
    "\N{KELVIN SIGN}".encode(), "ſ".encode(), "ı".encode(), "İ".encode(), "٣".encode(), "中".encode(), b"\xc2\xa0",
    b"\xff", b"\xe2\x82", b"\x85", "\u2028".encode(), "м".encode(), "М".encode(), "²".encode(), "ß".encode(), b"e\xcc\x81", b"\r", b"\x1c", b"\x00", b"#", b"1", b"#0", b"%",
]  # fmt: skip
ASCII_PIECES = [piece for piece in PIECES if piece.isascii()]


def metric_regex(random: Random) -> str:
    flags = random.choice(["", "", "", "", "(?i)", "(?s)", "(?m)"])
    start = random.choice(
        ["", "", "", "^", ".*", "\\b", "(?:a|b)", "\\[?", "(?:val|eval)_?", "(?i:L)?"]
    )
    end = random.choice(["", "", "", ",", "$", "%", "\\b", " ", "(?=,)", ".*", "(?!\\d)"])
    word, join, number = random.choice(WORDS), random.choice(JOINS), random.choice(NUMBERS)
    return f"{flags}{start}{word}{join}({number}){end}"


def hostile_regex(random: Random, depth: int = 3) -> str:
    flags = random.choice(["", "", "", "(?i)"]) if depth == 3 else ""
    parts = (hostile_part(random, depth) for _ in range(random.randint(1, 4)))
    regex = flags + "".join(parts)
    if depth == 3 and random.random() < 0.8:
        regex += (
            f"({random.choice(NUMBERS)})"
            if random.random() < 0.7
            else "(" + hostile_part(random, 1) + ")"
        )
    return regex


def hostile_part(random: Random, depth: int) -> str:
    kind = random.random()
    if kind < 0.2:
        return random.choice(WORDS)
    if kind < 0.45 or not depth:
        return random.choice(CLASSES) + random.choice(["", "", *COUNTS])
    if kind < 0.55:
        return random.choice(POSITIONS)
    inner = [hostile_regex(random, depth - 1) for _ in range(random.choice([1, 1, 2, 3]))]
    opening = random.choice(["(", "(", "(?:", "(?:", "(?>", "(?i:", "(?=", "(?!", "(?<="])
    count = random.choice(["", "", "", *COUNTS]) if opening[-1] not in "=!" else ""
    return opening + "|".join([*inner, *([""] * (random.random() < 0.1))]) + ")" + count


def line(random: Random, most: int) -> bytes:
    pieces = ASCII_PIECES if random.random() < 0.4 else PIECES
    return b"".join(random.choices(pieces, k=random.randint(0, 12)))[:most]


def is_safe(definition: CompiledDefinition) -> bool:
    """Whether no line takes the reference so long that it depends on the machine."""
    return definition.safe_length >= LONGEST


def random_definitions(random: Random) -> Iterator[list[CompiledDefinition]]:
    """Lists of definitions, all of which are safe, or none; most are native."""
    waiting: dict[bool, list[CompiledDefinition]] = {True: [], False: []}
    while True:
        definition = random_definition(random)
        together = waiting[is_safe(definition)]
        place = len(together)
        together.append(replaced(definition, number=place, name=f"m{place}"))
        if len(together) == DEFINITIONS_AT_A_TIME:
            yield together.copy()
            together.clear()


def random_definition(random: Random) -> CompiledDefinition:
    while True:
        regex = random.choice([metric_regex, hostile_regex, random_regex])(random)
        with contextlib.suppress(DefinitionError):
            definitions = compiled(regex)
            is_native = NativeMatcher(definitions).reasons == [None]
            if is_native or random.random() < 0.3:
                return definitions[0]


def longest_line(definitions: list[CompiledDefinition]) -> int:
    """How long lines for them may be, so that no search depends on the machine."""
    return LONGEST if all(map(is_safe, definitions)) else SHORT


@pytest.mark.parametrize(
    "seed",
    [
        *range(SEEDS_OF_THE_PLAIN_RUN),
        *(pytest.param(seed, marks=long) for seed in range(SEEDS_OF_THE_PLAIN_RUN, SEEDS)),
    ],
)
def test_random_pairs(seed: int) -> None:
    random = Random(seed)
    turns = DEFINITIONS // DEFINITIONS_AT_A_TIME // SEEDS
    for definitions in islice(random_definitions(random), turns):
        most = longest_line(definitions)
        block = Block(b"\n".join(line(random, most) for _ in range(LINES)))
        for view in View:
            found = found_by_native(definitions, block, view)
            expected = found_by_reference(definitions, block, view)
            if any(found.gave_up + expected.gave_up):
                continue  # what a search decides within its budget is the machine's affair
            assert told(found) == told(expected), [each.pattern for each in definitions]


@pytest.mark.parametrize("view", list(View))
@pytest.mark.parametrize("seed", range(6))
def test_random_long_lines(seed: int, view: View) -> None:
    """Events that are cut from lines, in blocks that are cut from logs."""
    random = Random(seed)
    regexes = [r"loss=([0-9.]+)", r"^(\S+)", r"#011(\d)", r"(\d+)$", r"é\W*(\d)", r"(?i)acc(?=(.))"]
    definitions = compiled(*regexes)
    for _ in range(6):
        lines = (
            b"2026-11-22T10:00:00Z"[: random.choice([0, 20])]
            + line(random, LONGEST) * random.choice([0, 1, 400, 1000])
            + line(random, LONGEST)
            for _ in range(12)
        )
        log = b"\n".join(lines)
        size = random.choice([7_000, 20_000, 1_000_000])
        chunks = (log[at : at + size] for at in range(0, len(log), size))
        for block in cut_blocks(chunks, view.event_size):
            found = found_by_native(definitions, block, view)
            assert told(found) == told(found_by_reference(definitions, block, view))


# --- Parts that are written twice --------------------------------------------------------------

NUMBER_PARTS = [
    "0", "12", "123", "1234", ".", ",", "-", "+", "e", "E", "e-05", "nan", "inf", "Infinity", " ",
    "\t", "\v", "\f", "\x1c", "x", "_", ")", "]", "é", "\xa0", "٣", "#", "9007199254740993",
    "0." + "0" * 30, "1e400", "4.9e-324",
]  # fmt: skip


def test_numbers_are_read_alike() -> None:
    random = Random(5)
    for _ in range(30_000):
        text = "".join(random.choices(NUMBER_PARTS, k=random.randint(0, 6)))
        assert repr(kernel.parse_number(text.encode())) == repr(parse_number(text)), text


@pytest.mark.parametrize("numbers", plain_and_long(6_000, 60_000))
def test_truncated_numbers_are_told_alike(numbers: int) -> None:
    random = Random(6)
    told_of = 0
    while told_of < numbers:
        before, number, after = (
            "".join(random.choices(NUMBER_PARTS, k=random.randint(0, 3))) for _ in range(3)
        )
        if parse_number(number) is None or number != number.strip():
            continue
        told_of += 1
        text = before + number + after
        places = len(before), len(before) + len(number)
        places_in_bytes = len(before.encode()), len((before + number).encode())
        truncated = is_truncated(text, *places)
        assert kernel.is_truncated(text.encode(), *places_in_bytes) == truncated, (text, number)


TIME_PARTS = [
    "2026-11-22", "1969-12-31", "2000-02-29", "1900-02-29", "0000-01-01", "1677-09-21", "2262-04-11",
    "2026/11/22", "2026-11/22", "T", "t", " ", "10:00", "23:59", "24:00", "00:12:43", "23:47:16", ":59",
    ":60", ".", ",", "123", "854775807", "145224193", "0123456789", "Z", "z", "+01:00", "-0130", "+24",
    "-23:60", "+0", " UTC", " GMTx", " +0200", " -14:45", " +1500", " -0.5", " +0145.", "x", "-", ":", "]",
]  # fmt: skip
TIME_BEGINNINGS = [
    "", "", "", "[", "[[", "INFO ", "INFO:", "INFO", "[INFO] ", "WARNING: [", "WARN[", "ERRORS ", "[DEBUG ",
    "FATAL         ", "NOTICE:        ", "INFO:root:", " ", "CRITICAL]:  [",
]  # fmt: skip
TIME_NUMBERS = [
    "1795341600", "1795341600123", "1262303999", "1262304000", "4102444799.9", "4102444800", "0000000000",
    "17953416001", "1795341600.123456789012", "1795341600.", "I20261122 10:00:00.123456 7 a.cc:1]",
    "E20261122 10:00:60.123456 7", "W20261122 10:00:00.12345 7", "F20261122 10:00:00.123456x",
    "I1122 10:00:00.123456 7 a.cc:1]", "INFO20261122 10:00:00.123456 7", "I20261322 10:00:00.123456 7",
]  # fmt: skip


def test_times_are_read_alike() -> None:
    random = Random(7)
    for _ in range(60_000):
        date, join, clock, *rest = (random.choice(part) for part in TIME_SHAPE)
        tail = "".join(random.choices(TIME_PARTS, k=random.randint(0, 3)))
        time = random.choice([date + join + clock + "".join(rest), random.choice(TIME_NUMBERS)])
        head = (random.choice(TIME_BEGINNINGS) + time + tail).encode()
        assert kernel.parse_time(head) == parse_time(head), head


TIME_SHAPE = [TIME_PARTS[:9], TIME_PARTS[9:12], TIME_PARTS[12:17], ["", *TIME_PARTS[17:37]]]


# --- Real logs ---------------------------------------------------------------------------------


@requires_corpus
@pytest.mark.parametrize("view", list(View))
@pytest.mark.parametrize(("log", "name"), log_definition_pairs(), ids=str)
def test_real_logs(log: str, name: str, view: View) -> None:
    definitions = compiled(*(each["Regex"] for each in definitions_of(name)))
    for block in cut_blocks([log_path(log).read_bytes()], view.event_size):
        found = found_by_native(definitions, block, view)
        assert told(found) == told(found_by_reference(definitions, block, view))


_FORMATS = [
    "%Y-%m-%d %H:%M:%S",
    "%d/%b/%y %H:%M:%S.%f",
    "[%d.%m.%Y] %H%M",
    "%b %d %H:%M:%S",
    "%f %Y",
]
_AROUND = ["", " ", "x", "1", "-", ",5", "\t", "\r", " " * 70, "é", "٣"]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(_FORMATS),
    st.lists(
        st.tuples(
            st.datetimes(),
            st.sampled_from(_AROUND),
            st.sampled_from(_AROUND),
            st.sampled_from([("0", "0"), ("0", ""), (" ", "  "), ("1", "3"), (":", ".")]),
        ),
        max_size=20,
    ),
    st.sampled_from(["UTC", "Europe/Berlin"]),
)
def test_times_in_a_format_are_what_strptime_reads(
    tmp_path: Path,
    format_: str,
    lines: list[tuple[datetime, str, str, tuple[str, str]]],
    zone: str,
) -> None:
    """What is written, what is written otherwise, and what is no time; from files and streams."""
    year = None if "%Y" in format_ or "%y" in format_ else 2024
    written = TimeFormat(format_, year=year)
    assert written.for_kernel == (format_, year)
    texts = [
        f"{before}{time.strftime(format_).replace(*changed)}{after} v=1"
        for time, before, after, changed in lines
    ]
    expected = pa.array(
        [moment and moment.nanoseconds for moment in map(written.read, map(str.encode, texts))],
        pa.int64(),
    )
    expected = in_zone(expected, ZoneInfo(zone))
    log = tmp_path / "train.log"
    log.write_text("\n".join(texts), encoding="utf-8", newline="\n")
    for given_log in (log, io.BytesIO(log.read_bytes())):
        batches = mp.scan(
            given_log, [mp.MetricDefinition(name="v", regex="v=(1)")], time=written, time_zone=zone
        )
        table = pa.Table.from_batches(batches, mp.SCHEMA)
        assert table["timestamp"].cast(pa.int64()).to_pylist() == expected.to_pylist()
