"""Regexes that run away, and what becomes of them and of the definitions beside them."""

import gzip
import io
import itertools
import json
import re
from pathlib import Path

import pytest

import metricparse as mp
from metricparse.definitions.metric_definition import MetricDefinition
from metricparse.matching import budgets
from metricparse.matching.budgets import search_within_budget
from metricparse.matching.compiled import CompiledDefinition
from metricparse.regex_syntax.parse import parse
from metricparse.regex_syntax.runaway import runaway, without_runaway
from metricparse.regex_syntax.write import write
from tests.support.command_line import run
from tests.support.long_runs import long

MATCHERS = sorted({mp.Matcher.chosen("reference"), mp.Matcher.chosen()})
HOSTILE = "took " + "1" * 60 + "? 5 ms loss=2\n"
HEALTHY = "took 25 ms loss=1\n"
DEFINITIONS = [
    {"Name": "ms", "Regex": r"took ((?:\d|\d\d)+) ms"},
    {"Name": "loss", "Regex": r"loss=(\d)"},
]


@pytest.fixture(autouse=True)
def less_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is given up is given up soon; the conformance cases wait as long as users do."""
    monkeypatch.setattr(budgets, "ON_AN_EVENT", 0.01)


def summary_of(
    log: bytes | Path, matcher: str | None = None, block_size: int = 1 << 20
) -> mp.Summary:
    given = log if isinstance(log, Path) else io.BytesIO(log)
    scan = mp.scan(given, DEFINITIONS, matcher=matcher, block_size=block_size)
    return scan.summary


@pytest.mark.parametrize("matcher", MATCHERS)
@pytest.mark.parametrize("block_size", [100, pytest.param(1000, marks=long), 1 << 20])
@pytest.mark.parametrize("as_file", [False, True])
def test_where_it_is_set_aside_does_not_depend_on_blocks(
    matcher: str, block_size: int, as_file: bool, tmp_path: Path
) -> None:
    log = (HEALTHY * 3 + HOSTILE * 22 + HEALTHY * 30 + "nothing\n").encode()
    path = tmp_path / "train.log"
    path.write_bytes(log)
    summary = summary_of(path if as_file else log, matcher, block_size)
    ms, loss = summary.definitions
    assert (ms.emitted, ms.gave_up, ms.set_aside, ms.searched) == (3, 20, 32, 24)
    (place,) = ms.set_aside_at
    assert place.line == 23
    assert (loss.emitted, loss.set_aside, loss.set_aside_at, loss.slow) == (55, 0, [], False)


@pytest.mark.parametrize("block_size", [100, 1 << 20])
def test_it_is_searched_in_other_streams(block_size: int, tmp_path: Path) -> None:
    lines = [("algo-1-abcde", HOSTILE)] * 25 + [("algo-2-abcde", HEALTHY)] * 5
    lines += [("algo-1-abcde", HEALTHY), ("algo-2-abcde", HEALTHY)] * 5
    path = tmp_path / "compose.log"
    path.write_text("".join(f"{name}  | {line}" for name, line in lines), encoding="utf-8")
    for matcher in MATCHERS:
        scan = mp.scan(path, DEFINITIONS, matcher=matcher, block_size=block_size)
        ms, loss = scan.summary.definitions
        assert (ms.emitted, ms.gave_up, ms.set_aside) == (10, 20, 10)
        assert [each.source.rpartition(":")[2] for each in ms.set_aside_at] == ["algo-1-abcde"]
        assert loss.emitted == 40


def test_a_followed_log_has_budgets_too(tmp_path: Path) -> None:
    path = tmp_path / "train.log"
    path.write_text(HOSTILE * 25 + HEALTHY, encoding="utf-8")
    follow = mp.follow(path, DEFINITIONS)
    for batch in follow:
        if batch["line"][-1].as_py() == 26:
            follow.stop()
    ms, loss = follow.summary.definitions
    assert (ms.gave_up, ms.set_aside, loss.emitted) == (20, 6, 26)


def test_slow_searches_that_come_to_an_end_use_up_the_budget_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(budgets, "SLOW_SECONDS", 0.1)
    regex = r"(\d+)\d+$"
    log = ("1" * 250 + "!\n").encode() * 40
    (gave,) = mp.scan(io.BytesIO(log), [{"Name": "m", "Regex": regex}]).summary.definitions
    assert gave.set_aside_at
    assert gave.set_aside == 40 - gave.set_aside_at[0].line == 40 - gave.searched


def test_other_threads_take_nothing_of_a_budget() -> None:
    definition = CompiledDefinition.compile(0, MetricDefinition(name="m", regex=r"(\d+)\d+[x-z]"))
    text = "1" * 100 + "?11x"
    alone = search_within_budget(definition, text)
    together = search_within_budget(definition, text, threads=4)
    assert alone.verdict
    assert alone.verdict == together.verdict


@pytest.mark.parametrize("name", ["json", "text"])
def test_the_report_names_the_line_and_the_repeat(name: str, tmp_path: Path) -> None:
    (tmp_path / "train.log").write_text(HEALTHY + HOSTILE * 25, encoding="utf-8")
    (tmp_path / "job.json").write_text(json.dumps(DEFINITIONS), encoding="utf-8")
    options = ["--json"] if name == "json" else []
    logs = tmp_path / "train.log"
    ended = run("scan", "-d", tmp_path / "job.json", logs, "--strict", *options)
    assert ended.returncode == 1
    if name == "json":
        (finding,) = (
            each for each in json.loads(ended.stdout)["findings"] if each["where"] == "ms"
        )
        assert (finding["kind"], finding["severity"]) == ("set-aside", "error")
        assert finding["details"]["line"] == 21
        assert finding["details"]["part"] == r"(?:\d|\d\d)+"
    else:
        said = " ".join(ended.stdout.split())
        assert "set aside after line 21" in said
        assert "5 further lines with its text were not searched, and 20 lines given up" in said
        assert r"(?:\d|\d\d)+ can match the same text in too many ways" in said


@pytest.mark.parametrize(
    "command", [("aggregate",), ("describe", "--job-name", "j"), ("publish", "--job-name", "j")]
)
def test_commands_without_a_report_say_it_too(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "train.log").write_text(f"2026-11-22T10:00:00Z {HOSTILE}" * 25, encoding="utf-8")
    (tmp_path / "job.json").write_text(json.dumps(DEFINITIONS), encoding="utf-8")
    options = ["--dry-run"] if command[0] == "publish" else []
    ended = run(*command, "-d", tmp_path / "job.json", tmp_path / "train.log", *options)
    assert ended.returncode == 0
    assert "metricparse: ms: was set aside after line 20" in ended.stderr


def test_a_compressed_log_is_searched_as_a_plain_one(tmp_path: Path) -> None:
    path = tmp_path / "train.log.gz"
    path.write_bytes(gzip.compress((HOSTILE * 30).encode()))
    ms, _ = mp.scan(path, DEFINITIONS).summary.definitions
    assert (ms.gave_up, ms.set_aside) == (20, 10)


@pytest.mark.parametrize(
    ("regex", "part"),
    [
        (r"(a+)+$", "(a+)+"),
        (r"(a*)*b", "(a*)*"),
        (r"(a|a?)+b", "(a|a?)+"),
        (r"x(?:(?:ab|a)(?:b|c)?)*y", "(?:(?:ab|a)(?:b|c)?)*"),
        (r"(?=(a+)+$)b", "(a+)+"),
        (r"((a+)+b)*", "(a+)+"),
        (r"(a+)+", None),
        (r"(?>(a+)+)b", None),
        (r"(?:a+)++b", None),
        (r"(?>a+)+b", None),
        (r"(?:ab|cd)*e", None),
        (r"(?:[^,]*,)*(\d)", None),
        (r"(?i:k|b)+x", None),
        (r"(?i:k|K)+x", "(?i)(?:k|K)+"),
    ],
)
def test_repeats_that_can_run_away(regex: str, part: str | None) -> None:
    found = runaway(parse(regex))
    assert (found and write(found)) == part


@pytest.mark.parametrize(
    ("regex", "written"),
    [
        (r"(a+)+b", r"(a+)b"),
        (r"(a+)+a", r"(a+)a"),
        (r"((?:a|aa)+)$", r"(a+)$"),
        (r"(?:(?:a+)*)(b)", r"(?:(?:a*))(b)"),
        (r"(?:a*)+(b)$", r"(?:a*)(b)$"),
        (r"(a*)*b", ""),
        (r"(a|aa)+$", ""),
        (r"((?:ab|a)+)x", ""),
        (r"(a+){2,}b", ""),
        (r"loss=(\d+)", ""),
    ],
)
def test_a_repeat_that_runs_away_is_written_in_one_way(regex: str, written: str) -> None:
    assert without_runaway(regex) == written
    for text in map("".join, itertools.product("abx", repeat=6)):
        one, other = re.search(regex, text), re.search(written or regex, text)
        assert (one and (one.span(), one[1])) == (other and (other.span(), other[1]))


def test_explain_offers_a_regex_that_gives_the_same_and_more() -> None:
    log = (HEALTHY * 3 + HOSTILE * 22 + HEALTHY * 30).encode()
    explanation, _ = mp.diagnose(io.BytesIO(log), DEFINITIONS).explanations
    (cause,) = explanation.causes
    assert cause.kind == "set-aside"
    assert cause.correction
    assert cause.correction.definition.regex == r"took (\d+) ms"
    assert (cause.correction.summary.emitted, cause.correction.summary.slow) == (33, False)
