"""Every conformance case, on every matcher, in blocks of several sizes."""

import io
import re
from pathlib import Path

import pyarrow as pa
import pytest

import metricparse as mp
from tests.support.conformance_cases import FOLDER, Case, all_cases, mostly_quick
from tests.support.exact_rows import bits, rows_of
from tests.support.oracle import outcome

CASES = all_cases()
# The native matcher is there if it is the one that is chosen without a word.
MATCHERS = sorted({mp.Matcher.chosen("reference"), mp.Matcher.chosen()})
# Files whose regexes mean something else in `re`, or never end there.
BEYOND_RE = ("regex_only:", "budget:")


def accounts_of(case: Case, scan: mp.Scan) -> dict[str, dict[str, int]]:
    """What the summary counts, for what the case says of it."""
    found: dict[str, dict[str, int]] = {}
    for key, counts in case.counts.items():
        summaries = scan.summary.definitions
        places = [place for place, each in enumerate(summaries) if each.name == key]
        summary = summaries[places[0] if places else int(key)]
        found[key] = {count: getattr(summary, count) for count in counts}
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("matcher", MATCHERS)
def test_conformance(case: Case, matcher: str) -> None:
    for block_size in (1 << 20, *[4099] * (len(case.log) > 4099)):
        scan = mp.scan(
            io.BytesIO(case.log),
            case.definitions,
            view=case.view,
            strip_ansi=case.strip_ansi,
            block_size=block_size,
            matcher=matcher,
        )
        table = scan.to_table()
        hold_to(case, table, scan)
        if case.times is not None:
            assert [time_of(time) for time in table["timestamp"].cast(pa.int64())] == case.times


def hold_to(case: Case, table: pa.Table, scan: mp.Scan) -> None:
    assert bits(rows_of(table)) == bits(case.rows)
    assert accounts_of(case, scan) == case.counts
    (source,) = scan.summary.sources
    assert case.lines in {None, source.lines}
    assert case.events in {None, source.events}


@pytest.mark.skipif("native" not in MATCHERS, reason="the native extension was not built")
@pytest.mark.parametrize(
    "case",
    # A file of UTF-16 is refused.
    mostly_quick([case for case in CASES if not case.log.startswith(b"\xff\xfe")]),
    ids=lambda case: case.name,
)
def test_conformance_of_files(case: Case, tmp_path: Path) -> None:
    """The kernel reads files by itself, in segments that end anywhere."""
    path = tmp_path / "log"
    path.write_bytes(case.log)
    for block_size in (max(5, len(case.log) // 500), 1 << 20):
        scan = mp.scan(
            path,
            case.definitions,
            view=case.view,
            strip_ansi=case.strip_ansi,
            block_size=block_size,
            matcher="native",
        )
        hold_to(case, scan.to_table(), scan)
        (source,) = scan.summary.sources
        assert source.bytes_in == len(case.log) == source.bytes_seen + sum(source.skipped.values())


def time_of(nanoseconds: pa.Int64Scalar) -> str:
    """A time as the cases write it: without zeros at the end of the fraction."""
    if not nanoseconds.is_valid:
        return ""
    text: str = nanoseconds.cast(pa.timestamp("ns")).cast(pa.string()).as_py()
    return re.sub(r"\.?0+$", "", text).replace(" ", "T") + "Z"


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if not case.name.startswith(BEYOND_RE)],
    ids=lambda case: case.name,
)
def test_expectations_agree_with_the_oracle(case: Case) -> None:
    expected = outcome(case.log, case.definitions, case.view, case.strip_ansi)
    assert bits(case.rows) == bits(expected.rows)


def test_case_names_are_unique() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)
    assert len(names) >= 150


def test_every_case_belongs_to_a_section_of_the_semantics() -> None:
    text = (Path(FOLDER).parents[1] / "docs" / "semantics.md").read_text(encoding="utf-8")
    anchors = {
        f"semantics#{heading.strip().lower().replace(' ', '-')}"
        for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    assert {case.rule for case in CASES} <= anchors
